import assert from 'node:assert/strict';
import { RqQueue } from '../../src/rq/queue.ts';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq/queue', (it) => {
  it.before(rqVersion);

  it('refuses at the call, naming the option', async () => {
    assert.throws(() => new RqQueue('a,b'), /RqQueue: name is "a,b"/);
    assert.throws(() => new RqQueue('a', { serializer: 'xml' as never }), /RqQueue: serializer is "xml"/);
    assert.throws(() => new RqQueue('a', { timeout: 0 }), /RqQueue: timeout is 0/);
    assert.throws(() => new RqQueue('a', 5 as never), /RqQueue: options is 5/);
    const queue = new RqQueue('a');
    assert.throws(() => queue.enqueue('m.f', { jobId: 'a:b' }), /enqueue: jobId is "a:b"/);
    assert.throws(() => queue.enqueueMany(Array.from({ length: 1_001 }, () => ({ func: 'm.f' }))), /at most 1000/);
    assert.throws(() => queue.position({} as never), /position: job is/);
    assert.throws(() => queue.jobIds({ limit: 0 }), /jobIds: limit is 0/);
    await queue.close();
  });

  it(
    'answers SERIALIZER for a value without a form, and writes nothing',
    inLab(async (lab) => {
      const result = await lab.queue().enqueue('m.f', { args: [() => 1] });
      assert.ok(result.err && result.val.code === 'SERIALIZER');
      assert.deepEqual(await lab.client.keys('*'), []);
    }),
  );

  it(
    'shows what waits, page by page',
    inLab(async (lab) => {
      const queue = lab.queue();
      assert.equal((await queue.isEmpty()).unwrap(), true);
      const jobs = (await queue.enqueueMany(['a', 'b', 'c', 'd'].map((jobId) => ({ func: 'm.f', jobId })))).unwrap();
      assert.deepEqual([(await queue.count()).unwrap(), (await queue.isEmpty()).unwrap()], [4, false]);
      assert.deepEqual((await queue.jobIds({ offset: 1, limit: 2 })).unwrap(), ['b', 'c']);
      assert.deepEqual(
        (await queue.jobs({ offset: 3 })).unwrap().map(({ id }) => id),
        ['d'],
      );
      assert.equal((await queue.position(jobs[2] as never)).unwrap().unwrap(), 2);
      assert.equal((await queue.position('nobody')).unwrap().none, true);
      assert.equal((await queue.remove('b')).unwrap(), true);
      assert.equal((await queue.remove('b')).unwrap(), false);
      assert.equal((await queue.fetchJob('nobody')).unwrap().none, true);
      assert.equal((await lab.queue('other').fetchJob('a')).unwrap().none, true);
      assert.deepEqual((await RqQueue.all(lab.url)).unwrap(), ['default']);
      assert.deepEqual(await lab.script('out = [str(x.name) for x in Queue.all(conn)] + q.job_ids'), [
        'default',
        'a',
        'c',
        'd',
      ]);
    }),
  );

  it(
    'is understood by rq info',
    inLab(async (lab) => {
      (await lab.queue().enqueue('m.f', { args: ['x'], atFront: true, meta: { a: 1 }, retry: { max: 1 } })).unwrap();
      const seen = await lab.script(
        'j, = q.jobs\nout = [j.description, j.args[0], j.meta, j.retries_left, j.timeout, j.get_position()]',
      );
      assert.deepEqual(seen, ["m.f('x')", 'x', { a: 1 }, 1, 180, 0]);
    }),
  );

  it(
    'answers CLOSED once it is closed',
    inLab(async (lab) => {
      const queue = lab.queue();
      await queue.close();
      const result = await queue.enqueue('m.f');
      assert.ok(result.err && result.val.code === 'CLOSED');
    }),
  );
});
