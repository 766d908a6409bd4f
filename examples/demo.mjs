// Millrace at work: `npm run demo`, or `npm run demo -- FILE`.
//
// Every paragraph of a text becomes a task. Three processes count words, and in the middle one of them is
// killed, with tasks in its hands. At the end the counts must equal those of a plain sequential count.
// What a worker does is in demo/worker.mjs; how its counts stay right is in demo/counts.mjs.
import { putTo, Queue } from 'millrace';
import { exhaustMap, first, from, lastValueFrom, merge, share, takeUntil, takeWhile, tap, timer } from 'rxjs';
import { compare, SharedCounts, tally } from './demo/counts.mjs';
import { display } from './demo/display.mjs';
import { inMemory } from './demo/inMemory.mjs';
import { NoRedis, openRedis } from './demo/redis.mjs';
import { readText } from './demo/text.mjs';
import { Workers } from './demo/workers.mjs';

const SECONDS = 5; // about how long the workers take, so that one sees something
const LEASE = 1_500; // ms until what a dead worker held is given to others; short, for impatient spectators
const CONCURRENCY = 32;

const integer = (n) => n.toLocaleString('en');
const toClose = [];
let closing = Promise.resolve();

async function demo() {
  const { title, paragraphs } = readText(process.argv[2]);
  try {
    return await inRedis(title, paragraphs);
  } catch (error) {
    if (!(error instanceof NoRedis)) throw error;
    console.log(`${error.message}\nSo this goes on without Redis: on a queue in memory, its workers in this process.`);
    return compare(await inMemory(paragraphs), tally(paragraphs));
  }
}

async function inRedis(title, paragraphs) {
  const total = paragraphs.length;
  const { redis, url, prefix, about, close } = await openRedis();
  toClose.push(close);

  const queue = new Queue('paragraphs', { connection: redis, prefix, lease: LEASE });
  toClose.push(() => queue.close());
  await lastValueFrom(from(paragraphs).pipe(putTo(queue)));
  console.log(`${integer(total)} paragraphs of ${title} are tasks in ${about}.`);

  const pause = Math.min((1_000 * SECONDS * 3 * CONCURRENCY) / total, 100);
  const workers = new Workers(3, { url, prefix, lease: LEASE, concurrency: CONCURRENCY, pause });
  toClose.push(() => workers.stop());
  const view = display(total, workers.all);
  toClose.push(() => view.end());

  const counts = new SharedCounts(redis, prefix);
  const look = async () => {
    const { acked } = (await queue.stats()).unwrap();
    const notes = await counts.notes();
    return { acked, counted: workers.all.map(({ name }) => notes(name)) };
  };
  const progress = timer(0, 100).pipe(
    exhaustMap(look),
    tap((now) => view.show(now)),
    takeWhile(({ acked }) => acked < total, true),
    share(),
  );
  const murder = progress.pipe(
    first(({ acked }) => acked >= total / 2),
    tap(() => workers.all[1].kill()),
    tap(() => view.say('Half is done, and worker 2 is killed (SIGKILL): what it held will be given to the others.')),
  );
  await lastValueFrom(merge(progress, murder).pipe(takeUntil(workers.failure)));
  view.end();

  const notes = await counts.notes();
  console.log(
    `${integer(notes('redelivered'))} tasks came a second time. ${integer(notes('known'))} of them ` +
      'had been counted before the kill, and were not counted twice.',
  );
  return compare(await counts.words(), tally(paragraphs));
}

/** The last thing opened is closed first, one after the other, also when the demo ends while Ctrl-C is being answered. */
function close() {
  closing = closing.then(async () => {
    while (toClose.length > 0) await toClose.pop()();
  });
  return closing;
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await close();
    process.exit(130);
  });

try {
  const { words, different, wrong } = await demo();
  if (wrong.length > 0) throw new Error(`The counts differ from a sequential count: ${wrong.join(', ')}`);
  console.log(`${integer(words)} words, ${integer(different)} different ones: as in a sequential count, word by word.`);
} catch (error) {
  console.error(`The demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await close();
}
