import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { readAttempt } from '../../src/rq/results.ts';
import { serializerOf } from '../../src/rq/serializer.ts';
import { describe } from '../support/it.ts';

const json = serializerOf('f', 'json');
const entry = (...fields: string[]): [Buffer, Buffer[]] => [
  Buffer.from('1500-0'),
  fields.map((each) => Buffer.from(each)),
];

describe('rq/results', (it) => {
  it('reads a success, None included', () => {
    assert.deepEqual(readAttempt(json, 'a', entry('type', '1', 'return_value', 'Mw==', 'worker_name', 'w')), {
      id: '1500-0',
      type: 'successful',
      createdAt: new Date(1_500),
      value: 3,
      workerName: 'w',
    });
    assert.equal(readAttempt(json, 'a', entry('type', '1')).value, null);
  });

  it('reads failures and retries', () => {
    const text = deflateSync('boom').toString('base64');
    const failed = readAttempt(json, 'a', entry('type', '2', 'exc_string', text, 'worker_name', ''));
    assert.deepEqual(
      [failed.type, failed.traceback, 'value' in failed, 'workerName' in failed],
      ['failed', 'boom', false, false],
    );
    assert.equal(readAttempt(json, 'a', entry('type', '4')).type, 'retried');
    assert.equal(readAttempt(json, 'a', entry('type', '5')).type, 'max-retries-exceeded');
    assert.throws(() => readAttempt(json, 'a', entry('type', '1', 'return_value', '!!!!')), { code: 'SERIALIZER' });
  });
});
