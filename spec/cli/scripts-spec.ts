import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { keysOf } from '../../src/broker/keys.ts';
import { scripts } from '../../src/cli/scripts.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

describe('cli/scripts', (it) => {
  it('has a command for every file in lua/cli', () => {
    const files = readdirSync(join(root, 'lua/cli')).map((file) => file.replace('.lua', ''));
    assert.deepEqual(files.sort(), Object.keys(scripts).sort());
  });

  it('knows every key its scripts take', () => {
    const keys = keysOf('p', 'q');
    const known = new Set([
      ...Object.keys(keys),
      'place',
      ...Object.keys(keys).map((name) => `from${name[0]?.toUpperCase()}${name.slice(1)}`),
    ]);
    for (const [name, script] of Object.entries(scripts))
      assert.deepEqual(
        script.keys.filter((each) => !known.has(each)),
        [],
        name,
      );
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
