import type * as Msgpackr from 'msgpackr';
import type { Codec } from './codec.ts';
import { toDicts } from './maps.ts';
import { hasTextKeys } from './msgpack/scan.ts';
import { optional } from './optional.ts';

const load = optional<typeof Msgpackr>('msgpack', 'msgpackr');

const noForm = (what: string): never => {
  throw new TypeError(`msgpack has no form for ${what}`);
};

const options = {
  // Records would make each task depend on the ones before it.
  useRecords: false,
  moreTypes: true,
  useBigIntExtension: true,
  // The bytes that come in are a window on everything that arrived with them.
  copyBuffers: true,
  writeFunction: () => noForm('a function'),
  onInvalidDate: () => noForm('an invalid Date'),
} as const;

interface Packers {
  readonly objects: Msgpackr.Packr;
  readonly maps: Msgpackr.Packr;
}

let packers: Packers | undefined;

const ready = (): Packers => {
  if (packers === undefined) {
    const { Packr } = load();
    const objects = new Packr({ ...options, mapsAsObjects: true });
    packers = { objects, maps: new Packr({ ...options, mapsAsObjects: false }) };
  }
  return packers;
};

/**
 * MessagePack, by the package msgpackr, which you install: small and fast.
 *
 * Keeps Date, bigint, Buffer, typed arrays, Set and undefined. The format has one kind of map: a Map comes back as a
 * plain object when all its keys are text. A number beyond 32 bits is written as a float, so an integer of 64 bits
 * that comes in is a bigint.
 */
export const msgpack: Codec = {
  name: 'msgpack',
  encode: (value) => {
    const bytes = ready().objects.pack(value);
    // What could not be read again is refused by who can still do something about it.
    hasTextKeys(bytes);
    return bytes;
  },
  decode: (bytes) => {
    const { objects, maps } = ready();
    return hasTextKeys(bytes) ? objects.unpack(bytes) : toDicts(maps.unpack(bytes));
  },
};
