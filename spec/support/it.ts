import { inspect } from 'node:util';
import { suite } from 'uvu';
import { now, problem } from './problems.mjs';

type Body = () => unknown;

export interface TestOptions {
  /** Milliseconds until a test that has not settled fails; default 60,000. */
  readonly timeout?: number;
}

export interface It {
  /** The title is a sentence about behaviour. A test may return a promise. */
  (title: string, body: Body, options?: TestOptions): void;
  /** Leaves the others of its suite out. For your desk: a run with one fails. */
  only(title: string, body: Body, options?: TestOptions): void;
  /** A run with one fails, too. */
  skip(title: string, body: Body, options?: TestOptions): void;
  before(hook: Body): void;
  after(hook: Body): void;
  beforeEach(hook: Body): void;
  afterEach(hook: Body): void;
}

/**
 * A suite of uvu, with the holes closed: it runs itself, hooks that throw fail the run, no test lasts for ever.
 *
 *     describe('getMulti', (it) => {
 *       it('completes with its source', marbles(({ cold, expectObservable }) => { … }));
 *     });
 */
export const describe = (name: string, body: (it: It) => void): void => {
  const tests = suite(name);
  const around = { before: [] as Body[], after: [] as Body[] };

  const guarded = (title: string, test: Body, { timeout = 60_000 }: TestOptions = {}) => {
    const where = `${name}: ${title}`;
    return async (): Promise<void> => {
      now.title = where;
      try {
        await limited(where, timeout, async () => {
          for (const hook of around.before) await hook();
          await test();
        });
      } catch (error) {
        throw told(error);
      } finally {
        // Also after a failure; what throws here must not hide it.
        for (const hook of around.after) await inHook(`${where}: afterEach`, hook);
      }
    };
  };

  const it: It = (title, test, options) => tests(title, guarded(title, test, options));
  it.only = (title, test, options) => {
    problem(`${name}: ${title}: .only is still there`);
    tests.only(title, guarded(title, test, options));
  };
  it.skip = (title) => problem(`${name}: ${title}: is skipped`);
  it.before = (hook) => tests.before(() => inHook(`${name}: before`, hook));
  it.after = (hook) => tests.after(() => inHook(`${name}: after`, hook));
  it.beforeEach = (hook) => void around.before.push(hook);
  it.afterEach = (hook) => void around.after.push(hook);

  const answer: unknown = body(it);
  if (answer instanceof Promise) throw new TypeError(`describe(${name}): the body must not be async`);
  tests.run();
};

// A hook's failure is noted beside the tests: uvu would swallow it.
const inHook = async (where: string, hook: Body): Promise<void> => {
  now.title = where;
  try {
    await limited(where, 60_000, hook);
  } catch (error) {
    problem(`${where}: ${told(error).stack}`);
  }
};

const limited = async (where: string, timeout: number, body: Body): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${where}: has not settled within ${timeout} ms`);
    timer = setTimeout(reject, timeout, error);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Frames that are the same in every failure. */
const OURS = /spec\/support\/it\.ts|spec\/run\.mjs|node_modules\/uvu\//;

// uvu expects an Error, and adds a diff of its own to what node:assert has said already.
const told = (thrown: unknown): Error => {
  if (!(thrown instanceof Error)) return new Error(`threw ${inspect(thrown)}`);
  const cause = thrown.cause === undefined ? '' : `\ncaused by ${inspect(thrown.cause)}`;
  const error = new Error(`${thrown.message}${cause}`);
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line) && !OURS.test(line)) ?? [];
  error.stack = [`${thrown.name}: ${error.message}`.split('\n')[0], ...frames].join('\n');
  return error;
};
