// BullMQ as its guide has it; finished jobs are removed, or it would fill Redis.
import { Queue, Worker } from 'bullmq';

export const connect = (url, name) => {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port) };
  const options = { removeOnComplete: true, removeOnFail: true };
  const queue = new Queue(name, { connection, defaultJobOptions: options });

  const consume = async ({ concurrency, work, acked }) => {
    const worker = new Worker(name, (job) => work(job.data), { connection, concurrency, ...REMOVED });
    worker.on('completed', () => acked(1));
    worker.on('error', fail);
    await worker.waitUntilReady();
    return () => worker.close();
  };

  return {
    put: (task) => queue.add('task', task),
    putMulti: (tasks) => queue.addBulk(tasks.map((data) => ({ name: 'task', data }))),
    consume,
    left: async () => sum(await queue.getJobCounts()),
    close: () => queue.close(),
  };
};

const REMOVED = { removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } };
const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
const fail = (error) => {
  throw error;
};
