/**
 * How payloads become bytes. The name travels with each task, so one queue may hold several codecs
 * and a consumer needs no option.
 */
export interface Codec<T = unknown> {
  /** What is stored with each task; no white space. */
  readonly name: string;
  /** Throws what it cannot encode. */
  readonly encode: (value: T) => Buffer;
  /** Gets exactly what `encode` made. A throw makes the task a dead letter, its bytes kept. */
  readonly decode: (bytes: Buffer) => T;
  /** Where the bytes are UTF-8 text anyway: the same as text, which spares a copy. */
  readonly encodeText?: (value: T) => string;
}
