import assert from 'node:assert/strict';
import { Caller } from '../../src/broker/call.ts';
import { connect } from '../../src/broker/connection.ts';
import { keysOf, LAYOUT } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/scripts.ts';
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
      await caller.run(scripts.put, [LAYOUT, 'a', 'o-0', 'body']);
      relay.pause();
      const put = caller.run(scripts.put, [LAYOUT, 'b', 'o-0', 'body']);
      await until(() => told.includes('reconnecting'), { what: 'the silence is noticed' });
      relay.resume();
      await put;
      assert.equal(await house.client.llen(keys.ready), 2);
      assert.deepEqual(told, ['reconnecting', 'reconnected']);
      lines.release();
    }),
  );
});
