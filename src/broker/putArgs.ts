import type { Entry } from './broker.ts';
import type { Argument } from './call.ts';
import { seal } from './envelope.ts';
import type { Gate, PutOutcome } from './gate.ts';
import { LAYOUT } from './keys.ts';

/** The arguments of the put script; their shapes are said in its header. */
export const putArgs = (entries: readonly Entry[], { until, limit }: Gate): Argument[] => {
  const limited = limit === undefined ? '' : JSON.stringify([limit.most, limit.woken ? 1 : 0, ...limit.parcels]);
  const args: Argument[] = [LAYOUT, limited, until ?? ''];
  for (const entry of entries) {
    const { id, own, front, priority, delay, codec, headers, body, digest } = entry;
    args.push(id, isPlain(entry) ? '' : `${own ? 'o' : '-'}${front ? 'f' : '-'}${priority}${delay}`);
    args.push(seal(codec, headers, body, priority));
    if (until !== undefined) args.push(digest ?? '');
  }
  return args;
};

/** The arguments of the append script; undefined when these are tasks of which something special is said. */
export const appendArgs = (entries: readonly Entry[], { until, limit }: Gate): Argument[] | undefined => {
  if (until !== undefined || limit !== undefined || !entries.every(isPlain)) return undefined;
  const args: Argument[] = [LAYOUT, 0, JSON.stringify(entries.map(({ id }) => id))];
  for (const { codec, headers, body, priority } of entries) args.push(seal(codec, headers, body, priority));
  return args;
};

const isPlain = ({ own, front, priority, delay }: Entry): boolean => !own && !front && priority === 0 && delay === 0;

/** A number alone: so many were appended. */
export type PutReply = number | readonly (number | Buffer)[];

export const readPuts = (reply: PutReply): PutOutcome[] =>
  typeof reply === 'number'
    ? new Array<PutOutcome>(reply).fill(1)
    : reply.map((each) => (typeof each === 'number' ? (each as PutOutcome) : String(each)));
