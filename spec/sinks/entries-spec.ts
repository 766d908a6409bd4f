import assert from 'node:assert/strict';
import { Codecs } from '../../src/codecs/codecs.ts';
import { Entries } from '../../src/sinks/entries.ts';
import { describe } from '../support/it.ts';

const codecs = new Codecs('json');
const plain = new Entries(codecs);

const digests = (entries: Entries, payloads: readonly unknown[]) =>
  entries.of('put', payloads, {}).map(({ digest }) => digest);

describe('Entries', (it) => {
  it('makes ids that are short, all different, and in order even as text', () => {
    const all = [...plain.of('putMulti', Array(300).fill('x'), {}), ...plain.of('put', ['x'], {})];
    const ids = all.map(({ id }) => id);
    assert.equal(new Set(ids).size, 301);
    assert.deepEqual([...ids].sort(), ids);
    assert.ok(ids.every((id) => /^[\w.]{12,20}$/.test(id)));
    assert.ok(all.every(({ own }) => !own));
  });

  it('says of each task what its options ask for', () => {
    const options = { id: 'a', delay: 5, front: true, priority: 3, codec: 'raw', headers: { by: 'me' } };
    const [entry] = plain.of('put', ['text'], options);
    assert.deepEqual(entry, { ...options, own: true, body: Buffer.from('text'), digest: undefined });
  });

  it('takes payloads as they are now', () => {
    const payload = { n: 1 };
    const [entry] = plain.of('put', [payload], {});
    payload.n = 2;
    assert.equal(entry?.body, '{"n":1}');
  });

  it('asks for the id of each payload by its place, and names the method when it is none', () => {
    const ids = plain.of('putMulti', ['a', 'b'], { id: (payload, i) => `${payload}${i}` }).map(({ id }) => id);
    assert.deepEqual(ids, ['a0', 'b1']);
    assert.throws(() => plain.of('putMulti', ['a'], { id: () => 5 as never }), {
      name: 'TypeError',
      message: /^putMulti: id\(payload 0\) is 5/,
    });
  });

  it('twins have one digest: of what is encoded, or of what the caller says they have in common', () => {
    const byBody = new Entries(codecs, { by: undefined, until: 'leased' });
    const [a, b, c] = digests(byBody, [{ n: 1 }, { n: 1 }, { n: 2 }]);
    assert.match(String(a), /^[\w-]{22}$/);
    assert.equal(a, b);
    assert.notEqual(a, c);
    const byUser = new Entries(codecs, { by: ({ user }: { user: string }) => user, until: 'leased' });
    const [d, e, f] = digests(byUser, [{ user: 'x', n: 1 }, { user: 'x', n: 2 }, { user: 'y' }]);
    assert.equal(d, e);
    assert.notEqual(d, f);
  });
});
