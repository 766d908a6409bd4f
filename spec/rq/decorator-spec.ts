import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { lastValueFrom, toArray } from 'rxjs';
import { job, jobOf } from '../../src/rq/decorator.ts';
import { RqQueue } from '../../src/rq/queue.ts';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq/decorator', (it) => {
  it.before(rqVersion);

  it(
    'makes a function callable here, and by a worker here or in Python',
    inLab(async (lab) => {
      const queue = lab.queue();
      const add = job(queue, 'mylib.add', { resultTtl: 60 })((a: number, b: number) => a + b);
      assert.equal(add(1, 2), 3);
      assert.equal(add.func, 'mylib.add');
      const ours = (await add.delay(1, 2)).unwrap();
      await lastValueFrom(lab.worker(['default'], [add]).work({ burst: true }).pipe(toArray()));
      assert.equal((await ours.result()).unwrap(), 3);
      const theirs = (await add.enqueue([3, 4], { jobId: 'named', meta: { a: 1 } })).unwrap();
      assert.deepEqual([theirs.id, theirs.fields.resultTtl], ['named', 60]);
      await lab.burst();
      assert.equal((await theirs.result()).unwrap(), 7);
    }),
  );

  it(
    'stands for a function that only Python has',
    inLab(async (lab) => {
      const client = new Redis(lab.url);
      lab.atEnd(() => client.disconnect());
      const show = job<[x: number]>('default', 'mylib.show', { connection: client, meta: { by: 'us' } });
      lab.atEnd(() => show.queue.close());
      const made = (await show.delay(5)).unwrap();
      const other = (await show.enqueue([6], { kwargs: { y: 7 } })).unwrap();
      const named = (await lab.queue().enqueue(show, { args: [8] })).unwrap();
      await lab.burst();
      assert.equal((await lab.queue().fetchJob(made.id)).unwrap().unwrap().args[0], 5);
      assert.deepEqual(other.meta, { by: 'us' });
      assert.equal((await other.result()).unwrap(), "((6,), {'y': 7})");
      assert.equal((await named.result()).unwrap(), '((8,), {})');
      assert.equal(show.queue.name, 'default');
    }),
  );

  it(
    'decorates methods; a static one keeps its class',
    inLab(async (lab) => {
      const queue = lab.queue();
      class Mail {
        static from = 'us';
        @job(queue, 'mail.send', { timeout: 5 })
        static send(to: string, options?: Record<string, unknown>): string {
          // biome-ignore lint/complexity/noThisInStatic: whether it is kept is the question
          return `${Mail.from === this.from} ${to} ${JSON.stringify(options)}`;
        }
        @job(queue, 'mail.count')
        count(n: number): number {
          return n + 1;
        }
      }
      assert.equal(Mail.send('a'), 'true a undefined');
      assert.equal(new Mail().count(1), 2);
      const sent = (await jobOf(Mail.send).delay('b')).unwrap();
      assert.deepEqual([sent.func, sent.fields.timeout], ['mail.send', 5]);
      await lab.script('q.enqueue("mail.send", "c", cc=1, job_id="python")');
      await lastValueFrom(
        lab
          .worker(['default'], [jobOf(Mail.send)])
          .work({ burst: true })
          .pipe(toArray()),
      );
      assert.equal((await sent.result()).unwrap(), 'true b undefined');
      assert.equal(await lab.script('out = fetch("python").return_value()'), 'true c {"cc":1}');
    }),
  );

  it('refuses what is no function, naming it', async () => {
    assert.throws(() => job('q', ''), /job: func is ""/);
    assert.throws(() => job('', 'f'), /job: queue is ""/);
    assert.throws(() => job('q', 'f')(1 as never), /job: work is 1/);
    const queue = new RqQueue();
    assert.throws(() => job(queue, 'f', { connection: 'redis://x' }), /job: connection is "redis:\/\/x"/);
    await queue.close();
    assert.throws(() => jobOf(() => 1), /jobOf: method is a function/);
  });
});
