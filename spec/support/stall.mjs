// A test that never gives the event loop back (an observable that loops for ever) stops every timer of this
// process, its own timeout included. A thread watches from outside, names the test and ends the process.
import { Worker } from 'node:worker_threads';
import { now } from './problems.mjs';

/** @param {() => { passed: number, failed: number }} counts */
export function watchForStall(counts, limit = Number(process.env.SPEC_STALL_MS ?? 90_000)) {
  const shared = new SharedArrayBuffer(2048);
  const bytes = new Uint8Array(shared);
  const worker = new Worker(`(${watcher})()`, { eval: true, workerData: { shared, limit }, execArgv: [] });
  worker.unref();

  // Called at the start of each test: what the thread would have to say if nothing came after.
  let beat = 0;
  now.onChange = () => {
    const { passed, failed } = counts();
    bytes.fill(0);
    const text = `${now.title} never gives the event loop back\n\n${passed} passed, ${failed + 1} failed\n`;
    new TextEncoder().encodeInto(text, bytes.subarray(4));
    new Int32Array(shared)[0] = ++beat;
  };
  setInterval(() => {
    new Int32Array(shared)[0] = ++beat;
  }, limit / 4).unref();
}

function watcher() {
  const { writeSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const { shared, limit } = workerData;
  let last = -1;
  setInterval(() => {
    const beat = Atomics.load(new Int32Array(shared), 0);
    if (beat !== last) {
      last = beat;
      return;
    }
    const bytes = Buffer.from(shared).subarray(4);
    writeSync(1, `\n\n${bytes.subarray(0, bytes.indexOf(0))}`);
    process.kill(process.pid, 'SIGKILL');
  }, limit);
}
