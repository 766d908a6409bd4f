import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '../support/it.ts';
import { inShell } from './support/inShell.ts';
import { needTerminal } from './support/shell.ts';

describe('cli/progress', (it) => {
  it.before(needTerminal);

  it(
    'shows how fast a long put goes, and clears its line in the end',
    inShell(async (shell) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-progress-'));
      shell.house.atEnd(() => rmSync(folder, { recursive: true }));
      // The lines come from a pipe, which ends once the bar was seen.
      const screen = shell.screen(['put', 'q'], { input: `while [ ! -e ${folder}/seen ]; do echo 1; sleep 0.1; done` });
      await screen.shows(/put q .*\d+, \d[\d,.]*\/s/);
      writeFileSync(join(folder, 'seen'), '');
      assert.equal(await screen.ended, 0);
      assert.match(screen.text.trim(), /^\d+ tasks put into q$/);
    }),
  );

  it(
    'says nothing of what is done in less than a second',
    inShell(async (shell) => {
      const screen = shell.screen(['put', 'q'], { input: 'seq 1 1000' });
      assert.equal(await screen.ended, 0);
      assert.doesNotMatch(screen.raw, /\/s/);
    }),
  );
});
