import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

for (const serializer of ['pickle', 'json'] as const)
  describe(`rq: Node enqueues, rq worker works, ${serializer}`, (it) => {
    it.before(rqVersion);

    it(
      'gives back what the function returned',
      inLab(async (lab) => {
        const queue = lab.queue('default', { serializer });
        const job = (await queue.enqueue('mylib.add', { args: [1, 2] })).unwrap();
        const nothing = (await queue.enqueue('mylib.echo', { args: [null] })).unwrap();
        assert.equal(job.fields.status, 'queued');
        assert.equal(job.description, 'mylib.add(1, 2)');
        const worker = lab.burst(['default'], { serializer });
        assert.equal((await job.result({ timeout: 20_000 })).unwrap(), 3);
        assert.equal((await nothing.result({ timeout: 20_000 })).unwrap(), null);
        await worker;
        assert.equal((await job.status()).unwrap(), 'finished');
        assert.deepEqual((await queue.finished.jobIds()).unwrap().sort(), [job.id, nothing.id].sort());
        const latest = (await job.latestResult()).unwrap().unwrap();
        assert.equal(latest.type, 'successful');
        assert.equal(latest.value, 3);
      }),
    );

    it(
      'passes arguments as Python would',
      inLab(async (lab) => {
        const queue = lab.queue('default', { serializer });
        const args = ['a', 1.5, null, true, [1, [2]], { k: 'ö' }, -1, 2 ** 40, ''];
        const job = (await queue.enqueue('mylib.show', { args, kwargs: { x: 1, y: [] } })).unwrap();
        await lab.burst(['default'], { serializer });
        const expected = "(('a', 1.5, None, True, [1, [2]], {'k': 'ö'}, -1, 1099511627776, ''), {'x': 1, 'y': []})";
        assert.equal((await job.result()).unwrap(), expected);
      }),
    );

    it(
      'tells why a job failed, with its traceback',
      inLab(async (lab) => {
        const queue = lab.queue('default', { serializer });
        const job = (await queue.enqueue('mylib.boom', { kwargs: { text: 'too hot' } })).unwrap();
        await lab.burst(['default'], { serializer });
        const result = await job.result({ timeout: 0 });
        assert.ok(result.err);
        assert.equal(result.val.code, 'FAILED');
        assert.match(result.val.message, /ValueError: too hot$/);
        assert.match(result.val.traceback ?? '', /mylib\.py/);
        assert.deepEqual((await queue.failed.jobIds()).unwrap(), [job.id]);
      }),
    );

    it(
      'carries meta both ways, ttls and callbacks',
      inLab(async (lab) => {
        const queue = lab.queue('default', { serializer });
        const options = { meta: { word: 'hi' }, resultTtl: 100, onSuccess: 'mylib.on_success' } as const;
        const job = (await queue.enqueue('mylib.meta', options)).unwrap();
        const failing = (
          await queue.enqueue('mylib.boom', { onFailure: 'mylib.on_failure', failureTtl: '5m' })
        ).unwrap();
        await lab.burst(['default'], { serializer });
        assert.deepEqual((await job.refresh()).unwrap().meta, { word: 'hi', seen: 'hi!' });
        const ttl = await lab.client.ttl(`rq:job:${job.id}`);
        assert.ok(ttl > 90 && ttl <= 100, `${ttl}`);
        const kept = await lab.client.ttl(`rq:job:${failing.id}`);
        assert.ok(kept > 290 && kept <= 300, `${kept}`);
        assert.deepEqual(await lab.client.lrange('callbacks', 0, -1), [
          `success ${job.id} {'word': 'hi', 'seen': 'hi!'}`,
          `failure ${failing.id} boom`,
        ]);
      }),
    );
  });
