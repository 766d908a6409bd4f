import assert from 'node:assert/strict';
import { lines } from '../../src/cli/lines.ts';
import { describe } from '../support/it.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

const batches = async (most: number, ...texts: string[]): Promise<string[][]> => {
  const found: string[][] = [];
  for await (const batch of lines(chunks(...texts), most)) found.push(batch.map(String));
  return found;
};

describe('cli/lines', (it) => {
  it('gives what has come, and does not wait for a full batch', async () => {
    assert.deepEqual(await batches(10, 'a\nb\n', 'c\n'), [['a', 'b'], ['c']]);
  });

  it('gives no more than a batch at once', async () => {
    assert.deepEqual(await batches(2, 'a\nb\nc\nd\ne\n'), [['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('puts lines together again that come in pieces, characters included', async () => {
    const [head, tail] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)];
    async function* pieces(): AsyncGenerator<Buffer> {
      yield head;
      yield Buffer.concat([tail, Buffer.from('b')]);
      yield Buffer.from('c\nd');
    }
    const found: string[] = [];
    for await (const batch of lines(pieces(), 10)) found.push(...batch.map(String));
    assert.deepEqual(found, ['übc', 'd']);
  });

  it('leaves out empty lines, and the carriage returns of Windows', async () => {
    assert.deepEqual(await batches(10, '\na\r\n\r\n\nb\r\n'), [['a', 'b']]);
    assert.deepEqual(await batches(10), []);
  });
});
