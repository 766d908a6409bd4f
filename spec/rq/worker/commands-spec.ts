import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { RqStore } from '../../../src/rq/store.ts';
import { CommandLine } from '../../../src/rq/worker/commands.ts';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

describe('rq/worker/commands', (it) => {
  it(
    'obeys what RQ sends and leaves the rest alone',
    inLab(async (lab) => {
      const store = new RqStore('f', lab.url);
      const obeyed: string[] = [];
      const line = new CommandLine(store, 'w', {
        shutdown: () => obeyed.push('shutdown'),
        killHorse: () => obeyed.push('kill'),
        stopJob: (id) => obeyed.push(`stop ${id}`),
      });
      lab.atEnd(() => {
        line.close();
        store.close();
      });
      await line.open();
      const messages = [
        'no json',
        'null',
        '5',
        '{"command":"other"}',
        '{"command":"stop-job","job_id":"a"}',
        '{"command":"kill-horse"}',
        '{"command":"stop-execution","job_id":"b","execution_id":"c"}',
        '{"command":"shutdown"}',
      ];
      for (const message of messages) assert.equal(await lab.client.publish('rq:pubsub:w', message), 1);
      await lab.until(() => obeyed.length === 4);
      assert.deepEqual(obeyed, ['stop a', 'kill', 'stop b', 'shutdown']);
    }),
  );

  it(
    'kills all jobs under way when told to, which fail then',
    inLab(async (lab) => {
      await lab.queue().enqueueMany([{ func: 'n.wait' }, { func: 'n.wait' }]);
      const worker = lab.worker(['default'], { 'n.wait': () => new Promise(() => {}) }, { name: 'w' });
      const outcomes = lastValueFrom(worker.work({ concurrency: 2, burst: true }).pipe(toArray()));
      await lab.until(async () => (await lab.client.zcard('rq:wip:default')) === 2);
      await lab.client.publish('rq:pubsub:w', '{"command":"kill-horse"}');
      assert.deepEqual(
        (await outcomes).map(({ status }) => status),
        ['failed', 'failed'],
      );
    }),
  );
});
