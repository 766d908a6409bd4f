// Rounds of runs. In each round the contestants of a case take turns, so that what is compared ran side by side.
import { Stage } from './stage.mjs';

/** How many times what it should take a run may take, on a machine that is busy otherwise. */
const TOO_LONG = 20;

/**
 * `plan`: [{ test, contestant }]; `tell` hears of each run before it begins, `keep` gets what there is after each
 * round. Answers [{ test, contestant, runs }].
 */
export async function measure(plan, { rounds, scale, patience }, tell, keep) {
  const results = plan.map((pair) => ({ ...pair, runs: [] }));
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const { test, contestant, runs } of results) {
      tell({ done: done++, of: rounds * plan.length, test, contestant });
      runs.push(await once(test, contestant, scale, patience));
    }
    keep(results);
  }
  return results;
}

/** The figures of one run; with `wrong`, what went wrong, and then they count for nothing. */
async function once(test, contestant, scale, patience) {
  const count = Math.ceil(test.tasks * scale * (contestant.slow ? test.share : 1));
  const warmUp = Math.ceil(count * test.rehearsal);
  try {
    return await Stage.use(contestant.module, TOO_LONG * test.seconds, (stage) =>
      test.play(stage, { count, warmUp, patience }),
    );
  } catch (error) {
    return { wrong: error.message };
  }
}
