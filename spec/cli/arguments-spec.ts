import assert from 'node:assert/strict';
import * as parse from '../../src/cli/arguments.ts';
import { describe } from '../support/it.ts';

describe('cli/arguments', (it) => {
  it('reads durations as milliseconds', () => {
    const texts = ['250ms', '5s', '2m', '1h', '3d', '0ms'];
    assert.deepEqual(texts.map(parse.duration), [250, 5_000, 120_000, 3_600_000, 259_200_000, 0]);
  });

  for (const bad of ['', '5', 's', '5 s', '-5s', '1.5s', '5sec', '5S', '1h30m', '99999999999999999d'])
    it(`refuses ${JSON.stringify(bad)} as a duration, and says what one is`, () => {
      assert.throws(() => parse.duration(bad), /Expected a duration: 250ms, 5s, 2m, 1h or 3d/);
    });

  it('waits for at most what a timer can wait', () => {
    assert.equal(parse.wait('24d'), 2_073_600_000);
    assert.throws(() => parse.wait('25d'), /at most 24d/);
  });

  it('counts in whole numbers', () => {
    assert.equal(parse.count()('12'), 12);
    assert.equal(parse.count(0)('0'), 0);
    for (const bad of ['0', '-1', '1.5', 'x', '', '1e3', '11'])
      assert.throws(() => parse.count(1, 10)(bad), /Expected a whole number, 1 to 10/);
    assert.equal(parse.countOrAll('all'), Number.POSITIVE_INFINITY);
    assert.throws(() => parse.countOrAll('0'), /or 'all'/);
  });

  it('gathers headers; a value may hold anything', () => {
    assert.deepEqual(parse.header('b=x=y', parse.header('a=')), { a: '', b: 'x=y' });
    for (const bad of ['a', '=a', '']) assert.throws(() => parse.header(bad), /key=value/);
  });

  it('takes all behind --exec for the command, options included', () => {
    const packed = parse.packExec(['get', 'q', '--count', '2', '--exec', 'sh', '-c', 'cat', '--exec']);
    assert.deepEqual(packed.slice(0, 4), ['get', 'q', '--count', '2']);
    assert.deepEqual(parse.command(packed[4]?.slice('--exec='.length) ?? ''), ['sh', '-c', 'cat', '--exec']);
    assert.deepEqual(parse.packExec(['put', 'q', '--', '--exec']), ['put', 'q', '--', '--exec']);
    assert.throws(() => parse.command('[]'), /Expected a command/);
  });
});
