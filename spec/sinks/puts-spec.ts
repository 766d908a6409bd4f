import assert from 'node:assert/strict';
import { concat, NEVER, of, Subject, throwError } from 'rxjs';
import type { Entry } from '../../src/broker/broker.ts';
import type { Limit } from '../../src/broker/gate.ts';
import { Codecs } from '../../src/codecs/codecs.ts';
import { QueueError } from '../../src/errors.ts';
import { Puts } from '../../src/sinks/puts.ts';
import { type Answers, Clock, FakeBroker } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const setUp = (answers: Answers = {}, maxItems?: number) => {
  const clock = new Clock();
  const entries: Entry[] = [];
  const put: Answers['put'] = (given, gate, patience) => {
    entries.push(...given);
    return answers.put?.(given, gate, patience) ?? of(given.map(() => 1 as const));
  };
  const broker = new FakeBroker({ ...answers, put }, clock);
  return { clock, broker, entries, puts: new Puts({ broker, codecs: new Codecs('json'), patience: 5_000, maxItems }) };
};

describe('Puts', (it) => {
  it('sends what is put in one turn together, and gives each call its own answer', async () => {
    const { clock, broker, puts } = setUp({ put: () => of([1, 0, 1]) });
    const one = puts.put('put', ['a'], { id: 'a' });
    const two = puts.put('putMulti', ['b', 'c'], { id: (payload) => payload });
    clock.advance(0);
    assert.deepEqual(broker.calls, ['put a b c']);
    assert.deepEqual((await one).val, [{ id: 'a', added: true }]);
    assert.deepEqual((await two).val, [
      { id: 'b', added: false },
      { id: 'c', added: true },
    ]);
  });

  it('never splits what is to be put in one step', () => {
    const { clock, broker, puts } = setUp();
    const ids = Array.from({ length: 400 }, (_, i) => `${i}`);
    puts.put('putMulti', ids, { id: (payload) => payload });
    clock.advance(0);
    assert.deepEqual(broker.calls, [`put ${ids.join(' ')}`]);
  });

  it('puts nothing of a list that cannot be encoded as a whole', async () => {
    const { clock, broker, puts } = setUp();
    const result = await puts.put('putMulti', [1, 2n, 3], {});
    clock.advance(0);
    assert.ok(result.err && result.val.code === 'CODEC');
    const sparse = await puts.put('putMulti', new Array(2), {});
    assert.ok(sparse.err && sparse.val.code === 'CODEC');
    assert.deepEqual(broker.calls, []);
  });

  it('asks nothing of Redis for an empty list', async () => {
    const { broker, puts } = setUp();
    assert.deepEqual((await puts.put('putMulti', [], {})).val, []);
    assert.deepEqual(broker.calls, []);
  });

  it('names the tasks that an error concerns, to each caller his own', async () => {
    const away = new QueueError('CONNECTION', 'away');
    const { clock, puts } = setUp({ put: () => throwError(() => away) });
    const [one, two] = [puts.put('put', [1], { id: 'a' }), puts.put('put', [2], { id: 'b' })];
    clock.advance(0);
    const ids = [await one, await two].map((result) => result.err && [result.val.code, result.val.ids]);
    assert.deepEqual(ids, [
      ['CONNECTION', ['a']],
      ['CONNECTION', ['b']],
    ]);
  });

  it('answers ABORTED as soon as the signal fires, and does not send what has not gone yet', async () => {
    const { clock, broker, puts } = setUp({ put: () => NEVER });
    const gone = AbortSignal.abort('before');
    const before = await puts.put('put', [1], { signal: gone });
    assert.deepEqual(before.err && [before.val.code, before.val.cause], ['ABORTED', 'before']);

    const controller = new AbortController();
    const inTime = puts.put('put', [1], { id: 'a', signal: controller.signal });
    const other = new AbortController();
    const late = puts.put('put', [2], { id: 'b', signal: other.signal });
    controller.abort();
    clock.advance(0);
    other.abort();
    for (const result of [await inTime, await late]) assert.ok(result.err && result.val.code === 'ABORTED');
    assert.deepEqual(broker.calls, ['put b']);
  });

  it('sends what it has when it closes, and answers CLOSED from then on', async () => {
    const { broker, puts } = setUp();
    const last = puts.put('put', [1], { id: 'a' });
    puts.close();
    assert.deepEqual(broker.calls, ['put a']);
    assert.ok((await last).ok);
    const after = await puts.put('put', [1], {});
    assert.ok(after.err && after.val.code === 'CLOSED');
  });

  it('tells storage of its limit, which parcels belong together, and whether it was woken', async () => {
    const limits: (Limit | undefined)[] = [];
    const room = new Subject<void>();
    const put: Answers['put'] = (given, { limit }) => {
      limits.push(limit);
      return of(given.map(() => (limits.length === 1 ? 2 : 1)));
    };
    const { clock, puts } = setUp({ put, room: () => room }, 5);
    const two = puts.put('putMulti', ['a', 'b'], {});
    puts.send('putTo', ['c', 'd'], {}, () => {}, { whole: false });
    const hasty = puts.put('putNowait', ['e'], {}, { waits: false });
    clock.advance(0);
    room.next();
    assert.equal((await two).ok, true);
    assert.ok((await hasty).err);
    assert.deepEqual(limits, [
      { most: 5, woken: false, parcels: [2, 1, 1, -1] },
      { most: 5, woken: true, parcels: [2] },
      { most: 5, woken: false, parcels: [1, 1] },
    ]);
  });

  it('too few replicas concern what is in, and nothing that waits', async () => {
    const tooFew = throwError(() => new QueueError('REPLICAS', '0 of 1'));
    const { clock, puts } = setUp({ put: () => concat(of([1, 2] as const), tooFew) }, 5);
    const [inside, outside] = [puts.put('put', [1], { id: 'a' }), puts.put('put', [2], { id: 'b' })];
    clock.advance(0);
    const result = await inside;
    assert.deepEqual(result.err && [result.val.code, result.val.ids], ['REPLICAS', ['a']]);
    puts.close();
    const other = await outside;
    assert.equal(other.err && other.val.code, 'CLOSED');
  });

  it('answers CLOSED to those who are refused after it closed', async () => {
    const answer = new Subject<readonly (1 | 2)[]>();
    const { clock, puts } = setUp({ put: () => answer }, 1);
    const putting = puts.put('put', [1], {});
    clock.advance(0);
    puts.close();
    answer.next([2]);
    answer.complete();
    const result = await putting;
    assert.equal(result.err && result.val.code, 'CLOSED');
  });
});
