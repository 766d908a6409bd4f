// bee-queue set for speed, as its README says: no events, no jobs kept by the producer, finished ones removed.
import Bee from 'bee-queue';

const OPTIONS = { getEvents: false, sendEvents: false, storeJobs: false, removeOnSuccess: true, removeOnFailure: true };

export const connect = (url, name) => {
  const redis = { url };
  const queue = new Bee(name, { ...OPTIONS, redis, isWorker: false });

  const consume = async ({ concurrency, work, acked }) => {
    const worker = new Bee(name, { ...OPTIONS, redis });
    worker.on('succeeded', () => acked(1));
    worker.on('error', fail);
    await worker.ready();
    worker.process(concurrency, (job) => work(job.data));
    return () => worker.close();
  };

  return {
    put: (task) => queue.createJob(task).save(),
    async putMulti(tasks) {
      for (const error of (await queue.saveAll(tasks.map((task) => queue.createJob(task)))).values()) throw error;
    },
    consume,
    async left() {
      const { waiting, active, delayed, failed } = await queue.checkHealth();
      return waiting + active + delayed + failed;
    },
    close: () => queue.close(),
  };
};

const fail = (error) => {
  throw error;
};
