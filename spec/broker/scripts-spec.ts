import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { KEY_NAMES } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/scripts.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

describe('scripts', (it) => {
  it('has a command for every file in lua/', () => {
    const files = readdirSync(join(root, 'lua'))
      .filter((file) => file.endsWith('.lua'))
      .map((file) => file.replace('.lua', ''));
    assert.deepEqual(
      files.filter((name) => !(name in scripts)),
      [],
    );
  });

  it('reads the keys of each from its header, and knows them all', () => {
    for (const [name, { text, keys }] of Object.entries(scripts)) {
      const numbered = new Set(text.match(/^ *KEYS\[\d+\] +\w+/gm)?.map((line) => line.trim().split(/ +/)[1]));
      assert.deepEqual([...keys].sort(), [...numbered].sort(), name);
      assert.equal(new Set(keys).size, keys.length, name);
      for (const key of keys) assert.ok((KEY_NAMES as readonly string[]).includes(key), `${name}: ${key}`);
    }
  });

  it('names each by the hash Redis gives it, and Redis can compile them', async () => {
    const redis = new Redis(process.env.REDIS_URL ?? '');
    try {
      for (const [name, { text, sha }] of Object.entries(scripts))
        assert.equal(await redis.script('LOAD', text), sha, name);
    } finally {
      redis.disconnect();
    }
  });
});
