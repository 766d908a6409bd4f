import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { judge, standing } from '../../src/rq/outcome.ts';
import { serializerOf } from '../../src/rq/serializer.ts';
import { describe } from '../support/it.ts';

const json = serializerOf('spec', 'json');
const bytes = (text: string) => Buffer.from(text);
const entry = (...fields: string[]) => fields.map(bytes);
const reply = (status: string, id = '', fields = entry(), result = '', text: string | Buffer = '') => [
  bytes(status),
  bytes(id),
  fields,
  bytes(result),
  Buffer.from(text),
];
const success = entry('type', '1', 'return_value', 'Mw==');
const failure = entry('type', '2', 'exc_string', deflateSync('ValueError: no').toString('base64'));

describe('rq/outcome', (it) => {
  it('is the value of a job that succeeded, wherever its RQ keeps it', () => {
    assert.deepEqual(judge(json, 'a', reply('finished', '5-1', success)), { value: 3 });
    assert.deepEqual(judge(json, 'a', reply('', '5-1', success)), { value: 3 }, 'the job is gone, its result is not');
    assert.deepEqual(judge(json, 'a', reply('finished', '', entry(), '[1]')), { value: [1] });
    assert.deepEqual(judge(json, 'a', reply('finished')), { value: null });
  });

  it('is the error of one that did not', () => {
    const told = (given: unknown) => () => judge(json, 'a', given);
    assert.throws(told(reply('failed', '5-1', failure)), { code: 'FAILED', traceback: 'ValueError: no' });
    assert.throws(told(reply('stopped', '5-1', failure)), { code: 'STOPPED' });
    assert.throws(told(reply('failed', '', entry(), '', deflateSync('KeyError: k'))), { traceback: 'KeyError: k' });
    assert.throws(told(reply('canceled')), { code: 'CANCELED' });
    assert.throws(told(reply('')), { code: 'MISSING' });
    assert.throws(told(reply('finished', '5-1', entry('type', '1', 'return_value', 'IQ=='))), { code: 'SERIALIZER' });
  });

  it('is not yet there, after which entry', () => {
    assert.deepEqual(judge(json, 'a', reply('queued')), { after: '0-0' });
    assert.deepEqual(judge(json, 'a', reply('started', '5-1', failure)), { after: '5-1' }, 'an earlier try');
    assert.deepEqual(judge(json, 'a', reply('scheduled', '5-1', entry('type', '4'))), { after: '5-1' });
    assert.deepEqual(standing('a', reply('started', '5-1', failure)), { status: 'started', after: '5-1' });
    assert.throws(() => standing('a', reply('')), { code: 'MISSING' });
  });
});
