import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Source {
  /** From the folder it was listed in: `operators/getMulti.ts`. */
  readonly name: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
}

export const sources = (folder: string): Source[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true })
        .map((name) => String(name).split(sep).join('/'))
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
        .sort()
        .map((name) => {
          const text = readFileSync(join(root, folder, name), 'utf8');
          return { name, text, code: text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '') };
        })
    : [];

export interface Import {
  /** As written, or for a relative one the file from the root of the project: `src/task.ts`. */
  readonly target: string;
  /** Gone when the types are. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(type\s)?([\w\s{},*$]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** What `file` (from the root of the project) imports, re-exports included. */
export const importsOf = (file: string, code: string): Import[] =>
  [...code.matchAll(STATEMENT)].map(([, type, clause = '', named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    const names =
      /\{([^}]*)\}/
        .exec(clause)?.[1]
        ?.split(',')
        .filter((each) => each.trim() !== '') ?? [];
    const onlyTypes =
      names.length > 0 && !/^\s*\w+\s*,|\*/.test(clause) && names.every((each) => /^\s*type\s/.test(each));
    return {
      target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
      typeOnly: type !== undefined || onlyTypes,
    };
  });

/** Everything that is loaded with `file`, directly or not, each with the way that leads to it. */
export const reached = (file: string, codeOf: (file: string) => string | undefined): Map<string, string> => {
  const ways = new Map([[file, file]]);
  for (const [from, way] of ways) {
    const code = codeOf(from);
    if (code === undefined) continue;
    for (const { target, typeOnly } of importsOf(from, code))
      if (!typeOnly && !ways.has(target)) ways.set(target, `${way} → ${target}`);
  }
  return ways;
};
