import assert from 'node:assert/strict';
import { lastValueFrom, take, toArray } from 'rxjs';
import { missing, RqError } from '../../src/rq/errors.ts';
import { statuses, type Watched } from '../../src/rq/events.ts';
import type { RqStatus } from '../../src/rq/fields.ts';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

const never = new Promise(() => {});
/** A job that answers these, one after the other. */
const answering = (...answers: (RqStatus | Error)[]): Watched => ({
  look: () => {
    const answer = answers.shift() ?? 'started';
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ status: answer, after: '0-0' });
  },
  told: () => never,
});
const seen = (job: Watched) => lastValueFrom(statuses(job, { every: 1 }).pipe(toArray()));

describe('rq/events', (it) => {
  it('emits each status once, the last one included', async () => {
    assert.deepEqual(await seen(answering('queued', 'queued', 'started', 'finished', 'queued')), [
      'queued',
      'started',
      'finished',
    ]);
  });

  it('completes when the job is gone, and errors when Redis refuses', async () => {
    assert.deepEqual(await seen(answering('queued', missing('a'))), ['queued']);
    await assert.rejects(seen(answering(new RqError('CONNECTION', 'no'))), { code: 'CONNECTION' });
    assert.throws(() => statuses(answering(), { every: 0 }), /events: every is 0/);
  });

  it('looks soon after a change, then ever more rarely, and waits for results once', async () => {
    let looks = 0;
    let waits = 0;
    const job: Watched = {
      look: () => Promise.resolve({ status: ++looks < 3 ? 'queued' : 'started', after: '0-0' }),
      told: () => {
        waits++;
        return never;
      },
    };
    const subscription = statuses(job, { every: 60_000 }).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 600));
    subscription.unsubscribe();
    // Looks after 0, 25, 75 (a change), 100, 150, 250, 450 ms.
    assert.ok(looks >= 4 && looks <= 7, `${looks} looks`);
    assert.equal(waits, 1);
  });

  it(
    'is told the end at once, however rarely it looks, and lets go when nobody listens',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('n.f')).unwrap();
      const other = (await queue.enqueue('n.g')).unwrap();
      const all = lastValueFrom(job.events({ every: 60_000 }).pipe(toArray()));
      await lastValueFrom(other.events({ every: 60_000 }).pipe(take(1)));
      await lab.until(async () => /name=millrace:wait/.test((await lab.client.client('LIST')) as string));
      // So long that it does not look any more.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const begun = performance.now();
      lab
        .worker(['default'], { 'n.f': () => 1, 'n.g': () => 2 })
        .work({ burst: true })
        .subscribe();
      assert.equal((await all).at(-1), 'finished');
      assert.ok(performance.now() - begun < 350, 'looked instead of being told');
      await lab.until(async () => !/name=millrace:wait/.test((await lab.client.client('LIST')) as string));
    }),
  );
});
