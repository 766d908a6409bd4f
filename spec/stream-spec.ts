import assert from 'node:assert/strict';
import { NEVER, of, throwError } from 'rxjs';
import { operate } from '../src/stream.ts';
import { describe } from './support/it.ts';

const heard = (log: string[], next: (value: string) => void = () => {}) =>
  operate<string, string>((out) => ({
    next(value) {
      log.push(value);
      next(value);
      out.next(value);
    },
    complete() {
      log.push('complete');
      out.complete();
    },
  }));

describe('operate', (it) => {
  it('tells an operator of values and of the end', () => {
    const log: string[] = [];
    of('a', 'b').pipe(heard(log)).subscribe();
    assert.deepEqual(log, ['a', 'b', 'complete']);
  });

  it('does not mistake unsubscribing for the end', () => {
    const log: string[] = [];
    NEVER.pipe(heard(log)).subscribe().unsubscribe();
    assert.deepEqual(log, []);
  });

  it('errors the stream with what the operator throws, and hears no more', () => {
    const log: string[] = [];
    const boom = new Error('boom');
    let error: unknown;
    of('a', 'b')
      .pipe(
        heard(log, () => {
          throw boom;
        }),
      )
      .subscribe({ error: (thrown: unknown) => (error = thrown) });
    assert.equal(error, boom);
    assert.deepEqual(log, ['a']);
  });

  it('passes an error on, unless the operator hears it itself', () => {
    const boom = new Error('boom');
    const source = throwError(() => boom);
    const seen: unknown[] = [];
    source.pipe(heard([])).subscribe({ error: (error: unknown) => seen.push(error) });
    source
      .pipe(operate<never, never>((out) => ({ next() {}, complete() {}, error: () => out.complete() })))
      .subscribe({ complete: () => seen.push('complete') });
    assert.deepEqual(seen, [boom, 'complete']);
  });
});
