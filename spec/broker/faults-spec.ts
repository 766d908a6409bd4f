import assert from 'node:assert/strict';
import { away, isReadOnly, isUnknownScript, lasting } from '../../src/broker/faults.ts';
import { QueueError } from '../../src/errors.ts';
import { describe } from '../support/it.ts';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

describe('lasting', (it) => {
  it('says what to do about what waiting cannot mend', () => {
    const cases: [message: string, code: string, advice: RegExp][] = [
      ['WRONGPASS invalid username-password pair or user is disabled.', 'CONNECTION', /check the user and password/],
      ['ERR Protocol error: unauthenticated multibulk length', 'CONNECTION', /check the user and password/],
      ['NOAUTH Authentication required.', 'CONNECTION', /check the user and password/],
      ["NOPERM this user has no permissions to run the 'evalsha' command", 'CONNECTION', /grant its commands and keys/],
      ['ERR user_script:5: LAYOUT pool-2', 'LAYOUT', /are a pool's, of layout pool-2: .* update millrace/],
      ['ERR user_script:5: LAYOUT 2', 'LAYOUT', /are a queue's, of layout 2: .* update millrace/],
      [
        'WRONGTYPE Operation against a key holding the wrong kind of value',
        'LAYOUT',
        /delete it, or use another prefix/,
      ],
      ["OOM command not allowed when used memory > 'maxmemory'.", 'FULL', /let consumers catch up/],
      ["ERR unknown command 'zmscore'", 'CONNECTION', /Redis 6\.2 or newer/],
      ['ERR DB index is out of range', 'CONNECTION', /^Redis refused the call/],
    ];
    for (const [message, code, advice] of cases) {
      const error = lasting(reply(message));
      assert.equal(error?.code, code, message);
      assert.match(error?.message ?? '', advice);
      assert.ok(error?.message.includes(message), 'what Redis said is part of it');
      assert.equal(error?.heals, code === 'FULL');
    }
  });

  it('says what to do about a certificate that is not trusted; one that has expired may be renewed', () => {
    const tls = (code: string) => Object.assign(new Error(code.toLowerCase()), { code });
    for (const code of [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ]) {
      const error = lasting(tls(code));
      assert.deepEqual([error?.code, error?.heals], ['CONNECTION', false], code);
      assert.match(error?.message ?? '', /give its CA as `tls: \{ ca \}` or in NODE_EXTRA_CA_CERTS/);
    }
    assert.equal(lasting(tls('CERT_HAS_EXPIRED')), undefined);
    assert.equal(lasting(tls('ECONNRESET')), undefined);
  });

  it('leaves alone what may pass: a server that starts or fails over, and whatever happens to a connection', () => {
    for (const message of [
      'LOADING Redis is loading the dataset in memory',
      'BUSY Redis is busy running a script.',
      "READONLY You can't write against a read only replica.",
      'CLUSTERDOWN The cluster is down',
      'MOVED 3999 127.0.0.1:6381',
      'ASK 3999 127.0.0.1:6381',
      'WAIT cannot be used with replica instances.',
      'MISCONF Redis is configured to save RDB snapshots, but is currently unable to persist to disk.',
    ])
      assert.equal(lasting(reply(message)), undefined, message);
    assert.equal(lasting(new Error('connect ECONNREFUSED 127.0.0.1:6379')), undefined);
    assert.equal(lasting(new Error('Connection is closed.')), undefined);
    assert.equal(lasting('not even an error'), undefined);
  });

  it('takes our own errors at their word', () => {
    const final = new QueueError('LAYOUT', 'no', { heals: false });
    assert.equal(lasting(final), final);
    assert.equal(lasting(new QueueError('CONNECTION', 'later')), undefined);
  });
});

describe('faults', (it) => {
  it('knows a script that must be sent in full, and a master that is none any more', () => {
    assert.ok(isUnknownScript(reply('NOSCRIPT No matching script.')));
    assert.ok(!isUnknownScript(new Error('NOSCRIPT')));
    assert.ok(isReadOnly(reply("-READONLY You can't write against a read only replica.")));
    assert.ok(isReadOnly(reply('ERR WAIT cannot be used with replica instances.')));
  });

  it('says how long it was waited for, and why in vain', () => {
    assert.equal(away(50, undefined).message, 'No answer from Redis within 50 ms (patience)');
    const error = away(50, new Error('ECONNREFUSED'));
    assert.deepEqual([error.code, error.heals], ['CONNECTION', true]);
    assert.match(error.message, /: ECONNREFUSED$/);
  });
});
