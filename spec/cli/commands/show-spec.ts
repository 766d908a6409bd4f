import assert from 'node:assert/strict';
import { describe } from '../../support/it.ts';
import { inShell } from '../support/inShell.ts';

describe('millrace show', (it) => {
  it(
    'tells everything of a waiting task, and how many are before it',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.putMulti([0, 0, 0])).unwrap();
      (await queue.put({ to: 'ada' }, { id: 'x', headers: { k: 'v=w' } })).unwrap();
      const { code, out } = await shell.run('show', 'q', 'x');
      assert.equal(code, 0);
      const facts = Object.fromEntries(
        out
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, 14).trim(), line.slice(14)]),
      );
      const { put, ...rest } = facts;
      assert.match(put ?? '', /^\d{4}-.*Z \(\d+m?s ago\)$/);
      assert.deepEqual(rest, {
        id: 'x',
        state: 'ready',
        'before it': '3',
        deliveries: '0',
        failures: '0',
        priority: '0',
        header: 'k=v=w',
        codec: 'json',
        payload: '{"to":"ada"}',
      });
    }),
  );

  it(
    'tells of each state when it came, and why',
    inShell(async (shell) => {
      const queue = shell.queue('q', { retry: { backoff: 60_000 } });
      for (const id of ['leased', 'failed', 'dead']) (await queue.put(1, { id })).unwrap();
      const [leased, failed, dead] = (await queue.getMulti(3)).unwrap();
      await failed?.fail('no such customer');
      await dead?.kill('never');
      const records = await Promise.all(['leased', 'failed', 'dead'].map((id) => shell.records('show', 'q', id)));
      const [a, b, c] = records.map(([record]) => record);
      assert.deepEqual([a?.id, a?.state, a?.deliveries, typeof a?.leasedUntil], [leased?.id, 'leased', 1, 'string']);
      assert.deepEqual([b?.state, b?.failures, b?.message], ['delayed', 1, 'no such customer']);
      assert.ok(Date.parse(String(b?.firstFailureAt)) <= Date.parse(String(b?.dueAt)));
      assert.deepEqual([c?.state, c?.reason, c?.message, typeof c?.diedAt], ['dead', 'killed', 'never', 'string']);
    }),
  );

  it(
    'says of a task in no place that nobody will get it',
    inShell(async (shell) => {
      (await shell.queue('q').put(1, { id: 'lost' })).unwrap();
      await shell.house.client.del(`${shell.prefix}:{q}:ready`);
      assert.match((await shell.run('show', 'q', 'lost')).out, /state +in no place: .*millrace doctor/);
    }),
  );

  it(
    'ends with 1 when there is no such task',
    inShell(async (shell) => {
      const { code, out, err } = await shell.run('show', 'q', 'nobody');
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, /^millrace: there is no task nobody in q: .*\n$/);
    }),
  );
});
