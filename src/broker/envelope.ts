// What is stored per task: `<ms put> <codec>[ <priority>][ <headers as JSON>]\n<payload bytes>`. The script adds the
// time, so that only the server's clock counts; the head is text without a line break, the rest is anything.

export interface Opened {
  readonly enqueuedAt: number;
  /** Undefined when the head makes no sense. */
  readonly codec: string | undefined;
  readonly priority: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The envelope without its time. Text stays text, which the driver sends faster than bytes. */
export const seal = (
  codec: string,
  headers: Readonly<Record<string, string>> | undefined,
  body: Buffer | string,
  priority = 0,
): Buffer | string => {
  const ranked = priority === 0 ? codec : `${codec} ${priority}`;
  const head = headers === undefined ? `${ranked}\n` : `${ranked} ${JSON.stringify(headers)}\n`;
  return typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]);
};

export const open = (envelope: Buffer): Opened => {
  // Digit by digit: splitting the head into words costs three times as much, 0.3 µs a task.
  let enqueuedAt = 0;
  let at = 0;
  for (let digit = digitAt(envelope, at); digit >= 0; digit = digitAt(envelope, ++at))
    enqueuedAt = 10 * enqueuedAt + digit;
  const end = envelope.indexOf(10, at);
  const head = envelope.toString('utf8', at + 1, Math.max(end, 0));
  const space = head.indexOf(' ');
  const codec = space < 0 ? head : head.slice(0, space);
  try {
    // A digit is a priority: headers begin with a brace.
    const rest = space < 0 ? '' : head.slice(space + 1);
    const priority = /^\d( |$)/.test(rest) ? Number(rest[0]) : 0;
    const json = priority === 0 ? rest : rest.slice(2);
    const headers = json === '' ? NO_HEADERS : (JSON.parse(json) as Record<string, string>);
    if (envelope[at] === SPACE && codec !== '' && enqueuedAt > 0)
      return { enqueuedAt, codec, priority, headers, body: envelope.subarray(end + 1) };
  } catch {
    // Falls through: a head that cannot be read is as good as none, and the bytes are kept as they are.
  }
  return { enqueuedAt: 0, codec: undefined, priority: 0, headers: NO_HEADERS, body: envelope };
};

const SPACE = 32;

/** Its value, or below zero when there is no digit there. */
const digitAt = (bytes: Buffer, at: number): number => {
  const digit = (bytes[at] ?? 0) - 48;
  return digit > 9 ? -1 : digit;
};
