import { type RqStore, textOf } from '../store.ts';

/**
 * In which format to register started jobs: RQ's of 2.0 and newer (`execution`) when all the Python workers that
 * these queues have are that new, told by the versions in their hashes; else that of the older ones (`bare`).
 * Newer workers take back a job in the old format from a worker that was killed; older ones drop one in the new
 * format from the registry, and it would be started for ever.
 */
export const detectFormat = async (store: RqStore, queues: readonly string[]): Promise<'bare' | 'execution'> => {
  const sets = await Promise.all(queues.map((queue) => store.command('SMEMBERS', `rq:workers:${queue}`)));
  const workers = new Set(sets.flatMap((set) => (set as unknown[]).map(textOf)));
  const versions = await Promise.all([...workers].map((key) => store.command('HGET', key, 'version')));
  const majors = versions
    .map((version) => /^(\d+)\./.exec(textOf(version))?.[1])
    .filter((major) => major !== undefined);
  return majors.length > 0 && majors.every((major) => Number(major) >= 2) ? 'execution' : 'bare';
};
