import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { needPython } from '../../support/findPython.mjs';

/** Runs a program in CPython, once for a whole batch: it gets lines and answers lines. */
export const python = async (program: string, lines: readonly string[] = []): Promise<string[]> => {
  needPython('python3', 'zoneinfo', 'python3');
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${err}`);
  return out.split('\n').slice(0, -1);
};

const PRELUDE = `
import base64, collections, datetime, decimal, pickle, sys, uuid, zoneinfo
def out(data): print(base64.b64encode(data).decode())
`;

/** What CPython makes of an expression at each of its protocols, 0 to 5. */
export const pickledBy = async (...expressions: readonly string[]): Promise<Buffer[][]> => {
  const program = `${PRELUDE}
for line in sys.stdin:
    value = eval(line)
    for protocol in range(6): out(pickle.dumps(value, protocol))
`;
  const lines = await python(program, expressions);
  return expressions.map((_, i) => lines.slice(i * 6, i * 6 + 6).map((line) => Buffer.from(line, 'base64')));
};

/** What CPython reads, as its `repr`. */
export const readBy = async (...pickles: readonly Buffer[]): Promise<string[]> => {
  const program = `${PRELUDE}
for line in sys.stdin: print(ascii(pickle.loads(base64.b64decode(line))))
`;
  return python(
    program,
    pickles.map((bytes) => bytes.toString('base64')),
  );
};

/** What CPython reads, written again at each of its protocols. */
export const rewrittenBy = async (pickles: readonly Buffer[]): Promise<Buffer[][]> => {
  const program = `${PRELUDE}
for line in sys.stdin:
    value = pickle.loads(base64.b64decode(line))
    for protocol in range(6): out(pickle.dumps(value, protocol))
`;
  const lines = await python(
    program,
    pickles.map((bytes) => bytes.toString('base64')),
  );
  return pickles.map((_, i) => lines.slice(i * 6, i * 6 + 6).map((line) => Buffer.from(line, 'base64')));
};
