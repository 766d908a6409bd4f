// What is stored per task: `<ms put> <codec>[ <headers as JSON>]\n<payload bytes>`. The script adds the
// time, so that only the server's clock counts; the head is text without a line break, the rest is anything.

export interface Opened {
  readonly enqueuedAt: number;
  /** Undefined when the head makes no sense. */
  readonly codec: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The envelope without its time. Text stays text, which the driver sends faster than bytes. */
export const seal = (
  codec: string,
  headers: Readonly<Record<string, string>> | undefined,
  body: Buffer | string,
): Buffer | string => {
  const head = headers === undefined ? `${codec}\n` : `${codec} ${JSON.stringify(headers)}\n`;
  return typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]);
};

export const open = (envelope: Buffer): Opened => {
  const end = envelope.indexOf(10);
  const [stamp = '', codec = '', ...rest] = envelope.toString('utf8', 0, Math.max(end, 0)).split(' ');
  const enqueuedAt = Number(stamp);
  try {
    const headers = rest.length === 0 ? NO_HEADERS : (JSON.parse(rest.join(' ')) as Record<string, string>);
    if (codec !== '' && enqueuedAt > 0) return { enqueuedAt, codec, headers, body: envelope.subarray(end + 1) };
  } catch {
    // Falls through: a head that cannot be read is as good as none, and the bytes are kept as they are.
  }
  return { enqueuedAt: 0, codec: undefined, headers: NO_HEADERS, body: envelope };
};
