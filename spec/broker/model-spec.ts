import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { firstValueFrom } from 'rxjs';
import { RedisBroker } from '../../src/broker/redis.ts';
import { scripts } from '../../src/broker/scripts.ts';
import { describe } from '../support/it.ts';
import { clockReadings, takeClock } from './modelClock.ts';
import { sequence } from './modelCommands.ts';
import { Pair } from './modelPair.ts';
import { PREFIX, QUEUE } from './modelState.ts';

// Memory says in plain TypeScript what the scripts do by sorted sets and marks; whatever is done, both must
// answer the same and hold the same. More, or one again: MODEL_RUNS=20000, MODEL_SEED=…, MODEL_PATH=….
const RUNS = Number(process.env.MODEL_RUNS ?? 1_000);
const { MODEL_SEED, MODEL_PATH } = process.env;

describe('model', (it) => {
  it('reads the clock of the server in one way only, which these specs can replace', () => {
    const { found, reached } = clockReadings(scripts);
    assert.ok(found > 0);
    assert.equal(reached, found);
  });

  it(
    `Redis and memory answer the same and hold the same, whatever is done (${RUNS} sequences)`,
    async () => {
      const client = new Redis(process.env.REDIS_URL as string);
      const giveBack = takeClock(scripts);
      const ages = [undefined, 8_000];
      // One for each sequence: a broker remembers for a while that a queue was not a plain one.
      const fresh = (maxAge: number | undefined) =>
        new RedisBroker({ connection: client, prefix: PREFIX, queue: QUEUE, patience: 1_000, maxAge });
      try {
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...ages), sequence, async (maxAge, commands) => {
            const broker = fresh(maxAge);
            try {
              await new Pair(broker, client, maxAge).run(commands);
            } finally {
              await firstValueFrom(broker.close(1_000), { defaultValue: undefined });
            }
          }),
          {
            numRuns: RUNS,
            ...(MODEL_SEED !== undefined && { seed: Number(MODEL_SEED) }),
            ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
          },
        );
      } finally {
        giveBack();
        client.disconnect();
      }
    },
    { timeout: 60_000 + RUNS * 200 },
  );
});
