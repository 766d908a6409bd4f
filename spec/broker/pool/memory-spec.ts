import assert from 'node:assert/strict';
import { asyncScheduler, firstValueFrom, map, tap } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Member } from '../../../src/broker/pool/broker.ts';
import { MemoryPool, memoryPool } from '../../../src/broker/pool/memory.ts';
import { tasks } from '../../../src/sources/tasks.ts';
import type { Task } from '../../../src/task.ts';
import { intakeOn } from '../../support/broker.ts';
import { describe } from '../../support/it.ts';

const members = (ids: string): Member[] =>
  [...ids].map((id) => ({ id, codec: 'json', headers: undefined, body: JSON.stringify(id) }));

/** A body in the virtual time of a pool whose members come round every 6 frames. */
const virtual = (body: (pool: MemoryPool, helpers: RunHelpers) => void) => () => {
  let compared = 0;
  const scheduler = new TestScheduler((actual, expected) => {
    compared++;
    assert.deepStrictEqual(actual, expected);
  });
  scheduler.run((helpers) => body(new MemoryPool(6, scheduler), helpers));
  assert.ok(compared > 0, 'nothing was compared');
};

/** Whoever comes, the letters as they come; `settle` says what is done with each. */
const seen = (pool: MemoryPool, prefetch: number, settle: (task: Task<string>) => unknown) =>
  tasks(intakeOn(pool).intake, prefetch).pipe(
    tap(settle),
    map(({ payload }) => payload),
  );

describe('MemoryPool', (it) => {
  it(
    'members come round every so long after their ack',
    virtual((pool, { hot, expectObservable }) => {
      hot('                 a--b-------------').subscribe((id) => pool.add(members(id)).subscribe());
      const expected = '    a--b--a--b--a--b-';
      const end = '         ----------------!';
      expectObservable(
        seen(pool, 2, (task) => task.ack()),
        end,
      ).toBe(expected);
    }),
  );

  it(
    'what is added again is due now, and six after that',
    virtual((pool, { hot, expectObservable }) => {
      hot('                 a--a-------------').subscribe((id) => pool.add(members(id)).subscribe());
      const expected = '    a--a-----a-----a-';
      const end = '         ----------------!';
      expectObservable(
        seen(pool, 2, (task) => task.ack()),
        end,
      ).toBe(expected);
    }),
  );

  it(
    'what failed is back after its delay',
    virtual((pool, { hot, expectObservable }) => {
      hot('                 a----------------').subscribe((id) => pool.add(members(id)).subscribe());
      const expected = '    a--a--a-----a--a-';
      const end = '         ----------------!';
      const twice = (task: Task<string>) => (task.failures < 2 ? task.fail('no', { delay: 3 }) : task.ack());
      expectObservable(seen(pool, 2, twice), end).toBe(expected);
    }),
  );

  it('one name is one pool of this process', async () => {
    const [one, same, other] = [memoryPool('p', 'a', 1), memoryPool('p', 'a', 2), memoryPool('q', 'a', 1)];
    assert.equal(one.scheduler, asyncScheduler);
    await firstValueFrom(one.add(members('ab')));
    assert.equal((await firstValueFrom(same.stats())).size, 2);
    assert.equal((await firstValueFrom(other.stats())).size, 0);
    assert.equal(await firstValueFrom(same.clear()), 2);
  });
});
