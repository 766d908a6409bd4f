import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import type { RqCallbackEvent } from '../../../src/rq/worker/handlers.ts';
import { describe } from '../../support/it.ts';
import { inLab, rqVersion } from '../support/lab.ts';

describe('rq/worker/callBack', (it) => {
  it.before(rqVersion);

  it(
    'calls what Python named, for each way to end',
    inLab(async (lab) => {
      await lab.script(`
import mylib
q.enqueue("node.ok", on_success=mylib.on_success, job_id="good")
q.enqueue("node.boom", on_failure=mylib.on_failure, job_id="bad")
`);
      const told: unknown[] = [];
      const tell = ({ job, kind, result, error }: RqCallbackEvent) =>
        told.push([job.id, kind, result, (error as Error)?.message]);
      const worker = lab.worker(
        ['default'],
        { 'node.ok': () => 5, 'node.boom': () => Promise.reject(new Error('boom')) },
        { callbacks: { 'mylib.on_success': tell, 'mylib.on_failure': tell } },
      );
      await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      assert.deepEqual(told, [
        ['good', 'success', 5, undefined],
        ['bad', 'failure', undefined, 'boom'],
      ]);
    }),
  );

  it(
    'fails a job whose callback throws, takes too long or is not known',
    inLab(async (lab) => {
      const queue = lab.queue();
      const texts: string[] = [];
      for (const onSuccess of ['m.throws', { name: 'm.slow', timeout: 1 }, 'm.unknown']) {
        const job = (await queue.enqueue('node.ok', { onSuccess })).unwrap();
        const callbacks = { 'm.throws': () => assert.fail('thrown'), 'm.slow': () => new Promise(() => {}) };
        await lastValueFrom(lab.worker(['default'], { 'node.ok': () => 1 }, { callbacks }).work({ burst: true }));
        const result = await job.result();
        texts.push(result.err ? result.val.message : 'ok');
      }
      assert.match(texts[0] ?? '', /thrown$/);
      assert.match(texts[1] ?? '', /m.slow exceeded its timeout \(1 seconds\)$/);
      assert.match(texts[2] ?? '', /This worker has no callback m.unknown$/);
    }),
  );
});
