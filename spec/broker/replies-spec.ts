import assert from 'node:assert/strict';
import { readDead, readTaken } from '../../src/broker/replies.ts';
import { describe } from '../support/it.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const NOW = 1_700_000_000_000;

const envelope = bytes(`${NOW} raw\n`);

/** What the take script answers for these ids. */
const reply = (ids: string[], envelopes: (Buffer | null)[], history: (number | Buffer)[] = [], dueAt = -1) =>
  [[NOW, dueAt, 7], bytes(JSON.stringify(ids)), envelopes, history, []] as const;

describe('readTaken', (it) => {
  it('makes a delivery of each envelope, leased from now on', () => {
    const { deliveries, missing, left } = readTaken(
      reply(['ä"1'], [bytes(`${NOW - 9} json {"by":"me"}\n[1]`)]),
      30_000,
    );
    const [a] = deliveries;
    assert.deepEqual([a?.id, a?.codec, a?.headers, String(a?.body)], ['ä"1', 'json', { by: 'me' }, '[1]']);
    assert.deepEqual([a?.enqueuedAt, a?.takenAt, a?.leasedUntil], [NOW - 9, NOW, NOW + 30_000]);
    assert.deepEqual([a?.token, a?.deliveries, a?.failures, a?.failingFor], ['', 1, 0, 0]);
    assert.deepEqual([missing, left], [[], 7]);
  });

  it('gives each its own history, by its place', () => {
    const history = [2, bytes('3/7'), bytes(`2 ${NOW - 500} - no such\nhost`), 3, bytes('-1'), bytes('')];
    const { deliveries } = readTaken(reply(['a', 'b', 'c'], [envelope, envelope, envelope], history), 1_000);
    const seen = deliveries.map(({ token, deliveries, failures, failingFor }) => [
      token,
      deliveries,
      failures,
      failingFor,
    ]);
    assert.deepEqual(seen, [
      ['', 1, 0, 0],
      ['3/7', 4, 2, 500],
      ['-1', 2, 0, 0],
    ]);
  });

  it('names ids without a task, and passes over their history', () => {
    const history = [1, bytes('1'), bytes(''), 2, bytes('2'), bytes('')];
    const { missing, deliveries } = readTaken(reply(['gone', 'b'], [null, envelope], history), 1_000);
    assert.deepEqual(missing, ['gone']);
    assert.deepEqual(
      deliveries.map(({ id, token }) => [id, token]),
      [['b', '2']],
    );
  });

  it('tells when to look again: never a negative time, undefined when nothing is due', () => {
    const dueIn = (dueAt: number) => readTaken(reply([], [], [], dueAt), 1_000).dueIn;
    assert.deepEqual([dueIn(-1), dueIn(NOW - 3), dueIn(NOW + 3)], [undefined, 0, 3]);
  });
});

describe('readDead', (it) => {
  it('tells what died, when and why, after how many deliveries', () => {
    const [letter] = readDead([
      [bytes('a')],
      [bytes(`${NOW}123`)],
      [bytes(`${NOW - 9} json {"by":"me"}\n{`)],
      [bytes('3/1')],
      [bytes(`2 ${NOW - 5} retry-limit boom`)],
    ]);
    assert.deepEqual(letter, {
      id: 'a',
      codec: 'json',
      headers: { by: 'me' },
      body: bytes('{'),
      enqueuedAt: NOW - 9,
      diedAt: NOW,
      deliveries: 3,
      failures: 2,
      reason: 'retry-limit',
      message: 'boom',
    });
  });

  it('bears letters whose envelope is gone', () => {
    const [letter] = readDead([[bytes('a')], [bytes('5000')], [null], [null], [null]]);
    assert.deepEqual([letter?.codec, letter?.body.length, letter?.failures, letter?.message], [undefined, 0, 0, '']);
  });
});
