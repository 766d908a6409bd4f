import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { from, lastValueFrom, map, mergeMap, take, toArray } from 'rxjs';
import type { QueueEvent } from '../../src/events.ts';
import { retryLimit } from '../../src/operators/retryLimit.ts';
import type { Task } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { codeOf, drain, lapse, one, poolOnBoth, takeAll } from './onBoth.ts';

// contract.md, section 6, Pool. What getting, streams, results and closing have in common with a queue is
// specified there; here is what is a pool's own.

const told = (events: { subscribe(next: (event: QueueEvent) => void): unknown }): string[] => {
  const seen: string[] = [];
  events.subscribe((event) => seen.push(event.type));
  return seen;
};

describe('contract: Pool, members', (it) => {
  const both = poolOnBoth(it);

  both('add lets a member in, once', async (open) => {
    const pool = open<string>();
    const { id, added } = (await pool.add('a')).unwrap();
    assert.equal(added, true);
    assert.deepEqual((await pool.add('a')).unwrap(), { id, added: false });
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 1, leased: 0 });
    assert.deepEqual(await drain(pool), ['a']);
  });

  both('a member is its payload, whoever adds it', async (open) => {
    const [here, there] = [open<unknown>(), open<unknown>()];
    const first = (await here.add({ url: 'x', n: [1] })).unwrap();
    assert.deepEqual((await there.add({ url: 'x', n: [1] })).unwrap(), { id: first.id, added: false });
    const other = (await there.add({ url: 'x', n: [2] })).unwrap();
    assert.equal(other.added, true);
    assert.notEqual(other.id, first.id);
    assert.equal((await one(there)).id, first.id);
  });

  both('addMulti answers for each, also for twins among them', async (open) => {
    const pool = open<string>();
    (await pool.add('b')).unwrap();
    const added = (await pool.addMulti(['a', 'b', 'c', 'a'])).unwrap();
    assert.deepEqual(
      added.map(({ added }) => added),
      [true, false, true, false],
    );
    assert.equal(added[0]?.id, added[3]?.id);
    assert.equal((await pool.stats()).unwrap().size, 3);
    assert.deepEqual((await pool.addMulti([])).unwrap(), []);
  });

  both('addMulti takes any number, and they are due in its order', async (open) => {
    const pool = open<number>();
    const numbers = Array.from({ length: 2_500 }, (_, i) => i);
    const added = (await pool.addMulti(numbers)).unwrap();
    assert.ok(added.every(({ added }) => added));
    assert.equal(new Set(added.map(({ id }) => id)).size, numbers.length);
    const taken = [];
    for (let i = 0; i < 3; i++) taken.push(...(await takeAll(pool)));
    assert.deepEqual(
      taken.map(({ payload }) => payload),
      numbers,
    );
    assert.deepEqual(
      taken.map(({ id }) => id),
      added.map(({ id }) => id),
    );
  });

  both('adds of one turn of the event loop each have their answer', async (open) => {
    const pool = open<string>();
    const calls = ['a', 'b', 'a'].map((each) => pool.add(each));
    const answers = (await Promise.all(calls)).map((each) => each.unwrap().added);
    assert.deepEqual(answers, [true, true, false]);
    assert.deepEqual(await drain(pool), ['b', 'a']);
  });

  both('headers travel with a member until it is added again', async (open) => {
    const pool = open<string>();
    (await pool.add('a', { headers: { from: 'here' } })).unwrap();
    const task = await one(pool);
    assert.deepEqual(task.headers, { from: 'here' });
    (await task.release()).unwrap();
    assert.deepEqual((await one(pool)).headers, { from: 'here' });
    (await pool.add('a')).unwrap();
    assert.deepEqual((await one(pool)).headers, {});
  });

  both('delete removes a member whoever holds it, and its holder is too late', async (open) => {
    const pool = open<string>();
    (await pool.addMulti(['a', 'b'])).unwrap();
    const held = await one(pool);
    assert.equal((await pool.delete('a')).unwrap(), true);
    assert.equal((await pool.delete('a')).unwrap(), false);
    assert.equal((await pool.delete('b')).unwrap(), true);
    assert.equal(codeOf(await held.ack()), 'STALE');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 0, due: 0, leased: 0 });
  });

  both('a member that is deleted and added again is not its old holder’s', async (open) => {
    const pool = open<string>();
    (await pool.add('a')).unwrap();
    const old = await one(pool);
    (await pool.delete('a')).unwrap();
    (await pool.add('a')).unwrap();
    const now = await one(pool);
    assert.equal(codeOf(await old.ack()), 'STALE');
    assert.equal(now.deliveries, 1);
    assert.equal(codeOf(await now.ack()), 'ok');
  });

  both('has tells members from what is none', async (open) => {
    const pool = open<string>();
    (await pool.addMulti(['a', 'b'])).unwrap();
    const task = await one(pool);
    assert.deepEqual([(await pool.has('a')).unwrap(), (await pool.has('b')).unwrap()], [true, true]);
    (await task.ack()).unwrap();
    assert.equal((await pool.has('a')).unwrap(), true);
    assert.equal((await pool.has('c')).unwrap(), false);
  });

  both('clear removes all, held or not', async (open) => {
    const pool = open<number>({ every: 60_000 });
    (await pool.addMulti(Array.from({ length: 2_300 }, (_, i) => i))).unwrap();
    const held = (await pool.getMulti(20)).unwrap();
    (await held[0]?.ack())?.unwrap();
    assert.equal((await pool.clear()).unwrap(), 2_300);
    assert.equal((await pool.clear()).unwrap(), 0);
    assert.equal(codeOf(await (held[1] as Task).ack()), 'STALE');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 0, due: 0, leased: 0 });
  });

  both('what cannot be encoded is told as CODEC', async (open) => {
    const pool = open<unknown>();
    assert.equal(codeOf(await pool.add(undefined)), 'CODEC');
    assert.equal(codeOf(await pool.has(() => {})), 'CODEC');
    assert.equal(codeOf(await pool.delete(10n)), 'CODEC');
  });
});

describe('contract: Pool, rounds', (it) => {
  const both = poolOnBoth(it);

  both('an ack makes a member due again after `every`, and counts from 0', async (open) => {
    const pool = open<string>({ every: 60, retry: { backoff: 0 } });
    (await pool.add('a')).unwrap();
    (await (await one(pool)).fail('once')).unwrap();
    const task = await one(pool);
    assert.deepEqual([task.deliveries, task.failures], [2, 1]);
    const before = performance.now();
    (await task.ack()).unwrap();
    assert.equal(codeOf(await pool.getNowait()), 'EMPTY');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 0, leased: 0 });
    const again = (await pool.get({ timeout: 5_000 })).unwrap();
    assert.ok(performance.now() - before >= 58, 'not before its time');
    assert.deepEqual([again.payload, again.deliveries, again.failures], ['a', 1, 0]);
  });

  both('who is due longest goes first', async (open) => {
    const pool = open<string>({ every: 0 });
    (await pool.addMulti(['a', 'b', 'c'])).unwrap();
    const order: string[] = [];
    for (let i = 0; i < 7; i++) {
      const task = await one(pool);
      order.push(task.payload);
      (await task.ack()).unwrap();
    }
    assert.equal(order.join(''), 'abcabca');
  });

  both('the lease counts from the delivery, however long the member was due', async (open) => {
    const pool = open<string>({ lease: 60_000 });
    (await pool.add('a')).unwrap();
    await sleep(50);
    const task = await one(pool);
    const until = task.leasedUntil.getTime() - Date.now();
    assert.ok(until > 58_000 && until <= 61_000, `leased for ${until} ms more`);
    for (let i = 0; i < 3; i++) assert.equal(codeOf(await pool.getNowait()), 'EMPTY');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 0, leased: 1 });
  });

  both('a lease that runs out makes the member due, without any sweep', async (open) => {
    const pool = open<string>({ lease: 60_000 });
    (await pool.addMulti(['a', 'b'])).unwrap();
    const task = await one(pool);
    await lapse(task);
    assert.deepEqual((await pool.stats()).unwrap(), { size: 2, due: 2, leased: 0 });
    assert.deepEqual(await drain(pool), ['b', 'a']);
    assert.equal(codeOf(await task.ack()), 'STALE');
  });

  both('whoever waits has a member as soon as its lease runs out', async (open) => {
    const pool = open<string>({ lease: 60_000 });
    (await pool.add('a')).unwrap();
    const task = await one(pool);
    const waiting = pool.get({ timeout: 10_000 });
    await sleep(20);
    (await task.extend(30)).unwrap();
    const again = (await waiting).unwrap();
    assert.deepEqual([again.payload, again.deliveries], ['a', 2]);
  });

  both('a late settlement counts until the member is handed out again', async (open) => {
    const pool = open<string>({ lease: 60_000, retry: { backoff: 0 } });
    (await pool.addMulti(['a', 'b', 'c'])).unwrap();
    const [a, b, c] = (await pool.getMulti(3)).unwrap() as [Task<string>, Task<string>, Task<string>];
    await lapse(a, b, c);
    assert.equal(codeOf(await a.ack()), 'ok');
    assert.equal(codeOf(await b.fail('late')), 'ok');
    const [second, first] = (await takeAll(pool)) as [Task<string>, Task<string>];
    assert.deepEqual([second.payload, first.payload].sort(), ['b', 'c']);
    assert.equal(codeOf(await c.ack()), 'STALE');
  });

  both('add of a leased member ends its lease: it is handed out again, and its holder is too late', async (open) => {
    const pool = open<string>();
    const seen = told(pool.events);
    (await pool.add('a')).unwrap();
    const old = await one(pool);
    assert.equal((await pool.add('a')).unwrap().added, false);
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 1, leased: 0 });
    const now = await one(pool);
    for (const settle of [old.ack(), old.fail('x'), old.extend(5_000), old.ack()])
      assert.equal(codeOf(await settle), 'STALE');
    assert.equal(codeOf(await pool.remove(old)), 'STALE');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 0, leased: 1 });
    assert.equal(codeOf(await now.ack()), 'ok');
    assert.ok(seen.includes('stale'));
  });

  both('add of a leased member is too late for its holder before anybody has taken it again', async (open) => {
    const pool = open<string>();
    (await pool.add('a')).unwrap();
    const old = await one(pool);
    (await pool.add('a')).unwrap();
    assert.equal(codeOf(await old.ack()), 'STALE');
    assert.equal((await one(pool)).deliveries, 1);
  });

  both('add of a member whose time has not come makes it due now', async (open) => {
    const pool = open<string>({ every: 60_000 });
    (await pool.add('a')).unwrap();
    (await (await one(pool)).ack()).unwrap();
    const waiting = pool.get({ timeout: 5_000 });
    await sleep(20);
    assert.equal((await pool.add('a')).unwrap().added, false);
    assert.equal((await waiting).unwrap().payload, 'a');
  });

  both('whoever waits has a member when its time comes', async (open) => {
    const [worker, idle] = [open<string>({ every: 100 }), open<string>()];
    (await worker.add('a')).unwrap();
    const task = await one(worker);
    const waiting = idle.get({ timeout: 5_000 });
    await sleep(20);
    (await task.ack()).unwrap();
    assert.equal((await waiting).unwrap().payload, 'a');
  });

  both('a failed member waits for its backoff, or the delay it was given', async (open) => {
    const pool = open<string>({ retry: { backoff: 60_000 } });
    (await pool.addMulti(['a', 'b', 'c'])).unwrap();
    const [a, b, c] = (await pool.getMulti(3)).unwrap() as [Task<string>, Task<string>, Task<string>];
    (await a.fail('boom')).unwrap();
    (await b.fail('boom', { delay: 30 })).unwrap();
    (await c.fail('boom', { at: 'front' })).unwrap();
    const front = await one(pool);
    assert.deepEqual([front.payload, front.failures, front.deliveries], ['c', 1, 2]);
    const next = (await pool.get({ timeout: 5_000 })).unwrap();
    assert.deepEqual([next.payload, next.failures], ['b', 1]);
    assert.ok(next.failingFor >= 29);
    assert.deepEqual((await pool.stats()).unwrap(), { size: 3, due: 0, leased: 2 });
  });

  both('a released member has its place again', async (open) => {
    const pool = open<string>();
    (await pool.addMulti(['a', 'b', 'c'])).unwrap();
    const [a, b] = (await pool.getMulti(2)).unwrap() as [Task<string>, Task<string>];
    (await b.release()).unwrap();
    (await a.release()).unwrap();
    const all = await takeAll(pool);
    assert.equal(all.map(({ payload }) => payload).join(''), 'abc');
    assert.deepEqual(
      all.map(({ deliveries, failures }) => [deliveries, failures]),
      [
        [2, 0],
        [2, 0],
        [1, 0],
      ],
    );
  });

  both('what was fetched and not seen goes back as if it had never been taken', async (open) => {
    const pool = open<number>();
    (await pool.addMulti([1, 2, 3, 4, 5, 6])).unwrap();
    const seen = await lastValueFrom(
      pool.tasks({ prefetch: 6 }).pipe(
        take(2),
        map(({ payload }) => payload),
        toArray(),
      ),
    );
    assert.deepEqual(seen, [1, 2]);
    const rest = await until(async () => {
      const tasks = await takeAll(pool);
      return tasks.length > 0 && tasks;
    });
    assert.deepEqual(
      rest.map(({ payload, deliveries }) => [payload, deliveries]),
      [3, 4, 5, 6].map((payload) => [payload, 1]),
    );
  });
});

describe('contract: Pool, settling', (it) => {
  const both = poolOnBoth(it);

  both('remove is for the holder only', async (open) => {
    const pool = open<string>({ lease: 60_000 });
    (await pool.add('a')).unwrap();
    const old = await one(pool);
    await lapse(old);
    const now = await one(pool);
    assert.equal(codeOf(await pool.remove(old)), 'STALE');
    assert.equal((await pool.has('a')).unwrap(), true);
    assert.equal(codeOf(await pool.remove(now)), 'ok');
    assert.equal((await pool.has('a')).unwrap(), false);
    assert.equal(codeOf(await pool.remove(now)), 'STALE');
  });

  both('remove of a task that came from elsewhere throws', async (open) => {
    const [pool, other] = [open<string>(), open<string>()];
    (await pool.add('a')).unwrap();
    const task = await one(other);
    assert.throws(() => pool.remove(task), TypeError);
    assert.throws(() => pool.remove('a' as unknown as Task<string>), /remove: task is "a", expected a task of/);
    assert.equal(codeOf(await task.ack()), 'ok');
  });

  both('kill removes the member, whether a task is killed or a pipeline gives it up', async (open) => {
    const pool = open<string>({ retry: { backoff: 0 } });
    (await pool.addMulti(['a', 'b'])).unwrap();
    (await (await one(pool)).kill('enough')).unwrap();
    assert.equal((await pool.has('a')).unwrap(), false);
    const settled = pool.tasks({ prefetch: 1 }).pipe(
      retryLimit({ limit: 1 }),
      mergeMap((flow) => ('kind' in flow ? [flow] : [{ task: flow, kind: 'fail' as const, reason: 'boom' }])),
      pool.settle(),
      take(3),
      map(({ kind, ok }) => `${kind} ${ok}`),
      toArray(),
    );
    assert.deepEqual(await lastValueFrom(settled), ['fail true', 'fail true', 'kill true']);
    assert.deepEqual((await pool.stats()).unwrap(), { size: 0, due: 0, leased: 0 });
  });

  both('every settlement happens once, also within one batch', async (open) => {
    const pool = open<string>({ every: 60_000 });
    (await pool.add('a')).unwrap();
    const task = await one(pool);
    const codes = await Promise.all([task.ack(), task.release(), task.ack()]);
    assert.deepEqual(codes.map(codeOf), ['ok', 'STALE', 'STALE']);
    assert.equal(codeOf(await task.ack()), 'STALE');
    assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 0, leased: 0 });
  });

  both('process works through it, round after round', async (open) => {
    const pool = open<number>({ every: 0 });
    (await pool.addMulti([1, 2, 3])).unwrap();
    const settled = await lastValueFrom(
      pool.process(async ({ payload }) => payload * 10, { concurrency: 2 }).pipe(take(9), toArray()),
    );
    const values = settled.map(({ value }) => value as number);
    assert.ok(settled.every(({ kind, ok }) => kind === 'ack' && ok));
    for (const value of [10, 20, 30]) assert.ok(values.filter((each) => each === value).length >= 2, `${values}`);
  });

  both('for await takes one at a time, until it is closed', async (open) => {
    const pool = open<number>();
    (await pool.addMulti([1, 2, 3])).unwrap();
    const seen: number[] = [];
    for await (const task of pool) {
      seen.push(task.payload);
      (await task.ack()).unwrap();
      if (seen.length === 3) void pool.close();
    }
    assert.deepEqual(seen, [1, 2, 3]);
  });

  both('settlements reach it through its sink', async (open) => {
    const pool = open<number>({ every: 60_000 });
    (await pool.addMulti([1, 2])).unwrap();
    from((await pool.getMulti(2)).unwrap())
      .pipe(map((task) => ({ task, kind: 'ack' as const })))
      .subscribe(pool.sink());
    await until(async () => (await pool.stats()).unwrap().leased === 0);
  });

  both('close hands back what is unsettled; afterwards every call answers CLOSED', async (open) => {
    const [pool, other] = [open<string>(), open<string>()];
    (await pool.add('a')).unwrap();
    const task = await one(pool);
    assert.ok((await pool.close({ timeout: 0 })).ok);
    assert.equal((await one(other)).payload, 'a');
    for (const call of [pool.add('a'), pool.addMulti(['a']), pool.delete('a'), pool.has('a'), pool.stats()])
      assert.equal(codeOf(await call), 'CLOSED');
    for (const call of [pool.clear(), pool.getNowait(), pool.remove(task)]) assert.equal(codeOf(await call), 'CLOSED');
  });

  both('a payload that cannot be decoded is told, and stays a member for whoever can', async (open) => {
    const theirs = { name: 'theirs', encode: () => Buffer.from('?'), decode: () => 'read' };
    const [writer, reader] = [open({ codec: theirs, every: 60_000 }), open({ every: 60_000 })];
    (await writer.add('x')).unwrap();
    const errors: string[] = [];
    reader.events.subscribe((event) => event.type === 'undecodable' && errors.push(event.error.message));
    assert.equal(codeOf(await reader.get({ timeout: 30 })), 'EMPTY');
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /No codec is called "theirs"/);
    await until(async () => (await reader.stats()).unwrap().leased === 0);
    assert.deepEqual((await reader.stats()).unwrap(), { size: 1, due: 0, leased: 0 });
    (await writer.add('x')).unwrap();
    assert.equal((await one(writer)).payload, 'read');
  });

  both('a signal gives up an add', async (open) => {
    const pool = open<string>();
    assert.equal(codeOf(await pool.add('a', { signal: AbortSignal.abort() })), 'ABORTED');
    const gone = new AbortController();
    const adding = pool.addMulti(['a', 'b'], { signal: gone.signal });
    gone.abort();
    assert.equal(codeOf(await adding), 'ABORTED');
    assert.equal((await pool.stats()).unwrap().size, 0);
  });
});
