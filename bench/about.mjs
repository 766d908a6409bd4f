// What a run was made with: versions, machine, date, and how much else the machine had to do.
import { cpus, totalmem, type } from 'node:os';
import { findRedis } from '../spec/support/redisServer.mjs';
import { versionOf } from './contestants.mjs';
import { median } from './figures.mjs';

export const about = async (plan, rounds) => {
  const { version } = await findRedis();
  const peers = [...new Set(plan.map(({ contestant }) => contestant))].filter(({ peer }) => peer);
  return {
    date: new Date().toISOString().slice(0, 10),
    rounds,
    versions: {
      millrace: versionOf('millrace'),
      ...Object.fromEntries(peers.map(({ name }) => [name, versionOf(name)])),
      ioredis: versionOf('ioredis'),
      Redis: version,
      Node: process.versions.node,
    },
    machine: `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}`,
  };
};

export const versionsLine = ({ versions }) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

/** How many cores other programs kept busy during the runs; undefined when that was not measured. */
export const othersCores = (results) => {
  const all = results.flatMap(({ runs }) => runs.flatMap(({ others }) => others ?? []));
  return all.length === 0 ? undefined : median(all);
};

export const roundsLine = ({ rounds }) => (rounds === 1 ? 'one round' : `medians of ${rounds} rounds`);
