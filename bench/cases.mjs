// What is measured. One list for all contestants; one that lacks a method sits that case out.

const single = (inFlight) => async (contestant, tasks) => {
  let next = 0;
  const loop = async () => {
    while (next < tasks.length) await contestant.put(tasks[next++]);
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
};

const bulk = (size) => async (contestant, tasks) => {
  for (let i = 0; i < tasks.length; i += size) await contestant.putMulti(tasks.slice(i, i + size));
};

/** The work of a task: nothing, but asynchronously. */
const noop = async () => {
  await null;
};

const consume = (concurrency) => (contestant, tasks, seen) =>
  contestant.consume(tasks.length, concurrency, (task) => {
    seen.add(task.id);
    return noop();
  });

export const fill = bulk(1_000);
export const drain = consume(1_000);

/** `needs`: the method; `tasks`: how many; `puts`: whether the queue is empty before (else after). */
export const cases = [
  { name: 'put, 1,000 in flight', needs: 'put', tasks: 100_000, puts: true, run: single(1_000) },
  { name: 'putMulti of 1,000', needs: 'putMulti', tasks: 200_000, puts: true, run: bulk(1_000) },
  { name: 'consume, concurrency 1', needs: 'consume', tasks: 20_000, puts: false, run: consume(1) },
  { name: 'consume, concurrency 100', needs: 'consume', tasks: 100_000, puts: false, run: consume(100) },
  { name: 'consume, concurrency 1,000', needs: 'consume', tasks: 100_000, puts: false, run: consume(1_000) },
];
