import { Command } from 'commander';
import { DONE, type Exit, misuse } from '../exit.ts';
import { acts, type Session } from '../session.ts';

export const top = (): Command =>
  new Command('top')
    .description('All queues, live, on the whole terminal.')
    .argument('[queue...]', 'names of queues; default: all there are')
    .addHelpText(
      'after',
      `
Keys: ↑↓ select a queue, ←→ sort by another column, o reverse, p pause, r resume, enter inspect its tasks, q quit.

Examples:
  millrace top
  millrace top mails orders`,
    )
    .action(acts(run));

const run = async (session: Session, names: readonly string[]): Promise<Exit> => {
  if (!session.out.terminal || !process.stdin.isTTY) throw misuse('top needs a terminal; millrace stats says it once');
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0'; // which its terminal toolkit knows
  // Loaded now, since nothing else needs a terminal toolkit.
  const { showTop } = await import('../top/app.tsx');
  await showTop(session, names);
  return DONE;
};
