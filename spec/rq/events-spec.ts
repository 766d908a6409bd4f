import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { missing, RqError } from '../../src/rq/errors.ts';
import { statuses } from '../../src/rq/events.ts';
import type { RqStatus } from '../../src/rq/fields.ts';
import { describe } from '../support/it.ts';

const asking =
  (...answers: (RqStatus | Error)[]) =>
  () => {
    const answer = answers.shift() ?? 'started';
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
const seen = (ask: () => Promise<RqStatus>) => lastValueFrom(statuses(ask, { every: 1 }).pipe(toArray()));

describe('rq/events', (it) => {
  it('emits each status once, the last one included', async () => {
    assert.deepEqual(await seen(asking('queued', 'queued', 'started', 'finished', 'queued')), [
      'queued',
      'started',
      'finished',
    ]);
  });

  it('completes when the job is gone, and errors when Redis refuses', async () => {
    assert.deepEqual(await seen(asking('queued', missing('a'))), ['queued']);
    await assert.rejects(seen(asking(new RqError('CONNECTION', 'no'))), { code: 'CONNECTION' });
    assert.throws(() => statuses(asking(), { every: 0 }), /events: every is 0/);
  });
});
