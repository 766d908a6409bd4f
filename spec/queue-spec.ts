import assert from 'node:assert/strict';
import { firstValueFrom, from, lastValueFrom, map, NEVER, of, take, toArray } from 'rxjs';
import type { QueueError } from '../src/errors.ts';
import type { QueueEvent } from '../src/events.ts';
import { Queue } from '../src/queue.ts';
import type { Result } from '../src/result.ts';
import type { Settlement, Task } from '../src/task.ts';
import { describe } from './support/it.ts';

// How a queue is wired. What storage does is specified by the contract spec, what the parts do by their own.

let made = 0;
const newQueue = <T = string>(): Queue<T> => new Queue<T>(`wiring-${made++}`, { connection: 'memory:' });
const codeOf = (result: Result<unknown, QueueError>): string => (result.ok ? 'Ok' : result.val.code);
const counts = async <T>(queue: Queue<T>) => {
  const { ready, leased, acked } = (await queue.stats()).unwrap();
  return { ready, leased, acked };
};

describe('Queue', (it) => {
  it('carries payloads from put to ack', async () => {
    await using queue = newQueue();
    assert.equal((await queue.put('a')).unwrap().added, true);
    const task = (await queue.get()).unwrap();
    assert.deepEqual([task.payload, task.queue, task.deliveries], ['a', queue.name, 1]);
    assert.ok((await task.ack()).ok);
    assert.deepEqual(await counts(queue), { ready: 0, leased: 0, acked: 1 });
  });

  it('answers EMPTY, none or ABORTED when there is nothing to take', async () => {
    await using queue = newQueue();
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    assert.equal(codeOf(await queue.get({ timeout: 5 })), 'EMPTY');
    assert.deepEqual((await queue.getMulti(5, { timeout: 5 })).unwrap(), []);
    const controller = new AbortController();
    const waiting = queue.get({ signal: controller.signal });
    controller.abort();
    assert.equal(codeOf(await waiting), 'ABORTED');
    assert.equal(codeOf(await queue.get({ signal: AbortSignal.abort() })), 'ABORTED');
  });

  it('process runs the usual pipeline', async () => {
    await using queue = newQueue();
    await queue.putMulti(['a', 'b', 'bad']);
    const work = ({ payload }: Task<string>) => {
      if (payload === 'bad') throw new Error('boom');
      return of(payload.toUpperCase());
    };
    const settled = await lastValueFrom(queue.process(work, { concurrency: 2 }).pipe(take(3), toArray()));
    assert.deepEqual(
      settled.map(({ kind, ok, value, reason }) => [kind, ok, value ?? String(reason)]),
      [
        ['ack', true, 'A'],
        ['ack', true, 'B'],
        ['fail', true, 'Error: boom'],
      ],
    );
  });

  it('takes settlements through its sink as well', async () => {
    const queue = newQueue();
    await using other = new Queue<string>(queue.name, { connection: 'memory:' });
    await queue.putMulti(['a', 'b']);
    const tasks = (await queue.getMulti(2)).unwrap();
    from(tasks)
      .pipe(map((task): Settlement<string> => ({ task, kind: 'ack' })))
      .subscribe(queue.sink());
    await queue.close();
    assert.deepEqual(await counts(other), { ready: 0, leased: 0, acked: 2 });
  });

  it('can be looped over, one task at a time, until it is closed', async () => {
    const queue = newQueue();
    await queue.putMulti(['a', 'b']);
    const seen: string[] = [];
    for await (const task of queue) {
      seen.push(task.payload);
      assert.equal((await counts(queue)).leased, 1);
      await task.ack();
      if (seen.length === 2) void queue.close();
    }
    assert.deepEqual(seen, ['a', 'b']);
  });

  it('tells of what is no answer', async () => {
    await using queue = newQueue();
    const seen: QueueEvent[] = [];
    queue.events.subscribe((event) => seen.push(event));
    await queue.put('a');
    const task = (await queue.get()).unwrap();
    await task.kill('enough');
    await task.ack();
    assert.deepEqual(
      seen.map(({ type }) => type),
      ['dead', 'stale'],
    );
  });

  it('stands still while it is paused, for every consumer', async () => {
    await using queue = newQueue();
    await queue.put('a');
    await queue.pause();
    assert.equal((await queue.isPaused()).unwrap(), true);
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    await queue.resume();
    assert.ok((await queue.getNowait()).ok);
  });
});

describe('Queue.close', (it) => {
  it('completes streams, events and waiting calls, and hands back what is held', async () => {
    const queue = newQueue();
    await using other = new Queue<string>(queue.name, { connection: 'memory:' });
    await queue.putMulti(['a', 'b']);
    const held = firstValueFrom(queue.tasks({ prefetch: 1 }));
    const events = lastValueFrom(queue.events, { defaultValue: 'completed' });
    await held;
    const stream = lastValueFrom(queue.tasks().pipe(toArray()));

    await queue.close({ timeout: 0 });
    await stream;
    await events;
    assert.deepEqual(await counts(other), { ready: 2, leased: 0, acked: 0 });
  });

  it('lets running work settle first', async () => {
    const queue = newQueue();
    await using other = new Queue<string>(queue.name, { connection: 'memory:' });
    await queue.put('a');
    const work = async () => new Promise((resolve) => setTimeout(resolve, 30));
    const done = lastValueFrom(queue.process(work));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await queue.close();
    assert.equal((await done).ok, true);
    assert.deepEqual(await counts(other), { ready: 0, leased: 0, acked: 1 });
  });

  it('does not wait for work longer than its timeout', async () => {
    const queue = newQueue();
    await queue.put('a');
    const running = queue.process(() => NEVER).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = performance.now();
    assert.ok((await queue.close({ timeout: 20 })).ok);
    assert.ok(performance.now() - before < 2_000);
    running.unsubscribe();
  });

  it('is done once, and every call afterwards answers CLOSED', async () => {
    const queue = newQueue();
    assert.equal(queue.close(), queue.close());
    await queue.close();
    const answers = await Promise.all([
      ...[queue.put('a'), queue.putNowait('a'), queue.putMulti(['a']), queue.putMultiNowait(['a'])],
      ...[queue.get(), queue.getNowait(), queue.getMulti(1)],
      ...[queue.stats(), queue.sweep(), queue.requeue(), queue.remove('a'), queue.purge()],
      ...[queue.pause(), queue.resume(), queue.isPaused()],
      ...[queue.dead.size(), queue.dead.list(), queue.dead.replay('all'), queue.dead.purge()],
    ] as Promise<Result<unknown, QueueError>>[]);
    assert.deepEqual(new Set(answers.map(codeOf)), new Set(['CLOSED']));
    const stream = await firstValueFrom(queue.tasks()).catch((error: QueueError) => error);
    assert.equal((stream as QueueError).code, 'CLOSED');
    for await (const _ of queue) assert.fail('there is nothing to loop over');
  });
});
