import type { Entry } from './broker.ts';
import type { Argument } from './call.ts';
import { seal } from './envelope.ts';
import type { Gate } from './gate.ts';
import { LAYOUT } from './keys.ts';

/** The arguments of the put script; their shapes are said in its header. */
export const putArgs = (entries: readonly Entry[], { until, limit }: Gate): Argument[] => {
  const limited = limit === undefined ? '' : JSON.stringify([limit.most, limit.woken ? 1 : 0, ...limit.parcels]);
  const args: Argument[] = [LAYOUT, limited, until ?? ''];
  for (const { id, own, front, priority, delay, codec, headers, body, digest } of entries) {
    const plain = !own && !front && priority === 0 && delay === 0;
    args.push(id, plain ? '' : `${own ? 'o' : '-'}${front ? 'f' : '-'}${priority}${delay}`);
    args.push(seal(codec, headers, body, priority));
    if (until !== undefined) args.push(digest ?? '');
  }
  return args;
};
