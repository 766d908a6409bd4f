import assert from 'node:assert/strict';
import { firstValueFrom, of } from 'rxjs';
import type { DeadLetter } from '../src/broker/broker.ts';
import { Codecs } from '../src/codecs/codecs.ts';
import { DeadLetters } from '../src/deadLetters.ts';
import { Ok } from '../src/result.ts';
import { FakeBroker } from './support/broker.ts';
import { describe } from './support/it.ts';

const letter: DeadLetter = {
  id: 'a',
  codec: 'json',
  headers: {},
  body: Buffer.from('{"n":1}'),
  enqueuedAt: 1_000,
  diedAt: 2_000,
  deliveries: 3,
  failures: 2,
  reason: 'retry-limit',
  message: 'boom',
};

const lettersOf = (broker: FakeBroker): DeadLetters =>
  new DeadLetters(async (of, as) => Ok(as(await firstValueFrom(of(broker)))), new Codecs('json'));

describe('DeadLetters', (it) => {
  it('lists letters with their payload and their times as dates', async () => {
    const broker = new FakeBroker({ deadLetters: () => of([letter]) });
    const [read] = (await lettersOf(broker).list()).unwrap();
    const { body: _, codec: __, ...rest } = letter;
    assert.deepEqual(read, { ...rest, payload: { n: 1 }, enqueuedAt: new Date(1_000), diedAt: new Date(2_000) });
  });

  it('gives the bytes of a payload that cannot be decoded', async () => {
    const undecodable = { ...letter, body: Buffer.from('{'), reason: 'undecodable' } as const;
    const broker = new FakeBroker({ deadLetters: () => of([undecodable, { ...letter, codec: 'unheard-of' }]) });
    const read = (await lettersOf(broker).list()).unwrap();
    assert.deepEqual(
      read.map(({ bytes, ...rest }) => [String(bytes), 'payload' in rest]),
      [
        ['{', false],
        ['{"n":1}', false],
      ],
    );
  });

  it('asks for a hundred, or for the page that is wanted', async () => {
    const broker = new FakeBroker();
    const dead = lettersOf(broker);
    await dead.list();
    await dead.list({ limit: 5, after: 'a' });
    assert.deepEqual(broker.calls, ['deadLetters 100', 'deadLetters 5 after a']);
  });

  it('counts, replays and forgets them', async () => {
    const stats = firstValueFrom(new FakeBroker().stats());
    const broker = new FakeBroker({
      replay: () => of(2),
      purgeDead: () => of(3),
      stats: () => of({ ...none, dead: 4 }),
    });
    const none = await stats;
    const dead = lettersOf(broker);
    assert.equal((await dead.size()).val, 4);
    assert.equal((await dead.replay(['a', 'b'])).val, 2);
    assert.equal((await dead.replay('all')).val, 2);
    assert.equal((await dead.purge()).val, 3);
    assert.deepEqual(broker.calls, ['stats', 'replay a b', 'replay all', 'purgeDead']);
  });
});
