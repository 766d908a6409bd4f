import assert from 'node:assert/strict';
import { inLab, type Lab, rqVersion } from '../../rq/support/lab.ts';
import { describe } from '../../support/it.ts';
import { type Ended, millrace } from '../support/shell.ts';

const rq = (lab: Lab, ...args: readonly string[]): Promise<Ended> => millrace(['--redis', lab.url, ...args]);

describe('millrace rq', (it) => {
  it.before(rqVersion);

  it(
    'enqueues for a Python worker, and prints its result',
    inLab(async (lab) => {
      const { code, out } = await rq(lab, 'rq', 'enqueue', 'mylib.add', '1', '2', '--id', 'sum');
      assert.deepEqual([code, out], [0, 'sum\n']);
      const early = await rq(lab, 'rq', 'result', 'sum');
      assert.equal(early.code, 1);
      await lab.burst();
      const result = await rq(lab, 'rq', 'result', 'sum', '--timeout', '10s');
      assert.deepEqual([result.code, result.out], [0, '3\n']);
    }),
  );

  it(
    'waits for the result, and shows the traceback of a failure',
    inLab(async (lab) => {
      lab.python(['mails']);
      const runs = await Promise.all([
        rq(lab, 'rq', 'enqueue', 'mylib.add', '1', '--kwarg', 'b=5', '--queue', 'mails', '--wait', '30s'),
        rq(lab, 'rq', 'enqueue', 'mylib.no_such_function', '--queue', 'mails', '--wait', '30s'),
      ]);
      assert.deepEqual([runs[0]?.code, runs[0]?.out], [0, '6\n']);
      assert.equal(runs[1]?.code, 1);
      assert.match(runs[1]?.err ?? '', /Traceback[\s\S]*\nmillrace: Job .*AttributeError/);
    }),
  );

  it(
    'tells how many jobs are where, runs failed ones again, and cancels',
    inLab(async (lab) => {
      for (const id of ['a', 'b', 'c']) await rq(lab, 'rq', 'enqueue', 'mylib.no_such_function', '--id', id);
      await lab.burst();
      await rq(lab, 'rq', 'enqueue', 'mylib.add', '1', '2', '--id', 'later', '--in', '1h');
      const info = await rq(lab, 'rq', 'info');
      assert.deepEqual([info.code, info.out], [0, 'default\t0\t0\t0\t3\t0\t1\t0\n']);
      const again = await rq(lab, 'rq', 'requeue', 'a', 'nobody');
      assert.deepEqual([again.code, again.out], [1, '1 job enqueued again\n']);
      assert.equal((await rq(lab, 'rq', 'requeue', '--all')).out, '2 jobs enqueued again\n');
      assert.equal((await rq(lab, 'rq', 'cancel', 'a', 'b')).out, 'a canceled\nb canceled\n');
      const [row] = JSON.parse(`[${(await rq(lab, '--json', 'rq', 'info', 'default')).out}]`);
      assert.deepEqual([row.queued, row.failed, row.canceled, row.scheduled], [1, 0, 2, 1]);
    }),
  );

  it(
    'says what is wrong',
    inLab(async (lab) => {
      const wrong: [string[], number, RegExp][] = [
        [['rq', 'enqueue', 'mylib.add', 'one'], 2, /argument 1 is not JSON: one/],
        [['rq', 'enqueue', 'mylib.add', '--kwarg', 'b=x'], 2, /--kwarg b is not JSON/],
        [['rq', 'requeue'], 2, /needs ids of jobs, or --all/],
        [['rq', 'cancel', 'nobody'], 1, /there is no job nobody/],
        [['rq', 'result', 'nobody'], 1, /there is no job nobody/],
        [['rq', 'info'], 1, /RQ has no queue there/],
        [['rq'], 2, /a command is missing/],
        [['rq', 'frob'], 2, /unknown command 'frob'/],
      ];
      const ends = await Promise.all(wrong.map(([args]) => rq(lab, ...args)));
      for (const [i, { code, err }] of ends.entries()) {
        assert.deepEqual([code, err.split('\n').length], [wrong[i]?.[1], 2], err);
        assert.match(err, wrong[i]?.[2] as RegExp);
      }
    }),
  );
});
