import { randomUUID } from 'node:crypto';
import { firstValueFrom, take, timeout } from 'rxjs';
import { keysOf } from '../../broker/keys.ts';
import { span } from '../format.ts';
import type { Target } from '../redis.ts';
import type { Session } from '../session.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

// What a queue needs of its Redis, checked one by one.

type About = ReadonlyMap<string, string>;

/** What INFO says; nothing where this user may not ask. */
export const aboutServer = async (target: Target): Promise<About> => {
  const text = await target.nodes[0]?.info().catch(() => '');
  return new Map([...(text ?? '').matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]));
};

export const version = (about: About): Finding => {
  const valkey = about.get('valkey_version');
  const number = valkey ?? about.get('redis_version');
  if (number === undefined)
    return warning('version', 'INFO is not permitted', 'let this user run INFO, or ask the server some other way');
  const name = `${valkey === undefined ? 'Redis' : 'Valkey'} ${number}`;
  const [major = 0, minor = 0] = number.split('.').map(Number);
  const enough =
    valkey === undefined ? major > 6 || (major === 6 && minor >= 2) : major > 7 || (major === 7 && minor >= 2);
  return enough
    ? ok('version', name)
    : problem('version', name, 'Redis 6.2 or Valkey 7.2 or newer is needed: update it');
};

export const role = (about: About): Finding =>
  about.get('role') === 'slave'
    ? problem(
        'role',
        'a read-only replica',
        `work with its master: ${about.get('master_host')}:${about.get('master_port')}`,
      )
    : ok('role', about.get('cluster_enabled') === '1' ? 'master of a Cluster' : 'master');

export const persistence = (about: About): Finding => {
  if (about.get('aof_enabled') === '1') {
    const failed = about.get('aof_last_write_status') === 'err' || about.get('aof_last_bgrewrite_status') === 'err';
    return failed
      ? problem('persistence', 'the append-only file cannot be written', 'see the log of Redis: is the disk full?')
      : ok('persistence', 'appendonly yes');
  }
  if (about.get('rdb_last_bgsave_status') === 'err')
    return problem('persistence', 'the last snapshot failed', 'see the log of Redis: is the disk full?');
  return warning(
    'persistence',
    'appendonly no',
    'a restart of Redis loses tasks: CONFIG SET appendonly yes, and in redis.conf',
  );
};

const FULL = 0.9;

export const memory = (about: About): Finding => {
  const policy = about.get('maxmemory_policy') ?? '';
  const [most, used] = [Number(about.get('maxmemory') ?? 0), Number(about.get('used_memory') ?? 0)];
  const advice = 'Redis may throw tasks away: CONFIG SET maxmemory-policy noeviction, and in redis.conf';
  if (policy === '') return warning('memory', 'INFO is not permitted', 'see that maxmemory-policy is noeviction');
  if (policy !== 'noeviction')
    return (most > 0 ? problem : warning)('memory', `maxmemory-policy ${policy}, maxmemory ${most || 'none'}`, advice);
  if (most > 0 && used > FULL * most)
    return problem(
      'memory',
      `${Math.round((100 * used) / most)}% of maxmemory is used`,
      'at 100% puts answer FULL: let consumers catch up, or raise maxmemory',
    );
  return ok('memory', most > 0 ? `noeviction, ${Math.round((100 * used) / most)}% of maxmemory` : 'noeviction');
};

/** How far the clocks may be apart, ms. */
const APART = 2_000;

export const clock = async (target: Target): Promise<Finding> => {
  const before = Date.now();
  const reply = await target.nodes[0]?.time().catch(() => undefined);
  if (reply === undefined)
    return problem('clock', 'TIME is not permitted', 'let this user run TIME: it decides all leases');
  const [seconds = 0, micros = 0] = reply.map(Number);
  const ahead = 1_000 * seconds + micros / 1_000 - (before + Date.now()) / 2;
  if (Math.abs(ahead) < APART) return ok('clock', `${span(Math.abs(ahead))} apart from ours`);
  return warning(
    'clock',
    `${span(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} ours`,
    'only the clock of Redis counts, so tasks are safe; but set them right: times you read differ from times here',
  );
};

const SLOW = 20;

export const latency = async (target: Target): Promise<Finding> => {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await target.nodes[0]?.time().catch(() => {});
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const [median = 0, most = 0] = [times[10], times[19]];
  const said = `${median.toFixed(1)} ms as a rule, ${most.toFixed(1)} ms at worst`;
  if (median < SLOW) return ok('latency', said);
  return warning('latency', said, 'a far or busy Redis: see SLOWLOG GET, and raise prefetch or batches');
};

/** Takes a task all its way through a queue of our own, which is gone afterwards: scripts, permissions, wake-ups. */
export const roundTrip = async (session: Session): Promise<Finding> => {
  const name = `doctor-${randomUUID()}`;
  const target = await session.redis();
  const queue = await session.queue<string>(name);
  try {
    const got = firstValueFrom(queue.tasks({ prefetch: 1 }).pipe(take(1), timeout(10_000)));
    got.catch(() => {});
    (await queue.put('how are you?')).unwrap();
    (await (await got).ack()).unwrap();
    return ok('round trip', 'put, wake-up, take and ack work: scripts and permissions are in order');
  } catch (error) {
    const advice = `give this user the commands of scripts, BZPOPMIN and the keys ~${session.prefix}:*`;
    return problem('round trip', (error as Error).message, advice);
  } finally {
    await queue.close({ timeout: 0 });
    await target.call('DEL', ...Object.values(keysOf(session.prefix, name))).catch(() => {});
  }
};
