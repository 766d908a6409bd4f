// What is measured. `tasks`: how many, at full scale; `share`: what part of them the slow ones get, so that each run
// takes about a second or two; `rehearsal`: what part of its tasks everybody gets before that, uncounted; `figure`: what
// is compared; `seconds`: about how long one run takes; `marks`: at least so many times the rate of the fastest peer,
// of bare Lua, of BullMQ; `only`: for these alone, and only when asked for.
import { flat } from './flat.mjs';
import { consume, latency, memory, puts, together } from './plays.mjs';

const SINGLE = (inFlight) => ['put', { inFlight }];
const MULTI = ['putMulti', { size: 1_000 }];
const rate = { figure: 'rate', share: 0.1, rehearsal: 1 / 3, seconds: 4 };
const wait = { figure: 'p99', share: 1, rehearsal: 1 / 3, seconds: 9 };

export const cases = [
  {
    ...rate,
    id: 'put',
    title: 'single puts, 1,000 in flight',
    tasks: 300_000,
    play: puts(SINGLE(1_000)),
    marks: { peer: 2, lua: 0.65, bullmq: 5 },
  },
  {
    ...rate,
    id: 'put-multi',
    title: 'bulk puts of 1,000',
    tasks: 400_000,
    play: puts(MULTI),
    marks: { peer: 2, lua: 0.7, bullmq: 7 },
  },
  {
    ...rate,
    id: 'consume-1',
    title: 'consume, one at a time',
    tasks: 20_000,
    share: 1,
    rehearsal: 1,
    seconds: 8,
    play: consume(1),
    marks: { peer: 1.6, lua: 0.9 },
  },
  {
    ...rate,
    id: 'consume-10',
    title: 'consume, concurrency 10',
    tasks: 200_000,
    share: 0.15,
    play: consume(10),
    marks: { peer: 3.5, lua: 0.75 },
  },
  {
    ...rate,
    id: 'consume-100',
    title: 'consume, concurrency 100',
    tasks: 600_000,
    share: 0.07,
    play: consume(100),
    marks: { peer: 9, lua: 0.65 },
  },
  {
    ...rate,
    id: 'consume-1000',
    title: 'consume, concurrency 1,000',
    tasks: 600_000,
    share: 0.07,
    play: consume(1_000),
    marks: { peer: 7, lua: 0.65 },
  },
  {
    ...rate,
    id: 'together',
    title: 'end to end, single puts',
    tasks: 300_000,
    play: together(SINGLE(1_000)),
    marks: { peer: 6, lua: 0.65 },
  },
  { ...rate, id: 'together-multi', title: 'end to end, bulk puts', tasks: 300_000, play: together(MULTI) },
  { ...rate, id: 'processes-4', title: 'consume, 4 processes', tasks: 400_000, seconds: 6, play: consume(100, 4) },
  { ...rate, id: 'processes-16', title: 'consume, 16 processes', tasks: 400_000, seconds: 12, play: consume(100, 16) },
  {
    ...rate,
    id: 'payload-10kB',
    title: 'end to end, 10 kB each',
    tasks: 20_000,
    share: 0.3,
    play: together(SINGLE(100), { bytes: 10_000 }),
  },
  {
    ...rate,
    id: 'payload-1MB',
    title: 'end to end, 1 MB each',
    tasks: 200,
    share: 1,
    play: together(SINGLE(10), { bytes: 1_000_000, concurrency: 10 }),
  },
  { ...wait, id: 'latency-500', title: 'put to work at 500/s', tasks: 3_000, play: latency(500) },
  { ...wait, id: 'latency-2000', title: 'put to work at 2,000/s', tasks: 12_000, play: latency(2_000) },
  {
    ...wait,
    id: 'latency-500-beside',
    title: 'put to work at 500/s beside a backlog',
    tasks: 3_000,
    play: latency(500, { beside: true }),
  },
  {
    ...wait,
    id: 'latency-2000-beside',
    title: 'put to work at 2,000/s beside a backlog',
    tasks: 12_000,
    play: latency(2_000, { beside: true }),
  },
  {
    id: 'memory',
    title: 'bytes of a waiting task',
    figure: 'bytes',
    seconds: 5,
    tasks: 100_000,
    share: 1,
    rehearsal: 0,
    play: memory,
  },
  ...[
    ['waiting', 1_000, 2_000_000],
    ['leased', 10, 100_000],
    ['delayed', 0, 1_000_000],
    ['dead', 0, 1_000_000],
  ].flatMap(([state, ...sizes]) =>
    sizes.map((size) => ({
      id: `flat-${state}-${size}`,
      title: `beside ${size.toLocaleString('en')} ${state}`,
      figure: 'flat',
      base: `flat-${state}-${sizes[0]}`,
      tasks: 50_000,
      seconds: (state === 'leased' ? 20 : 4) + size / 70_000,
      share: 1,
      rehearsal: 1,
      only: state === 'waiting' ? ['millrace', 'lua'] : ['millrace'],
      play: flat(state, size),
    })),
  ),
];
