import assert from 'node:assert/strict';
import { scripts } from '../../src/rq/scripts.ts';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/scripts', (it) => {
  it('puts what a header includes in front', () => {
    assert.ok(scripts.take.text.indexOf('clock —') < scripts.take.text.indexOf('take —'));
    assert.ok(!scripts.empty.text.includes('clock —'));
    assert.deepEqual(scripts.take.keys, []);
  });

  it(
    'are all understood by Redis',
    inLab(async ({ client }) => {
      for (const [name, { text, sha }] of Object.entries(scripts))
        assert.equal(await client.script('LOAD', text), sha, name);
    }),
  );

  it(
    'write the time as RQ does',
    inLab(async ({ client }) => {
      const text = `${scripts.death.text.split('--[[ death')[0]} return { stamp, unix(now) }`;
      const [stamp, unix] = (await client.eval(text, 0)) as [string, string];
      assert.match(stamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.ok(Math.abs(new Date(stamp).getTime() - Number(unix) * 1_000) < 1);
      assert.ok(Math.abs(new Date(stamp).getTime() - Date.now()) < 5_000);
      // Leap days and ends of years, with a clock of our own.
      for (const day of ['2024-02-29', '2023-12-31', '2000-02-29', '2100-03-01', '1970-01-01']) {
        const seconds = new Date(`${day}T23:59:58Z`).getTime() / 1_000;
        const fixed = text.replace("redis.call('TIME')", `{ '${seconds}', '42' }`);
        assert.equal(((await client.eval(fixed, 0)) as string[])[0], `${day}T23:59:58.000042Z`);
      }
    }),
  );
});
