// groupmq: a group has one task in work at a time, so tasks are spread over 1,000 groups. It has no bulk call;
// its batches are made in the client (`autoBatch`), here of 1,000.
import { Queue, Worker } from 'groupmq';
import { Redis } from 'ioredis';

const GROUPS = 1_000;

export const connect = (url, name) => {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue({ redis, namespace: name });
  const batching = new Queue({ redis, namespace: name, autoBatch: { size: 1_000, maxWaitMs: 1 } });
  let next = 0;
  const form = (data) => ({ groupId: `g${next++ % GROUPS}`, data });

  const consume = ({ concurrency, work, acked }) => {
    const worker = new Worker({ queue, concurrency, handler: (job) => work(job.data), onError: fail });
    worker.on('completed', () => acked(1));
    worker.on('error', fail);
    worker.run().catch(fail);
    return () => worker.close();
  };

  return {
    put: (task) => queue.add(form(task)),
    putMulti: (tasks) => Promise.all(tasks.map((task) => batching.add(form(task)))),
    consume,
    async left() {
      const { waiting, active, delayed, failed } = await queue.getJobCounts();
      return waiting + active + delayed + failed;
    },
    async close() {
      await batching.close();
      await queue.close();
      redis.disconnect();
    },
  };
};

const fail = (error) => {
  throw error;
};
