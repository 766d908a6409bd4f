import assert from 'node:assert/strict';
import { parsePythonJson, printPythonJson } from '../../src/rq/pythonJson.ts';
import { describe } from '../support/it.ts';

describe('rq/pythonJson', (it) => {
  it('reads what only Python writes', () => {
    assert.deepEqual(parsePythonJson('[NaN, Infinity, -Infinity, "NaN", "1234567890123456789"]'), [
      Number.NaN,
      Infinity,
      -Infinity,
      'NaN',
      '1234567890123456789',
    ]);
    assert.deepEqual(parsePythonJson('{"a": 123456789012345678901234567890, "b": -9007199254740993}'), {
      a: 123456789012345678901234567890n,
      b: -9007199254740993n,
    });
    assert.equal(parsePythonJson('9007199254740991'), 9007199254740991);
    assert.deepEqual(parsePythonJson('[1.0000000000000000001, 1e300, 12345678901234567.5, "\\"NaN"]'), [
      1,
      1e300,
      12345678901234568,
      '"NaN',
    ]);
    assert.throws(() => parsePythonJson('[NaN'), SyntaxError);
  });

  it('writes what Python reads', () => {
    const value = { a: [Number.NaN, -Infinity, 2n ** 70n, -0], d: new Date(0), u: undefined, 'ö"': null };
    assert.equal(
      printPythonJson(value),
      '{"a":[NaN,-Infinity,1180591620717411303424,0],"d":"1970-01-01T00:00:00.000Z","ö\\"":null}',
    );
    for (const plain of [[], {}, '', 0, true, null, { a: { b: [] } }])
      assert.equal(printPythonJson(plain), JSON.stringify(plain));
  });

  it('refuses what would arrive as something else', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const bad of [
      undefined,
      [undefined],
      { f: () => {} },
      new Map(),
      new Set(),
      Buffer.from('x'),
      Symbol('s'),
      loop,
      new (class A {})(),
    ])
      assert.throws(() => printPythonJson(bad), TypeError);
    const shared = { a: 1 };
    assert.equal(printPythonJson([shared, shared]), '[{"a":1},{"a":1}]');
    assert.throws(() => printPythonJson({ a: [new Map()] }), /\.a\[0\] is a Map/);
  });
});
