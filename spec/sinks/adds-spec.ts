import assert from 'node:assert/strict';
import { firstValueFrom } from 'rxjs';
import type { Member } from '../../src/broker/pool/broker.ts';
import { MemoryPool } from '../../src/broker/pool/memory.ts';
import { Codecs } from '../../src/codecs/codecs.ts';
import { Adds, memberId } from '../../src/sinks/adds.ts';
import { Clock } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const setUp = () => {
  const clock = new Clock();
  const calls: (readonly Member[])[] = [];
  const broker = new (class extends MemoryPool {
    override add(members: readonly Member[]) {
      calls.push(members);
      return super.add(members);
    }
  })(1_000, clock);
  return { clock, calls, broker, adds: new Adds(broker, new Codecs('json'), 5_000) };
};

describe('memberId', (it) => {
  it('is the same for the same codec and bytes, whether they are text or not', () => {
    assert.equal(memberId('json', '"ü"'), memberId('json', Buffer.from('"ü"')));
    assert.match(memberId('json', '"ü"'), /^[\w-]{24}$/);
  });

  it('differs with the codec, and with every byte', () => {
    const ids = [memberId('json', 'a'), memberId('raw', 'a'), memberId('json', 'b'), memberId('json', 'a\n')];
    assert.equal(new Set(ids).size, ids.length);
  });

  it('stays what it was: pools in Redis are read by it', () => {
    assert.equal(memberId('json', '"a"'), 'xq6Y5IFmRghx2L-bTV0roIIY');
  });
});

describe('Adds', (it) => {
  it('sends what is added in one turn together, and gives each call its own answer', async () => {
    const { clock, calls, adds } = setUp();
    const answers = [adds.add(['a'], {}), adds.add(['b', 'a'], {}), adds.add([], {})];
    clock.advance(0);
    const all = (await Promise.all(answers)).map((each) => each.unwrap().map(({ added }) => added));
    assert.deepEqual(all, [[true], [true, false], []]);
    assert.equal(calls.length, 1);
  });

  it('leaves out what was given up in the same turn', async () => {
    const { clock, broker, calls, adds } = setUp();
    const gone = new AbortController();
    const answers = [adds.add(['a'], { signal: gone.signal }), adds.add(['b'], {})];
    gone.abort();
    clock.advance(0);
    assert.deepEqual(
      (await Promise.all(answers)).map((each) => (each.ok ? 'ok' : each.val.code)),
      ['ABORTED', 'ok'],
    );
    assert.equal(calls[0]?.length, 1);
    const size = firstValueFrom(broker.stats());
    clock.advance(0);
    assert.equal((await size).size, 1);
  });

  it('sends what it still has when it is closed, and takes no more', async () => {
    const { clock, calls, adds } = setUp();
    const before = adds.add(['a'], {});
    adds.close();
    assert.equal(calls.length, 1);
    clock.advance(0);
    assert.equal((await before).ok, true);
    const after = await adds.add(['b'], {});
    assert.equal(after.ok ? '' : after.val.code, 'CLOSED');
  });

  it('says of an error whom it concerns', async () => {
    const { clock, broker, adds } = setUp();
    const closing = firstValueFrom(broker.close());
    clock.advance(0);
    await closing;
    const refused = adds.add(['a'], {});
    clock.advance(0);
    const result = await refused;
    assert.deepEqual(result.ok ? undefined : [result.val.code, result.val.ids], ['CLOSED', [memberId('json', '"a"')]]);
  });
});
