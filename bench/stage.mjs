// Where one measurement takes place: a Redis freshly started, and processes freshly started for it.
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startRedis } from '../spec/support/redisServer.mjs';

const AGENT = fileURLToPath(new URL('agent.mjs', import.meta.url));

export class Stage {
  #server;
  #redis;
  #module;
  #agents = [];

  constructor(server, module) {
    this.#server = server;
    this.#redis = new Redis(server.url);
    this.#module = module;
  }

  /** Runs `play` on a stage of its own, for `seconds` at most, and clears it whatever happens. */
  static async use(module, seconds, play) {
    const stage = new Stage(await startRedis(), module);
    let timer;
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), 1_000 * seconds);
    });
    try {
      return await Promise.race([play(stage), late]);
    } finally {
      clearTimeout(timer);
      stage.#redis.disconnect();
      for (const agent of stage.#agents) agent.end();
      await stage.#server.stop();
    }
  }

  get redis() {
    return this.#redis;
  }

  /** So many processes of the contestant, connected to a queue. */
  async agents(count, queue = 'bench') {
    const agents = Array.from({ length: count }, () => new Agent(this.#server.url, this.#module, queue));
    this.#agents.push(...agents);
    await Promise.all(agents.map((agent) => agent.ready));
    return agents;
  }

  /** What was used until now: µs of CPU by Redis, the agents and the whole machine, calls in Redis, bytes; tasks settled. */
  async usage(agents = []) {
    const info = await this.#redis.info('everything');
    const field = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)[1]);
    const calls = [...info.matchAll(/^cmdstat_(?!info)\S+:calls=(\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
    const all = await Promise.all(this.#agents.map((agent) => agent.ask('usage')));
    const own = all.filter((_, i) => agents.includes(this.#agents[i]));
    const { user, system } = process.cpuUsage();
    const redis = 1e6 * (field('used_cpu_user') + field('used_cpu_sys'));
    return {
      at: performance.now(),
      redis,
      calls,
      memory: field('used_memory'),
      acked: own.reduce((sum, { acked }) => sum + acked, 0),
      node: own.reduce((sum, { cpu }) => sum + cpu, 0),
      rss: Math.max(0, ...own.map(({ rss }) => rss)),
      ours: redis + user + system + all.reduce((sum, { cpu }) => sum + cpu, 0),
      machine: 1_000 * cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
    };
  }
}

/** A process that takes orders, and how many tasks it has settled. */
class Agent {
  acked = 0;
  at = 0;
  ready;
  #child;
  #next;
  #gone;

  constructor(...args) {
    this.#child = fork(AGENT, args, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let last = '';
    this.#child.stderr.on('data', (text) => {
      last = `${last}${text}`.slice(-2_000);
    });
    this.#child.on('message', ({ result, error, acked, at }) => {
      if (acked !== undefined) Object.assign(this, { acked, at });
      else if (error !== undefined) this.#next.reject(new Error(error));
      else this.#next.resolve(result);
    });
    this.#child.on('error', (error) => this.#next.reject(error));
    this.#child.on('close', (code) => {
      this.#gone = new Error(`its process ended with ${code}: ${last}`);
      this.#next.reject(this.#gone);
    });
    this.ready = new Promise((resolve, reject) => {
      this.#next = { resolve, reject };
    });
  }

  async ask(order, argument) {
    await this.ready;
    if (this.#gone !== undefined) throw this.#gone;
    if (order === 'consume') Object.assign(this, { acked: 0, at: 0 });
    this.ready = new Promise((resolve, reject) => {
      this.#next = { resolve, reject };
      this.#child.send({ order, argument });
    });
    return this.ready;
  }

  end() {
    this.#child.kill('SIGKILL');
  }
}
