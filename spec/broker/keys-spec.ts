import assert from 'node:assert/strict';
import { KEY_NAMES, keysOf } from '../../src/broker/keys.ts';
import { describe } from '../support/it.ts';

/** What Redis Cluster hashes: what stands between the first braces, else the whole key. */
const hashed = (key: string): string => /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;

describe('keysOf', (it) => {
  it('begins every key with the prefix, then the name in braces', () => {
    const keys = keysOf('millrace', 'orders');
    assert.equal(keys.ready, 'millrace:{orders}:ready');
    assert.deepEqual(Object.keys(keys), [...KEY_NAMES]);
  });

  it('keeps all keys of a queue in one Cluster slot, whatever its name', () => {
    for (const [prefix, name] of [
      ['millrace', 'a'],
      ['a{b}c', 'd'],
      ['{', '}'],
      ['p', 'x}y'],
      ['p', '{x'],
    ] as const) {
      const slots = new Set(Object.values(keysOf(prefix, name)).map(hashed));
      assert.equal(slots.size, 1, `${prefix} ${name}`);
    }
  });

  it('keeps queues apart', () => {
    const all = [keysOf('a', 'b'), keysOf('a', 'c'), keysOf('b', 'b')].flatMap((keys) => Object.values(keys));
    assert.equal(new Set(all).size, all.length);
  });
});
