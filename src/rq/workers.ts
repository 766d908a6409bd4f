import { parseStamp } from './fields.ts';
import { hashOf, type RqStore, textOf } from './store.ts';

/** A worker as it told of itself, in Python or here. */
export interface RqWorkerInfo {
  readonly name: string;
  readonly state: 'started' | 'idle' | 'busy' | 'suspended' | '?';
  /** The names of its queues, the most urgent first. */
  readonly queues: readonly string[];
  /** The job it works on; of several the latest it took. RQ after 2.10 does not tell. */
  readonly currentJobId: string | undefined;
  readonly bornAt: Date | undefined;
  readonly lastHeartbeat: Date | undefined;
  readonly hostname: string;
  readonly pid: number;
  /** Of its RQ; `millrace` for one of ours. */
  readonly version: string;
  readonly successfulJobs: number;
  readonly failedJobs: number;
  /** ms it worked on jobs. */
  readonly workingTime: number;
}

const PREFIX = 'rq:worker:';

const infoOf = (key: string, hash: ReadonlyMap<string, Buffer>): RqWorkerInfo => {
  const text = (name: string): string => textOf(hash.get(name));
  return {
    name: key.slice(PREFIX.length),
    state: (text('state') || '?') as RqWorkerInfo['state'],
    queues: text('queues').split(',').filter(Boolean),
    currentJobId: text('current_job') || undefined,
    bornAt: parseStamp(text('birth')),
    lastHeartbeat: parseStamp(text('last_heartbeat')),
    hostname: text('hostname'),
    pid: Number(text('pid')),
    version: text('version'),
    successfulJobs: Number(text('successful_job_count')),
    failedJobs: Number(text('failed_job_count')),
    workingTime: Number(text('total_working_time')) * 1_000,
  };
};

/** The workers there are, by name. Those that gave no sign of life for long are left out. */
export const allWorkers = async (store: RqStore): Promise<RqWorkerInfo[]> => {
  const keys = ((await store.command('SMEMBERS', 'rq:workers')) as unknown[]).map(textOf).sort();
  const hashes = await Promise.all(keys.map((key) => store.command('HGETALL', key)));
  return keys
    .map((key, i) => [key, hashOf(hashes[i])] as const)
    .filter(([, hash]) => hash.has('birth'))
    .map(([key, hash]) => infoOf(key, hash));
};

/** Tells a worker something, as `rq.command` does. Whether one of that name heard it. */
export const tell = async (store: RqStore, name: string, command: 'shutdown' | 'kill-horse'): Promise<boolean> =>
  ((await store.command('PUBLISH', `rq:pubsub:${name}`, JSON.stringify({ command }))) as number) > 0;
