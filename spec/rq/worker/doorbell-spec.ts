import assert from 'node:assert/strict';
import { RqStore } from '../../../src/rq/store.ts';
import { Doorbell } from '../../../src/rq/worker/doorbell.ts';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

describe('rq/worker/doorbell', (it) => {
  it(
    'rings for any of its queues, and takes nothing',
    inLab(async (lab) => {
      const store = new RqStore('f', lab.url);
      const bells = [new Doorbell(store, ['a', 'b']), new Doorbell(store, ['b'])];
      lab.atEnd(() => {
        for (const bell of bells) bell.close();
        store.close();
      });
      const rung = bells.map((bell) => bell.wait());
      const blocked = async () => Number(/blocked_clients:(\d+)/.exec(await lab.client.info('clients'))?.[1]) >= 3;
      await lab.until(blocked);
      await lab.client.rpush('rq:queue:b', 'x', 'y');
      await Promise.all(rung);
      assert.deepEqual(await lab.client.lrange('rq:queue:b', 0, -1), ['x', 'y']);
      await bells[0]?.wait();
      assert.deepEqual(await lab.client.lrange('rq:queue:b', 0, -1), ['x', 'y']);
    }),
  );

  it(
    'lets a worker of RQ behind it have the job',
    inLab(async (lab) => {
      const store = new RqStore('f', lab.url);
      const bell = new Doorbell(store, ['a']);
      lab.atEnd(() => {
        bell.close();
        store.close();
      });
      const rung = bell.wait();
      await lab.until(async () => /blocked_clients:1/.test(await lab.client.info('clients')));
      const python = lab.client.duplicate();
      lab.atEnd(() => python.disconnect());
      const popped = python.blpop('rq:queue:a', 5);
      await lab.until(async () => /blocked_clients:2/.test(await lab.client.info('clients')));
      await lab.client.rpush('rq:queue:a', 'x');
      assert.deepEqual(await popped, ['rq:queue:a', 'x']);
      await rung;
    }),
  );
});
