import assert from 'node:assert/strict';
import { firstValueFrom } from 'rxjs';
import { Waiting } from '../../src/broker/waiting.ts';
import { linkTo, reply, StubClient } from '../support/client.ts';
import { describe } from '../support/it.ts';

const setUp = (...replies: (() => Promise<unknown>)[]) => waitingWith(undefined, ...replies);

const waitingWith = (patience: number | undefined, ...replies: (() => Promise<unknown>)[]) => {
  const client = new StubClient();
  client.up();
  client.replies.push(...replies);
  let opened = 0;
  const waiting = new Waiting(
    () => {
      opened++;
      return linkTo(client);
    },
    'm:{q}:wake',
    patience,
  );
  return { client, waiting, opened: () => opened };
};

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('Waiting', (it) => {
  it('opens a connection when first needed, and blocks on it for ten seconds a time', async () => {
    const { client, waiting, opened } = setUp();
    const wait = waiting.wait();
    assert.equal(opened(), 0);
    await firstValueFrom(wait);
    await firstValueFrom(wait);
    assert.equal(opened(), 1);
    assert.deepEqual(client.calls, Array(2).fill('BZPOPMIN m:{q}:wake 10'));
  });

  it('emits when a connection that was lost is back: time to look', async () => {
    const { client, waiting } = setUp(() => Promise.reject(new Error('Connection is closed.')));
    let woken = false;
    waiting.wait().subscribe(() => {
      woken = true;
    });
    client.down();
    await soon();
    assert.equal(woken, false);
    client.up();
    await soon();
    assert.equal(woken, true);
  });

  it('errors with what Redis refuses for good', async () => {
    const { waiting } = setUp(() => Promise.reject(reply('WRONGTYPE Operation against a key')));
    const error = await firstValueFrom(waiting.wait()).catch((error) => error);
    assert.equal(error.code, 'LAYOUT');
  });

  it('says whether a wake-up may be under way when it closes', async () => {
    assert.equal(setUp().waiting.close(), false);
    const { waiting } = setUp(() => new Promise((resolve) => setTimeout(resolve, 20)));
    const woken = firstValueFrom(waiting.wait());
    await soon();
    assert.equal(waiting.close(), true);
    await woken;
  });

  it('errors with CONNECTION when the connection is away for longer than the patience it has', async () => {
    const { client, waiting } = waitingWith(30, () => Promise.reject(new Error('Connection is closed.')));
    const woken = firstValueFrom(waiting.wait()).catch((error) => error);
    client.down();
    assert.equal((await woken).code, 'CONNECTION');
  });

  it('leaves a server that has become a replica for the new master', async () => {
    const { client, waiting } = setUp(() =>
      Promise.reject(reply("READONLY You can't write against a read only replica.")),
    );
    await Promise.race([firstValueFrom(waiting.wait()), soon()]);
    assert.equal(client.calls.at(-1), 'reconnect');
  });
});
