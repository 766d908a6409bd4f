import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { POOL_KEY_NAMES } from '../../../src/broker/keys.ts';
import { scripts } from '../../../src/broker/pool/scripts.ts';
import { describe } from '../../support/it.ts';
import { root } from '../../support/sources.ts';

describe('scripts of a pool', (it) => {
  it('has a command for every file in lua/pool/', () => {
    const files = readdirSync(join(root, 'lua/pool')).map((file) => file.replace('.lua', ''));
    assert.ok(files.length > 0);
    assert.deepEqual(
      files.filter((name) => !(name in scripts)),
      [],
    );
  });

  it('knows the keys of each', () => {
    for (const [name, { keys }] of Object.entries(scripts))
      for (const key of keys) assert.ok((POOL_KEY_NAMES as readonly string[]).includes(key), `${name}: ${key}`);
  });
});
