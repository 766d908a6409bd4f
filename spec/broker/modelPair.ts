import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { firstValueFrom, type Observable, VirtualTimeScheduler } from 'rxjs';
import type { Broker, Delivery, Disposal, Entry, Hold, Taken } from '../../src/broker/broker.ts';
import type { Limit } from '../../src/broker/gate.ts';
import { MemoryBroker } from '../../src/broker/memory.ts';
import { MemoryStore } from '../../src/broker/memoryStore.ts';
import type { RedisBroker } from '../../src/broker/redis.ts';
import { CLOCK } from './modelClock.ts';
import {
  type Command,
  type DisposalDraft,
  type EntryDraft,
  type GateDraft,
  type HoldDraft,
  type IdDraft,
  LEASE,
} from './modelCommands.ts';
import { ghostsIn, KEYS, memoryState, type RawState, READ_AND_SET_CLOCK, redisState } from './modelState.ts';

/** One delivery, as each of the two made it. Their tokens differ; all else is the same. */
interface Twin {
  readonly redis: Delivery;
  readonly memory: Delivery;
}

type Side = keyof Twin;

const rest = async (first: Taken, count: number, take: (left: number) => Promise<Taken>): Promise<Taken> => {
  let all = first;
  while (all.deliveries.length < count && all.left > 0) {
    const { deliveries, buried, ...more } = await take(count - all.deliveries.length);
    all = { ...more, deliveries: [...all.deliveries, ...deliveries], buried: [...all.buried, ...buried] };
  }
  return all;
};

/** Of every third entry it is the same. */
const bodyOf = (number: number): Buffer | string =>
  number % 3 === 0 ? 'twin' : number % 2 === 0 ? `text ${number}\n ü` : Buffer.from([0, 10, 255, number]);

/** Parcels that hold all entries: those of the draft as far as they go, the rest one by one. */
const limitOf = ({ most, parcels, woken }: GateDraft, entries: number): Limit | undefined => {
  if (most === undefined) return undefined;
  const sizes: number[] = [];
  for (let left = entries; left > 0; left -= Math.abs(sizes.at(-1) as number)) {
    const size = parcels[sizes.length] ?? 1;
    sizes.push(Math.sign(size) * Math.min(Math.abs(size), left));
  }
  return { most, woken, parcels: sizes };
};

const START = 1_700_000_000_000;

/** One queue twice, in Redis and in memory, by one clock: does to both what it is told, and compares. */
export class Pair {
  readonly #redis: RedisBroker;
  readonly #client: Redis;
  readonly #scheduler = new VirtualTimeScheduler();
  readonly #store: MemoryStore;
  readonly #memory: MemoryBroker;
  readonly #deliveries: Twin[] = [];
  /** Of what was removed from the line, what Redis has not come to yet. */
  #ghosts: ReadonlySet<string> = new Set();
  /** Whether a take of this step met some of them. */
  #fellShort = false;
  #ids = 0;

  constructor(redis: RedisBroker, client: Redis, maxAge: number | undefined) {
    this.#redis = redis;
    this.#client = client;
    this.#scheduler.frame = START;
    this.#store = new MemoryStore(this.#scheduler);
    this.#memory = new MemoryBroker(this.#scheduler, this.#store, maxAge);
  }

  async run(commands: readonly Command[]): Promise<void> {
    await this.#client.del(...KEYS);
    await this.#readAndSetClock();
    for (const [i, command] of commands.entries()) {
      try {
        await this.#step(command);
        this.#pass(1);
        this.#compare(await this.#readAndSetClock());
      } catch (error) {
        (error as Error).message = `step ${i}, ${JSON.stringify(command)}: ${(error as Error).message}`;
        throw error;
      }
    }
  }

  #compare(raw: RawState): void {
    const [redis, ghosts] = [redisState(raw), ghostsIn(raw)];
    // Where something was removed from the line, Redis may wake somebody for nothing; never the other way round.
    const haunted = this.#ghosts.size + ghosts.size > 0 || this.#fellShort;
    if (haunted && redis.armed && !this.#store.wake.armed) this.#store.wake.ring();
    if (haunted && redis.roomy && !this.#store.room.armed) this.#store.room.ring();
    assert.deepEqual(redis, memoryState(this.#store), 'state: Redis, memory');
    this.#ghosts = ghosts;
    this.#fellShort = false;
  }

  async #step(command: Command): Promise<void> {
    switch (command.do) {
      case 'put': {
        const { until } = command.gate;
        const entries = command.entries.map((draft) => this.#entry(draft, until !== undefined));
        const limit = limitOf(command.gate, entries.length);
        return this.#both((broker) => broker.put(entries, { until, limit }, 1_000));
      }
      case 'take':
        return this.#take(command.count, command.lease);
      case 'settle':
        return this.#both((broker, side) =>
          broker.settle(this.#disposals(command.disposals, side), command.rule, 1_000),
        );
      case 'turn':
        return this.#turn(command);
      case 'renew':
        return this.#both((broker, side) => {
          const holds = this.#drafted(command.holds).map((draft) => this.#hold(draft, side));
          return broker.renew(holds, command.lease, command.exact, 1_000);
        });
      case 'handBack':
        return this.#both((broker) => broker.handBack(command.what));
      case 'remove':
        return this.#both((broker) => broker.remove(this.#id(command.id)));
      case 'dropLeased':
        return this.#both((broker) => broker.dropLeased(command.olderThan, LEASE));
      case 'removeMatching':
        return this.#both((broker) => broker.removeMatching(bodyOf(command.like), command.count));
      case 'failures':
        return this.#both((broker) => broker.failures(this.#id(command.id), command.reset));
      case 'pause':
        return this.#both((broker) => broker.pause(command.paused));
      case 'deadLetters': {
        const after = command.after === undefined ? undefined : this.#id(command.after);
        return this.#both((broker) => broker.deadLetters(command.limit, after));
      }
      case 'replay': {
        const ids = command.ids === 'all' ? command.ids : command.ids.map((id) => this.#id(id));
        return this.#both((broker) => broker.replay(ids));
      }
      case 'advance':
        return this.#pass(command.by);
      case 'wait':
        // Nobody rings while they wait, so this would last its 10 s: the state says that it would for both.
        return this.#store.wake.armed ? this.#both((broker) => broker.wait()) : undefined;
      case 'room':
        return this.#store.room.armed ? this.#both((broker) => broker.room()) : undefined;
      default:
        return this.#both((broker) => broker[command.do]() as Observable<unknown>);
    }
  }

  async #both(call: (broker: Broker, side: Side) => Observable<unknown>): Promise<void> {
    const redis = await firstValueFrom(call(this.#redis, 'redis'));
    assert.deepEqual(redis, this.#inMemory(call(this.#memory, 'memory')), 'answer: Redis, memory');
  }

  async #take(count: number, lease: number): Promise<void> {
    const memory = this.#inMemory(this.#memory.take(count, lease));
    const redis = await firstValueFrom(this.#redis.take(count, lease, 1_000));
    await this.#deliverAll(redis, memory, count, lease);
  }

  async #turn({ disposals, rule, count, lease }: Command & { do: 'turn' }): Promise<void> {
    const of = (broker: Broker, side: Side) => broker.turn(this.#disposals(disposals, side), rule, count, lease, 1_000);
    const [settled, taken] = await firstValueFrom(of(this.#redis, 'redis'));
    const [outcomes, memory] = this.#inMemory(of(this.#memory, 'memory'));
    assert.deepEqual(settled, outcomes, 'outcomes: Redis, memory');
    await this.#deliverAll(taken, memory, count, lease);
  }

  /** A take may bring less than there is, where something was too old or, in Redis, had been removed: the rest of it. */
  async #deliverAll(redis: Taken, memory: Taken, count: number, lease: number): Promise<void> {
    let micros = 0;
    const fromRedis = await rest(redis, count, async (left) => {
      this.#fellShort = true;
      micros += 100;
      await this.#setClock(micros);
      return firstValueFrom(this.#redis.take(left, lease, 1_000));
    });
    const fromMemory = await rest(memory, count, async (left) => this.#inMemory(this.#memory.take(left, lease)));
    this.#deliver(fromRedis, fromMemory);
  }

  #deliver(redis: Taken, memory: Taken): void {
    const withoutTokens = ({ deliveries, missing, buried }: Taken) => ({
      deliveries: deliveries.map((delivery) => ({ ...delivery, token: undefined })),
      missing,
      buried,
    });
    assert.deepEqual(withoutTokens(redis), withoutTokens(memory), 'taken: Redis, memory');
    // What is put together comes due in steps of µs, so Redis may say a millisecond more.
    const late = redis.dueIn === memory.dueIn ? 0 : (redis.dueIn ?? Number.NaN) - (memory.dueIn ?? Number.NaN);
    assert.ok(late === 0 || late === 1, `due in: Redis ${redis.dueIn}, memory ${memory.dueIn}`);
    if (redis.deliveries.length < memory.deliveries.length + memory.left)
      assert.equal(redis.left > 0, true, 'some are left');
    for (const [i, delivery] of redis.deliveries.entries())
      this.#deliveries.push({ redis: delivery, memory: memory.deliveries[i] as Delivery });
  }

  #entry({ own, delay, front, priority, twin }: EntryDraft, unique: boolean): Entry {
    const number = ++this.#ids;
    const id = own ?? `n${String(number).padStart(4, '0')}`;
    const headers = number % 3 === 0 ? { from: 'here: \n ü' } : undefined;
    const body = bodyOf(number);
    const digest = unique ? twin : undefined;
    // Known and left out: what is put in front of its own ghost takes the ghost's place in the line, not the first.
    const first = front && !this.#ghosts.has(id);
    return {
      id,
      own: own !== undefined,
      codec: 'raw',
      headers,
      body,
      delay,
      front: first,
      priority,
      digest,
    };
  }

  /** Those that say something: before the first delivery there is nothing to settle. */
  #drafted<D extends HoldDraft>(drafts: readonly D[]): readonly D[] {
    return this.#deliveries.length === 0 ? [] : drafts;
  }

  #twin(back: number): Twin {
    const latest = this.#deliveries.length - 1;
    return this.#deliveries[latest - (back % this.#deliveries.length)] as Twin;
  }

  #hold({ back, token }: HoldDraft, side: Side): Hold {
    const twin = this.#twin(back);
    if (token === 'right') return twin[side];
    const other = this.#deliveries.find((each) => each !== twin && each.redis.id === twin.redis.id);
    if (token === 'other' && other !== undefined) return other[side];
    return { ...twin[side], token: 'none' };
  }

  #disposals(drafts: readonly DisposalDraft[], side: Side): Disposal[] {
    return this.#drafted(drafts).map((draft) => {
      const { kind, delay, at, message } = draft;
      // Handing back unseen is always at once and to the front.
      const plain = kind === 'unseen';
      const { id, token, takenAt } = this.#hold(draft, side);
      return {
        id,
        token,
        takenAt,
        kind,
        delay: plain ? 0 : delay,
        at: plain ? 'front' : at,
        dead: message === '' ? 'undecodable' : 'killed',
        message,
      };
    });
  }

  #id(draft: IdDraft): string {
    if (typeof draft === 'string') return draft;
    return this.#deliveries.length === 0 ? 'never put' : this.#twin(draft).redis.id;
  }

  #inMemory<A>(call: Observable<A>): A {
    let answers: A[] = [];
    call.subscribe((answer) => {
      answers = [...answers, answer];
    });
    // The bounded end of a wait must not move the clock: it is unsubscribed once it was woken.
    this.#scheduler.flush();
    assert.equal(answers.length, 1, 'memory answers once, in the same virtual frame');
    return answers[0] as A;
  }

  #pass(ms: number): void {
    this.#scheduler.schedule(() => {}, ms);
    this.#scheduler.flush();
  }

  #time(micros: number): [seconds: number, micros: number] {
    const now = this.#scheduler.now();
    return [Math.floor(now / 1_000), (now % 1_000) * 1_000 + micros];
  }

  async #setClock(micros: number): Promise<void> {
    await this.#client
      .multi()
      .del(CLOCK)
      .rpush(CLOCK, ...this.#time(micros))
      .exec();
  }

  #readAndSetClock(): Promise<RawState> {
    return this.#client.eval(
      READ_AND_SET_CLOCK,
      KEYS.length + 1,
      ...KEYS,
      CLOCK,
      ...this.#time(0),
    ) as Promise<RawState>;
  }
}
