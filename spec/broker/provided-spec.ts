import assert from 'node:assert/strict';
import { of } from 'rxjs';
import type { Connection } from '../../src/broker/connection.ts';
import { BROKER, provided } from '../../src/broker/provided.ts';
import { Queue } from '../../src/queue.ts';
import { FakeBroker } from '../support/broker.ts';
import { describe } from '../support/it.ts';

describe('a connection that brings its storage along', (it) => {
  it('is told from all other connections', () => {
    const broker = new FakeBroker();
    assert.equal(provided({ [BROKER]: broker }), broker);
    for (const other of ['redis://localhost', 'memory:', { host: 'localhost' }, null, undefined])
      assert.equal(provided(other), undefined);
  });

  it('is what a queue then stores its tasks in', async () => {
    const broker = new FakeBroker({ remove: () => of(1) });
    const queue = new Queue('q', { connection: { [BROKER]: broker } as Connection });
    assert.equal((await queue.remove('a')).unwrap(), true);
    assert.deepEqual(broker.calls, ['remove a']);
  });
});
