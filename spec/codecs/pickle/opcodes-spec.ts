import assert from 'node:assert/strict';
import { OP } from '../../../src/codecs/pickle/opcodes.ts';
import { describe } from '../../support/it.ts';
import { python } from './python.ts';

describe('pickle opcodes', (it) => {
  it('are those that CPython knows, all of them', async () => {
    const theirs = await python('import pickletools\nfor o in pickletools.opcodes: print(o.name, ord(o.code))');
    const ours = Object.entries(OP).map(([name, code]) => `${name} ${code}`);
    assert.deepStrictEqual(ours.sort(), theirs.sort());
  });
});
