import beat from '../../lua/rq/beat.lua';
import birth from '../../lua/rq/birth.lua';
import cancel from '../../lua/rq/cancel.lua';
import clock from '../../lua/rq/clock.lua';
import command from '../../lua/rq/command.lua';
import compact from '../../lua/rq/compact.lua';
import death from '../../lua/rq/death.lua';
import remove from '../../lua/rq/delete.lua';
import dependents from '../../lua/rq/dependents.lua';
import due from '../../lua/rq/due.lua';
import empty from '../../lua/rq/empty.lua';
import ending from '../../lua/rq/ending.lua';
import enqueue from '../../lua/rq/enqueue.lua';
import fail from '../../lua/rq/fail.lua';
import failing from '../../lua/rq/failing.lua';
import finish from '../../lua/rq/finish.lua';
import forget from '../../lua/rq/forget.lua';
import handBack from '../../lua/rq/handBack.lua';
import outcome from '../../lua/rq/outcome.lua';
import place from '../../lua/rq/place.lua';
import release from '../../lua/rq/release.lua';
import requeue from '../../lua/rq/requeue.lua';
import set from '../../lua/rq/set.lua';
import started from '../../lua/rq/started.lua';
import sweep from '../../lua/rq/sweep.lua';
import take from '../../lua/rq/take.lua';
import unlock from '../../lua/rq/unlock.lua';
import { compose } from '../broker/script.ts';

// RQ's keys are spelled inside: they depend on what the scripts read, and no key of theirs could be declared.
const script = compose({ clock, place, dependents, started, failing, ending, forget });

export const scripts = {
  beat: script(beat),
  birth: script(birth),
  cancel: script(cancel),
  command: script(command),
  compact: script(compact),
  death: script(death),
  delete: script(remove),
  due: script(due),
  empty: script(empty),
  enqueue: script(enqueue),
  fail: script(fail),
  finish: script(finish),
  handBack: script(handBack),
  outcome: script(outcome),
  release: script(release),
  requeue: script(requeue),
  set: script(set),
  sweep: script(sweep),
  take: script(take),
  unlock: script(unlock),
} as const;
