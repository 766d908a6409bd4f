import { Command } from 'commander';
import { POOL_LAYOUT } from '../../broker/keys.ts';
import { type Finding, type Level, ok, problem } from '../doctor/finding.ts';
import type { ExamOptions } from '../doctor/keys.ts';
import { examinePool } from '../doctor/pool.ts';
import { QueueExam } from '../doctor/queue.ts';
import * as server from '../doctor/server.ts';
import { DONE, type Exit, FAILED } from '../exit.ts';
import { plural } from '../format.ts';
import { queueKeysFound } from '../queues.ts';
import type { Target } from '../redis.ts';
import { acts, type Session } from '../session.ts';

export const doctor = (): Command =>
  new Command('doctor')
    .description('Check Redis and every queue, and say what to do about what is wrong.')
    .argument('[queue...]', 'names of queues; default: all there are')
    .option('--repair', 'put in order what can be: lost tasks back in line, entries of no task erased')
    .addHelpText(
      'after',
      `
A task is put, taken and acknowledged on a queue of its own, which is gone afterwards. Nothing else is changed
without --repair. Exit code 1 when there is a problem; warnings are none.

Examples:
  millrace doctor
  millrace doctor mails --repair
  millrace doctor --json | jq 'select(.level != "ok")'`,
    )
    .action(acts(run));

const run = async (
  session: Session,
  names: readonly string[],
  { repair = false }: { repair?: boolean },
): Promise<Exit> => {
  const target = await session.redis();
  const levels: Level[] = [];
  const tell = async (finding: Finding): Promise<void> => {
    levels.push(finding.level);
    await say(session, finding);
  };

  await tell(ok('reached', target.name));
  const about = await server.aboutServer(target);
  for (const check of [server.version, server.role, server.persistence, server.memory]) await tell(check(about));
  for (const check of [server.clock, server.latency]) await tell(await check(target));
  await tell(await server.roundTrip(session));

  const found = await queueKeysFound(target, session.prefix, session.signal);
  const queues = names.length > 0 ? names : [...found.keys()].sort();
  const options = { repair, signal: session.signal };
  for (const name of queues) {
    const present = found.get(name) ?? [];
    if (present.length === 0)
      await tell(problem(name, 'there is no such queue', 'millrace stats lists those there are'));
    else for (const finding of await examine(target, session.prefix, name, present, options)) await tell(finding);
  }

  const count = (level: Level): number => levels.filter((each) => each === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (session.out.terminal)
    await session.out.line(
      `\n${plural(queues.length, 'queue')}, ${plural(problems, 'problem')}, ${plural(warnings, 'warning')}`,
    );
  return problems > 0 ? FAILED : DONE;
};

const examine = async (
  target: Target,
  prefix: string,
  name: string,
  present: readonly string[],
  options: ExamOptions,
) => {
  const layout = await target.call('HGET', `${prefix}:{${name}}:meta`, 'layout').catch(() => undefined);
  if (layout === POOL_LAYOUT) return examinePool(target, prefix, name, present, options);
  return new QueueExam(target, prefix, name, options).findings(present);
};

const say = async ({ out }: Session, { level, subject, finding, advice }: Finding): Promise<void> => {
  const { colors } = out;
  if (out.json) await out.say({ level, subject, finding, advice }, '');
  else if (!out.terminal) await out.line([level, subject, finding, advice].join('\t').trimEnd());
  else {
    const mark = { ok: colors.green('✓'), warning: colors.yellow('!'), problem: colors.red('✗') }[level];
    await out.line(`${mark} ${subject.padEnd(12)} ${finding}`);
    if (advice !== '') await out.line(`${' '.repeat(15)}${colors.dim('→')} ${advice}`);
  }
};
