import assert from 'node:assert/strict';
import { lastValueFrom, type Observable } from 'rxjs';
import type { Broker, Hold } from '../../src/broker/broker.ts';
import { KEY_NAMES, type KeyName, keysOf } from '../../src/broker/keys.ts';
import { RedisBroker } from '../../src/broker/redis.ts';
import type { QueueError } from '../../src/errors.ts';
import { entry } from '../broker/memoryEntries.ts';
import { inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';

// A key of a queue holds something else, put there by somebody who knows nothing of queues. Whatever a script needs
// of it, it finds out before it writes: an error means that nothing was changed. Scripts that are called for each
// task look at less, lest every delivery pay for it: refused-spec.ts says what they do.

const GATE = { until: 'settled', limit: { most: 50, parcels: [1, 1, 1, 1], woken: true } } as const;
const RULE = { limit: 0, window: 0 };

const all = { olderThan: 0, at: 'front', lease: 30_000 } as const;

const OPERATIONS: Record<string, (broker: Broker, held: readonly Hold[]) => Observable<unknown>> = {
  put: (broker) =>
    broker.put(
      [
        entry('new', { digest: 'new' }),
        entry('ranked', { digest: 'ranked', priority: 3 }),
        entry('later', { digest: 'later', delay: 60_000 }),
        entry('front', { digest: 'front', front: true }),
      ],
      GATE,
      1_000,
    ),
  'handBack to the front': (broker) => broker.handBack({ which: 'any', ...all }),
  'handBack to the back': (broker) => broker.handBack({ which: 'any', ...all, at: 'back' }),
  'remove what is ready': (broker) => broker.remove('ready'),
  'remove what is leased': (broker, held) => broker.remove(held[0]?.id as string),
  removeMatching: (broker) => broker.removeMatching('1', 0),
  dropLeased: (broker) => broker.dropLeased(0, 30_000),
  purge: (broker) => broker.purge(),
  replay: (broker) => broker.replay('all'),
  'replay by id': (broker) => broker.replay(['dead']),
  purgeDead: (broker) => broker.purgeDead(),
  'failures, reset': (broker) => broker.failures('front', true),
  pause: (broker) => broker.pause(true),
};

/** A queue with a task in each place, some of them held. */
const fill = async (broker: Broker): Promise<readonly Hold[]> => {
  const ask = <A>(answer: Observable<A>): Promise<A> => lastValueFrom(answer);
  const put = (ids: string, options = {}) =>
    ask(
      broker.put(
        ids.split(' ').map((id) => entry(id, { digest: `of ${id}`, ...options })),
        { until: 'settled', limit: { most: 50, parcels: ids.split(' ').map(() => 1), woken: false } },
        1_000,
      ),
    );
  await put('dead');
  const [dead] = (await ask(broker.take(1, 30_000, 1_000))).deliveries;
  const kill = { ...(dead as Hold), kind: 'kill', delay: 0, at: 'back', dead: 'killed', message: '' } as const;
  await ask(broker.settle([kill], RULE, 1_000));
  await put('a b c d e');
  const { deliveries } = await ask(broker.take(5, 30_000, 1_000));
  await ask(broker.renew(deliveries, 40_000, true, 1_000));
  await put('ready ghost other');
  await put('urgent', { priority: 5 });
  await put('due', { delay: 1 });
  await put('delayed', { delay: 60_000 });
  await ask(broker.remove('ghost'));
  // Full, and somebody waits.
  const refused = { until: undefined, limit: { most: 1, parcels: [1], woken: false } };
  await ask(broker.put([entry('late')], refused, 1_000));
  await ask(broker.nudge());
  return deliveries;
};

describe('a key of the wrong type', (it) => {
  for (const [operation, call] of Object.entries(OPERATIONS))
    it(
      `${operation}: an error means that nothing was changed`,
      inHouse(async (house) => {
        const name = house.name();
        const keys = keysOf('millrace', name);
        const options = { connection: house.client, prefix: 'millrace', queue: name, patience: 1_000, maxAge: 60_000 };
        const broker = new RedisBroker(options);
        house.atEnd(() => lastValueFrom(broker.close(0)));
        const held = await fill(broker);
        const dump = () => Promise.all(KEY_NAMES.map((key) => house.client.dumpBuffer(keys[key])));
        const filled = await dump();
        const missing = KEY_NAMES.filter((_, i) => filled[i] === null);
        assert.deepEqual(
          missing,
          ['failures'].filter((key) => missing.includes(key as KeyName)),
        );

        const changed: string[] = [];
        for (const wrong of KEY_NAMES) {
          for (const [i, key] of KEY_NAMES.entries()) {
            await house.client.del(keys[key]);
            if (filled[i]) await house.client.restore(keys[key], 0, filled[i]);
          }
          await house.client.set(keys[wrong], 'mine');
          const before = await dump();
          const error: QueueError | undefined = await lastValueFrom(call(broker, held)).then(
            () => undefined,
            (error) => error,
          );
          if (error === undefined) continue;
          assert.equal(error.code, 'LAYOUT', error.message);
          const after = await dump();
          const others = KEY_NAMES.filter((_, i) => before[i]?.toString('hex') !== after[i]?.toString('hex'));
          if (others.length > 0) changed.push(`${wrong} is no ${wrong}: ${others.join(', ')}`);
        }
        assert.deepEqual(changed, []);
      }),
    );
});
