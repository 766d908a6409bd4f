// Enough of a reading of Lua to see which names a script declares and which it uses.

/** The code alone: no comments. */
export const withoutComments = (text: string): string =>
  text.replace(/--\[\[[\s\S]*?\]\]/g, '').replace(/('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|--[^\n]*/g, '$1');

const KEYWORDS = new Set(
  (
    'and break do else elseif end false for function goto if in local nil not or repeat return then true ' +
    'until while'
  ).split(' '),
);

/** Names declared anywhere in the script (scopes are not told apart), and names used as variables. */
export const luaNames = (code: string): { declared: Set<string>; used: Set<string> } => {
  const plain = withoutComments(code).replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''");
  const declared = new Set<string>();
  const declare = (names: string | undefined) => {
    for (const name of names?.match(/[A-Za-z_]\w*/g) ?? []) declared.add(name);
  };
  for (const [, names] of plain.matchAll(/\blocal\s+(?!function\b)([\w\s,]+?)(?=\s*=|\s*\n|\s*;|$)/g)) declare(names);
  for (const [, name] of plain.matchAll(/\blocal\s+function\s+(\w+)/g)) declare(name);
  for (const [, names] of plain.matchAll(/\bfunction\b[\s\w.:]*\(([^)]*)\)/g)) declare(names);
  for (const [, names] of plain.matchAll(/\bfor\s+([\w\s,]+?)\s*(?:=|\bin\b)/g)) declare(names);

  const used = new Set<string>();
  const brackets: string[] = [];
  for (const { 0: token, index } of plain.matchAll(/[A-Za-z_]\w*|\d[\w.]*|\.{2,3}|[{}()[\]]/g)) {
    if ('{(['.includes(token)) brackets.push(token);
    else if ('})]'.includes(token)) brackets.pop();
    else if (/^[A-Za-z_]/.test(token) && !KEYWORDS.has(token) && isVariable(plain, token, index, brackets.at(-1)))
      used.add(token);
  }
  return { declared, used };
};

// Not a field (`a.name`, `a:name`), and not the key of a table constructor (`{ name = 1 }`).
const isVariable = (code: string, token: string, index: number, bracket: string | undefined): boolean => {
  const before = code.slice(0, index).trimEnd();
  if (/(^|[^.])[.:]$/.test(before)) return false;
  const isAssigned = /^\s*=(?!=)/.test(code.slice(index + token.length));
  return !(bracket === '{' && isAssigned && /[{,;]$/.test(before));
};
