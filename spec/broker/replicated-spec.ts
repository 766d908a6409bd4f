import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Run } from '../../src/broker/call.ts';
import { keysOf } from '../../src/broker/keys.ts';
import { Replicated } from '../../src/broker/replicated.ts';
import type { QueueError } from '../../src/errors.ts';
import { linkTo, reply, StubClient } from '../support/client.ts';
import { describe } from '../support/it.ts';

const script = { text: 'return 1', sha: 'sha', keys: ['ready'] } as const;
const SCRIPT = 'EVALSHA m:{q}:ready';
const WAIT = 'WAIT 2 50';

const lost = () => Promise.reject(new Error('Connection is closed.'));
const refused = (message: string) => () => Promise.reject(reply(message));

/** A client that answers scripts with `done 1`, `done 2` …, and WAIT with these. */
const setUp = (...waits: (() => Promise<unknown>)[]) => {
  const client = new StubClient().up();
  let scripts = 0;
  client.replies.push(...Array.from({ length: 9 }, () => async () => `done ${++scripts}`));
  client.waits.push(...waits);
  const replicas = { count: 2, timeout: 50 };
  const replicated = new Replicated({ link: linkTo(client), keys: keysOf('m', 'q'), replicas, patience: 500 });
  const seen: unknown[] = [];
  /** Notes what it yields; resolves to how it ended. */
  const write = async (work = (run: Run) => run(script, []), repeated?: () => void): Promise<unknown> => {
    try {
      for await (const answer of replicated.write(work, repeated)) seen.push(answer);
      return 'confirmed';
    } catch (error) {
      return (error as QueueError).code;
    }
  };
  return { client, replicated, seen, write };
};

describe('Replicated', (it) => {
  it('yields the answer of the script, and ends when enough replicas have it', async () => {
    const { client, seen, write } = setUp(async () => 2);
    assert.equal(await write(), 'confirmed');
    assert.deepEqual([seen, client.calls], [['done 1'], [SCRIPT, WAIT]]);
  });

  it('throws REPLICAS after the answer when they are too few', async () => {
    const { seen, write } = setUp(async () => 1);
    assert.equal(await write(), 'REPLICAS');
    assert.deepEqual(seen, ['done 1']);
  });

  it('waits once for all that is answered in one turn, and once for all steps of one work', async () => {
    const { client, write } = setUp(
      async () => 2,
      async () => 2,
    );
    await Promise.all([write(), write(), write()]);
    assert.deepEqual(client.calls, [SCRIPT, SCRIPT, SCRIPT, WAIT]);
    await write(async (run) => [await run(script, ['a']), await run(script, ['b'])]);
    assert.deepEqual(client.calls.slice(4), [`${SCRIPT} a`, `${SCRIPT} b`, WAIT]);
  });

  it('writes again when the connection is lost meanwhile, and keeps to the first answer', async () => {
    const { client, seen, write } = setUp(lost, lost, async () => 2);
    const args = [0];
    const repeated = () => {
      args[0] = 1;
    };
    assert.equal(await write((run) => run(script, args), repeated), 'confirmed');
    assert.deepEqual(client.calls, [`${SCRIPT} 0`, WAIT, `${SCRIPT} 1`, WAIT, `${SCRIPT} 1`, WAIT]);
    assert.deepEqual(seen, ['done 1']);
  });

  it('looks for the new master when the old one became a replica, and follows a slot that moved', async () => {
    const { client, write } = setUp(
      refused('ERR WAIT cannot be used with replica instances.'),
      refused('MOVED 7 127.0.0.1:7002'),
      async () => 2,
    );
    assert.equal(await write(), 'confirmed');
    assert.deepEqual(client.calls, [SCRIPT, WAIT, 'reconnect', SCRIPT, WAIT, SCRIPT, WAIT]);
  });

  it('answers what cannot be mended as it is: no permission', async () => {
    const { seen, write } = setUp(refused("NOPERM this user has no permissions to run the 'wait' command"));
    assert.equal(await write(), 'CONNECTION');
    assert.deepEqual(seen, ['done 1']);
  });

  it('counts as under way until it is confirmed', async () => {
    let answer: (count: number) => void = () => {};
    const { replicated, write } = setUp(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const ended: string[] = [];
    const written = write().then(() => ended.push('written'));
    await nextTurn();
    const idle = replicated.idle(10_000).then(() => ended.push('idle'));
    await nextTurn();
    answer(2);
    await Promise.all([written, idle]);
    assert.deepEqual(ended, ['written', 'idle']);
  });

  it('answers REPLICAS when it is closed before', async () => {
    const { replicated, write } = setUp(async () => {
      replicated.close();
      throw new Error('Connection is closed.');
    });
    assert.equal(await write(), 'REPLICAS');
  });
});
