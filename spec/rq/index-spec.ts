import assert from 'node:assert/strict';
import * as millrace from '../../src/index.ts';
import * as rq from '../../src/rq/index.ts';
import { describe } from '../support/it.ts';

describe('rq/index', (it) => {
  it('is this and no more', () => {
    const names = ['RqError', 'RqJob', 'RqQueue', 'RqRegistry', 'RqRun', 'RqWorker', 'currentJob', 'job', 'jobOf'];
    const own = Object.keys(rq).filter((name) => !name.startsWith('Py'));
    assert.deepEqual(own.sort(), names);
  });

  it('has the classes for what JavaScript lacks, the same as the package itself', () => {
    const python = (exported: object) => Object.entries(exported).filter(([name]) => name.startsWith('Py'));
    assert.equal(python(rq).length, 14);
    assert.deepEqual(python(rq), python(millrace));
  });
});
