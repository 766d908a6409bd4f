// Word counts, and how they stay right although a task may be delivered more than once.

/** @param {string} text */
export const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The plain count that the workers' has to equal. */
export function tally(texts, counts = new Map()) {
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** What differs, word by word. */
export function compare(counted, expected) {
  const all = new Set([...counted.keys(), ...expected.keys()]);
  const wrong = [...all].filter((word) => counted.get(word) !== expected.get(word));
  const words = [...counted.values()].reduce((sum, count) => sum + count, 0);
  return {
    words,
    different: counted.size,
    wrong: wrong.map((word) => `${word} ${counted.get(word) ?? 0}, not ${expected.get(word) ?? 0}`),
  };
}

// At least once means: a worker may die after it has counted a paragraph and before the queue heard of it,
// and then the paragraph comes again. So its id is remembered in the same atomic step that counts its
// words, and an id that is known counts nothing. This is all that a task needs to be safe to repeat.
const COUNT = `
  local done, words, notes = KEYS[1], KEYS[2], KEYS[3]
  local id, worker, deliveries = ARGV[1], ARGV[2], tonumber(ARGV[3])
  if deliveries > 1 then redis.call('HINCRBY', notes, 'redelivered', 1) end
  if redis.call('SADD', done, id) == 0 then return redis.call('HINCRBY', notes, 'known', 1) end
  for i = 4, #ARGV, 2 do redis.call('HINCRBY', words, ARGV[i], ARGV[i + 1]) end
  return redis.call('HINCRBY', notes, worker, 1)`;

/** The counts that all workers share, in Redis. */
export class SharedCounts {
  #redis;
  #keys;

  constructor(redis, prefix) {
    this.#redis = redis;
    this.#keys = ['done', 'words', 'notes'].map((name) => `${prefix}:{counts}:${name}`);
    redis.defineCommand('countOnce', { numberOfKeys: 3, lua: COUNT });
  }

  /** Counts the words of a task, the first time it is asked to. */
  async add({ id, payload, deliveries }, worker) {
    await this.#redis.countOnce(...this.#keys, id, worker, deliveries, ...[...tally([payload])].flat());
  }

  async words() {
    const counts = await this.#redis.hgetall(this.#keys[1]);
    return new Map(Object.entries(counts).map(([word, count]) => [word, Number(count)]));
  }

  /** `redelivered`: tasks that came again; `known`: those of them that were counted before; and paragraphs per worker. */
  async notes() {
    const notes = await this.#redis.hgetall(this.#keys[2]);
    return (name) => Number(notes[name] ?? 0);
  }
}
