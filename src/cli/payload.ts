import type { Codec } from '../codecs/codec.ts';
import { Codecs } from '../codecs/codecs.ts';
import { CliError, FAILED, misuse } from './exit.ts';
import { toJson } from './output.ts';

// Payloads as text: one task is one line. JSON stays as it was written, `raw` is the bytes themselves, and what
// other codecs hold is shown, and read, as JSON.

/** JSON as it stands in Redis: its numbers may be more precise than JavaScript's. */
export class Verbatim {
  readonly text: string;

  /** Throws SyntaxError. */
  constructor(text: string) {
    JSON.parse(text);
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export const verbatim: Codec<Verbatim> = {
  name: 'json',
  encode: ({ text }) => Buffer.from(text),
  encodeText: ({ text }) => text,
  decode: (bytes) => new Verbatim(bytes.toString('utf8')),
};

const NAMES = ['json', 'raw', 'msgpack', 'yaml', 'pickle'];

/** What a codec of this name is given for a line of input. */
export const reader = (codec: string): ((line: Buffer, which: string) => unknown) => {
  if (!NAMES.includes(codec)) throw misuse(`--codec is ${codec}, expected one of: ${NAMES.join(', ')}`);
  if (codec === 'raw') return (line) => line;
  const parse = codec === 'json' ? (text: string) => new Verbatim(text) : (text: string) => JSON.parse(text);
  return (line, which) => {
    const text = line.toString('utf8');
    try {
      return parse(text);
    } catch {
      const start = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
      throw misuse(`${which} is not JSON: ${start}; a string has its quotes, and --codec raw takes any text`);
    }
  };
};

const codecs = new Codecs(verbatim);

/** What is stored, decoded; its bytes when it cannot be. */
export const decoded = (codec: string | undefined, body: Buffer): unknown => {
  try {
    return codecs.decode(codec, body);
  } catch {
    return Buffer.from(body);
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const asText = (bytes: Buffer): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

const UNPRINTABLE = /\p{Cc}/u;

/** On one line: text as it is when nothing in it would end or garble the line, else as JSON. */
export const lineOf = (payload: unknown): string => {
  if (payload instanceof Verbatim) return UNPRINTABLE.test(payload.text) ? toJson(payload) : payload.text;
  if (!Buffer.isBuffer(payload)) return toJson(payload);
  const text = asText(payload);
  if (text === undefined) return `base64:${payload.toString('base64')}`;
  return UNPRINTABLE.test(text) ? JSON.stringify(text) : text;
};

/** For a record of `--json`. */
export const jsonOf = (payload: unknown): unknown => {
  if (!Buffer.isBuffer(payload)) return payload;
  return asText(payload) ?? { base64: payload.toString('base64') };
};

/** For the standard input of a command. */
export const bytesOf = (payload: unknown): Buffer | string => {
  if (payload instanceof Verbatim) return payload.text;
  return Buffer.isBuffer(payload) ? payload : toJson(payload);
};

/** As the whole of an argument of a command, which cannot hold every byte. */
export const argumentOf = (payload: unknown): string => {
  const bytes = bytesOf(payload);
  const text = typeof bytes === 'string' ? bytes : asText(bytes);
  if (text !== undefined && !text.includes('\0')) return text;
  throw new CliError(FAILED, 'the payload is no text, so it cannot stand for {}: read it from standard input');
};
