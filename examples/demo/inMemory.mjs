// The demo where no Redis can be had: the same pipeline on a queue in this process, with nobody to kill.
import { ackOnComplete, putTo, Queue } from 'millrace';
import { from, lastValueFrom, merge, take } from 'rxjs';
import { tally } from './counts.mjs';

/** The word counts of three workers of this process. */
export async function inMemory(paragraphs) {
  const queue = new Queue('paragraphs', { connection: 'memory:' });
  await lastValueFrom(from(paragraphs).pipe(putTo(queue)));

  const counts = new Map();
  const count = async ({ payload }) => tally([payload], counts);
  const worker = () => queue.tasks().pipe(ackOnComplete(count, { concurrency: 32 }), queue.settle());
  await lastValueFrom(merge(worker(), worker(), worker()).pipe(take(paragraphs.length)));

  await queue.close();
  return counts;
}
