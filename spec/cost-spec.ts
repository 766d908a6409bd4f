import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import type { Redis } from 'ioredis';
import { lastValueFrom, take } from 'rxjs';
import { scripts } from '../src/broker/scripts.ts';
import type { Queue } from '../src/queue.ts';
import { type House, inHouse } from './support/house.ts';
import { describe } from './support/it.ts';

// What may be counted exactly is what speed is made of, and no clock is needed to see it get worse. The bounds stand
// just above what it costs now: whoever makes it dearer says why, and raises them; whoever makes it cheaper lowers them.

interface Cost {
  /** Scripts that were called. */
  readonly calls: number;
  /** Commands that Redis ran, those inside the scripts included. */
  readonly commands: number;
  /** Bytes that were sent. */
  readonly sent: number;
  /** Promises that were made. */
  readonly promises: number;
}

const TASKS = 1_000;
/** 100 bytes as JSON. */
const payload = { text: 'x'.repeat(89) };
const payloads = Array.from({ length: TASKS }, () => payload);

const commandsOf = async (house: House): Promise<Map<string, number>> =>
  new Map(
    [...(await house.client.info('commandstats')).matchAll(/cmdstat_(\S+):calls=(\d+)/g)]
      .map(([, name = '', calls]): [string, number] => [name, Number(calls)])
      .filter(([name]) => name !== 'info'),
  );

const since = (before: Map<string, number>, after: Map<string, number>, name: string): number =>
  (after.get(name) ?? 0) - (before.get(name) ?? 0);

type Step = (queue: Queue<object>) => Promise<unknown>;

/** What `work` costs after `prepare`, with a queue that has worked before, in a Redis that knows the scripts. */
const costOf = async (house: House, prepare: Step, work: Step): Promise<Cost> => {
  for (const { text } of Object.values(scripts)) await house.client.script('LOAD', text);
  const client = house.connect();
  // A name of one length: keys are part of every call.
  const queue = house.queue<object>('costs', { connection: client as Redis, sweepEvery: null });
  (await queue.put(payload)).unwrap();
  await lastValueFrom(queue.process(async () => {}).pipe(take(1)));
  await prepare(queue);

  const before = await commandsOf(house);
  const written = client.stream.bytesWritten;
  let promises = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') promises++;
    },
  }).enable();
  await work(queue);
  hook.disable();
  const sent = client.stream.bytesWritten - written;
  const after = await commandsOf(house);
  const calls = since(before, after, 'evalsha');
  const commands = [...after.keys()].reduce((sum, name) => sum + since(before, after, name), 0);
  return { calls, commands, sent, promises };
};

const putMulti: Step = async (queue) => (await queue.putMulti(payloads)).unwrap();
const singles: Step = async (queue) => {
  for (const result of await Promise.all(payloads.map((each) => queue.put(each)))) result.unwrap();
};
const consume =
  (concurrency: number): Step =>
  (queue) =>
    lastValueFrom(queue.process(async () => {}, { concurrency }).pipe(take(TASKS)));

const within = (cost: Cost, most: Cost): void => {
  for (const name of Object.keys(most) as (keyof Cost)[])
    assert.ok(cost[name] <= most[name], `${name}: ${cost[name]}, at most ${most[name]}: ${JSON.stringify(cost)}`);
};

describe(`the cost of ${TASKS} tasks`, (it) => {
  const OWN = { redis: {} };
  const costs = (what: string, prepare: Step, work: Step, most: Cost): void =>
    it(
      what,
      inHouse(async (house) => within(await costOf(house, prepare, work), most), OWN),
    );

  const nothing: Step = async () => {};
  costs('put one by one in one turn', nothing, singles, { calls: 4, commands: 40, sent: 137_000, promises: 3_040 });
  costs('put in one step', nothing, putMulti, { calls: 1, commands: 10, sent: 136_000, promises: 14 });
  // Of the promises, two a task are the work's: its own, and the one that hears of it.
  costs('one at a time', putMulti, consume(1), { calls: 1_001, commands: 11_010, sent: 370_000, promises: 9_020 });
  costs('10 at a time', putMulti, consume(10), { calls: 105, commands: 1_150, sent: 61_000, promises: 2_760 });
  costs('100 at a time', putMulti, consume(100), { calls: 15, commands: 140, sent: 28_000, promises: 2_150 });
});
