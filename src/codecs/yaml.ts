import type * as Yaml from 'yaml';
import type { Codec } from './codec.ts';
import { toDicts } from './maps.ts';
import { optional } from './optional.ts';
import { encodeHalves } from './pickle/text.ts';
import { floats, integers, yamlBinary } from './yaml/tags.ts';

const load = optional<typeof Yaml>('yaml', 'yaml');

const options = {
  version: '1.2',
  schema: 'core',
  // Closed: numbers as exact as they can be, and of the tags only those that stand for data.
  customTags: (tags: Yaml.Tags) => [...tags.map(integers).map(floats), yamlBinary, 'set', 'timestamp'] as Yaml.Tags,
  resolveKnownTags: false,
  // A merge key is a key like any other.
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
  // Each place gets its own copy: more than a few references to one object could not be read again.
  aliasDuplicateObjects: false,
} as const;

/** Most values that references to one place may stand for, so that a short text cannot become a huge one. */
const MAX_ALIAS_COUNT = 100;

/** Most references at all: each is looked for among all places that have a name. */
const MAX_ALIASES = 1_000;

// Years 100 to 9999 are those that come back; and no value may vanish or change without a word.
const checked = (_key: unknown, value: unknown): unknown => {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`yaml has no form for a ${typeof value}`);
  if (value instanceof Error || value instanceof RegExp)
    throw new TypeError(`yaml has no form for ${value.constructor.name}`);
  if (value instanceof Date && !/^(?!00)\d{4}-/.test(Number.isNaN(value.getTime()) ? '' : value.toISOString()))
    throw new TypeError('yaml has no form for this Date');
  return value;
};

const text = (value: unknown): string => {
  const { Document } = load();
  if (value === undefined) throw new TypeError('yaml has no form for undefined');
  try {
    const document = new Document(value, checked, options);
    const plain = document.toString({ lineWidth: 0 });
    // Half of a surrogate pair has no form in UTF-8, but an escape in quotes has one.
    if (encodeHalves(plain) === undefined) return plain;
    return document.toString({ lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TypeError('yaml has no form for what lies in itself, or too deep', { cause });
  }
};

/**
 * YAML 1.2, by the package yaml, which you install: for queues that people look into.
 *
 * Keeps Date, bigint beyond 2 ** 53, Buffer (as `!!binary`) and Set (as `!!set`). A Map comes back as a plain object
 * when all its keys are text. Reading makes data only: other tags are refused, as are texts that blow up.
 */
export const yaml: Codec = {
  name: 'yaml',
  encode: (value) => Buffer.from(text(value)),
  encodeText: text,
  decode: (bytes) => {
    const { parseDocument, visit } = load();
    const document = parseDocument(bytes.toString('utf8'), options);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    let aliases = 0;
    visit(document, {
      Alias: () => {
        aliases += 1;
        if (aliases > MAX_ALIASES) throw new RangeError(`it has more than ${MAX_ALIASES} aliases`);
      },
    });
    return toDicts(document.toJS({ maxAliasCount: MAX_ALIAS_COUNT, mapAsMap: true }));
  },
};
