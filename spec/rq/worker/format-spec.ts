import assert from 'node:assert/strict';
import { RqStore } from '../../../src/rq/store.ts';
import { detectFormat } from '../../../src/rq/worker/format.ts';
import { describe } from '../../support/it.ts';
import { inLab, rqVersion } from '../support/lab.ts';

describe('rq/worker/format', (it) => {
  it.before(rqVersion);

  it(
    'is what the Python workers there use, else what is in the registries, else the newest',
    inLab(async (lab) => {
      const store = new RqStore('f', lab.url);
      lab.atEnd(() => store.close());
      assert.equal(await detectFormat(store, ['default']), 'execution');
      await lab.client.zadd('rq:wip:default', 1, 'bare');
      assert.equal(await detectFormat(store, ['default']), 'bare');
      await lab.client.zadd('rq:wip:default', 0, 'a:0123');
      assert.equal(await detectFormat(store, ['default']), 'execution');
      await lab.client.sadd('rq:workers:default', 'rq:worker:ours', 'rq:worker:old');
      await lab.client.hset('rq:worker:ours', 'version', 'millrace');
      await lab.client.hset('rq:worker:old', 'version', '1.16.2');
      assert.equal(await detectFormat(store, ['default']), 'bare');
      await lab.client.hset('rq:worker:old', 'version', '2.10.0');
      assert.equal(await detectFormat(store, ['default']), 'execution');
    }),
  );

  it(
    'is found out from a real worker',
    inLab(async (lab) => {
      lab.python(['default']);
      await lab.until(async () => (await lab.client.scard('rq:workers:default')) === 1);
      const store = new RqStore('f', lab.url);
      lab.atEnd(() => store.close());
      const expected = (await rqVersion()).startsWith('1.') ? 'bare' : 'execution';
      assert.equal(await detectFormat(store, ['default']), expected);
    }),
  );
});
