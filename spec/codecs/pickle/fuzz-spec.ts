import assert from 'node:assert/strict';
import { OP } from '../../../src/codecs/pickle/opcodes.ts';
import { dumps, loads, PickleError } from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';
import { pickledBy } from './python.ts';
import { randomFrom } from './random.ts';

const INPUTS = 100_000;
const SLOWEST = 50;
const opcodes = Object.values(OP);

const seeds = [
  '[1, -1, 300, 70000, 2**40, 2**70, -2**70, 1.5, True, None]',
  "['a', 'ü\\ud800', 'x' * 300, b'', b'abc\\xff', bytearray(b'ab'), 'n\\n\\\\']",
  "{'a': 1, 'b': {'c': [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]}, '__proto__': {}}",
  "{1: 'x', (1, 2): {3}, frozenset([4]): set()}",
  '[datetime.datetime(2024, 1, 31, 1, 2, 3, 4, datetime.timezone.utc), datetime.date(1, 2, 3), datetime.time(1)]',
  "[decimal.Decimal('1.20'), uuid.UUID(int=7), complex(1, 2), collections.OrderedDict(a=1), zoneinfo.ZoneInfo('UTC')]",
  '(lambda a: (a.append(a), a)[1])([1])',
  '[[str(i) for i in range(300)], [[]] * 5, datetime.timedelta(-1, 2, 3)]',
  '[collections.Counter("aab"), collections.defaultdict(list, a=[1]), collections.deque([1, 2]), ValueError("x")]',
];

/** Some of its bytes are gone, changed, doubled, or taken from another one. */
const mutated = (corpus: readonly Buffer[], random: (below: number) => number): Buffer => {
  const pick = (): Buffer => corpus[random(corpus.length)] as Buffer;
  let bytes = Buffer.from(pick());
  for (let times = random(3) === 0 ? 5 : 1; times > 0; times -= 1) {
    const at = random(bytes.length + 1);
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (random(7)) {
      case 0:
        bytes = Buffer.concat([head, tail.subarray(1 + random(8))]);
        break;
      case 1:
        bytes = Buffer.from(head);
        break;
      case 2:
        bytes = Buffer.concat([head, Buffer.from([random(256)]), tail.subarray(1)]);
        break;
      case 3:
        bytes = Buffer.concat([head, Buffer.from([opcodes[random(opcodes.length)] ?? 0]), tail.subarray(random(2))]);
        break;
      case 4:
        bytes = Buffer.concat([head, bytes.subarray(random(bytes.length + 1), at), tail]);
        break;
      case 5: {
        const other = pick();
        const from = random(other.length);
        bytes = Buffer.concat([head, other.subarray(from, from + random(40)), tail]);
        break;
      }
      default:
        bytes = Buffer.concat([head, Buffer.alloc(1 + random(8), 0xff), tail]);
    }
  }
  return bytes;
};

const steps = [
  ...[
    'N',
    'K\x01',
    'K\x02',
    'U\x01a',
    'C\x01b',
    ']',
    '}',
    '\x8f',
    ')',
    '(',
    '(',
    '(',
    'e',
    'u',
    'd',
    'l',
    't',
    '\x90',
    '\x91',
  ],
  ...[
    '\x85',
    '\x86',
    '\x87',
    'a',
    's',
    '0',
    '1',
    '2',
    'q\x00',
    'q\x01',
    'h\x00',
    'h\x01',
    '\x94',
    'R',
    '\x81',
    '\x92',
    'b',
    'o',
  ],
  ...['c__builtin__\nset\n', 'cdatetime\ndate\n', 'ccollections\nOrderedDict\n', 'cuuid\nUUID\n', 'ca\nB\n', 'ia\nB\n'],
].map((step) => Buffer.from(step, 'latin1'));

/** A program in which each step by itself is right. */
const programmed = (random: (below: number) => number): Buffer =>
  Buffer.concat([
    ...Array.from({ length: 3 + random(30) }, () => steps[random(steps.length)] as Buffer),
    Buffer.from('.'),
  ]);

const timed = (call: () => void): number => {
  const start = performance.now();
  call();
  return performance.now() - start;
};

describe('pickle, fuzzed', (it) => {
  it(
    `reads ${INPUTS} mutated inputs or refuses them, each in less than ${SLOWEST} ms, in bounded memory`,
    async () => {
      const corpus = (await pickledBy(...seeds)).flat();
      const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
      const random = randomFrom(seed);
      const before = process.memoryUsage().rss;
      const tally = { read: 0, refused: 0, written: 0 };
      let slowest = 0;
      let most = 0;

      for (let i = 0; i < INPUTS; i += 1) {
        const bytes = random(4) === 0 ? programmed(random) : mutated(corpus, random);
        const unknown = i % 2 === 0 ? 'error' : 'opaque';
        const where = `FUZZ_SEED=${seed}, ${unknown}, ${bytes.toString('base64')}`;
        const attempt = (): void => {
          let value: unknown;
          try {
            value = loads(bytes, { unknown });
          } catch (error) {
            assert.ok(error instanceof PickleError, `${where}: ${error}`);
            tally.refused += 1;
            return;
          }
          tally.read += 1;
          try {
            dumps(value);
            tally.written += 1;
          } catch (error) {
            assert.ok(error instanceof TypeError || error instanceof RangeError, `${where}: ${error}`);
            assert.match(error.message, /pickle|Py/, where);
          }
        };
        let took = timed(attempt);
        // The machine may have been busy with something else: what is slow by itself is slow each time.
        for (let again = 0; took >= SLOWEST && again < 3; again += 1) took = Math.min(took, timed(attempt));
        assert.ok(took < SLOWEST, `${where}: ${took} ms`);
        slowest = Math.max(slowest, took);
        if (i % 1_000 === 0) most = Math.max(most, process.memoryUsage().rss - before);
      }

      assert.ok(tally.read > 1_000 && tally.refused > 1_000 && tally.written > 1_000, JSON.stringify(tally));
      assert.ok(most < 400 * 2 ** 20, `it took ${Math.round(most / 2 ** 20)} MiB`);
      if (process.env.FUZZ_SEED !== undefined) console.log(tally, { slowest, most });
    },
    { timeout: 180_000 },
  );
});
