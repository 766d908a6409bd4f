// One of the three workers: counts the words of every paragraph it gets, until it is told to stop.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ackOnComplete, Queue } from 'millrace';
import { SharedCounts } from './counts.mjs';

const { url, prefix, lease, name, concurrency, pause } = JSON.parse(process.argv[2]);

const redis = new Redis(url);
redis.on('error', () => {}); // it reconnects, and so does the queue
const counts = new SharedCounts(redis, prefix);
const queue = new Queue('paragraphs', { connection: redis, prefix, lease });

const count = async (task) => {
  await counts.add(task, name);
  await sleep(pause); // stands for the rest of a real job; without it all would be over before one could look
};

queue
  .tasks({ prefetch: 2 * concurrency })
  .pipe(ackOnComplete(count, { concurrency }), queue.settle())
  .subscribe();

// The demo tells us to stop by hanging up, and hangs up as well when it dies: so no worker outlives it.
process.once('disconnect', async () => {
  await queue.close({ timeout: 1_000 });
  redis.disconnect();
});
process.on('SIGINT', () => {}); // Ctrl-C reaches us, too, but is for the demo to answer
