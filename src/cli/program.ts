import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { DEFAULT_URL } from '../broker/connection.ts';
import { dead } from './commands/dead.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { get } from './commands/get.ts';
import { pause, purge, remove, requeue, resume, sweep } from './commands/house.ts';
import { move } from './commands/move.ts';
import { peek } from './commands/peek.ts';
import { put } from './commands/put.ts';
import { rq } from './commands/rq.ts';
import { show } from './commands/show.ts';
import { stats } from './commands/stats.ts';
import { top } from './commands/top.ts';
import { misuse, oneLine } from './exit.ts';

/** In the order of the help. */
const commands = [
  put,
  get,
  stats,
  top,
  peek,
  show,
  dead,
  requeue,
  sweep,
  pause,
  resume,
  remove,
  purge,
  move,
  rq,
  doctor,
  demo,
];

/** The command line, ready to parse. */
export const program = (): Command => {
  const root = new Command('millrace')
    .description('Reliable Redis queues from the shell.')
    .addOption(new Option('--redis <url>', 'Redis to work with').env('REDIS_URL').default(DEFAULT_URL))
    .addOption(new Option('--prefix <prefix>', 'what all keys begin with').env('MILLRACE_PREFIX').default('millrace'))
    .option('--json', 'a JSON object per line instead of text', false)
    .version(manifest.version, '--version', 'the version')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 nothing there or partly failed, 2 wrong use, 3 Redis unreachable.
Durations: 250ms 5s 2m 1h 3d.`,
    );
  for (const make of commands) root.addCommand(make());
  for (const command of withAll(root))
    command
      .exitOverride((error) => {
        throw Object.assign(error, { command: nameOf(command) });
      })
      .helpOption('-h, --help', 'what it does, with examples')
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ writeErr: () => {} });
  return root;
};

export const withAll = (command: Command): Command[] => [command, ...command.commands.flatMap(withAll)];

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

/** What commander complains of, as one line that says what and how; undefined when it only showed its help. */
export const complaint = (error: unknown): unknown => {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return undefined;
  if (error.code === 'commander.help') return misuse('a command is missing; millrace --help lists them');
  const said = oneLine(error.message.replace(/^error: /, '')).replace(/\.$/, '');
  return misuse(`${said}; see ${Reflect.get(error, 'command')} --help`);
};
