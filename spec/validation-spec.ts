import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { of } from 'rxjs';
import type { BackoffConfig } from '../src/backoff.ts';
import type {
  CloseOptions,
  DropOptions,
  GetOptions,
  MatchingOptions,
  ProcessOptions,
  RequeueOptions,
  TasksOptions,
} from '../src/callOptions.ts';
import type { Codec } from '../src/codecs/codec.ts';
import type { DeadListOptions } from '../src/deadLetters.ts';
import type { FailOptions } from '../src/failOptions.ts';
import { type AckOnCompleteConfig, ackOnComplete } from '../src/operators/ackOnComplete.ts';
import { backoff } from '../src/operators/backoff.ts';
import { type GetMultiConfig, getMulti } from '../src/operators/getMulti.ts';
import { type PutToConfig, putTo } from '../src/operators/putTo.ts';
import { type RetryLimitConfig, retryLimit } from '../src/operators/retryLimit.ts';
import type { PutOptions } from '../src/put.ts';
import { Queue } from '../src/queue.ts';
import type { QueueOptions, ReplicasOptions, RetryPolicy } from '../src/queueOptions.ts';
import { type UniqueOptions, UniqueQueue } from '../src/structures/uniqueQueue.ts';
import type { Task } from '../src/task.ts';
import { TaskBatch } from '../src/taskBatch.ts';
import { delivery, FakeBroker, intakeOn } from './support/broker.ts';
import { describe, type It } from './support/it.ts';

// Every option and argument a user can give, with values that make no sense. The tables are keyed by the
// options' own interfaces: an option that is added without its row here does not compile.

/** What an argument must not be (and what it may be, at its edges). */
interface Rule {
  readonly wrongType: readonly unknown[];
  readonly outOfRange: readonly unknown[];
  readonly fine: readonly unknown[];
}

const LONGEST = 2_147_483_647;
const unless = (allowed: boolean, ...values: unknown[]): unknown[] => (allowed ? [] : values);
const signal = new AbortController().signal;
const noop = () => {};

interface Bounds {
  readonly min: number;
  readonly max?: number;
  readonly unlimited?: boolean;
}

const milliseconds = ({ min, max, unlimited = false }: Bounds = { min: 0 }): Rule => ({
  wrongType: ['5s', '', null, {}, [], true, 5n, noop],
  outOfRange: [
    Number.NaN,
    min - 1,
    -5,
    -Infinity,
    max === undefined ? 2 ** 53 : max + 1,
    ...unless(unlimited, Infinity),
  ],
  fine: [undefined, min, min + 0.5, max ?? 1e9, ...unless(!unlimited, Infinity)],
});
const count = ({ min, max, unlimited = false }: Bounds = { min: 1 }): Rule => ({
  wrongType: ['5', '', null, {}, [], true, 5n, noop],
  outOfRange: [Number.NaN, min - 1, -5, 1.5, max === undefined ? 2 ** 53 : max + 1, ...unless(unlimited, Infinity)],
  fine: [min, max ?? 1e9, ...unless(!unlimited, Infinity)],
});
const optional = (rule: Rule): Rule => ({ ...rule, fine: [undefined, ...rule.fine] });
const text: Rule = { wrongType: [5, null, {}, [], ['a'], true, noop], outOfRange: [''], fine: ['a', ' ', '{ü}'] };
const flag: Rule = { wrongType: [0, 1, 'true', '', null, {}, []], outOfRange: [], fine: [true, false] };
const end: Rule = { wrongType: [0, null, {}, [], true], outOfRange: ['middle', ''], fine: ['front', 'back'] };
const aSignal: Rule = { wrongType: [{}, null, 5, 'abort', new AbortController()], outOfRange: [], fine: [signal] };
const callable: Rule = { wrongType: [undefined, null, 'f', 5, {}, []], outOfRange: [], fine: [() => of(1)] };
const headers: Rule = {
  wrongType: [null, 'a: b', 5, ['a'], new Map([['a', 'b']]), { a: 1 }, { a: null }, { a: ['b'] }],
  outOfRange: [],
  fine: [{}, { a: 'b' }],
};
const options: Rule = { wrongType: [null, 5, 'fast', true, [], noop], outOfRange: [], fine: [undefined, {}] };
const idOrFunction: Rule = { wrongType: [5, null, {}, [], true], outOfRange: [''], fine: ['a', () => 'a'] };
const list = (rule: Partial<Rule>): Rule => ({
  wrongType: [undefined, null, 'abc', 5, {}, new Set(['a'])],
  outOfRange: [],
  fine: [[]],
  ...rule,
});

const codec: Codec<string> = { name: 'upper', encode: (value) => Buffer.from(value), decode: String };
const policy: Rule = {
  wrongType: [null, '5s', true, []],
  outOfRange: [-1, Number.NaN, Infinity],
  fine: [0, 1_000, (failures: number) => failures, { kind: 'fixed', base: 1 }],
};

const queueOptions: Record<keyof Required<QueueOptions>, Rule> = {
  connection: {
    wrongType: [null, 6379, true, [], noop],
    outOfRange: [
      '',
      'localhost',
      'http://localhost',
      'redis://',
      'redis://h:99999',
      'redis://h/first',
      'unix:///s?db=x',
    ],
    fine: [
      'redis://h/3',
      'rediss://u:p@h:1',
      'unix:///tmp/s.sock?db=1',
      { host: 'h' },
      new Redis({ lazyConnect: true }),
    ],
  },
  prefix: { ...text, outOfRange: ['', '{}'] },
  codec: { wrongType: [5, null, [], {}, noop], outOfRange: [''], fine: ['json', 'a name nobody knows yet', codec] },
  lease: milliseconds({ min: 1, max: LONGEST }),
  maxItems: optional(count()),
  maxAge: milliseconds({ min: 1 }),
  retry: options,
  sweepEvery: {
    ...milliseconds({ min: 1, max: LONGEST }),
    wrongType: ['5s', {}, [], true],
    fine: [undefined, null, 1],
  },
  patience: milliseconds({ min: 0, max: LONGEST }),
  replicas: { ...options, fine: [undefined, { count: 1, timeout: 1 }] },
};
const uniqueOptions: Record<keyof Required<UniqueOptions>, Rule> = {
  by: { ...callable, wrongType: [null, 'f', 5, {}], fine: [undefined, String] },
  until: { ...end, fine: [undefined, 'leased', 'settled'] },
};
const replicasOptions: Record<keyof Required<ReplicasOptions>, Rule> = {
  count: count(),
  timeout: {
    ...milliseconds({ min: 1, max: LONGEST }),
    wrongType: [undefined, '5s', null, {}],
    fine: [1, 2.5, LONGEST],
  },
};
const retryOptions: Record<keyof Required<RetryPolicy>, Rule> = {
  limit: optional(count({ min: 0, unlimited: true })),
  window: milliseconds(),
  backoff: policy,
};
const backoffConfig: Record<keyof Required<BackoffConfig>, Rule> = {
  kind: { wrongType: [undefined, null, 5], outOfRange: ['', 'cubic'], fine: ['fixed', 'linear', 'exponential'] },
  base: { ...milliseconds(), wrongType: [undefined, null, '1s', {}], fine: [0, 7] },
  max: { ...milliseconds(), outOfRange: [Number.NaN, -1, 6], fine: [undefined, 7] },
  jitter: {
    wrongType: [null, '1', {}],
    outOfRange: [Number.NaN, -0.1, 1.1],
    fine: [undefined, true, false, 0, 0.5, 1],
  },
};
const codecObject: Record<keyof Required<Codec>, Rule> = {
  name: { ...text, outOfRange: ['', 'two words', 'two\nlines'], fine: ['a'] },
  encode: callable,
  decode: callable,
  encodeText: { ...callable, wrongType: [null, 'f', 5, {}], fine: [undefined, String] },
};
const putOptions: Record<keyof Required<PutOptions>, Rule> = {
  id: idOrFunction,
  delay: milliseconds(),
  priority: optional(count({ min: 0, max: 9 })),
  codec: { ...text, wrongType: [...text.wrongType, codec] },
  headers,
  front: flag,
  signal: aSignal,
};
const putToConfig: Record<keyof Required<PutToConfig<string>>, Rule> = {
  ...putOptions,
  id: { ...callable, wrongType: [null, 5, 'a', {}] },
  max: optional(count({ min: 1, max: 10_000 })),
};
const getOptions: Record<keyof Required<GetOptions>, Rule> = {
  timeout: milliseconds({ min: 0, max: LONGEST, unlimited: true }),
  signal: aSignal,
};
const tasksOptions: Record<keyof Required<TasksOptions>, Rule> = { prefetch: optional(count()) };
const ackConfig: Record<keyof Required<AckOnCompleteConfig>, Rule> = {
  concurrency: optional(count({ min: 1, unlimited: true })),
  timeout: milliseconds({ min: 1, max: LONGEST, unlimited: true }),
};
const processOptions: Record<keyof Required<ProcessOptions>, Rule> = { ...ackConfig, ...tasksOptions };
const requeueOptions: Record<keyof Required<RequeueOptions>, Rule> = { olderThan: milliseconds(), at: end };
const dropOptions: Record<keyof Required<DropOptions>, Rule> = { olderThan: milliseconds() };
const matchingOptions: Record<keyof Required<MatchingOptions>, Rule> = {
  count: { ...count(), outOfRange: [Number.NaN, 1.5, 2 ** 53, -(2 ** 53), Infinity], fine: [undefined, 0, 5, -5] },
  codec: { ...text, wrongType: [...text.wrongType, codec] },
};
const closeOptions: Record<keyof Required<CloseOptions>, Rule> = { timeout: milliseconds({ min: 0, max: LONGEST }) };
const deadListOptions: Record<keyof Required<DeadListOptions>, Rule> = {
  limit: optional(count({ min: 1, max: 1_000 })),
  after: text,
};
const failOptions: Record<keyof Required<FailOptions>, Rule> = { at: end, delay: milliseconds() };
const getMultiConfig: Record<keyof Required<GetMultiConfig>, Rule> = {
  max: count(),
  within: milliseconds({ min: 0, max: LONGEST, unlimited: true }),
};
const retryLimitConfig: Record<keyof Required<RetryLimitConfig>, Rule> = {
  limit: count({ min: 0, unlimited: true }),
  window: milliseconds(),
  deliveries: optional(count({ min: 1, unlimited: true })),
};

/** One argument of one call. */
interface Argument {
  readonly where: string;
  readonly name: string;
  readonly rule: Rule;
  call(value: unknown): unknown;
}

const argument = (where: string, name: string, rule: Rule, call: (value: never) => unknown): Argument => ({
  where,
  name,
  rule,
  call: call as (value: unknown) => unknown,
});

/** The options of one call: the object itself, and each property beside the others that it needs. */
const optionsOf = (
  where: string,
  table: Readonly<Record<string, Rule>>,
  call: (options: never) => unknown,
  { name = 'options', path = '', needed = {} }: { name?: string; path?: string; needed?: object } = {},
): Argument[] => [
  ...(name === ''
    ? []
    : [argument(where, name, Object.keys(needed).length > 0 ? { ...options, fine: [] } : options, call)]),
  ...Object.entries(table).map(([key, rule]) =>
    argument(where, path + key, rule, (value) => call({ ...needed, [key]: value } as never)),
  ),
];

/** All there is, called on one queue and one of its tasks. */
const everything = (queue: Queue<string>, task: Task<string>): Argument[] => {
  const work = () => of(1);
  return [
    argument('Queue', 'name', { ...text, outOfRange: ['', '}'] }, (name) => new Queue(name)),
    ...optionsOf('Queue', queueOptions, (given) => new Queue('q', given)),
    ...optionsOf('Queue', retryOptions, (retry) => new Queue('q', { retry }), { name: 'retry', path: 'retry.' }),
    ...optionsOf('Queue', replicasOptions, (replicas) => new Queue('q', { replicas }), {
      name: 'replicas',
      path: 'replicas.',
      needed: { count: 1, timeout: 1 },
    }),
    ...optionsOf('Queue', backoffConfig, (backoff) => new Queue('q', { retry: { backoff } }), {
      name: '',
      path: 'retry.backoff.',
      needed: { kind: 'linear', base: 7 },
    }),
    ...optionsOf('Queue', codecObject, (codec) => new Queue('q', { codec }), {
      name: '',
      path: 'codec.',
      needed: codec,
    }),
    ...optionsOf('UniqueQueue', queueOptions, (given) => new UniqueQueue('q', given)),
    ...optionsOf('UniqueQueue', uniqueOptions, (unique) => new UniqueQueue('q', { unique }), {
      name: 'unique',
      path: 'unique.',
    }),

    ...optionsOf('put', putOptions, (given) => queue.put('a', given)),
    ...optionsOf('putNowait', putOptions, (given) => queue.putNowait('a', given)),
    ...(['putMulti', 'putMultiNowait'] as const).flatMap((method) => [
      argument(method, 'payloads', list({ outOfRange: [new Array(10_001).fill('a')] }), (payloads) =>
        queue[method](payloads),
      ),
      ...optionsOf(method, putOptions, (given) => queue[method](['a'], given)),
      argument(method, 'id', { wrongType: ['one for two'], outOfRange: [], fine: [] }, (id) =>
        queue[method](['a', 'b'], { id }),
      ),
    ]),

    ...optionsOf('tasks', tasksOptions, (given) => queue.tasks(given)),
    ...optionsOf('get', getOptions, (given) => queue.get(given)),
    argument('getMulti', 'n', { ...count(), wrongType: [undefined, ...count().wrongType] }, (n) => queue.getMulti(n)),
    ...optionsOf('getMulti', getOptions, (given) => queue.getMulti(1, given)),
    argument('process', 'work', callable, (work) => queue.process(work)),
    ...optionsOf('process', processOptions, (given) => queue.process(work, given)),

    ...optionsOf('requeue', requeueOptions, (given) => queue.requeue(given)),
    ...(['remove', 'failures', 'resetFailures'] as const).map((method) =>
      argument(method, 'id', { ...text, wrongType: [undefined, ...text.wrongType] }, (id) => queue[method](id)),
    ),
    ...optionsOf('dropLeased', dropOptions, (given) => queue.dropLeased(given)),
    ...optionsOf('removeMatching', matchingOptions, (given) => queue.removeMatching('a', given)),
    ...optionsOf('dead.list', deadListOptions, (given) => queue.dead.list(given)),
    argument('dead.replay', 'ids', list({ fine: ['all', [], ['a']], outOfRange: [['']] }), (ids) =>
      queue.dead.replay(ids),
    ),
    argument('dead.replay', 'ids', { wrongType: [[5], [null], ['a', undefined]], outOfRange: [], fine: [] }, (ids) =>
      queue.dead.replay(ids),
    ),
    ...optionsOf('close', closeOptions, (given) => queue.close(given)),

    ...optionsOf('fail', failOptions, (given) => task.fail('why', given)),
    ...optionsOf('fail', failOptions, (given) => new TaskBatch([task]).fail('why', given)),
    argument('TaskBatch', 'tasks', list({}), (tasks) => new TaskBatch(tasks)),
    argument('extend', 'ms', { ...milliseconds({ min: 1, max: LONGEST }), fine: [1, LONGEST] }, (ms) =>
      task.extend(ms),
    ),

    ...optionsOf('getMulti', getMultiConfig, getMulti, { name: 'config', needed: { max: 1 } }),
    ...optionsOf('retryLimit', retryLimitConfig, retryLimit, { name: 'config', needed: { limit: 1 } }),
    argument('ackOnComplete', 'work', callable, (work) => ackOnComplete(work)),
    ...optionsOf('ackOnComplete', ackConfig, (config) => ackOnComplete(work, config), { name: 'config' }),
    argument('backoff', 'policy', policy, backoff),
    ...optionsOf('backoff', backoffConfig, backoff, { name: '', path: 'policy.', needed: { kind: 'linear', base: 7 } }),
    argument('putTo', 'queue', { wrongType: [undefined, null, 'q', {}, []], outOfRange: [], fine: [queue] }, putTo),
    ...optionsOf('putTo', putToConfig, (config) => putTo(queue, config), { name: 'config' }),
  ];
};

const heldTask = (): Task<string> => intakeOn(new FakeBroker()).intake.open(delivery('a')) as Task<string>;

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.length > 3 ? `${value.length} of them` : value.map(shown)}]`;
  if (typeof value === 'object' && value !== null) return `${value.constructor.name} ${Object.keys(value)}`;
  return typeof value === 'string' ? `'${value.replace('\n', '\\n')}'` : String(value);
};

const escaped = (text: string): string => text.replace(/[.[\]()]/g, '\\$&');

/** `method: argument is …, expected …`; of an object, the argument may be one of its properties. */
const complaint = (kind: string, { where, name }: Argument): RegExp =>
  new RegExp(`^${kind}: ${escaped(where)}: ${escaped(name)}[.\\w]* is [^]+, expected \\S+`);

const refuses = (it: It, argument: Argument): void => {
  const { wrongType, outOfRange } = argument.rule;
  it(`${argument.where}: ${argument.name} is not ${[...wrongType, ...outOfRange].map(shown).join(', ')}`, () => {
    for (const value of wrongType)
      assert.throws(() => argument.call(value), complaint('TypeError', argument), shown(value));
    for (const value of outOfRange)
      assert.throws(() => argument.call(value), complaint('RangeError', argument), shown(value));
  });
};

describe('misuse throws at the call, naming method and argument', (it) => {
  const queue = new Queue<string>('validation', { connection: 'redis://127.0.0.1:1' });
  it.after(() => queue.close());
  for (const argument of everything(queue, heldTask())) refuses(it, argument);

  it('an id made by a function is a string that is not empty', () => {
    assert.throws(() => queue.put('a', { id: () => '' }), /^RangeError: put: id\(payload 0\) is ""/);
    assert.throws(
      () => queue.putMulti(['a', 'b'], { id: (_, i) => (i === 0 ? 'x' : (5 as never)) }),
      /^TypeError: putMulti: id\(payload 1\) is 5, expected a string/,
    );
  });

  it('what is out of order within $REDIS_URL is named as the connection it is', () => {
    const { REDIS_URL = '' } = process.env;
    try {
      process.env.REDIS_URL = 'localhost';
      assert.throws(() => new Queue('q'), /^RangeError: Queue: connection is "localhost", expected a redis:\/\//);
    } finally {
      process.env.REDIS_URL = REDIS_URL;
    }
  });
});

describe('what is in order', (it) => {
  it('is not complained about, up to its edges', async () => {
    // A closed queue answers every call without Redis, after looking at what it was given.
    const queue = new Queue<string>('validation', { connection: 'redis://127.0.0.1:1' });
    await queue.close();
    for (const { where, name, rule, call } of everything(queue, heldTask()))
      for (const value of rule.fine)
        try {
          const answer = await call(value);
          if (answer instanceof Queue) await answer.close();
        } catch (error) {
          assert.fail(`${where}: ${name} may be ${shown(value)}, but: ${error}`);
        }
  });
});
