import { inHouse } from '../support/house.ts';
import { comingFrom } from './comingFrom.ts';
import { poolCases } from './pyRqPool.ts';
import { queueCases } from './pyRqQueue.ts';
import { uniqueQueueCases } from './pyRqUniqueQueue.ts';

comingFrom('py-rq', inHouse, {
  ...queueCases,
  'revert_items(items)': queueCases['reject_items(items)'],
  ...uniqueQueueCases,
  ...poolCases,
});
