import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Backoff, type BackoffConfig, defaultBackoff, delayOf } from '../src/backoff.ts';
import { describe } from './support/it.ts';

const DAY = 86_400_000;
const delays = (policy: Backoff, times: number, random?: () => number) =>
  Array.from({ length: times }, (_, i) => delayOf(policy, random && { random })(i + 1));

describe('delayOf', (it) => {
  it('waits the same each time for a number, and for kind fixed', () => {
    assert.deepEqual(delays(50, 3), [50, 50, 50]);
    assert.deepEqual(delays(0, 2), [0, 0]);
    assert.deepEqual(delays({ kind: 'fixed', base: 50 }, 3), [50, 50, 50]);
  });

  it('adds up for kind linear and doubles for kind exponential, up to max', () => {
    assert.deepEqual(delays({ kind: 'linear', base: 50, max: 120 }, 4), [50, 100, 120, 120]);
    assert.deepEqual(delays({ kind: 'exponential', base: 50, max: 300 }, 4), [50, 100, 200, 300]);
  });

  it('asks a function with the number of failures, 1 for the first, and rounds its answer', () => {
    assert.deepEqual(
      delays((failures) => failures ** 2 + 0.4, 3),
      [1, 4, 9],
    );
  });

  it('never exceeds a day without a max, nor its base where that is longer', () => {
    const twoDays = 2 * DAY;
    assert.deepEqual(delays({ kind: 'exponential', base: 1_000 }, 40).at(-1), DAY);
    assert.deepEqual(delays({ kind: 'exponential', base: twoDays }, 2), [twoDays, twoDays]);
  });

  it('leaves the share of chance it was given, none by default, all of it for true', () => {
    const policy = (jitter?: boolean | number): BackoffConfig => ({
      kind: 'fixed',
      base: 1_000,
      ...(jitter !== undefined && { jitter }),
    });
    const range = (jitter?: boolean | number) =>
      [0, 0.5, 0.999_999].map((chance) => delays(policy(jitter), 1, () => chance)[0]);

    assert.deepEqual(range(), [1_000, 1_000, 1_000]);
    assert.deepEqual(range(false), [1_000, 1_000, 1_000]);
    assert.deepEqual(range(0.5), [1_000, 750, 500]);
    assert.deepEqual(range(true), [1_000, 500, 0]);
  });

  it('is by default one second, doubling up to an hour, less up to half of it', () => {
    const late = delays(defaultBackoff, 14, () => 0);
    assert.deepEqual(late.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    assert.deepEqual(late.slice(-3), [2_048_000, 3_600_000, 3_600_000]);
    assert.deepEqual(
      delays(defaultBackoff, 2, () => 0.999_999),
      [500, 1_000],
    );
  });

  it('is whole milliseconds between 0 and max for any policy and any number of failures', () => {
    const policies = fc.record({
      kind: fc.constantFrom('fixed', 'linear', 'exponential'),
      base: fc.double({ min: 0, max: 1e12, noNaN: true }),
      above: fc.double({ min: 0, max: 1e12, noNaN: true }),
      jitter: fc.oneof(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 1e9 }), ({ above, ...policy }, failures) => {
        const max = policy.base + above;
        const delay = delayOf({ ...policy, max } as BackoffConfig)(failures);
        assert.ok(Number.isSafeInteger(delay) && delay >= 0 && delay <= Math.round(max));
      }),
    );
  });

  it('refuses what is no policy, at call time, naming what is wrong with it', () => {
    const fails = (policy: unknown, message: RegExp) => assert.throws(() => delayOf(policy as Backoff), message);
    const good = { kind: 'fixed', base: 10 };

    fails(undefined, /^TypeError: backoff: policy is undefined, expected milliseconds, a function of the failures, or/);
    fails('1s', /^TypeError: backoff: policy is "1s"/);
    fails([1, 2], /^TypeError: backoff: policy is an array of 2/);
    fails(-5, /^RangeError: backoff: policy is -5, expected milliseconds, 0 or more/);
    fails(Number.NaN, /^RangeError: backoff: policy is NaN/);
    fails(Infinity, /^RangeError: backoff: policy is Infinity/);
    fails({ type: 'fixed', base: 1 }, /^TypeError: backoff: policy.kind is undefined, expected "fixed" or "linear"/);
    fails({ kind: 'fixed' }, /^TypeError: backoff: policy.base is undefined/);
    fails({ ...good, max: 9 }, /^RangeError: backoff: policy.max is 9, expected milliseconds, 10 or more/);
    fails(
      { ...good, jitter: 1.5 },
      /^RangeError: backoff: policy.jitter is 1.5, expected true, false or a share, 0 to 1/,
    );
    fails({ ...good, jitter: 'full' }, /^TypeError: backoff: policy.jitter is "full"/);
  });

  it('refuses what a policy function answers when it is no time, naming the failures', () => {
    const answers = (answer: unknown) => () => delayOf((() => answer) as () => number)(3);

    assert.throws(answers(-1), /^RangeError: backoff: policy\(3\) is -1, expected milliseconds, 0 or more/);
    assert.throws(answers(Number.NaN), /^RangeError: backoff: policy\(3\) is NaN/);
    assert.throws(answers(Infinity), /^RangeError: backoff: policy\(3\) is Infinity/);
    assert.throws(answers('5'), /^TypeError: backoff: policy\(3\) is "5"/);
    assert.throws(answers(undefined), /^TypeError: backoff: policy\(3\) is undefined/);
  });

  it('names the argument as its caller does', () => {
    const named = { where: 'Queue', name: 'retry.backoff' };
    assert.throws(() => delayOf(-1, named), /^RangeError: Queue: retry.backoff is -1/);
    assert.throws(() => delayOf({ kind: 'fixed', base: -1 }, named), /^RangeError: Queue: retry.backoff.base is -1/);
    assert.throws(() => delayOf(() => -1, named)(2), /^RangeError: Queue: retry.backoff\(2\) is -1/);
  });
});
