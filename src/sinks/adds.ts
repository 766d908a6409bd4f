import { hash } from 'node:crypto';
import { seal } from '../broker/envelope.ts';
import type { Member, PoolBroker } from '../broker/pool/broker.ts';
import { Coalescer } from '../coalescer.ts';
import type { Codecs } from '../codecs/codecs.ts';
import { aborted, asQueueError, closed, type QueueError } from '../errors.ts';
import type { Put } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';

type Added = Result<Put[], QueueError>;

interface Parcel {
  readonly members: readonly Member[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Added) => void;
}

/** What is done with a call's members. */
export interface AddContext {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Members per script, of calls that travel together. */
const BATCH = 250;

/**
 * What a payload is known by in a pool: a digest of its codec and its bytes, 144 bits of SHA-256. Whoever writes the
 * same with the same codec means the same member.
 */
export const memberId = (codec: string, body: Buffer | string): string =>
  hash('sha256', seal(codec, undefined, body), 'base64url').slice(0, 24);

/** The sink of `add` and its like: what is added in one turn of the event loop travels together. */
export class Adds {
  readonly #broker: PoolBroker;
  readonly #codecs: Codecs;
  readonly #patience: number;
  readonly #parcels: Coalescer<Parcel>;
  #closed = false;

  constructor(broker: PoolBroker, codecs: Codecs, patience: number) {
    this.#broker = broker;
    this.#codecs = codecs;
    this.#patience = patience;
    this.#parcels = new Coalescer(
      (flush) => broker.endOfTurn(flush),
      BATCH,
      (parcels) => this.#send(parcels),
    );
  }

  /** Adds all of them; a member of its own for each payload that is not one yet. */
  async add(payloads: readonly unknown[], { headers, signal }: AddContext): Promise<Added> {
    if (this.#closed) return Err(closed());
    if (signal?.aborted) return Err(aborted(signal));
    try {
      const members = payloads.map((payload): Member => {
        const [codec, body] = this.#codecs.encode(payload);
        return { id: memberId(codec, body), codec, headers, body };
      });
      return members.length === 0 ? Ok([]) : await this.#parcel(members, signal);
    } catch (error) {
      return Err(asQueueError(error));
    }
  }

  close(): void {
    this.#parcels.flush();
    this.#closed = true;
  }

  #parcel(members: readonly Member[], signal: AbortSignal | undefined): Promise<Added> {
    return new Promise((resolve) => {
      const abort = (): void => resolve(Err(aborted(signal as AbortSignal)));
      signal?.addEventListener('abort', abort, { once: true });
      const heard = (result: Added): void => {
        signal?.removeEventListener('abort', abort);
        resolve(result);
      };
      this.#parcels.add({ members, signal, resolve: heard }, members.length);
    });
  }

  #send(parcels: readonly Parcel[]): void {
    const going = parcels.filter(({ signal }) => !signal?.aborted);
    const all = going.flatMap(({ members }) => members);
    if (all.length === 0) return;
    let added: readonly boolean[] = [];
    this.#broker.add(all, this.#patience).subscribe({
      next: (answer) => {
        added = answer;
      },
      complete: () => {
        let at = 0;
        for (const { members, resolve } of going)
          resolve(Ok(members.map(({ id }) => ({ id, added: added[at++] ?? false }))));
      },
      error: (error: unknown) => {
        for (const { members, resolve } of going) resolve(Err(asQueueError(error).about(members.map(({ id }) => id))));
      },
    });
  }
}
