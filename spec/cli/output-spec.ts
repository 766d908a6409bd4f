import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type Column, Output } from '../../src/cli/output.ts';
import { describe } from '../support/it.ts';

interface Row {
  readonly name: string;
  readonly size: number;
}
const COLUMNS: Column<Row>[] = [
  { title: 'name', of: ({ name }) => name },
  { title: 'size', of: ({ size }) => size, right: true, paint: (text) => `<${text}>` },
];
const ROWS = [
  { name: 'a', size: 5 },
  { name: 'long', size: 1_000 },
];

const output = (json: boolean, isTTY: boolean): { out: Output; stream: PassThrough; said: () => string } => {
  const stream = new PassThrough();
  const stdout = Object.assign(stream, { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream;
  return { out: new Output({ json, stdout }), stream, said: () => String(stream.read() ?? '') };
};

describe('cli/output', (it) => {
  it('is a table for a person', async () => {
    const { out, said } = output(false, true);
    await out.list(ROWS, COLUMNS);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are left out.
    const text = said().replace(/\u001b\[\d+m/g, '');
    assert.deepEqual(text.trimEnd().split('\n'), ['name    size', 'a        <5>', 'long  <1000>']);
  });

  it('is lines and tabs for a pipe, without colours', async () => {
    const { out, said } = output(false, false);
    await out.list(ROWS, COLUMNS);
    assert.equal(said(), 'a\t5\nlong\t1000\n');
    assert.equal(out.colors.red('x'), 'x');
  });

  it('is a record per line with --json, on a terminal, too', async () => {
    const { out, said } = output(true, true);
    await out.list(ROWS, COLUMNS);
    await out.say({ n: 1n }, 'one');
    assert.equal(said(), '{"name":"a","size":5}\n{"name":"long","size":1000}\n{"n":"1"}\n');
  });

  it('says nothing more once nobody reads, and tells so once', async () => {
    const { out, stream } = output(false, false);
    let gone = 0;
    out.whenGone(() => gone++);
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await out.line('unheard'), false);
    assert.deepEqual([gone, out.gone], [1, true]);
  });
});
