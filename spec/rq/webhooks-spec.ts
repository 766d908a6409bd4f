import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { lastValueFrom, toArray } from 'rxjs';
import type { RqWebhook } from '../../src/rq/webhooks.ts';
import { printWebhooks, readWebhooks } from '../../src/rq/webhooks.ts';
import { describe } from '../support/it.ts';
import { inLab, type Lab, rqVersion } from './support/lab.ts';

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const listen = async (lab: Lab): Promise<{ readonly url: string; readonly heard: Heard[] }> => {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    heard.push({ method, url, headers, body: await text(request) });
    response.end('thanks');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  lab.atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
};

describe('rq/webhooks', (it) => {
  it.before(rqVersion);

  it(
    'tell how a job ended for good, by any worker that knows of them',
    inLab(async (lab) => {
      const { url, heard } = await listen(lab);
      const away = 'http://127.0.0.1:1/';
      const queue = lab.queue();
      const webhooks: RqWebhook[] = [
        { url: `${url}/ok`, on: 'finished', headers: { 'x-a': 'b' } },
        { url: `${url}/no`, on: 'failed', method: 'POST' },
        { url: away, on: 'finished' },
      ];
      const handlers = { 'mylib.add': () => 1, 'mylib.boom': () => Promise.reject(new Error('boom')) };
      const [major = 0, minor = 0] = (await rqVersion()).split('.').map(Number);
      const python = major > 2 || (major === 2 && minor >= 10);
      for (const side of python ? ['python', 'node'] : ['node']) {
        heard.length = 0;
        const good = (await queue.enqueue('mylib.add', { args: [1], webhooks })).unwrap();
        const bad = (await queue.enqueue('mylib.boom', { webhooks, retry: { max: 1 } })).unwrap();
        if (side === 'python') await lab.burst();
        else await lastValueFrom(lab.worker(['default'], handlers).work({ burst: true }).pipe(toArray()));
        assert.equal((await good.status()).unwrap(), 'finished');
        assert.deepEqual(heard.map(({ method, url }) => `${method} ${url}`).sort(), ['GET /ok', 'POST /no']);
        const [ok, no] = heard;
        assert.equal(ok?.headers['x-a'], 'b');
        assert.equal(no?.headers['content-type'], 'application/json');
        const told = JSON.parse(no?.body ?? '{}');
        assert.deepEqual([told.job_id, told.func_name, told.status], [bad.id, 'mylib.boom', 'failed'], side);
        assert.match(told.exc_info, /boom/);
        for (const at of [told.enqueued_at, told.ended_at])
          assert.match(at, /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00$/);
      }
    }),
  );

  it('are stored as RQ does, and read forgivingly', () => {
    const stored = printWebhooks('enqueue', [{ url: 'https://a/b', on: 'failed', timeout: '1m' }]);
    assert.deepEqual(JSON.parse(stored), [
      { url: 'https://a/b', job_status: 'failed', method: 'GET', headers: null, timeout: 60 },
    ]);
    assert.deepEqual(readWebhooks(stored), [{ url: 'https://a/b', on: 'failed', method: 'GET', timeout: 60 }]);
    assert.deepEqual([readWebhooks(''), readWebhooks('{'), readWebhooks('3')], [[], [], []]);
  });

  it('are refused at the call, naming what is wrong', () => {
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [[{ url: 'ftp://a', on: 'failed' }], /webhooks.url is "ftp:\/\/a"/],
      [[{ url: 'nowhere', on: 'failed' }], /webhooks.url is "nowhere"/],
      [[{ url: 'http://a', on: 'stopped' }], /webhooks.on is "stopped"/],
      [[{ url: 'http://a', on: 'failed', method: 'PUT' }], /webhooks.method is "PUT"/],
      [[{ url: 'http://a', on: 'failed', timeout: 0 }], /webhooks.timeout is 0/],
      [{}, /webhooks is an object/],
    ];
    for (const [given, message] of refused)
      assert.throws(() => printWebhooks('enqueue', given as RqWebhook[]), message);
  });
});
