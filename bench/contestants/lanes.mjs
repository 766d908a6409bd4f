/**
 * Takes batches of `concurrency` tasks in two lanes, one batch worked on while the other travels: what a hand-written
 * consumer does. At concurrency 1 there is one lane, and a task is settled before the next one begins.
 *
 * `turn(done, count)` settles what is done and resolves to the next batch, `wait()` to one (or none) as soon as
 * there may be something; `end()` makes it give up. `acked(n)` hears of settled tasks. Answers how to stop.
 */
export const lanes = ({ turn, wait, end }, { concurrency, work, acked }) => {
  let stopping = false;
  let second;

  // One batch after the other, so that never more than `concurrency` tasks are in work.
  let working = Promise.resolve();
  const inTurn = (batch) => {
    working = working.then(() => Promise.all(batch.map(({ task }) => work(task))));
    return working;
  };

  const lane = async (first) => {
    let batch = [];
    do {
      const done = batch;
      batch = await turn(done, stopping ? 0 : concurrency);
      acked(done.length);
      if (batch.length === 0 && done.length === 0) {
        if (!first) return;
        if (!stopping) batch = await wait().catch(unlessStopping);
      }
      if (batch.length === concurrency && concurrency > 1 && first)
        second ??= lane(false).finally(() => {
          second = undefined;
        });
      if (batch.length > 0) await inTurn(batch);
    } while (!stopping || batch.length > 0);
  };
  const unlessStopping = (error) => {
    if (stopping) return [];
    throw error;
  };

  const lead = lane(true);
  return async () => {
    stopping = true;
    await end();
    await lead;
    await second;
  };
};
