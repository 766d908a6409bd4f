import type { Codec } from './codec.ts';

const text = (value: unknown): string => {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`json has no form for ${typeof value}`);
  return json;
};

/** JSON in UTF-8. A `__proto__` in the text becomes an ordinary property, never a prototype. */
export const json: Codec = {
  name: 'json',
  encode: (value) => Buffer.from(text(value)),
  encodeText: text,
  decode: (bytes) => JSON.parse(bytes.toString('utf8')),
};
