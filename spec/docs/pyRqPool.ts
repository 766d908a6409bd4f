import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskBatch } from '../../src/index.ts';
import { drain, lapse, one, takeAll } from '../contract/onBoth.ts';
import { codeOf, type House } from '../support/house.ts';
import { until } from '../support/until.ts';
import { pool } from './comingFrom.ts';

/** What the pools of aio-py-rq and py-rq have in common. */
export const poolCases = {
  'Pool(name, redis)': async (house: House) => {
    const made = pool(house, { connection: house.client, every: 20 });
    (await made.add('a')).unwrap();
    for (let round = 1; round <= 3; round++) {
      const task = (await made.get()).unwrap();
      assert.equal(task.payload, 'a');
      (await task.ack()).unwrap();
    }
  },

  chunk_size: async (house: House) => {
    const made = pool<number>(house);
    const members = Array.from({ length: 1_500 }, (_, i) => i);
    (await made.addMulti(members)).unwrap();
    assert.deepEqual(await drain(made), members.slice(0, 1_000));
    assert.deepEqual(await drain(made), members.slice(1_000));
  },

  ack_ttl: async (house: House) => {
    const made = pool(house, { lease: 300 });
    (await made.add('a')).unwrap();
    await sleep(400);
    const task = await one(made);
    assert.equal(codeOf(await made.getNowait()), 'EMPTY', 'overdue, and handed out once');
    (await task.ack()).unwrap();
    const crashed = pool(house);
    (await crashed.add('b')).unwrap();
    await lapse(await one(crashed));
    const again = await one(crashed);
    assert.deepEqual([again.payload, again.deliveries], ['b', 2]);
  },

  ack_valid_for: async (house: House) => {
    const made = pool(house, { every: 1_000 });
    (await made.add('a')).unwrap();
    (await (await one(made)).ack()).unwrap();
    const acked = performance.now();
    assert.equal(codeOf(await made.getNowait()), 'EMPTY');
    assert.equal((await made.get({ timeout: 10_000 })).unwrap().payload, 'a');
    assert.ok(performance.now() - acked > 900);
  },

  'Pool.add_item(item)': async (house: House) => {
    const made = pool(house);
    (await made.add('a')).unwrap();
    (await (await one(made)).ack()).unwrap();
    assert.equal((await made.add('a')).unwrap().added, false);
    const task = await one(made);
    (await made.add('a')).unwrap();
    assert.equal(codeOf(await task.ack()), 'STALE');
    assert.deepEqual(await drain(made), ['a']);
  },

  'Pool.add_items(items)': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    assert.deepEqual(await drain(made), ['a', 'b', 'c']);
  },

  'Pool.get_items(count)': async (house: House) => {
    const made = pool(house);
    const get = async (n: number) => (await made.getMulti(n, { timeout: 0 })).unwrap().map(({ payload }) => payload);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    assert.deepEqual(await get(2), ['a', 'b']);
    assert.deepEqual(await get(2), ['c']);
    assert.deepEqual(await get(2), []);
    assert.throws(() => made.getMulti(0), RangeError);
  },

  'Pool.get_all_items()': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c', 'd'])).unwrap();
    (await (await one(made)).ack()).unwrap();
    const { due } = (await made.stats()).unwrap();
    const tasks = (await made.getMulti(due, { timeout: 0 })).unwrap();
    assert.deepEqual(
      tasks.map(({ payload }) => payload),
      ['b', 'c', 'd'],
    );
    (await new TaskBatch(tasks).release()).unwrap();
    const seen: string[] = [];
    made.tasks().subscribe(({ payload }) => seen.push(payload));
    await until(() => seen.length === 3);
    assert.deepEqual(seen, ['b', 'c', 'd']);
  },

  'Pool.ack_item(item), ack_items(items)': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    const first = await one(made);
    assert.equal(codeOf(await first.ack()), 'ok');
    assert.equal(codeOf(await first.ack()), 'STALE');
    (await new TaskBatch(await takeAll(made)).ack()).unwrap();
    assert.deepEqual((await made.stats()).unwrap(), { size: 3, due: 0, leased: 0 });
  },

  'Pool.remove_item(item), remove_items(items)': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c', 'd'])).unwrap();
    const [a, ...others] = (await made.getMulti(3)).unwrap();
    assert.ok(a);
    assert.equal(codeOf(await made.remove(a)), 'ok');
    assert.equal(codeOf(await made.remove(a)), 'STALE');
    (await new TaskBatch(others).kill()).unwrap();
    assert.deepEqual((await made.stats()).unwrap(), { size: 1, due: 1, leased: 0 });
  },

  'Pool.get_count(), get_count_to_process()': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    (await (await one(made)).ack()).unwrap();
    await one(made);
    const { size, due } = (await made.stats()).unwrap();
    assert.deepEqual([size, due], [3, 1]);
  },

  'Pool.is_in_pool(item)': async (house: House) => {
    const made = pool(house);
    (await made.add('a')).unwrap();
    await one(made);
    assert.deepEqual([(await made.has('a')).unwrap(), (await made.has('b')).unwrap()], [true, false]);
  },

  'Pool.clear_pool()': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    await one(made);
    assert.equal((await made.clear()).unwrap(), 3);
    assert.deepEqual((await made.stats()).unwrap(), { size: 0, due: 0, leased: 0 });
  },
};

/** What only aio-py-rq has. */
export const asyncPoolCases = {
  'Pool.delete_item(item), delete_items(items)': async (house: House) => {
    const made = pool(house);
    (await made.addMulti(['a', 'b', 'c'])).unwrap();
    const held = await one(made);
    const deleted = await Promise.all(['a', 'b', 'unknown'].map((member) => made.delete(member)));
    assert.deepEqual(
      deleted.map((each) => each.unwrap()),
      [true, true, false],
    );
    assert.equal(codeOf(await held.ack()), 'STALE');
    assert.deepEqual(await drain(made), ['c']);
  },
};
