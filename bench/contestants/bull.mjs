// Bull as its README has it; finished jobs are removed, or it would fill Redis.
import Bull from 'bull';

const OPTIONS = { defaultJobOptions: { removeOnComplete: true, removeOnFail: true } };

export const connect = (url, name) => {
  const queue = new Bull(name, url, OPTIONS);

  const consume = async ({ concurrency, work, acked }) => {
    const worker = new Bull(name, url, OPTIONS);
    worker.on('completed', () => acked(1));
    worker.on('error', fail);
    await worker.isReady();
    worker.process(concurrency, (job) => work(job.data)).catch(fail);
    return () => worker.close();
  };

  return {
    put: (task) => queue.add(task),
    putMulti: (tasks) => queue.addBulk(tasks.map((data) => ({ data }))),
    consume,
    left: async () => sum(await queue.getJobCounts()),
    close: () => queue.close(),
  };
};

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
const fail = (error) => {
  throw error;
};
