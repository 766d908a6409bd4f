import { type Command, Option } from 'commander';
import { None } from '../../result.ts';
import type { RqJob } from '../../rq/job.ts';
import { RqQueue } from '../../rq/queue.ts';
import type { RqSerializerName } from '../../rq/serializer.ts';
import { CliError, FAILED, misuse, need } from '../exit.ts';
import type { Session } from '../session.ts';

// What the commands about RQ share.

export interface Common {
  readonly queue: string;
  readonly serializer: RqSerializerName;
}

export const common = (command: Command): Command =>
  command.addOption(
    new Option('--serializer <name>', 'as the Python side has it').choices(['pickle', 'json']).default('pickle'),
  );

export const queueOption = (command: Command): Command =>
  common(command.option('--queue <name>', 'name of the queue', 'default'));

export const open = async (session: Session, name: string, serializer: RqSerializerName): Promise<RqQueue> => {
  const { connection, isCluster } = await session.redis();
  if (isCluster) throw misuse("RQ's keys have no hash tags, so RQ cannot work on Redis Cluster");
  const queue = new RqQueue(name, { connection: connection as string, serializer });
  session.atEnd(() => queue.close());
  return queue;
};

/** A job of whichever queue. */
export const fetch = async (session: Session, id: string, serializer: RqSerializerName): Promise<RqJob> => {
  const origin = await (await session.redis()).call('HGET', `rq:job:${id}`, 'origin');
  const job = typeof origin === 'string' ? need(await (await open(session, origin, serializer)).fetchJob(id)) : None;
  if (job.some) return job.val;
  throw new CliError(FAILED, `there is no job ${id}: it was never enqueued, or its result's time is over`);
};
