import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '../../support/it.ts';
import { inShell } from '../support/inShell.ts';
import { millrace } from '../support/shell.ts';

describe('millrace demo', (it) => {
  it(
    'kills a worker, counts right all the same, and leaves no key',
    inShell(async (shell) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
      shell.house.atEnd(() => rmSync(folder, { recursive: true }));
      const book = join(folder, 'book.txt');
      writeFileSync(book, Array.from({ length: 300 }, (_, i) => `There were ${i} words.`).join('\n\n'));
      const { code, out, err } = await shell.run('demo', book);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /300 paragraphs of book\.txt are tasks in the Redis of \$REDIS_URL/);
      assert.match(out, /worker 2 is killed/);
      assert.match(out, /1,200 words, 303 different ones: as in a sequential count/);
      assert.deepEqual(await shell.house.client.keys('millrace-demo-*'), []);
    }),
  );

  it('says what is missing, and ends with 1', async () => {
    const { code, err } = await millrace(['demo', '/no/such/file']);
    assert.equal(code, 1);
    assert.match(err, /cannot read the text/);
  });
});
