import { QueueError } from '../../src/errors.ts';
import { Err, Ok } from '../../src/result.ts';
import type { Held, Holder, Verdict } from '../../src/task.ts';

/** Notes verdicts; those for the ids in `late` come too late. */
export class NotingHolder implements Holder {
  readonly queue = 'orders';
  readonly verdicts: Verdict[] = [];
  readonly #late: readonly string[];

  constructor(late: readonly string[] = []) {
    this.#late = late;
  }

  settle(_: Held, verdict: Verdict): void {
    this.verdicts.push(verdict);
  }

  async attempt({ id }: Held, verdict: Verdict) {
    this.verdicts.push(verdict);
    return this.#late.includes(id) ? Err(new QueueError('STALE', 'too late', { ids: [id] })) : Ok(undefined);
  }

  async extend() {
    return Ok(undefined);
  }
}
