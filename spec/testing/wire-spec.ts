import assert from 'node:assert/strict';
import type { Observable } from 'rxjs';
import type { LinkEvent } from '../../src/broker/broker.ts';
import { MemoryBroker } from '../../src/broker/memory.ts';
import { MemoryStore, OPEN } from '../../src/broker/memoryStore.ts';
import type { QueueError } from '../../src/errors.ts';
import { Wire } from '../../src/testing/wire.ts';
import { Clock } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const RULE = { limit: 20, window: 0 };

const setUp = () => {
  const clock = new Clock();
  const store = new MemoryStore(clock);
  const wire = new Wire(new MemoryBroker(clock, store), 100);
  const told: LinkEvent['type'][] = [];
  wire.link.subscribe(({ type }) => told.push(type));
  const entry = (id: string) => ({
    id,
    own: true,
    codec: 'json',
    headers: undefined,
    body: '1',
    delay: 0,
    front: false,
    priority: 0,
    digest: undefined,
  });
  const log: string[] = [];
  const ask = <A>(what: string, answer: Observable<A>, as: (value: A) => unknown = String) =>
    answer.subscribe({
      next: (value) => log.push(`${clock.frame} ${what} ${as(value)}`),
      error: (error: QueueError) => log.push(`${clock.frame} ${what} ${error.code}`),
      complete: () => {},
    });
  return { clock, store, wire, told, entry, ask, log };
};

describe('Wire', (it) => {
  it('passes calls on while it is up', () => {
    const { clock, wire, entry, ask, log } = setUp();
    ask('put', wire.put([entry('a')], OPEN, FOREVER));
    ask('stats', wire.stats(), ({ ready }) => ready);
    ask('pause', wire.pause(true));
    ask('remove', wire.remove('a'));
    ask('purge', wire.purge());
    ask('dead', wire.deadLetters(1, undefined), ({ length }) => length);
    ask('replay', wire.replay('all'));
    ask('purgeDead', wire.purgeDead());
    ask('handBack', wire.handBack({ which: 'any', olderThan: 0, at: 'front', lease: 1 }));
    ask('nudge', wire.nudge());
    ask('close', wire.close(0));
    clock.advance(1);
    assert.equal(log.length, 11);
  });

  it('while it is cut, lets calls wait for as long as their patience, or for ever', () => {
    const { clock, wire, store, entry, ask, log, told } = setUp();
    wire.become('down');
    ask('patient', wire.put([entry('a')], OPEN, FOREVER));
    ask('impatient', wire.put([entry('b')], OPEN, 5));
    ask('default', wire.stats(), ({ ready }) => ready);
    clock.advance(50);
    assert.deepEqual(log, ['5 impatient CONNECTION']);
    assert.equal(store.stats().ready, 0);
    wire.become('up');
    clock.advance(100);
    assert.deepEqual(log.slice(1), ['50 patient 1', '50 default 1']);
    assert.deepEqual(told, ['reconnecting', 'reconnected']);
  });

  it('with replies lost, calls take effect and are answered when it is back', () => {
    const { clock, wire, store, entry, ask, log } = setUp();
    store.put([entry('a'), entry('b'), entry('c')]);
    const [a, b] = store.take(2, 1_000).deliveries;
    const ack = (hold: typeof a) =>
      ({ ...hold, kind: 'ack', delay: 0, at: 'front', dead: 'killed', message: '' }) as never;
    wire.become('mute');
    ask('settle', wire.settle([ack(a)], RULE, FOREVER));
    ask(
      'turn',
      wire.turn([ack(b)], RULE, 1, 10, FOREVER),
      ([outcomes, { deliveries }]) => `${outcomes} ${deliveries.length}`,
    );
    ask('put', wire.put([entry('d')], OPEN, FOREVER));
    clock.advance(1);
    assert.deepEqual([log, store.stats().acked, store.stats().leased], [[], 2, 1]);
    wire.become('up');
    clock.advance(1);
    // The take is repeated, what the first one took is lost to this process; the put finds its task there.
    assert.deepEqual(log, ['1 settle 1', '1 turn 1 1', '1 put 0']);
    assert.equal(store.stats().leased, 2);
  });

  it('ends a wait when it is back: time to look', () => {
    const { clock, wire, ask, log } = setUp();
    ask('wait', wire.wait());
    clock.advance(3);
    wire.become('down');
    ask('wait while cut', wire.wait());
    clock.advance(3);
    wire.become('up');
    clock.advance(1);
    assert.deepEqual(log, ['6 wait undefined', '6 wait while cut undefined']);
  });

  it('renews nothing when told so, but extends', () => {
    const { clock, wire, store, entry, ask, log } = setUp();
    store.put([entry('a')]);
    const holds = store.take(1, 10).deliveries;
    wire.renews = false;
    ask('renew', wire.renew(holds, 20, false, FOREVER));
    ask('extend', wire.renew(holds, 30, true, FOREVER));
    clock.advance(1);
    assert.deepEqual(log, ['0 extend 30']);
  });

  it('answers nothing to a dead process, not even what was under way, and takes nothing from it', () => {
    const { clock, wire, store, entry, ask, log, told } = setUp();
    ask('under way', wire.put([entry('a')], OPEN, FOREVER));
    ask('wait', wire.wait());
    wire.become('dead');
    ask('put', wire.put([entry('b')], OPEN, 5));
    ask('wait', wire.wait());
    wire.become('up');
    clock.advance(100);
    assert.deepEqual([log, told], [[], []]);
    assert.equal(store.stats().ready, 1);
  });

  it('notes the ids that are put', () => {
    const ids = new Set<string>();
    const clock = new Clock();
    const { entry } = setUp();
    new Wire(new MemoryBroker(clock), 1, ids).put([entry('a'), entry('b')], OPEN, FOREVER);
    assert.deepEqual([...ids], ['a', 'b']);
  });

  it('who waits for room looks when the connection is back, and is told when it is away for too long', () => {
    const { clock, wire, ask, log } = setUp();
    ask('room', wire.room(), () => '');
    clock.advance(5);
    wire.become('down');
    clock.advance(50);
    wire.become('up');
    ask('room', wire.room(), () => '');
    clock.advance(1);
    wire.become('down');
    ask('later', wire.room(), () => '');
    clock.advance(200);
    assert.deepEqual(log, ['55 room ', '156 room CONNECTION', '156 later CONNECTION']);
  });
});
