import { QueueError } from '../errors.ts';

// What an error of the driver or the server means for us: try again, or say what to do.

const TRY_AGAIN =
  /\b(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|MISCONF|NOREPLICAS|UNBLOCKED)\b|WAIT cannot be used/;
// The last one is what a script is told.
const NOT_ALLOWED = /\bNOPERM\b|ACL failure|no permission|user executing the script can't/i;

// The last one is what ioredis 5 is told, which sends no greeting that could be refused.
const UNKNOWN_USER = /\b(WRONGPASS|NOAUTH)\b|invalid password|invalid username-password|unauthenticated (multi)?bulk/;
// Not one that has expired: that is renewed, and then all is well.
const UNTRUSTED = /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|ALTNAME_INVALID$/;

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isUnknownScript = (error: unknown): boolean => isReply(error) && error.message.startsWith('NOSCRIPT');

/** The master that was written to is a replica now. */
export const isReadOnly = (error: unknown): boolean =>
  isReply(error) && /\bREADONLY\b|WAIT cannot be used with replica/.test(error.message);

/** The database that was asked for is not to be had. */
export const isSelect = (error: unknown): boolean =>
  isReply(error) && (Reflect.get(error, 'command') as { name?: string } | undefined)?.name === 'select';

/** What waiting cannot mend, as the error to answer with; undefined for what may pass. */
export const lasting = (error: unknown): QueueError | undefined => {
  if (error instanceof QueueError) return error.heals ? undefined : error;
  const message = messageOf(error);
  const says = (code: 'CONNECTION' | 'LAYOUT' | 'FULL', advice: string): QueueError =>
    new QueueError(code, `${advice} (Redis: ${message})`, { cause: error, heals: code === 'FULL' });

  if (UNKNOWN_USER.test(message))
    return says('CONNECTION', 'Redis refuses this user: check the user and password of `connection`');
  if (UNTRUSTED.test(String((error as { code?: unknown } | undefined)?.code)))
    return says(
      'CONNECTION',
      "The server's certificate is not trusted: give its CA as `tls: { ca }` or in NODE_EXTRA_CA_CERTS",
    );
  // Only a reply of the server is final from here on; anything else is the connection, and that heals.
  if (!isReply(error) || TRY_AGAIN.test(message)) return undefined;
  if (isSelect(error))
    return says('CONNECTION', 'Redis has no such database for this user: check the db of `connection`');
  if (NOT_ALLOWED.test(message))
    return says('CONNECTION', 'Redis does not allow this user what a queue needs: grant its commands and keys');
  const layout = /\bLAYOUT (\S+)/.exec(message)?.[1];
  if (layout !== undefined) {
    const whose = layout.startsWith('pool-') ? 'pool' : 'queue';
    const advice = `if that is what it should be, update millrace; else use another name or prefix`;
    return says('LAYOUT', `The keys of this name are a ${whose}'s, of layout ${layout}: ${advice}`);
  }
  if (/\bWRONGTYPE\b/.test(message))
    return says('LAYOUT', 'A key of this queue holds something else: delete it, or use another prefix or name');
  if (/\bOOM\b/.test(message))
    return says('FULL', 'Redis is out of memory: let consumers catch up, or raise maxmemory');
  if (/unknown command/i.test(message))
    return says('CONNECTION', 'This server is too old: Redis 6.2 or newer is needed');
  return says('CONNECTION', 'Redis refused the call');
};

/** Redis was away for as long as the caller would wait. */
export const away = (patience: number, cause: unknown): QueueError => {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new QueueError('CONNECTION', `No answer from Redis within ${patience} ms (patience)${why}`, { cause });
};
