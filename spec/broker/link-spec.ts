import assert from 'node:assert/strict';
import type { LinkEvent } from '../../src/broker/broker.ts';
import type { QueueError } from '../../src/errors.ts';
import { linkTo, reply, StubClient } from '../support/client.ts';
import { describe } from '../support/it.ts';

const FOREVER = Number.POSITIVE_INFINITY;

const setUp = (owned = true, stall?: number) => {
  const client = new StubClient();
  const link = linkTo(client, owned, stall);
  const seen: LinkEvent[] = [];
  link.events.subscribe((event) => seen.push(event));
  return { client, link, seen };
};

const error = (promise: Promise<unknown>): Promise<QueueError> =>
  promise.then(
    () => assert.fail('it resolved'),
    (error: QueueError) => error,
  );

describe('Link', (it) => {
  it('connects when it is first needed, once for all who wait', async () => {
    const { client, link } = setUp();
    assert.deepEqual(client.calls, []);
    const ready = Promise.all([link.ready(FOREVER), link.ready(1_000)]);
    assert.deepEqual(client.calls, ['connect']);
    client.up();
    await ready;
    await link.ready(0);
  });

  it('answers CONNECTION when its patience ends, with the last thing that went wrong', async () => {
    const { client, link } = setUp();
    const waiting = error(link.ready(20, 5_000));
    client.down(new Error('connect ECONNREFUSED'));
    const { code, message } = await waiting;
    assert.deepEqual(
      [code, message],
      ['CONNECTION', 'No answer from Redis within 5000 ms (patience): connect ECONNREFUSED'],
    );
  });

  it('does not wait for what waiting cannot mend, but tries again once that is mended', async () => {
    const { client, link } = setUp();
    const waiting = error(link.ready(FOREVER));
    client.down(reply('WRONGPASS invalid username-password pair'));
    assert.match((await waiting).message, /check the user and password/);
    assert.equal((await error(link.ready(FOREVER))).heals, false);
    client.up();
    await link.ready(FOREVER);
  });

  it('does not use a connection to another database than was asked for, as the driver would', async () => {
    const { client, link } = setUp();
    const waiting = error(link.ready(FOREVER));
    const select = (message: string) => Object.assign(reply(message), { command: { name: 'select', args: ['99'] } });
    client.emit('error', select('ERR DB index is out of range'));
    client.up();
    for (const { code, heals, message } of [await waiting, await error(link.ready(FOREVER))]) {
      assert.deepEqual([code, heals], ['CONNECTION', false]);
      assert.match(message, /no such database for this user: check the db of `connection`/);
    }
    client.down();
    client.up();
    await link.ready(0);

    client.down();
    client.status = 'connect';
    client.emit('error', select('BUSY Redis is busy running a script'));
    assert.equal(client.calls.at(-1), 'reconnect', 'that may pass: it is tried again');
  });

  it('gives up a connection that freezes before it can be used', async () => {
    const { client } = setUp(true, 20);
    client.status = 'connect';
    client.emit('connect');
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(client.calls, ['reconnect']);
    client.emit('connect');
    client.up();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(client.calls, ['reconnect']);
  });

  it('says so when the client has given up for good', async () => {
    const { client, link } = setUp();
    const waiting = error(link.ready(FOREVER));
    client.end();
    for (const each of [await waiting, await error(link.ready(FOREVER))])
      assert.deepEqual([each.code, each.heals], ['CONNECTION', false]);
  });

  it('tells once of each loss, with its cause, and of each return', () => {
    const { client, seen } = setUp();
    const cause = new Error('read ECONNRESET');
    client.up();
    client.down(cause).down(new Error('connect ECONNREFUSED'));
    client.up();
    client.down();
    assert.deepEqual(
      seen.map(({ type }) => type),
      ['reconnecting', 'reconnected', 'reconnecting'],
    );
    assert.equal(seen[0]?.type === 'reconnecting' && seen[0].cause, cause);
  });

  it('drops a connection that does not answer, but never one that was handed in', () => {
    const [ours, theirs] = [setUp(true), setUp(false)];
    ours.client.up();
    theirs.client.up();
    ours.link.renew();
    theirs.link.renew();
    assert.deepEqual([ours.client.calls, theirs.client.calls], [['reconnect'], []]);
  });

  it('lets go of its client when it closes, and disconnects it only if it is ours', async () => {
    for (const owned of [true, false]) {
      const { client, link } = setUp(owned);
      const waiting = error(link.ready(FOREVER));
      link.close();
      assert.equal((await waiting).code, 'CLOSED');
      assert.equal((await error(link.ready(FOREVER))).code, 'CLOSED');
      assert.deepEqual(client.calls, owned ? ['connect', 'disconnect'] : ['connect']);
      for (const event of ['ready', 'close', 'end']) assert.equal(client.listenerCount(event), 0);
    }
  });
});
