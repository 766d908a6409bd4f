import assert from 'node:assert/strict';
import { Caller, within } from '../../src/broker/call.ts';
import { keysOf } from '../../src/broker/keys.ts';
import type { QueueError } from '../../src/errors.ts';
import { linkTo, reply, StubClient } from '../support/client.ts';
import { describe } from '../support/it.ts';

const script = { text: 'return 1', sha: 'sha', keys: ['ready', 'meta'] } as const;
const KEYS = 'm:{q}:ready m:{q}:meta';

const setUp = (...replies: (() => Promise<unknown>)[]) => {
  const client = new StubClient();
  client.up();
  client.replies.push(...replies);
  return { client, caller: new Caller(linkTo(client), keysOf('m', 'q')) };
};

const fails =
  (message: string, make = reply) =>
  () =>
    Promise.reject(make(message));
const lost = fails('Connection is closed.', (message) => new Error(message));
const code = (call: Promise<unknown>): Promise<unknown> => call.catch((error: QueueError) => error.code);

describe('Caller', (it) => {
  it('calls a script by its hash, with its keys in the order of its header', async () => {
    const { client, caller } = setUp(async () => [1]);
    assert.deepEqual(await caller.run(script, ['a', 5], 1_000), [1]);
    assert.deepEqual(client.calls, [`EVALSHA ${KEYS} a 5`]);
  });

  it('sends the text when Redis does not know the hash: after a restart, a failover, a SCRIPT FLUSH', async () => {
    const { client, caller } = setUp(fails('NOSCRIPT No matching script.'), async () => 'done');
    assert.equal(await caller.run(script, ['a'], 1_000), 'done');
    assert.deepEqual(client.calls, [`EVALSHA ${KEYS} a`, `EVAL ${KEYS} a`]);
  });

  it('repeats a call whose reply was lost, and says that it is a repetition', async () => {
    const { client, caller } = setUp(lost, lost, async () => 'done');
    const args = [0];
    const repeated = (): void => {
      args[0] = 1;
    };
    assert.equal(await caller.run(script, args, 1_000, repeated), 'done');
    assert.deepEqual(client.calls, [`EVALSHA ${KEYS} 0`, `EVALSHA ${KEYS} 1`, `EVALSHA ${KEYS} 1`]);
  });

  it('does not repeat what Redis refuses for good', async () => {
    const { client, caller } = setUp(fails('WRONGTYPE Operation against a key'));
    assert.equal(await code(caller.run(script, [], 1_000)), 'LAYOUT');
    assert.equal(client.calls.length, 1);
  });

  it('looks for the new master when the old one became a replica', async () => {
    const { client, caller } = setUp(
      fails("READONLY You can't write against a read only replica."),
      async () => 'done',
    );
    assert.equal(await caller.run(script, [], 1_000), 'done');
    assert.equal(client.calls[1], 'reconnect');
  });

  it('answers CONNECTION when its patience ends, whether Redis is silent or gone', async () => {
    const silent = setUp(() => new Promise(() => {}));
    assert.equal(await code(silent.caller.run(script, [], 30)), 'CONNECTION');
    const gone = setUp();
    gone.client.down();
    assert.equal(await code(gone.caller.run(script, [], 30)), 'CONNECTION');
  });

  it('gives up a connection that is silent, and repeats the call on the next', async () => {
    const client = new StubClient().up();
    client.replies.push(
      () => new Promise(() => {}),
      async () => 'done',
    );
    const caller = new Caller(linkTo(client), keysOf('m', 'q'), { stall: 20 });
    assert.equal(await caller.run(script, []), 'done');
    assert.equal(client.calls[1], 'reconnect');
  });

  it('bears with a server that is busy with the call before', async () => {
    const client = new StubClient().up();
    client.replies.push(() => new Promise((resolve) => setTimeout(resolve, 50, 'done')));
    const caller = new Caller(linkTo(client), keysOf('m', 'q'), { stall: 20, patience: 10, behind: 1_000 });
    assert.equal(await caller.run(script, []), 'done');
    assert.equal(client.calls.length, 1);
  });

  it('is idle when its calls are done, and does not wait longer than it is told', async () => {
    let answer: (value: unknown) => void = () => {};
    const { caller } = setUp(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const call = caller.run(script, [], 10_000);
    await caller.idle(10);
    setTimeout(() => answer('late'), 10);
    await caller.idle(10_000);
    assert.equal(await call, 'late');
  });

  it('answers CLOSED once it is closed, also to calls that were waiting for another try', async () => {
    const { caller } = setUp(lost);
    const waiting = code(caller.run(script, [], 10_000));
    caller.close();
    assert.equal(await waiting, 'CLOSED');
    assert.equal(await code(caller.run(script, [], 10_000)), 'CLOSED');
  });
});

describe('within', (it) => {
  it('gives the answer, or its error, or what to say when it is late', async () => {
    assert.equal(await within(1_000, Promise.resolve('in time'), () => 'late'), 'in time');
    assert.equal(await within(1_000, Promise.reject('no'), () => 'late').catch((error) => error), 'no');
    assert.equal(await within(5, new Promise(() => {}), () => 'late').catch((error) => error), 'late');
  });
});
