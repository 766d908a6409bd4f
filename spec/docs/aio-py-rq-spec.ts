import { inHouse } from '../support/house.ts';
import { comingFrom } from './comingFrom.ts';
import { asyncPoolCases, poolCases } from './pyRqPool.ts';
import { asyncQueueCases, queueCases } from './pyRqQueue.ts';
import { asyncUniqueQueueCases, uniqueQueueCases } from './pyRqUniqueQueue.ts';

comingFrom('aio-py-rq', inHouse, {
  ...queueCases,
  ...asyncQueueCases,
  ...uniqueQueueCases,
  ...asyncUniqueQueueCases,
  ...poolCases,
  ...asyncPoolCases,
});
