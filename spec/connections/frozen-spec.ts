import assert from 'node:assert/strict';
import { Caller } from '../../src/broker/call.ts';
import { connect } from '../../src/broker/connection.ts';
import { keysOf } from '../../src/broker/keys.ts';
import { OPEN } from '../../src/broker/memoryStore.ts';
import { putArgs } from '../../src/broker/putArgs.ts';
import { scripts } from '../../src/broker/scripts.ts';
import { entry } from '../broker/memoryEntries.ts';
import { inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

describe('a network that freezes', (it) => {
  it(
    'is noticed though no socket closes: the connection is made anew, and the call repeated on it',
    inHouse(async (house) => {
      const relay = await house.relay();
      const lines = connect(relay.url);
      const keys = keysOf('millrace', house.name());
      const caller = new Caller(lines.commands, keys, { stall: 200 });
      const told: string[] = [];
      lines.commands.events.subscribe(({ type }) => told.push(type));
      await caller.run(scripts.put, putArgs([entry('a')], OPEN));
      relay.pause();
      const put = caller.run(scripts.put, putArgs([entry('b')], OPEN));
      await until(() => told.includes('reconnecting'), { what: 'the silence is noticed' });
      relay.resume();
      await put;
      assert.equal(await house.client.llen(keys.ready), 2);
      assert.deepEqual(told, ['reconnecting', 'reconnected']);
      lines.release();
    }),
  );
});
