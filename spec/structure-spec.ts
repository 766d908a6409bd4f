import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from './support/it.ts';
import { importsOf, reached, root, sources } from './support/sources.ts';

/** Files of src that need no spec of their own, and why. */
const UNSPECIFIED: Record<string, string> = {
  'index.ts': 'only `export … from`',
  'crew.ts': 'the works of ackOnComplete, specified with it',
  'broker/redis.ts': 'specified by the contract, beside the broker in memory',
  'broker/redisSupply.ts': 'specified by the contract, as what extends it',
  'broker/memorySupply.ts': 'specified with memory.ts, which extends it',
  'broker/received.ts': 'the form of a delivery, specified by replies-spec.ts and by the contract',
  'broker/pool/redis.ts': 'specified by the contract, beside the pool in memory',
  'broker/pool/store.ts': 'specified by the contract, and step by step by pool/model-spec.ts',
  'broker/pool/member.ts': 'what store.ts keeps, specified with it',
  'broker/pool/open.ts': 'a choice of two, made by every spec of the contract',
  'broker/redisHouse.ts': 'specified by the contract, beside the one in memory',
  'broker/memoryHouse.ts': 'specified with memoryStore.ts, which extends it, and by the model',
  'broker/memoryTwins.ts': 'specified by the contract of UniqueQueue, and by the model',
  'broker/open.ts': 'a choice of three, made by every spec of the contract',
  'answers.ts': 'specified by the calls of the queue',
  'callOptions.ts': 'specified by validation-spec.ts, option by option',
  'consuming.ts': 'specified with the queue, and by the contract',
  'housekeeping.ts': 'specified by the contract, section by section',
  'structures/uniqueQueue.ts': 'specified by its contract',
  'testing/wiredHouse.ts': 'specified with wire.ts, which extends it',
  'testing/index.ts': 'only `export … from`',
  'cli/exit.ts': 'exit codes and their lines, specified by every command',
  'cli/session.ts': 'what commands share, specified by program-spec.ts and by each of them',
  'cli/interrupts.ts': 'Ctrl-C, specified by the commands that last: put, get, exec, top',
  'cli/redis.ts': 'reaching Redis, specified by program-spec.ts; a Cluster by move-spec.ts',
  'cli/taking.ts': 'the options of get, specified with it',
  'cli/child.ts': 'the process of one task, specified by exec-spec.ts',
  'cli/watch.ts': 'looks at a queue, specified by stats and top',
  'cli/queues.ts': 'which queues there are, specified by stats and doctor',
  'cli/inspector.ts': 'tasks looked at, specified by peek, show and dead',
  'cli/rq/common.ts': 'specified by commands/rq-spec.ts',
  'cli/rq/enqueue.ts': 'specified by commands/rq-spec.ts',
  'cli/rq/admin.ts': 'specified by commands/rq-spec.ts',
  'cli/doctor/finding.ts': 'three constructors',
  'cli/doctor/server.ts': 'specified by commands/doctor-spec.ts',
  'cli/doctor/keys.ts': 'specified by commands/doctor-spec.ts',
  'cli/doctor/queue.ts': 'specified by commands/doctor-spec.ts',
  'cli/doctor/pool.ts': 'specified by commands/doctor-spec.ts',
};

const LINES = 200;
const STREAM_FOLDERS = ['sources', 'operators', 'sinks'];

const files = sources('src');
const specs = sources('spec').filter(({ name }) => name.endsWith('-spec.ts'));
const codes = new Map(files.map(({ name, code }) => [`src/${name}`, code]));
const operators = files.filter(({ name }) => /^operators\/[^/]+\.ts$/.test(name));

const read = (name: string): string => (existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '');
const none = (found: readonly string[], rule: string): void =>
  assert.ok(found.length === 0, `${rule}:\n  ${found.join('\n  ')}`);

const exportsValues = (code: string): boolean =>
  /^export (?:async function|function|const|let|class|abstract class|enum)\b/m.test(code) ||
  [...code.matchAll(/^export (?!type\b)\{([^}]*)\}/gm)].some(([, names = '']) =>
    names.split(',').some((name) => name.trim() !== '' && !/^\s*type\s/.test(name)),
  );

describe('structure', (it) => {
  it('has a spec for every file of src that does something', () => {
    const specified = new Set(specs.map(({ name }) => name));
    const missing = files
      .filter(({ name, code }) => exportsValues(code) && !(name in UNSPECIFIED))
      .map(({ name }) => name.replace(/\.ts$/, '-spec.ts'))
      .filter((name) => !specified.has(name));
    none(missing, `missing in spec/ (allowed to have none: ${Object.keys(UNSPECIFIED).join(', ')})`);
  });

  it('excuses no file that is not there', () => {
    const names = new Set(files.map(({ name }) => name));
    none(
      Object.keys(UNSPECIFIED).filter((name) => !names.has(name)),
      'in the list of unspecified files, but not in src',
    );
  });

  it('keeps sources, operators and sinks from importing each other', () => {
    const sideways = files.flatMap(({ name, code }) => {
      const own = STREAM_FOLDERS.find((folder) => name.startsWith(`${folder}/`));
      if (own === undefined) return [];
      return importsOf(`src/${name}`, code)
        .filter(({ target }) => STREAM_FOLDERS.some((other) => other !== own && target.startsWith(`src/${other}/`)))
        .map(({ target }) => `src/${name} → ${target}`);
    });
    none(sideways, 'they meet in task.ts and broker/broker.ts only');
  });

  it('keeps Redis out of the operators and of all they load', () => {
    const ways = operators.flatMap(({ name }) =>
      [...reached(`src/${name}`, (file) => codes.get(file))]
        .filter(([target]) => target === 'ioredis' || target.endsWith('.lua') || target === 'src/broker/redis.ts')
        .map(([, way]) => way),
    );
    none(ways, 'an operator must not know Redis');
  });

  it('has one door to ts-results', () => {
    const doors = files
      .filter(({ name, code }) => importsOf(`src/${name}`, code).some(({ target }) => /^ts-results/.test(target)))
      .map(({ name }) => name);
    assert.deepEqual(doors, ['result.ts']);
  });

  it('has no default exports', () => {
    const found = files.filter(({ code }) => /^export default\b|\bas default\b/m.test(code)).map(({ name }) => name);
    none(found, 'export it by name');
  });

  it('has no logic in the index', () => {
    const rest = read('src/index.ts')
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/^export (?:type )?(?:\{[^}]*\}|\*(?: as \w+)?) from '[^']+';$/gm, '');
    assert.equal(rest.trim(), '');
  });

  for (const { name, code } of operators) {
    const operator = name.replace(/^operators\/|\.ts$/g, '');

    it(`${operator}: is exported by its file, by src/index.ts, and named in README.md`, () => {
      assert.match(
        code,
        new RegExp(`^export (?:const|function) ${operator}\\b`, 'm'),
        `src/${name} exports another name`,
      );
      const index = read('src/index.ts');
      const line = new RegExp(`^export \\{[^}]*\\b${operator}\\b[^}]*\\} from '\\./${name}'`, 'm');
      assert.ok(
        line.test(index) || index.includes(`export * from './${name}'`),
        `src/index.ts does not export ${operator}`,
      );
      assert.ok(read('README.md').includes(operator), `README.md does not name ${operator}`);
    });
  }

  it('has operators', () => assert.ok(operators.length > 0));

  it(`has no file of more than ${LINES} lines in src`, () => {
    const long = files
      .map(({ name, text }) => [name, text.split('\n').length - 1] as const)
      .filter(([, n]) => n > LINES);
    none(
      long.map(([name, n]) => `src/${name}: ${n}`),
      'a file of this length holds two things',
    );
  });

  it('writes every spec with it.ts, never with uvu itself', () => {
    const found = specs.filter(({ name, code }) =>
      importsOf(`spec/${name}`, code).some(({ target }) => target === 'uvu' || target.startsWith('uvu/')),
    );
    none(
      found.map(({ name }) => `spec/${name}`),
      'uvu lets too much pass',
    );
  });
});
