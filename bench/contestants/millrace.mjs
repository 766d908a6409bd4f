// Ours, as a user has it: the built package, with its own defaults.
import { lastValueFrom, map, take } from 'rxjs';
import { Queue } from '../../dist/index.js';

const HOUR = 3_600_000;

export const connect = (url, name) => {
  const queue = new Queue(name, { connection: url });
  const putMulti = (tasks, options) => queue.putMulti(tasks, options).then(unwrap);

  /** Puts so many small tasks. */
  const fill = async (size, options) => {
    for (let n = 0; n < size; n += 1_000) await putMulti(Array(Math.min(1_000, size - n)).fill(n), options);
  };
  const held = []; // or they would be handed back, as garbage
  const prepare = {
    delayed: (size) => fill(size, { delay: HOUR }),
    async leased(size) {
      await fill(size);
      await new Promise((resolve) => {
        // These, and none of those that are measured.
        queue.tasks({ prefetch: size }).subscribe((task) => held.push(task) === size && resolve());
      });
    },
    async dead(size) {
      await fill(size);
      if (size === 0) return;
      const kill = (task) => ({ task, kind: 'kill' });
      await lastValueFrom(queue.tasks({ prefetch: 2_000 }).pipe(map(kill), queue.settle(), take(size)));
    },
  };

  return {
    put: (task) => queue.put(task).then(unwrap),
    putMulti,
    prepare,
    consume: ({ concurrency, work, acked }) => {
      const settled = queue
        .process(({ payload }) => work(payload), { concurrency })
        .subscribe(({ ok, kind }) => {
          if (ok && kind === 'ack') acked(1);
        });
      return () => settled.unsubscribe();
    },
    async left() {
      const { ready, leased, delayed, dead } = unwrap(await queue.stats());
      return ready + leased + delayed + dead;
    },
    close: () => queue.close().then(unwrap),
  };
};

const unwrap = (result) => result.unwrap();
