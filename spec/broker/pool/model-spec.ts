import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { firstValueFrom } from 'rxjs';
import { RedisPool } from '../../../src/broker/pool/redis.ts';
import { scripts } from '../../../src/broker/pool/scripts.ts';
import { describe } from '../../support/it.ts';
import { clockReadings, takeClock } from '../modelClock.ts';
import { sequence } from './modelCommands.ts';
import { EVERY, Pair, POOL, PREFIX } from './modelPair.ts';

// As spec/broker/model-spec.ts for queues. More, or one again: MODEL_RUNS=20000, MODEL_SEED=…, MODEL_PATH=….
const RUNS = Number(process.env.MODEL_RUNS ?? 300);
const { MODEL_SEED, MODEL_PATH } = process.env;

describe('model of a pool', (it) => {
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
      const redis = new RedisPool({ connection: client, prefix: PREFIX, pool: POOL, patience: 1_000, every: EVERY });
      try {
        await fc.assert(
          fc.asyncProperty(sequence, (commands) => new Pair(redis, client).run(commands)),
          {
            numRuns: RUNS,
            ...(MODEL_SEED !== undefined && { seed: Number(MODEL_SEED) }),
            ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
          },
        );
      } finally {
        await firstValueFrom(redis.close(1_000));
        giveBack();
        client.disconnect();
      }
    },
    { timeout: 60_000 + RUNS * 200 },
  );
});
