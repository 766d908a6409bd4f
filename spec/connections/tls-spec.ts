import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { QueueError } from '../../src/errors.ts';
import { type Certificate, makeCertificate, pem } from '../support/certificate.ts';
import { freePort } from '../support/freePort.mjs';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

const own: { certificate?: Certificate } = {};

/** A Redis that speaks TLS on the port this resolves to. */
const secured = async (house: House): Promise<number> => {
  const port = await freePort();
  const { ca, cert, key } = own.certificate as Certificate;
  const files = ['--tls-ca-cert-file', ca, '--tls-cert-file', cert, '--tls-key-file', key];
  await house.redis({
    args: ['--tls-port', String(port), ...files, '--tls-auth-clients', 'no', '--requirepass', 'pw'],
  });
  return port;
};

describe('TLS', (it) => {
  it.before(() => {
    own.certificate = makeCertificate();
  });
  it.after(() => own.certificate?.remove());

  it(
    'trusts the authority given as tls.ca, for consuming, too',
    inHouse(async (house) => {
      const port = await secured(house);
      const tls = { ca: pem(own.certificate?.ca as string) };
      const queue = house.queue<number>(house.name(), { connection: { host: '127.0.0.1', port, password: 'pw', tls } });
      const get = queue.get();
      (await queue.put(1)).unwrap();
      const task = (await get).unwrap();
      assert.equal(codeOf(await task.ack()), 'ok');
    }),
  );

  it(
    'a rediss:// URL trusts what the process trusts: with NODE_EXTRA_CA_CERTS, this one',
    inHouse(async (house) => {
      const port = await secured(house);
      const code = `
        import { Queue } from ${JSON.stringify(join(root, 'src/index.ts'))};
        const queue = new Queue('q');
        console.log(await queue.put(1).then(({ ok, val }) => (ok ? 'put' : val.code)));
        await queue.close();
      `;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', join(root, 'spec/support/register.mjs'), '--input-type=module', '--eval', code],
        {
          env: {
            ...process.env,
            REDIS_URL: `rediss://:pw@127.0.0.1:${port}/2`,
            NODE_EXTRA_CA_CERTS: own.certificate?.ca,
          },
        },
      );
      assert.equal(stdout.trim(), 'put');
    }),
  );

  it(
    'a certificate nobody vouches for errors at once, and says what to do',
    inHouse(async (house) => {
      const port = await secured(house);
      const queue = house.queue<number>(house.name(), { connection: `rediss://:pw@127.0.0.1:${port}` });
      const { code, heals, message } = (await queue.put(1)).val as unknown as QueueError;
      assert.deepEqual([code, heals], ['CONNECTION', false]);
      assert.match(message, /certificate is not trusted: give its CA as `tls: \{ ca \}`/);
      const elsewhere = { ca: pem(own.certificate?.ca as string), servername: 'redis.example' };
      const connection = { host: '127.0.0.1', port, password: 'pw', tls: elsewhere };
      const other = (await house.queue<number>(house.name(), { connection }).put(1)).val as unknown as QueueError;
      assert.deepEqual([other.code, other.heals], ['CONNECTION', false]);
    }),
  );
});
