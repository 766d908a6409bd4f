// Ours, as a user has it: the built package.
import { ackOnComplete, Queue } from 'millrace';
import { lastValueFrom, take } from 'rxjs';

export const connect = (url) => {
  const queue = new Queue('bench', { connection: url });
  return {
    put: (task) => queue.put(task).then(unwrap),
    putMulti: (tasks) => queue.putMulti(tasks).then(unwrap),
    consume: (total, concurrency, work) =>
      lastValueFrom(
        queue.tasks({ prefetch: Math.max(64, 2 * concurrency) }).pipe(
          ackOnComplete((task) => work(task.payload), { concurrency }),
          queue.settle(),
          take(total),
        ),
      ),
    async left() {
      const { ready, leased, delayed, dead } = unwrap(await queue.stats());
      return ready + leased + delayed + dead;
    },
    close: () => queue.close().then(unwrap),
  };
};

const unwrap = (result) => result.unwrap();
