import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { RqWorker } from '../../src/rq/worker.ts';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/worker', (it) => {
  it('refuses at the call, naming the option', async () => {
    assert.throws(() => new RqWorker([]), /RqWorker: queues is an array of 0/);
    assert.throws(() => new RqWorker('q', {}, { format: 'x' as never }), /RqWorker: format is "x"/);
    const worker = new RqWorker('q');
    assert.throws(() => worker.work({ concurrency: 0 }), /work: concurrency is 0/);
    assert.throws(() => worker.close({ timeout: -1 }), /close: timeout is -1/);
    await worker.close();
  });

  it(
    'runs as many at once as it may',
    inLab(async (lab) => {
      const queue = lab.queue();
      await queue.enqueueMany(Array.from({ length: 30 }, () => ({ func: 'n.f' })));
      let now = 0;
      let most = 0;
      const worker = lab.worker(['default'], {
        'n.f': async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 10));
          now--;
        },
      });
      const outcomes = lastValueFrom(worker.work({ concurrency: 8, burst: true }).pipe(toArray()));
      assert.equal((await outcomes).length, 30);
      assert.equal(most, 8);
    }),
  );

  it(
    'lets what is under way end when it closes, and fails what does not in time',
    inLab(async (lab) => {
      const queue = lab.queue();
      const [quick, slow, waiting] = (
        await queue.enqueueMany([{ func: 'n.quick' }, { func: 'n.slow', retry: { max: 1 } }, { func: 'n.quick' }])
      ).unwrap();
      const handlers = {
        'n.quick': () => new Promise((resolve) => setTimeout(resolve, 100, 'quick')),
        'n.slow': () => new Promise(() => {}),
      };
      const worker = lab.worker(['default'], handlers);
      const outcomes = lastValueFrom(worker.work({ concurrency: 2 }).pipe(toArray()));
      await lab.until(async () => (await queue.started.count()).unwrap() === 2);
      await worker.close({ timeout: 300 });
      await worker.close();
      assert.deepEqual(
        (await outcomes).map(({ status }) => status),
        ['finished', 'queued'],
      );
      assert.equal((await quick?.result())?.unwrap(), 'quick');
      assert.deepEqual((await queue.jobIds()).unwrap(), [waiting?.id, slow?.id]);
      assert.deepEqual(await lab.client.smembers('rq:workers'), []);
      await assert.rejects(lastValueFrom(worker.work()), { code: 'CLOSED' });
    }),
  );

  it(
    'completes and leaves nothing behind when it is closed while it is born, at whatever moment',
    inLab(async (lab) => {
      for (let turns = 0; turns < 30; turns++) {
        const worker = lab.worker(['default']);
        const outcomes = lastValueFrom(worker.work().pipe(toArray()));
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        await worker.close();
        assert.deepEqual(await outcomes, [], `after ${turns} turns`);
      }
      assert.deepEqual(await lab.client.smembers('rq:workers'), []);
      assert.doesNotMatch((await lab.client.client('LIST')) as string, /name=millrace:wait/);
    }),
  );
});
