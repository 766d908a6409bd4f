/**
 * The lines of a stream, in batches of at most `most`: what has come so far, never more than that is waited for.
 * Empty lines are left out; a last line needs no end.
 */
export async function* lines(input: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = [];
  let batch: Buffer[] = [];
  const add = (line: Buffer): void => {
    const end = line.at(-1) === 13 ? line.subarray(0, -1) : line;
    if (end.length > 0) batch.push(end);
  };
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      add(rest.length === 0 ? chunk.subarray(from, end) : Buffer.concat([...rest, chunk.subarray(from, end)]));
      rest = [];
      from = end + 1;
      if (batch.length < most) continue;
      yield batch;
      batch = [];
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  if (rest.length > 0) add(Buffer.concat(rest));
  if (batch.length > 0) yield batch;
}
