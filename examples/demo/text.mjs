// A real text: a file of yours, or the manual of Node.js, which @types/node carries in its comments.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** @returns {{ title: string, paragraphs: string[] }} */
export function readText(file) {
  const [title, text] = file === undefined ? ['the manual of Node.js', manual()] : [basename(file), read(file)];
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

function manual() {
  const folder = dirname(createRequire(import.meta.url).resolve('@types/node/package.json'));
  const chapters = readdirSync(folder).filter((name) => name.endsWith('.d.ts'));
  const comments = chapters.sort().flatMap((name) => read(join(folder, name)).match(/\/\*\*[\s\S]*?\*\//g) ?? []);
  return comments.map((comment) => comment.slice(3, -2).replace(/^ *\* ?/gm, '')).join('\n\n');
}
