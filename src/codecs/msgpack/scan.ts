// MessagePack is checked before msgpackr reads it: its lengths, its depth, and that it holds plain data only. msgpackr
// by itself would also read records, for which it generates code, regular expressions, errors and references.

const DEPTH = 1_000;

/** Longest integer beyond 64 bits, in bytes. */
const LONGEST_INT = 65_536;

const UNDEFINED = 0x00;
const BIGINT = 0x42;
const SET = 0x73;
const TYPED_ARRAY = 0x74;
const TIMESTAMP = 0xff;

/** What is refused, by the number of its extension. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x62, 'bundled strings'],
  [0x65, 'an Error'],
  [0x69, 'a reference'],
  [0x70, 'a reference'],
  [0x72, 'a record'],
  [0x78, 'a RegExp'],
]);

const PROTO = Buffer.from('__proto__');

class Scanner {
  readonly #bytes: Buffer;
  #at = 0;
  /** For each array and map around this place, how many values it still has. */
  readonly #left: number[] = [];
  readonly #isMap: boolean[] = [];
  textKeys = true;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): void {
    this.#value();
    while (this.#left.length > 0) {
      const top = this.#left.length - 1;
      const left = this.#left[top] as number;
      if (left === 0) {
        this.#left.pop();
        this.#isMap.pop();
        continue;
      }
      this.#left[top] = left - 1;
      if (this.textKeys && this.#isMap[top] === true && left % 2 === 0) this.#key();
      this.#value();
    }
    if (this.#at < this.#bytes.length) throw new RangeError(`${this.#bytes.length - this.#at} bytes follow its end`);
  }

  // Looks at a key; the value that follows in the scan is this key.
  #key(): void {
    const token = this.#bytes[this.#at] ?? 0;
    const isText = (token >= 0xa0 && token <= 0xbf) || (token >= 0xd9 && token <= 0xdb);
    const header = token < 0xc0 ? 1 : 2 ** (token - 0xd9) + 1;
    const start = this.#at + header;
    // Whatever its length says: to read a few more maps the long way does no harm.
    this.textKeys = isText && !this.#bytes.subarray(start, start + PROTO.length).equals(PROTO);
  }

  #value(): void {
    const token = this.#uint(1);
    if (token < 0x80 || token >= 0xe0) return;
    if (token < 0x90) return this.#open((token & 0x0f) * 2, true);
    if (token < 0xa0) return this.#open(token & 0x0f, false);
    if (token < 0xc0) return this.#skip(token & 0x1f);
    this.#long(token);
  }

  #long(token: number): void {
    switch (token) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#skip(this.#uint(2 ** (token - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(2 ** (token - 0xc7)));
      case 0xca:
        return this.#skip(4);
      case 0xcb:
        return this.#skip(8);
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#skip(2 ** (token - 0xcc));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.#skip(2 ** (token - 0xd0));
      case 0xd4:
        return this.#smallest();
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (token - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#skip(this.#uint(2 ** (token - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#open(this.#uint(2 ** (token - 0xdb)), false);
      case 0xde:
      case 0xdf:
        return this.#open(this.#uint(2 ** (token - 0xdd)) * 2, true);
      default:
        throw new RangeError(`0x${token.toString(16)} begins no value`);
    }
  }

  // A set and undefined have one byte that says nothing; a set is followed by the array of what is in it.
  #smallest(): void {
    const type = this.#bytes[this.#at];
    if (type !== SET && type !== UNDEFINED) return this.#extension(1);
    this.#skip(2);
    if (type === SET) this.#open(1, false);
  }

  #extension(length: number): void {
    const type = this.#uint(1);
    const refused = REFUSED.get(type);
    if (refused !== undefined) throw new TypeError(`${refused} is no plain data`);
    if (type !== BIGINT && type !== TYPED_ARRAY && type !== TIMESTAMP)
      throw new TypeError(`the extension ${(type << 24) >> 24} is not known`);
    if (type === BIGINT && (length === 0 || length > LONGEST_INT))
      throw new RangeError(`an integer of ${length} bytes is none, or too long`);
    this.#skip(length);
  }

  #open(count: number, isMap: boolean): void {
    // Each value takes a byte at least.
    if (count > this.#bytes.length - this.#at) throw new RangeError('it ends too early');
    if (this.#left.length >= DEPTH) throw new RangeError(`it lies deeper in itself than ${DEPTH}`);
    this.#left.push(count);
    this.#isMap.push(isMap);
  }

  #uint(size: number): number {
    const at = this.#at;
    this.#skip(size);
    return size === 1 ? (this.#bytes[at] as number) : this.#bytes.readUIntBE(at, size);
  }

  #skip(size: number): void {
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new RangeError('it ends too early');
  }
}

/**
 * Whether all keys of maps are text, and harmless as those of plain objects.
 *
 * Throws     RangeError or TypeError when it is no whole MessagePack value of plain data.
 */
export const hasTextKeys = (bytes: Buffer): boolean => {
  const scanner = new Scanner(bytes);
  scanner.run();
  return scanner.textKeys;
};
