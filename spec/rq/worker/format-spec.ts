import assert from 'node:assert/strict';
import { RqStore } from '../../../src/rq/store.ts';
import { detectFormat } from '../../../src/rq/worker/format.ts';
import { describe } from '../../support/it.ts';
import { inLab, rqFormat, rqVersion } from '../support/lab.ts';

describe('rq/worker/format', (it) => {
  it.before(rqVersion);

  it(
    'is the older one unless all Python workers there are new enough for the newer',
    inLab(async (lab) => {
      const store = new RqStore('f', lab.url);
      lab.atEnd(() => store.close());
      const versions: [string, string, string][] = [
        ['ours', 'millrace', 'bare'],
        ['new', '2.10.0', 'execution'],
        ['newer', '3.0', 'execution'],
        ['old', '1.16.2', 'bare'],
      ];
      assert.equal(await detectFormat(store, ['default']), 'bare');
      for (const [name, version, expected] of versions) {
        await lab.client.sadd('rq:workers:low', `rq:worker:${name}`);
        await lab.client.hset(`rq:worker:${name}`, 'version', version);
        assert.equal(await detectFormat(store, ['default', 'low']), expected, name);
      }
      assert.equal(await detectFormat(store, ['default']), 'bare', 'workers of other queues do not count');
    }),
  );

  it(
    'is found out from a real worker',
    inLab(async (lab) => {
      lab.python(['default']);
      await lab.until(async () => (await lab.client.scard('rq:workers:default')) === 1);
      const store = new RqStore('f', lab.url);
      lab.atEnd(() => store.close());
      assert.equal(await detectFormat(store, ['default']), await rqFormat());
    }),
  );
});
