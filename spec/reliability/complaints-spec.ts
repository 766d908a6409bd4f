import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/broker/keys.ts';
import type { QueueError } from '../../src/errors.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// What users of other queues complain of most, and must not happen here.

const OWN = { redis: {} };
const DURABLE = { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } };

/** The answer, and how many ms it took. */
const timed = async <T>(answer: Promise<T>): Promise<[T, number]> => {
  const began = performance.now();
  return [await answer, performance.now() - began];
};

describe('complaint: workers are dead after a reconnect', (it) => {
  it(
    'goes on after Redis was killed and came back, idle or busy',
    inHouse(async (house) => {
      const [idle, busy] = [house.queue<number>(house.name()), house.queue<number>(house.name())];
      const idler = house.consume(idle, 4, (task) => task.ack());
      const worker = house.consume(busy, 4, (task) => setTimeout(() => task.ack(), 20));
      (await busy.putMulti([1, 2, 3, 4, 5, 6])).unwrap();
      await until(() => worker.tasks.length >= 4);
      await house.server.kill();
      await house.server.restart();

      (await idle.put(1)).unwrap();
      await until(async () => (await idle.stats()).unwrap().acked === 1);
      await until(async () => (await busy.stats()).unwrap().acked === 6);
      assert.deepEqual([idler.error, worker.error], [undefined, undefined]);
    }, DURABLE),
  );

  it(
    'goes on after its sockets were cut again and again',
    inHouse(async (house) => {
      const relay = await house.relay();
      const name = house.name();
      const queue = house.queue<number>(name, { connection: relay.url, lease: 1_000, sweepEvery: 200 });
      const direct = house.queue<number>(name);
      const consumer = house.consume(queue, 8, (task) => task.ack());
      for (let round = 0; round < 20; round++) {
        (await direct.put(round)).unwrap();
        if (round % 2 === 0) await until(() => consumer.tasks.some(({ payload }) => payload === round));
        relay.cut();
      }
      await until(async () => (await direct.stats()).unwrap().acked === 20);
      assert.equal(consumer.error, undefined);
    }),
  );

  it(
    'goes on after Redis was frozen, and after the network was',
    inHouse(async (house) => {
      const relay = await house.relay();
      const queue = house.queue<number>(house.name(), { connection: relay.url, patience: 200 });
      const consumer = house.consume(queue, 8, (task) => task.ack());
      await until(async () => (await house.blocked()) === 1);
      for (const [freeze, thaw] of [
        [() => house.server.freeze(), () => house.server.thaw()],
        [() => relay.pause(), () => relay.resume()],
      ] as const) {
        const before = consumer.tasks.length;
        freeze();
        assert.equal(codeOf(await queue.stats()), 'CONNECTION');
        thaw();
        await until(async () => (await queue.put(1)).ok);
        await until(() => consumer.tasks.length === before + 1);
      }
      await until(async () => (await queue.stats()).unwrap().acked === 2);
      assert.equal(consumer.error, undefined);
    }, OWN),
  );
});

describe('complaint: put hangs for ever when Redis is down', (it) => {
  it(
    'answers CONNECTION after `patience` and not much later, whatever the call',
    inHouse(async (house) => {
      const patience = 400;
      const queue = house.queue<number>(house.name(), { patience });
      (await queue.put(1)).unwrap();
      const task = (await queue.get()).unwrap();
      await house.server.kill();

      const calls = {
        put: queue.put(2),
        putNowait: queue.putNowait(2),
        putMulti: queue.putMulti([2, 3]),
        get: queue.get(),
        getNowait: queue.getNowait(),
        getMulti: queue.getMulti(2),
        ack: task.ack(),
        stats: queue.stats(),
        sweep: queue.sweep(),
        requeue: queue.requeue(),
        remove: queue.remove('a'),
        pause: queue.pause(),
        isPaused: queue.isPaused(),
        purge: queue.purge(),
        deadList: queue.dead.list(),
        replay: queue.dead.replay('all'),
      };
      const answers = await Promise.all(Object.values(calls).map((call) => timed<{ ok: boolean; val: unknown }>(call)));
      for (const [i, call] of Object.keys(calls).entries()) {
        const [result, took] = answers[i] as (typeof answers)[number];
        assert.equal(codeOf(result), 'CONNECTION', call);
        assert.ok(took > patience * 0.9 && took < patience + 600, `${call} took ${took} ms`);
      }
    }, DURABLE),
  );

  it(
    'resolves a put that waits when Redis comes back in time, and an ack that was told CONNECTION is still tried',
    inHouse(async (house) => {
      const queue = house.queue<number>(house.name(), { patience: 300, sweepEvery: null });
      const patient = house.queue<number>(queue.name, { patience: 20_000 });
      (await queue.putMulti([1, 2])).unwrap();
      const [first, second] = (await queue.getMulti(2)).unwrap();
      await house.server.kill();

      const put = patient.put(3, { id: 'three' });
      const [acked, took] = await timed(first?.ack() as Promise<{ ok: boolean; val: unknown }>);
      assert.equal(codeOf(acked), 'CONNECTION');
      assert.ok(took < 900, `the ack took ${took} ms`);
      await house.server.restart();
      assert.deepEqual((await put).unwrap(), { id: 'three', added: true });
      await until(async () => (await patient.stats()).unwrap().acked === 1, { what: 'the ack took effect' });
      // Asked again, it answers what became of it.
      assert.equal(codeOf(await (second as NonNullable<typeof second>).ack()), 'ok');
    }, DURABLE),
  );

  it(
    'gives up waiting for Redis when its signal fires',
    inHouse(async (house) => {
      const queue = house.queue<number>(house.name());
      await house.server.kill();
      const [put, took] = await timed(queue.put(1, { signal: AbortSignal.timeout(100) }));
      assert.equal(codeOf(put), 'ABORTED');
      assert.ok(took < 1_000, `it took ${took} ms`);
    }, OWN),
  );

  it(
    'repeats a put whose reply was lost, and adds it once',
    inHouse(async (house) => {
      await house.loadScripts();
      const relay = await house.relay();
      const queue = house.queue<number>(house.name(), { connection: relay.url });
      assert.ok((await queue.stats()).ok);
      let cuts = 0;
      relay.onRequest((bytes) => (bytes.includes('payload') && cuts++ === 0 ? 'cut-after-forward' : 'pass'));
      const results = await Promise.all([
        queue.put('payload' as never),
        queue.putMulti(['payload', 'payload'] as never[]),
      ]);
      assert.ok(cuts > 1, 'it was sent again');
      const puts = results.flatMap((result) => result.unwrap());
      assert.deepEqual(
        puts.map(({ added }) => added),
        [true, true, true],
        'they are ours, and they are there',
      );
      const { ready, put } = (await queue.stats()).unwrap();
      assert.deepEqual({ ready, put }, { ready: 3, put: 3 });
    }),
  );
});

describe('complaint: close() never resolves', (it) => {
  const quickly = async (closing: Promise<unknown>, most = 3_000): Promise<void> => {
    const [, took] = await timed(closing);
    assert.ok(took < most, `it took ${took} ms`);
  };

  for (const gone of ['frozen', 'killed'] as const)
    it(
      `resolves when Redis is ${gone}, and whatever waits is answered`,
      inHouse(async (house) => {
        const queue = house.queue<number>(house.name());
        const used = house.queue<number>(house.name(), { connection: `${house.url}/0` });
        (await used.putMulti([1, 2])).unwrap();
        const held = (await used.get()).unwrap();
        const consumer = house.consume(used);
        const idler = house.consume(queue);
        const waiting = queue.get();
        await until(() => consumer.tasks.length === 1);
        await until(async () => (await house.blocked()) === 2);
        if (gone === 'killed') await house.server.kill();
        else house.server.freeze();
        const calls: Promise<{ ok: boolean; val: unknown }>[] = [used.put(3), used.stats(), held.ack(), waiting];
        await sleep(20);

        await Promise.all([quickly(queue.close({ timeout: 100 })), quickly(used.close({ timeout: 100 }))]);
        const codes = (await Promise.all(calls)).map(codeOf);
        assert.ok(
          codes.every((code) => code === 'CLOSED' || code === 'CONNECTION'),
          codes.join(),
        );
        assert.deepEqual([consumer.completed, idler.completed], [true, true]);
        assert.equal(codeOf(await used.put(4)), 'CLOSED');
        const left = await used.close();
        assert.equal(codeOf(left), 'CONNECTION');
        assert.equal((left.val as QueueError).ids?.length, 2, 'it names what could not be handed back');
      }, OWN),
    );

  it(
    'resolves although a handler never ends, and hands its task back to the front',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name);
      (await queue.putMulti([1, 2, 3])).unwrap();
      const done: unknown[] = [];
      queue
        .process(() => new Promise(() => {}), { concurrency: 2, prefetch: 2 })
        .subscribe({ complete: () => done.push('complete') });
      await until(async () => (await queue.stats()).unwrap().leased === 2);

      const [result, took] = await timed(queue.close({ timeout: 200 }));
      assert.equal(codeOf(result), 'ok');
      assert.ok(took >= 190 && took < 2_000, `it took ${took} ms`);
      const next = house.queue<number>(name);
      assert.deepEqual(
        (await next.getMulti(3)).unwrap().map(({ payload, deliveries }) => [payload, deliveries]),
        [
          [1, 2],
          [2, 2],
          [3, 1],
        ],
      );
    }),
  );

  it(
    'lets running work settle first',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name);
      (await queue.putMulti([1, 2, 3, 4])).unwrap();
      let completed = false;
      queue
        .process(() => sleep(150), { concurrency: 2, prefetch: 2 })
        .subscribe({ complete: () => (completed = true) });
      await until(async () => (await queue.stats()).unwrap().leased === 2);
      assert.equal(codeOf(await queue.close()), 'ok');
      assert.ok(completed);
      const { acked, leased, ready } = (await house.queue(name).stats()).unwrap();
      assert.deepEqual({ acked, leased, ready }, { acked: 2, leased: 0, ready: 2 });
    }),
  );

  it(
    'resolves twice, unused, while it connects, and during a reconnect',
    inHouse(async (house) => {
      const relay = await house.relay();
      const unused = house.queue(house.name());
      await quickly(unused.close(), 500);
      await quickly(unused.close(), 100);
      const connecting = house.queue(house.name());
      const put = connecting.put(1);
      await quickly(connecting.close());
      assert.equal(codeOf(await put), 'ok', 'what was put before is put');

      const queue = house.queue<number>(house.name(), { connection: relay.url });
      const consumer = house.consume(queue);
      await until(async () => (await house.blocked()) === 1);
      await relay.refuse(true);
      relay.cut();
      await until(() => queue.told.includes('reconnecting'));
      await Promise.all([quickly(queue.close()), quickly(queue.close())]);
      assert.ok(consumer.completed);
      await relay.refuse(false);
      assert.equal(await house.blocked(), 0, 'it does not come back');
    }),
  );
});

describe('complaint: Redis is filled by finished tasks', (it) => {
  it(
    'leaves nothing but two small keys, however much was done',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<string>(name, { retry: { limit: 0, backoff: 0 } });
      const count = 2_000;
      let fails = 0;
      queue
        .process(
          async ({ payload, failures }) => {
            if (payload === 'bad' && failures === 0) throw new Error(`no good ${++fails}`);
          },
          { concurrency: 100 },
        )
        .subscribe();
      const payloads = Array.from({ length: count }, (_, i) => (i % 10 === 0 ? 'bad' : 'x'.repeat(1_000)));
      (await queue.putMulti(payloads, { id: (_, i) => `own ${i}`, headers: { by: 'me' } })).unwrap();
      (await queue.putMulti(['later', 'later'], { delay: 50 })).unwrap();
      await until(async () => (await queue.stats()).unwrap().dead === count / 10);
      assert.equal((await queue.dead.replay('all')).unwrap(), count / 10);
      await until(async () => (await queue.stats()).unwrap().dead === count / 10);
      (await queue.dead.purge()).unwrap();

      await until(async () => (await queue.stats()).unwrap().acked === (count * 9) / 10 + 2);
      await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing else is left' });
      assert.equal(await house.client.dbsize(), 2);
      const { totals, meta } = keysOf('millrace', name);
      for (const key of [totals, meta]) assert.ok(Number(await house.client.memory('USAGE', key)) < 300, key);
    }, OWN),
  );
});

describe('complaint: three connections per queue', (it) => {
  /** Names of the connections there are, ours to look not counted. */
  const connections = async (house: Parameters<Parameters<typeof inHouse>[0]>[0]): Promise<string[]> => {
    const list = String(await house.client.client('LIST'));
    return [...list.matchAll(/ name=(millrace\S*)/g)].map(([, name]) => name as string).sort();
  };
  const waiting = (count: number) => Array.from({ length: count }, () => 'millrace:wait');

  it(
    'opens one for all queues of one string, and one more for each that consumes; all are closed at the end',
    inHouse(async (house) => {
      const queues = Array.from({ length: 5 }, () => house.queue<number>(house.name()));
      assert.deepEqual(await connections(house), [], 'none before it is used');
      for (const queue of queues) (await queue.put(1)).unwrap();
      assert.deepEqual(await connections(house), ['millrace'], 'producers only');

      for (const queue of queues) {
        house.consume(queue, 1, (task) => task.ack());
        house.consume(queue, 1, (task) => task.ack());
        queue.get();
      }
      await until(async () => (await house.blocked()) === 5);
      assert.deepEqual(await connections(house), ['millrace', ...waiting(5)]);

      await Promise.all(queues.slice(1).map((queue) => queue.close()));
      await until(async () => (await connections(house)).length === 2);
      assert.ok((await queues[0]?.put(2))?.ok, 'those who are left still have it');
      await queues[0]?.close();
      await until(async () => (await connections(house)).length === 0);
    }, OWN),
  );

  it(
    'uses a client that is handed in, opens one more to wait with, and leaves it open',
    inHouse(async (house) => {
      const client = house.connect();
      await client.client('SETNAME', 'millrace-mine');
      const queues = [
        house.queue<number>(house.name(), { connection: client }),
        house.queue<number>(house.name(), { connection: client }),
      ];
      for (const queue of queues) (await queue.put(1)).unwrap();
      assert.deepEqual(await connections(house), ['millrace-mine']);

      const [first] = queues;
      const total = async () =>
        String(await house.client.client('LIST'))
          .trim()
          .split('\n').length;
      const before = await total();
      house.consume(first as NonNullable<typeof first>, 1, (task) => task.ack());
      await until(async () => (await house.blocked()) === 1);
      assert.equal(await total(), before + 1);

      for (const queue of queues) assert.equal(codeOf(await queue.close()), 'ok');
      await until(async () => (await total()) === before);
      assert.equal(client.status, 'ready');
      assert.equal(await client.ping(), 'PONG');
    }, OWN),
  );
});
