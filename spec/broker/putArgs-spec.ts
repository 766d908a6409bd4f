import assert from 'node:assert/strict';
import { putArgs } from '../../src/broker/putArgs.ts';
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
