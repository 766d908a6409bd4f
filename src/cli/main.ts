#!/usr/bin/env node
import { packExec } from './arguments.ts';
import { asCliError } from './exit.ts';
import { LAST_WORDS } from './output.ts';
import { complaint, program } from './program.ts';
import { outcome } from './session.ts';

const run = async (argv: readonly string[]): Promise<number> => {
  const root = program();
  try {
    await root.parseAsync(packExec(argv), { from: 'user' });
    return outcome.exit;
  } catch (thrown) {
    const error = complaint(thrown);
    if (error === undefined) return 0;
    const { exit, message } = asCliError(error);
    process.stderr.write(`millrace: ${message}\n`);
    return exit;
  }
};

/** What commands say they wait for themselves; this is for the last words, and a reader who may never read them. */
const flushed = (stream: NodeJS.WriteStream): Promise<unknown> =>
  new Promise((resolve) => {
    stream.write('', resolve);
    setTimeout(resolve, LAST_WORDS);
  });

process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
const exit = await run(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// A closed connection of ioredis may keep a timer for some seconds; nothing of ours is open any more.
process.exit(exit);
