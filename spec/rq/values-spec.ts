import assert from 'node:assert/strict';
import * as rq from '../../src/rq/index.ts';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq: values that JavaScript has no type for', (it) => {
  it.before(rqVersion);

  it(
    'arrive in Python as what they stand for, and come back as such',
    inLab(async (lab) => {
      const date = new Date('2024-02-03T04:05:06.007Z');
      const values: readonly (readonly [unknown, string])[] = [
        [new rq.PyFloat(3), '3.0'],
        [rq.PyTuple.of(1, rq.PyTuple.of()), '(1, ())'],
        [new Set([1]), '{1}'],
        [new rq.PyFrozenSet([1]), 'frozenset({1})'],
        [Buffer.from('ab'), "b'ab'"],
        [new rq.PyByteArray(Buffer.from('ab')), "bytearray(b'ab')"],
        [date, 'datetime.datetime(2024, 2, 3, 4, 5, 6, 7000, tzinfo=datetime.timezone.utc)'],
        [rq.PyDateTime.naiveUtc(date), 'datetime.datetime(2024, 2, 3, 4, 5, 6, 7000)'],
        [new rq.PyDate(2024, 2, 3), 'datetime.date(2024, 2, 3)'],
        [new rq.PyTimeDelta(1, 2), 'datetime.timedelta(days=1, seconds=2)'],
        [new rq.PyDecimal('1.50'), "Decimal('1.50')"],
        [new Map([[1, 2]]), '{1: 2}'],
        [2n ** 70n, '1180591620717411303424'],
        [undefined, 'None'],
      ];
      const queue = lab.queue();
      const args = values.map(([value]) => value);
      const shown = (await queue.enqueue('mylib.show', { args })).unwrap();
      const back = (await queue.enqueue('mylib.echo', { args: [args] })).unwrap();
      await lab.burst();
      assert.equal((await shown.result()).unwrap(), `((${values.map(([, repr]) => repr).join(', ')}), {})`);
      const echoed = (await back.result()).unwrap() as unknown[];
      const classes = echoed.map((each) => (each === null ? 'null' : Object(each).constructor.name));
      assert.deepEqual(classes, [
        'Number', // a float without fraction is a number like any other
        ...['PyTuple', 'Set', 'PyFrozenSet', 'Buffer', 'PyByteArray', 'PyDateTime', 'PyDateTime', 'PyDate'],
        ...['PyTimeDelta', 'PyDecimal', 'Map', 'BigInt', 'null'],
      ]);
      assert.deepEqual((echoed[6] as rq.PyDateTime).toDate(), date);
      assert.deepEqual((echoed[7] as rq.PyDateTime).toDate({ naive: 'utc' }), date);
    }),
  );
});
