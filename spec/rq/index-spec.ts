import assert from 'node:assert/strict';
import * as rq from '../../src/rq/index.ts';
import { describe } from '../support/it.ts';

describe('rq/index', (it) => {
  it('is this and no more', () => {
    const names = ['RqError', 'RqJob', 'RqQueue', 'RqRegistry', 'RqRun', 'RqWorker', 'currentJob', 'job', 'jobOf'];
    assert.deepEqual(Object.keys(rq).sort(), names);
  });
});
