// A real text: a file of yours, or a manual that a package carries in its comments.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** @returns {{ title: string, paragraphs: string[] }} */
export function readText(file) {
  const [title, text] = file === undefined ? manual() : [basename(file), read(file)];
  const paragraphs = text.split(/\r?\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');
  if (paragraphs.length === 0) throw new Error(`${title} is empty`);
  return { title, paragraphs };
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read the text: ${error.message}`);
  }
}

// One of these is installed wherever this runs: the first in a clone of ours, the last beside any `millrace`.
const MANUALS = [
  { title: 'the manual of Node.js', name: '@types/node', folder: '.' },
  { title: 'the manual of RxJS', name: 'rxjs', folder: 'dist/types' },
];

function manual() {
  const { resolve } = createRequire(import.meta.url);
  for (const { title, name, folder } of MANUALS)
    try {
      return [title, comments(join(dirname(resolve(`${name}/package.json`)), folder))];
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  throw new Error('there is no text to count: name a file');
}

function comments(folder) {
  const chapters = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.d.ts'));
  const found = chapters.sort().flatMap((name) => read(join(folder, name)).match(/\/\*\*[\s\S]*?\*\//g) ?? []);
  return found.map((comment) => comment.slice(3, -2).replace(/^ *\* ?/gm, '')).join('\n\n');
}
