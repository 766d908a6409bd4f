import assert from 'node:assert/strict';
import { lastValueFrom, of, toArray } from 'rxjs';
import { currentJob } from '../../../src/rq/worker/perform.ts';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

describe('rq/worker/perform', (it) => {
  it(
    'takes values, promises and Observables, and tells the handler which job it is',
    inLab(async (lab) => {
      const queue = lab.queue();
      for (const func of ['value', 'promise', 'observable', 'current'])
        (await queue.enqueue(func, { jobId: func })).unwrap();
      const handlers = {
        value: () => 1,
        promise: () => Promise.resolve(2),
        observable: () => of(1, 2, 3),
        current: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return currentJob()?.id;
        },
      };
      const outcomes = await lastValueFrom(
        lab.worker(['default'], handlers).work({ burst: true, concurrency: 4 }).pipe(toArray()),
      );
      const values = Object.fromEntries(outcomes.map((each) => [each.id, each.value]));
      assert.deepEqual(values, { value: 1, promise: 2, observable: 3, current: 'current' });
      assert.equal(currentJob(), undefined);
    }),
  );

  it(
    'fails a job nobody here can run, one it cannot read, and one of the other serializer',
    inLab(async (lab) => {
      const queue = lab.queue();
      const unknown = (await queue.enqueue('nobody')).unwrap();
      const garbled = (await queue.enqueue('m.f')).unwrap();
      await lab.client.hset(`rq:job:${garbled.id}`, 'data', 'garbage', 'created_at', 'never', 'timeout', '1h');
      const foreign = (await lab.queue('default', { serializer: 'json' }).enqueue('m.f')).unwrap();
      await lastValueFrom(
        lab
          .worker(['default'], { 'm.f': () => 1 })
          .work({ burst: true })
          .pipe(toArray()),
      );
      const texts = [];
      for (const job of [unknown, garbled, foreign]) {
        const result = await job.result();
        texts.push(result.err ? result.val.message : 'ok');
      }
      assert.match(texts[0] ?? '', /no handler for nobody; it has m.f/);
      assert.match(texts[1] ?? '', /cannot be read as pickle/);
      assert.match(texts[2] ?? '', /do both sides use the same serializer/);
    }),
  );
});
