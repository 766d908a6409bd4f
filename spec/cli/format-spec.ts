import assert from 'node:assert/strict';
import { cut, number, oneLineOf, plural, rate, span, sparkline } from '../../src/cli/format.ts';
import { describe } from '../support/it.ts';

describe('cli/format', (it) => {
  it('tells spans by their two largest units', () => {
    const spans = [0, 250, 999.4, 1_000, 59_999, 61_000, 3_600_000, 5_400_000, 90_000_000, 8_640_000_000, -5];
    const told = ['0ms', '250ms', '999ms', '1s', '59s', '1m 1s', '1h', '1h 30m', '1d 1h', '100d', '0ms'];
    assert.deepEqual(spans.map(span), told);
  });

  it('tells numbers and rates', () => {
    assert.deepEqual(
      [number(1_234_567), rate(0), rate(0.25), rate(9.96), rate(1_234.5)],
      ['1,234,567', '0', '0.3', '10.0', '1,235'],
    );
    assert.deepEqual([plural(1, 'task'), plural(2_000, 'task')], ['1 task', '2,000 tasks']);
  });

  it('draws sparklines whose highest bar is full, the last values only', () => {
    assert.equal(sparkline([0, 1, 4, 8], 4), ' ▂▅█');
    assert.equal(sparkline([9, 1, 1], 2), '██');
    assert.equal(sparkline([0, 0], 4), '    ');
    assert.equal(sparkline([], 3), '   ');
  });

  it('cuts what is too long, and leaves nothing in a line that would end it', () => {
    assert.deepEqual([cut('abc', 3), cut('abcd', 3), cut('abc', 0)], ['abc', 'ab…', '…']);
    assert.equal(oneLineOf('a\n\tb\u001b[31m\n'), 'a b [31m');
  });
});
