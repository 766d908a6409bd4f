import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { firstValueFrom, type Observable, VirtualTimeScheduler } from 'rxjs';
import type { Delivery, Disposal, Hold, Taken } from '../../../src/broker/broker.ts';
import { POOL_KEY_NAMES, poolKeysOf } from '../../../src/broker/keys.ts';
import type { Member, PoolBroker } from '../../../src/broker/pool/broker.ts';
import type { PoolMember } from '../../../src/broker/pool/member.ts';
import { MemoryPool } from '../../../src/broker/pool/memory.ts';
import type { RedisPool } from '../../../src/broker/pool/redis.ts';
import { PoolStore } from '../../../src/broker/pool/store.ts';
import { CLOCK } from '../modelClock.ts';
import type { Command, DisposalDraft, HoldDraft } from './modelCommands.ts';

export const PREFIX = 'millrace-spec';
export const POOL = 'model-pool';
/** ms from an ack until a member is due again. */
export const EVERY = 7_000;
const LEASE = 3_000;
const START = 1_700_000_000_000;
const RULE = { limit: Number.POSITIVE_INFINITY, window: 0 };
const KEYS = poolKeysOf(PREFIX, POOL);

/** One delivery, as each of the two made it. */
interface Twin {
  readonly redis: Delivery;
  readonly memory: Delivery;
}
type Side = keyof Twin;

interface Known {
  readonly id: string;
  /** When it is due, or its lease ends. */
  readonly at: number;
  readonly deliveries: number;
  readonly failures: number;
  readonly failingSince: number;
  /** Whether a delivery may settle it. */
  readonly held: boolean;
}

interface State {
  readonly due: readonly Known[];
  readonly leased: readonly Known[];
  readonly armed: boolean;
}

/** One pool twice, in Redis and in memory, by one clock: does to both what it is told, and compares. */
export class Pair {
  readonly #redis: RedisPool;
  readonly #client: Redis;
  readonly #scheduler = new VirtualTimeScheduler();
  readonly #store: PoolStore;
  readonly #memory: MemoryPool;
  readonly #deliveries: Twin[] = [];
  #added = 0;

  constructor(redis: RedisPool, client: Redis) {
    this.#redis = redis;
    this.#client = client;
    this.#scheduler.frame = START;
    this.#store = new PoolStore(this.#scheduler);
    this.#memory = new MemoryPool(EVERY, this.#scheduler, this.#store);
  }

  async run(commands: readonly Command[]): Promise<void> {
    await this.#client.del(...Object.values(KEYS));
    for (const [i, command] of commands.entries()) {
      try {
        await this.#setClock();
        await this.#step(command);
        this.#pass(1);
        assert.deepEqual(await this.#redisState(), this.#memoryState(), 'state: Redis, memory');
      } catch (error) {
        (error as Error).message = `step ${i}, ${JSON.stringify(command)}: ${(error as Error).message}`;
        throw error;
      }
    }
  }

  async #step(command: Command): Promise<void> {
    switch (command.do) {
      case 'add': {
        const members = command.ids.map((id) => this.#member(id));
        return this.#both((pool) => pool.add(members, 1_000));
      }
      case 'take': {
        const taken = await this.#each((pool) => pool.take(command.count, LEASE, 1_000));
        return this.#deliver(taken.redis, taken.memory);
      }
      case 'settle':
        return this.#both((pool, side) => pool.settle(this.#disposals(command.disposals, side), RULE, 1_000));
      case 'turn': {
        const of = (pool: PoolBroker, side: Side) =>
          pool.turn(this.#disposals(command.disposals, side), RULE, command.count, LEASE, 1_000);
        const { redis, memory } = await this.#each(of);
        assert.deepEqual(redis[0], memory[0], 'outcomes: Redis, memory');
        return this.#deliver(redis[1], memory[1]);
      }
      case 'renew':
        return this.#both((pool, side) => {
          const holds = this.#drafted(command.holds).map((draft) => this.#hold(draft, side));
          return pool.renew(holds, command.lease, command.exact, 1_000);
        });
      case 'delete':
        return this.#both((pool) => pool.delete(command.id));
      case 'has':
        return this.#both((pool) => pool.has(command.id));
      case 'advance':
        return this.#pass(command.by);
      case 'wait':
        // Nobody rings while they wait, so this would last its 10 s: the state says that it would for both.
        return this.#store.wake.armed ? this.#both((pool) => pool.wait()) : undefined;
      default:
        return this.#both((pool) => pool[command.do]() as Observable<unknown>);
    }
  }

  async #each<A>(call: (pool: PoolBroker, side: Side) => Observable<A>): Promise<Record<Side, A>> {
    const redis = await firstValueFrom(call(this.#redis, 'redis'));
    let memory: A[] = [];
    call(this.#memory, 'memory').subscribe((answer) => {
      memory = [...memory, answer];
    });
    this.#scheduler.flush();
    assert.equal(memory.length, 1, 'memory answers once, in the same virtual frame');
    return { redis, memory: memory[0] as A };
  }

  async #both(call: (pool: PoolBroker, side: Side) => Observable<unknown>): Promise<void> {
    const { redis, memory } = await this.#each(call);
    assert.deepEqual(redis, memory, 'answer: Redis, memory');
  }

  #deliver(redis: Taken, memory: Taken): void {
    const comparable = ({ deliveries, dueIn: _, ...rest }: Taken) => ({
      ...rest,
      deliveries: deliveries.map((delivery) => ({ ...delivery, token: undefined })),
    });
    assert.deepEqual(comparable(redis), comparable(memory), 'taken: Redis, memory');
    // Leases taken together end in steps of µs, so Redis may say a millisecond more.
    const late = redis.dueIn === memory.dueIn ? 0 : (redis.dueIn ?? Number.NaN) - (memory.dueIn ?? Number.NaN);
    assert.ok(late === 0 || late === 1, `due in: Redis ${redis.dueIn}, memory ${memory.dueIn}`);
    for (const [i, delivery] of redis.deliveries.entries())
      this.#deliveries.push({ redis: delivery, memory: memory.deliveries[i] as Delivery });
  }

  #member(id: string): Member {
    const number = ++this.#added;
    const headers = number % 3 === 0 ? { from: 'here: \n ü' } : undefined;
    const body = number % 2 === 0 ? `text ${number}\n ü` : Buffer.from([0, 10, 255, number]);
    return { id, codec: 'raw', headers, body };
  }

  /** Those that say something: before the first delivery there is nothing to settle. */
  #drafted<D extends HoldDraft>(drafts: readonly D[]): readonly D[] {
    return this.#deliveries.length === 0 ? [] : drafts;
  }

  #hold({ back, token }: HoldDraft, side: Side): Hold {
    const latest = this.#deliveries.length - 1;
    const twin = this.#deliveries[latest - (back % this.#deliveries.length)] as Twin;
    const other = this.#deliveries.find((each) => each !== twin && each.redis.id === twin.redis.id);
    return (token === 'other' && other !== undefined ? other : twin)[side];
  }

  #disposals(drafts: readonly DisposalDraft[], side: Side): Disposal[] {
    return this.#drafted(drafts).map((draft) => {
      const { kind, dead, delay, at } = draft;
      const { id, token, takenAt } = this.#hold(draft, side);
      const unseen = kind === 'unseen';
      return {
        ...{ id, token, takenAt, kind, dead, message: '' },
        ...{ delay: unseen ? 0 : delay, at: unseen ? ('front' as const) : at },
      };
    });
  }

  #memoryState(): State {
    const known = (member: PoolMember): Known => {
      const { id, at, deliveries, failures, failingSince, token } = member;
      return { id, at, deliveries, failures, failingSince, held: token !== undefined };
    };
    const { due, leased, wake } = this.#store;
    return { due: due.slice(0).map(known), leased: leased.slice(0).map(known), armed: wake.armed };
  }

  async #redisState(): Promise<State> {
    const [members, rounds] = [await this.#client.hkeys(KEYS.members), await this.#client.hgetall(KEYS.rounds)];
    const read = async (key: string): Promise<Known[]> => {
      const flat = await this.#client.zrange(key, '0', '-1', 'WITHSCORES');
      return flat.flatMap((id, i) => {
        if (i % 2 === 1) return [];
        const [token = '-', deliveries = 0, failures = 0, since = 0] = (rounds[id] ?? '-').split(' ');
        const counts = { deliveries: Number(deliveries), failures: Number(failures), failingSince: Number(since) };
        return [{ id, at: Math.round(Number(flat[i + 1]) / 1_000), ...counts, held: !token.startsWith('-') }];
      });
    };
    const state = {
      due: await read(KEYS.due),
      leased: await read(KEYS.leases),
      armed: (await this.#client.exists(KEYS.wake)) === 1,
    };
    const placed = [...state.due, ...state.leased].map(({ id }) => id);
    assert.deepEqual(placed.sort(), [...members].sort(), 'each member is in exactly one place');
    for (const id of Object.keys(rounds)) assert.ok(members.includes(id), `a note on ${id}, which is gone`);
    for (const id of state.leased) assert.ok(id.held, `${id.id} is leased to nobody`);
    const unknown = Object.keys(KEYS).filter((name) => !(POOL_KEY_NAMES as readonly string[]).includes(name));
    assert.deepEqual(unknown, []);
    return state;
  }

  #pass(ms: number): void {
    this.#scheduler.schedule(() => {}, ms);
    this.#scheduler.flush();
  }

  async #setClock(): Promise<void> {
    const now = this.#scheduler.now();
    await this.#client
      .multi()
      .del(CLOCK)
      .rpush(CLOCK, Math.floor(now / 1_000), (now % 1_000) * 1_000)
      .exec();
  }
}
