import type { CollectionTag, ScalarTag, Tags } from 'yaml';

type Tag = Tags[number];

const isScalar = (tag: Tag, name: string): tag is ScalarTag =>
  typeof tag === 'object' && tag.tag === `tag:yaml.org,2002:${name}` && (tag as CollectionTag).collection === undefined;

/** Turning decimal text into a longer integer would take more than linear time. */
const LONGEST = 4_300;

const isExact = (value: unknown): boolean => Number.isSafeInteger(value) && !Object.is(value, -0);

/** Integers beyond 2 ** 53 are bigints; a number beyond is none, so it is left to the floats. */
export const integers = (tag: Tag): Tag => {
  if (!isScalar(tag, 'int')) return tag;
  return {
    ...tag,
    identify: (value) => (typeof value === 'bigint' || isExact(value)) && tag.identify?.(value) === true,
    resolve: (text: string, onError: (message: string) => void) => {
      if (text.length > LONGEST) onError(`An integer has more than ${LONGEST} digits`);
      const digits = text.length > LONGEST ? '0' : text.replace(/^[+-]/, '');
      const big = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
      const small = Number(big);
      // YAML knows no integer -0.
      return Number.isSafeInteger(small) ? small + 0 : big;
    },
  };
};

/** A float shows that it is one, or it would come back as an integer. */
export const floats = (tag: Tag): Tag => {
  if (!isScalar(tag, 'float')) return tag;
  return {
    ...tag,
    stringify: (item, context, onComment, onChompKeep) => {
      if (Object.is(item.value, -0)) return '-0.0';
      const text = tag.stringify?.(item, context, onComment, onChompKeep) ?? String(item.value);
      return /^-?\d+$/.test(text) ? `${text}.0` : text;
    },
  };
};

/** Bytes: only those of the view, and a Buffer when they come back. */
export const yamlBinary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  default: false,
  identify: (value) => value instanceof Uint8Array,
  resolve: (text) => Buffer.from(text, 'base64'),
  stringify: ({ value }) => {
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    return Buffer.from(buffer, byteOffset, byteLength).toString('base64') || '""';
  },
};
