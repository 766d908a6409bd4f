import assert from 'node:assert/strict';
import { from, mergeMap, of } from 'rxjs';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { PromiseWatch } from '../../src/testing/promises.ts';
import { describe } from '../support/it.ts';
import { task } from '../support/tasks.ts';

const noteOf = (body: () => unknown): string => {
  const watch = new PromiseWatch();
  try {
    body();
    return watch.note;
  } finally {
    watch.stop();
  }
};

describe('PromiseWatch', (it) => {
  it('says nothing when nobody waits for a promise', () => {
    assert.equal(
      noteOf(() => of(1).subscribe()),
      '',
    );
    assert.equal(
      noteOf(() => void Promise.resolve(1)),
      '',
    );
  });

  it('names where a promise was made that RxJS or an operator of ours waits for', () => {
    const work = async (): Promise<number> => 1;
    for (const body of [
      () => of(1).pipe(mergeMap(work)).subscribe(),
      () => of(task('a')).pipe(ackOnComplete(work)).subscribe(),
      () => from(Promise.resolve(1)).subscribe(),
      () => void work().then(() => {}),
    ])
      assert.match(noteOf(body), /A promise was waited for in virtual time.*\(made at .*promises-spec\.ts:\d+:\d+/);
  });

  it('names each place once', () => {
    const note = noteOf(() =>
      of(1, 2, 3)
        .pipe(mergeMap(async (n) => n))
        .subscribe(),
    );
    assert.equal(note.match(/promises-spec\.ts/g)?.length, 1);
  });

  it('tells of one that was there before', () => {
    const early = Promise.resolve(1);
    assert.match(
      noteOf(() => void early.then(() => {})),
      /made before virtual time began/,
    );
  });

  it('leaves out what this package waits for itself', () => {
    const a = task('a');
    assert.equal(
      noteOf(() => void a.ack()),
      '',
    );
  });

  it('hears nothing once it is stopped', () => {
    const watch = new PromiseWatch();
    watch.stop();
    void Promise.resolve().then(() => {});
    assert.equal(watch.note, '');
  });
});
