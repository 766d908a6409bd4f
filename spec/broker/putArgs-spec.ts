import assert from 'node:assert/strict';
import { appendArgs, putArgs, readPuts } from '../../src/broker/putArgs.ts';
import { describe } from '../support/it.ts';
import { entry } from './memoryEntries.ts';

const OPEN = { until: undefined, limit: undefined };

describe('putArgs', (it) => {
  it('says of a plain task nothing but its id and its envelope', () => {
    assert.deepEqual(putArgs([entry('a', { own: false })], OPEN), ['1', '', '', 'a', '', 'json\n"a"']);
  });

  it('says where all others go: whose id it is, which end, its priority and its delay', () => {
    const places = [{}, { own: false, front: true }, { own: false, priority: 9 }, { own: false, delay: 1.5 }];
    const args = putArgs(
      places.map((fields) => entry('a', fields)),
      OPEN,
    );
    const said = args.slice(3).filter((_, i) => i % 3 === 1);
    assert.deepEqual(said, ['o-00', '-f00', '--90', '--01.5']);
  });

  it('says how many may wait, and what belongs together', () => {
    const limit = { most: 5, woken: true, parcels: [2, -1] };
    assert.equal(putArgs([], { until: undefined, limit })[1], '[5,1,2,-1]');
  });

  it('gives each task its digest where twins are kept out, and only there', () => {
    const args = putArgs([entry('a', { own: false, digest: 'd' })], { until: 'leased', limit: undefined });
    assert.deepEqual(args.slice(2), ['leased', 'a', '', 'json\n"a"', 'd']);
  });
});

describe('appendArgs', (it) => {
  const plain = entry('a', { own: false });

  it('names the ids together, then gives the envelopes', () => {
    const args = appendArgs([plain, entry('b', { own: false })], OPEN);
    assert.deepEqual(args, ['1', 0, '["a","b"]', 'json\n"a"', 'json\n"b"']);
  });

  it('is nothing when one of them is special, or the queue is', () => {
    for (const special of [{ own: true }, { front: true }, { priority: 1 }, { delay: 0.5 }])
      assert.equal(appendArgs([plain, entry('b', { own: false, ...special })], OPEN), undefined);
    assert.equal(appendArgs([plain], { ...OPEN, until: 'leased' }), undefined);
    assert.equal(appendArgs([plain], { ...OPEN, limit: { most: 5, woken: false, parcels: [1] } }), undefined);
  });
});

describe('readPuts', (it) => {
  it('is one answer per task, whichever script gave it', () => {
    assert.deepEqual(readPuts(3), [1, 1, 1]);
    assert.deepEqual(readPuts([0, 1, 2, Buffer.from('twin')]), [0, 1, 2, 'twin']);
  });
});
