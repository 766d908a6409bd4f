// Who is measured, in the order in which they take turns. A contestant is a module that exports
//   connect(url, queue) → { put(task), putMulti(tasks), consume({ concurrency, work, acked }), left(), close() }
// consume begins to call work(task), calls acked(n) whenever n more are settled, and answers how to stop.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const bare = (name, { about, slow = false } = {}) => ({ name, about, slow, module: `./contestants/${name}.mjs` });
const peer = (name, module = name) => ({ name, peer: true, slow: true, module: `./contestants/${module}.mjs` });

export const contestants = [
  bare('millrace'),
  bare('lua', { about: 'bare Lua' }),
  bare('list', { about: 'bare list, no guarantee' }),
  bare('lmove', { about: 'bare LMOVE and LREM', slow: true }),
  bare('stream', { about: 'bare stream and group' }),
  peer('bullmq'),
  peer('bull'),
  peer('bee-queue', 'beeQueue'),
  peer('groupmq'),
];

/** A contestant of the reader's own: a file, by its path from where he stands. */
export const stranger = (path, url) => ({ name: path.replace(/^.*\/|\.mjs$/g, ''), slow: false, module: url });

/** Whether the peers are there; they are installed apart from what the library itself needs. */
export const installed = () => {
  try {
    return Boolean(require.resolve('bullmq'));
  } catch {
    return false;
  }
};

export const versionOf = (name) => {
  if (name === 'millrace') return require('../package.json').version;
  for (const folder of ['./node_modules', '../node_modules'])
    try {
      return require(`${folder}/${name}/package.json`).version;
    } catch {}
  return undefined;
};
