import type { Queue } from '../queue.ts';
import type { Task } from '../task.ts';
import { type Ended, runFor } from './child.ts';
import { DONE, type Exit, FAILED, misuse, need, oneLine } from './exit.ts';
import { cut } from './format.ts';
import type { Session } from './session.ts';
import { type TakeOptions, waiting } from './taking.ts';

/** Runs a command for each task, `concurrency` at once: as many workers, each with one task at a time. */
export const exec = async (session: Session, queue: Queue, options: TakeOptions): Promise<Exit> => {
  const { signal, interrupts, out } = session;
  const { exec: command = [], concurrency = 1 } = options;
  let left = options.follow ? Number.POSITIVE_INFINITY : (options.count ?? 1);
  let [done, failed] = [0, 0];

  const settle = async (task: Task, ended: Ended): Promise<void> => {
    if (ended.unstarted !== undefined) {
      need(await task.release());
      throw misuse(`--exec cannot run ${command[0]}: ${ended.unstarted}`);
    }
    if (ended.ok) done++;
    else failed++;
    // Ended by us, it has not failed: somebody else shall try.
    const settled = await (ended.ok ? task.ack() : interrupts.force.aborted ? task.release() : task.fail(ended.reason));
    const lost = settled.err ? `, but ${settled.val.message}` : '';
    if (out.json) await out.say({ id: task.id, ok: ended.ok && !settled.err, reason: ended.reason }, '');
    else if (!ended.ok || settled.err) out.note(`millrace: ${task.id}: ${cut(oneLine(ended.reason), 200)}${lost}`);
    if (ended.ok && settled.err) failed++;
  };

  const worker = async (): Promise<void> => {
    while (left > 0 && !signal.aborted) {
      left--;
      const next = await queue.get(waiting(options, signal));
      if (next.err && (next.val.code === 'EMPTY' || next.val.code === 'ABORTED')) return;
      const task = need(next);
      await settle(task, await runFor(task, command, { force: interrupts.force, stdout: out.json ? 2 : 1 }));
    }
  };

  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(concurrency, left) }, () =>
      worker().catch((error) => {
        interrupts.stop(); // the others end what they are at
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return failed > 0 || (done === 0 && !options.follow) ? FAILED : DONE;
};
