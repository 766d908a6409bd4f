import { type RqStore, textOf } from '../store.ts';

/**
 * Which format of the registry of started jobs the Python workers of these queues use: told by the versions they
 * left in their hashes, else by what is in the registries, else the newest.
 */
export const detectFormat = async (store: RqStore, queues: readonly string[]): Promise<'bare' | 'execution'> => {
  const workers = new Set<string>();
  for (const queue of queues)
    for (const key of (await store.command('SMEMBERS', `rq:workers:${queue}`)) as unknown[]) workers.add(textOf(key));
  for (const key of workers) {
    const version = /^(\d+)\./.exec(textOf(await store.command('HGET', key, 'version')))?.[1];
    if (version !== undefined) return Number(version) < 2 ? 'bare' : 'execution';
  }
  for (const queue of queues) {
    const [member] = (await store.command('ZRANGE', `rq:wip:${queue}`, 0, 0)) as unknown[];
    if (member !== undefined) return textOf(member).includes(':') ? 'execution' : 'bare';
  }
  return 'execution';
};
