import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe } from './support/it.ts';

interface Outcome {
  readonly code: unknown;
  readonly output: string;
  readonly last: string | undefined;
}

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const run = (...args: string[]): Promise<Outcome> => start('run.mjs', ...args);

const start = (program: string, ...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { ...process.env, SPEC_STALL_MS: '1000', SPEC_GRACE_MS: '300', FORCE_COLOR: '0' };
    execFile(process.execPath, [path(program), '--no-redis', ...args], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.signal ?? error.code);
      resolve({ code, output: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) });
    });
  });

// fixture → exit code, last line, what has to be said
const cases: Record<string, readonly [code: unknown, last: string, said: RegExp]> = {
  passes: [0, '1 passed, 0 failed', /passes/],
  loadsLua: [0, '1 passed, 0 failed', /loadsLua/],
  assertionFails: [1, '1 passed, 1 failed', /assertionFails.*does not hold/s],
  throwsNoError: [1, '1 passed, 1 failed', /threw 'just text'/],
  beforeThrows: [1, '1 passed, 1 failed', /beforeThrows: before: .*before broke/s],
  afterThrows: [1, '1 passed, 1 failed', /afterThrows: after: .*after broke/s],
  beforeEachThrows: [1, '0 passed, 1 failed', /beforeEach broke/],
  afterEachThrows: [1, '1 passed, 1 failed', /afterEachThrows: holds: afterEach: .*afterEach broke/s],
  bareHookThrows: [1, '0 passed, 2 failed', /a hook threw, 1 of 1 did not run/],
  runForgotten: [1, '0 passed, 1 failed', /registers no suite/],
  noTests: [1, '0 passed, 1 failed', /a suite without a test/],
  asyncBody: [1, '0 passed, 1 failed', /asyncBody\): the body must not be async/],
  only: [1, '1 passed, 1 failed', /alone: \.only is still there/],
  skip: [1, '1 passed, 1 failed', /left out: is skipped/],
  hangs: [1, '1 passed, 1 failed', /hangs: waits for nothing: has not settled within 50 ms/],
  stalls: ['SIGKILL', '0 passed, 1 failed', /stalls: loops for ever never gives the event loop back/],
  leavesOpen: [1, '1 passed, 1 failed', /still open .*TCPServerWrap/],
  unhandledRejection: [1, '1 passed, 1 failed', /unhandled rejection during unhandledRejection: drops a promise/],
  uncaughtException: [1, '1 passed, 1 failed', /uncaught exception during uncaughtException: throws later/],
  exits: [1, '0 passed, 1 failed', /the process ended during exits: leaves/],
  doesNotLoad: [1, '0 passed, 1 failed', /doesNotLoad.ts could not be loaded/],
};

describe('run', (it) => {
  // Started together, two at a time: each is a process of its own.
  const outcomes = new Map<string, Outcome>();
  it.before(async () => {
    const waiting = Object.keys(cases);
    const worker = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        outcomes.set(name, await run(path(`fixtures/runner/${name}.ts`)));
    };
    await Promise.all([worker(), worker()]);
  });

  for (const [name, [code, last, said]] of Object.entries(cases))
    it(`${code === 0 ? 'passes' : 'fails'} ${name}`, () => {
      const outcome = outcomes.get(name);
      assert.ok(outcome);
      assert.deepEqual([outcome.code, outcome.last], [code, last], outcome.output);
      assert.match(outcome.output, said);
    });

  it('fails when nothing matches', async () => {
    const { code, last, output } = await run('no-such-spec-anywhere');
    assert.deepEqual([code, last], [1, '0 passed, 1 failed']);
    assert.match(output, /no spec file matches no-such-spec-anywhere/);
  });

  it('all.mjs with arguments answers what run.mjs with these does', async () => {
    for (const name of ['passes', 'assertionFails', 'exits']) {
      const { code, last, output } = await start('all.mjs', path(`fixtures/runner/${name}.ts`));
      const [expected, line, said] = cases[name] as (typeof cases)[string];
      assert.deepEqual([code, last], [expected, line], output);
      assert.match(output, said);
    }
  });
});
