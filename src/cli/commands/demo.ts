import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { DONE, type Exit, FAILED } from '../exit.ts';
import { acts, type Session } from '../session.ts';

/** Where the build puts it, seen from the command line's one file. */
const DEMO = fileURLToPath(new URL('demo/demo.mjs', import.meta.url));

export const demo = (): Command =>
  new Command('demo')
    .description('See it survive: three workers count the words of a text, and one of them is killed.')
    .argument('[file]', 'a text; default: a manual that is installed here')
    .addHelpText(
      'after',
      `
On the Redis of --redis or $REDIS_URL, else on a private one, which is gone afterwards. Where no redis-server is
installed it goes on in memory. Its keys have a prefix of their own, and are removed.

Examples:
  millrace demo
  millrace demo war-and-peace.txt`,
    )
    .action(acts(run));

const run = async (session: Session, file: string | undefined, _: object, command: Command): Promise<Exit> => {
  const { redis } = session.options;
  const isNamed = command.getOptionValueSourceWithGlobals('redis') !== 'default';
  const env = { ...process.env, REDIS_FETCH: 'no', ...(isNamed && { REDIS_URL: redis }) };
  const args = file === undefined ? [DEMO] : [DEMO, file];
  // Ctrl-C reaches it, too, and it tidies up by itself; other signals are handed on.
  const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
  session.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code] = await once(child, 'exit');
  return code === 0 ? DONE : FAILED;
};
