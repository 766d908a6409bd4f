import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { inShell, type Shell } from './support/inShell.ts';

const folderOf = ({ house }: Shell): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-exec-'));
  house.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

describe('millrace get --exec', (it) => {
  it(
    'gives a command the payload on standard input, as the whole of an argument, and the task in its environment',
    inShell(async (shell) => {
      (await shell.queue('q').put({ to: "a'; rm -rf $HOME" }, { id: 'a', headers: { 'tenant-id': 'acme' } })).unwrap();
      const script =
        'cat; printf "\\n%s\\n" "$@" "$MILLRACE_ID $MILLRACE_QUEUE $MILLRACE_DELIVERIES $MILLRACE_HEADER_TENANT_ID"';
      const { code, out, err } = await shell.run(
        'get',
        'q',
        '--exec',
        'sh',
        '-c',
        script,
        'sh',
        '{}',
        'x{}',
        '--count',
      );
      assert.deepEqual([code, err], [0, '']);
      const payload = `{"to":"a'; rm -rf $HOME"}`;
      assert.deepEqual(out.split('\n').filter(Boolean), [payload, payload, 'x{}', '--count', 'a q 1 acme']);
      assert.deepEqual(await shell.counts('q'), { ready: 0, leased: 0, delayed: 0, dead: 0 });
    }),
  );

  it(
    'counts another exit code as a failure, with the end of stderr as the reason',
    inShell(async (shell) => {
      (await shell.queue('q').put(1, { id: 'a' })).unwrap();
      const { code, err } = await shell.run('get', 'q', '--exec', 'sh', '-c', 'echo no such customer >&2; exit 3');
      assert.equal(code, 1);
      assert.match(err, /^no such customer\nmillrace: a: exit code 3: no such customer\n$/);
      const [task] = await shell.records('show', 'q', 'a');
      assert.deepEqual([task?.state, task?.failures, task?.message], ['delayed', 1, 'exit code 3: no such customer']);
    }),
  );

  it(
    'keeps only the end of a long stderr, and says which signal ended a command',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put(1, { id: 'a' })).unwrap();
      (await queue.put(2, { id: 'b' })).unwrap();
      await shell.run('get', 'q', '--exec', 'sh', '-c', 'yes x | head -c 100000 >&2; echo the end >&2; exit 1');
      await shell.run('get', 'q', '--exec', 'sh', '-c', 'kill -9 $$');
      const [a] = await shell.records('show', 'q', 'a');
      const [b] = await shell.records('show', 'q', 'b');
      assert.match(String(a?.message), /^exit code 1: .*the end$/s);
      assert.ok(Buffer.byteLength(String(a?.message)) <= 1_024);
      assert.equal(b?.message, 'ended by SIGKILL');
    }),
  );

  it(
    'runs as many at once as it is told, and no more',
    inShell(async (shell) => {
      const folder = folderOf(shell);
      (await shell.queue('q').putMulti([1, 2, 3, 4, 5, 6])).unwrap();
      const script = `touch ${folder}/$MILLRACE_ID; while [ ! -e ${folder}/go ]; do sleep 0.05; done`;
      const get = shell.start('get', 'q', '--count', 'all', '--concurrency', '3', '--exec', 'sh', '-c', script);
      await until(() => readdirSync(folder).length === 3);
      assert.equal((await shell.counts('q')).leased, 3);
      writeFileSync(join(folder, 'go'), '');
      assert.equal((await get.ended).code, 0);
      assert.equal(readdirSync(folder).length, 7);
      assert.equal((await shell.queue('q').stats()).unwrap().acked, 6);
    }),
  );

  it(
    'keeps the lease while a command runs longer than it lasts',
    inShell(async (shell) => {
      (await shell.queue('q').put(1, { id: 'a' })).unwrap();
      const get = shell.start('get', 'q', '--lease', '300ms', '--exec', 'sh', '-c', 'echo begun; sleep 1');
      await get.says(/begun/);
      const others = shell.queue('q');
      const stolen = (await others.get({ timeout: 900 })).ok || (await others.sweep()).unwrap() > 0;
      assert.equal(stolen, false);
      assert.equal((await get.ended).code, 0);
      assert.equal((await others.stats()).unwrap().acked, 1);
    }),
  );

  it(
    'lets running commands end on Ctrl-C, and takes no more',
    inShell(async (shell) => {
      const folder = folderOf(shell);
      (await shell.queue('q').putMulti([1, 2])).unwrap();
      const script = `echo begun; while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo done`;
      const get = shell.start('get', 'q', '--follow', '--exec', 'sh', '-c', script);
      await get.says(/begun/);
      get.kill('SIGINT');
      writeFileSync(join(folder, 'go'), '');
      assert.deepEqual(await get.ended, { code: 0, out: 'begun\ndone\n', err: '' });
      assert.deepEqual(await shell.counts('q'), { ready: 1, leased: 0, delayed: 0, dead: 0 });
      assert.equal((await shell.queue('q').stats()).unwrap().acked, 1);
    }),
  );

  it(
    'ends running commands on the second Ctrl-C, with all they started, and hands their tasks back',
    inShell(async (shell) => {
      const folder = folderOf(shell);
      (await shell.queue('q').put(1, { id: 'a' })).unwrap();
      const get = shell.start('get', 'q', '--exec', 'sh', '-c', `sh -c 'echo begun; sleep 60; touch ${folder}/late'`);
      await get.says(/begun/);
      get.kill('SIGINT');
      get.kill('SIGINT');
      // Two signals at once are one: again, until it has heard the second.
      await until(async () => {
        get.kill('SIGINT');
        return get.child.exitCode !== null || get.child.signalCode !== null;
      });
      assert.equal((await get.ended).code, 1);
      assert.equal(existsSync(join(folder, 'late')), false);
      const [task] = await shell.records('show', 'q', 'a');
      assert.deepEqual([task?.state, task?.failures], ['ready', 0]);
    }),
  );

  it(
    'hands the task back when there is no such command, and says so',
    inShell(async (shell) => {
      (await shell.queue('q').put(1)).unwrap();
      const { code, err } = await shell.run('get', 'q', '--exec', '/no/such/command');
      assert.equal(code, 2);
      assert.match(err, /^millrace: --exec cannot run \/no\/such\/command: .*ENOENT\n$/);
      assert.deepEqual(await shell.counts('q'), { ready: 1, leased: 0, delayed: 0, dead: 0 });
    }),
  );

  it(
    'fails a payload that cannot be an argument, and tells each outcome with --json',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put(Buffer.from([0]), { id: 'a', codec: 'raw' })).unwrap();
      (await queue.put('x', { id: 'b', codec: 'raw' })).unwrap();
      const records = await shell.records('get', 'q', '--count', 'all', '--exec', 'echo', '{}');
      assert.deepEqual(
        records.map(({ id, ok }) => [id, ok]),
        [
          ['a', false],
          ['b', true],
        ],
      );
      assert.match(String(records[0]?.reason), /no text/);
    }),
  );

  it(
    'does not mind a command that reads nothing',
    inShell(async (shell) => {
      (await shell.queue('q').put('x'.repeat(1_000_000))).unwrap();
      assert.equal((await shell.run('get', 'q', '--exec', 'true')).code, 0);
    }),
  );
});
