import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { OP } from '../../../src/codecs/pickle/opcodes.ts';
import { dumps, loads, PickleError, PyObject, PyTuple } from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';
import { python } from './python.ts';

const bytes = (...parts: (number | string | readonly number[] | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'number') return Buffer.from([part]);
      return typeof part === 'string' ? Buffer.from(part) : Buffer.from(part);
    }),
  );

const text = (value: string): Buffer => bytes(OP.SHORT_BINUNICODE, Buffer.byteLength(value), value);
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

const refuses = (pickle: Buffer, message: RegExp, options?: Parameters<typeof loads>[1]): void => {
  assert.throws(
    () => loads(pickle, options),
    (error) => {
      assert.ok(error instanceof PickleError, inspect(error));
      assert.match(error.message, message);
      return true;
    },
  );
};

/** How long, and how much memory more. */
const cost = (call: () => void): { ms: number; mib: number } => {
  const [start, before] = [performance.now(), process.memoryUsage().rss];
  call();
  return { ms: performance.now() - start, mib: (process.memoryUsage().rss - before) / 2 ** 20 };
};

describe('pickle, hostile', (it) => {
  it('names what Python would have called, and calls nothing', () => {
    const calls: readonly (readonly [Buffer, RegExp])[] = [
      [bytes('cos\nsystem\n(S"id"\ntR.'), /it holds os\.system, which is not read/],
      [bytes('(S"id"\nios\nsystem\n.'), /os\.system/],
      [bytes('c__builtin__\neval\n(S"1"\ntR.'), /builtins\.eval/],
      [bytes('c__builtin__\n__import__\n(S"os"\ntR.'), /builtins\.__import__/],
      [bytes(OP.PROTO, 4, text('os'), text('system'), OP.STACK_GLOBAL, '.'), /os\.system/],
      [bytes(OP.PROTO, 4, text('builtins'), text('exec'), OP.STACK_GLOBAL, '.'), /builtins\.exec/],
      [bytes('cos\nsystem\n)', OP.NEWOBJ, '.'), /os\.system/],
      [bytes('cdatetime\ndatetime.fromtimestamp\n.'), /datetime\.datetime\.fromtimestamp/],
      [bytes('cos\nsys"\x1b[31m\n.'), /"os\.sys\\"\\u001b\[31m"/],
    ];
    for (const [pickle, message] of calls) refuses(pickle, message);
  });

  it('takes no detour to a call through what is known', () => {
    refuses(bytes('c__builtin__\ngetattr\n(cdatetime\ndatetime\nS"now"\ntR.'), /calls builtins\.getattr in a way/);
    refuses(bytes('ccopy_reg\n_reconstructor\n(cdecimal\nDecimal\nc__builtin__\nobject\nNtR.'), /decimal\.Decimal/);
    refuses(bytes('c__builtin__\nobject\n)R.'), /builtins\.object/);
    refuses(bytes('c_codecs\nencode\n(S"a"\nS"rot13"\ntR.'), /_codecs\.encode cannot be read/);
    refuses(bytes('c__builtin__\nbytes\n(I9\ntR.'), /builtins\.bytes cannot be read/);
    refuses(bytes('c__builtin__\nbytearray\n(I9\ntR.'), /builtins\.bytearray cannot be read/);
    refuses(bytes('I1\n(tR.'), /it calls what is no class/);
    refuses(bytes(OP.EXT1, 1, '.'), /extension registry/);
    refuses(bytes('Pid\n.'), /persistent id/);
    refuses(bytes('I1\nQ.'), /persistent id/);
    refuses(bytes(OP.NEXT_BUFFER, '.'), /out-of-band/);
  });

  it('describes it where that is asked for, and still calls nothing', () => {
    const opaque = loads(bytes('cos\nsystem\n(S"id"\ntR.'), { unknown: 'opaque' });
    assert.deepStrictEqual(opaque, new PyObject('os', 'system', ['id']));
    const now = loads(bytes('c__builtin__\ngetattr\n(cdatetime\ndatetime\nS"now"\ntR)R.'), { unknown: 'opaque' });
    assert.deepStrictEqual(now, new PyObject('builtins', 'getattr(…)', []));
    assert.throws(() => dumps(opaque), /PyObject only describes os\.system, it cannot be written/);
  });

  it('reads names that JavaScript knows as ordinary names', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']) {
      refuses(bytes(`c${name}\n${name}\n)R.`), /is not read/);
      const value = loads(bytes('(dS"', name, '"\n(dS"admin"\nI01\nss.')) as Record<string, unknown>;
      assert.deepStrictEqual(Object.keys(value), [name]);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.deepStrictEqual(value[name as never], { admin: true });
    }
    assert.equal(({} as { admin?: unknown }).admin, undefined);
    // BUILD would set attributes in Python.
    refuses(bytes('(d(dS"__proto__"\n(dS"admin"\nI01\nssb.'), /sets the state of what has none/);
    const built = loads(bytes('ca\nB\n)R(dS"__proto__"\n(dS"admin"\nI01\nssb.'), { unknown: 'opaque' }) as PyObject;
    assert.equal(Object.getPrototypeOf(built), PyObject.prototype);
    assert.equal(Object.getPrototypeOf(built.state), Object.prototype);
  });

  it('refuses a million lists in each other, however they are put there', () => {
    const n = 1_000_000;
    const lists = Buffer.concat([Buffer.alloc(n - 1, OP.EMPTY_LIST), Buffer.alloc(n - 2, OP.APPEND), bytes('.')]);
    refuses(lists, /deeper in itself than the limit/);
    refuses(Buffer.concat([bytes('N'), Buffer.alloc(n - 1, OP.TUPLE1), bytes('.')]), /deeper in itself/);
    refuses(
      Buffer.concat([Buffer.alloc(n, OP.MARK), bytes(')'), Buffer.alloc(n, OP.LIST), bytes('.')]),
      /limit of 1000000/,
    );
  });

  it('refuses lists in each other of which each was empty when it was put in', () => {
    // The first list stays at the bottom of the stack; the latest one is number 1 of the memo.
    const grow = Array.from({ length: 5_000 }, () => bytes('h\x01]q\x01a0'));
    refuses(bytes(']q\x01', ...grow, '.'), /deeper in itself than the limit/);
  });

  it('believes no length before it has looked', () => {
    const huge = [0xff, 0xff, 0xff, 0x7f];
    const huger = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    for (const opcode of [OP.LONG4, OP.BINUNICODE, OP.BINBYTES, OP.BINSTRING])
      refuses(bytes(opcode, huge, 'abc.'), /it ends too early/);
    for (const opcode of [OP.BINUNICODE8, OP.BINBYTES8, OP.BYTEARRAY8, OP.FRAME])
      refuses(bytes(opcode, huger, 'abc.'), /it ends too early/);
    refuses(bytes(OP.LONG4, u32(65_537), Buffer.alloc(65_537, 1), '.'), /an integer has 65537 bytes/);
    refuses(bytes('L', '9'.repeat(100_000), 'L\n.'), /an integer is no number, or too long/);
    refuses(bytes('F', '1'.repeat(100_000), 'x\n.'), /a float is no number/);
    refuses(
      bytes('I1\n', OP.LONG_BINPUT, huge, OP.LONG_BINGET, [0xfe, 0xff, 0xff, 0x7f], '.'),
      /number 2147483646 of its memo/,
    );
  });

  it('takes neither time nor memory for what is only mentioned often', () => {
    // Each list holds the one before ten times: ten to the power of 50 leaves.
    const parts = [bytes(']q\x00')];
    for (let i = 1; i <= 50; i += 1) parts.push(bytes(']q', i, '(', ...Array(10).fill(bytes('h', i - 1)), 'e'));
    const { ms, mib } = cost(() => {
      let list = loads(dumps(loads(bytes(...parts, '.')))) as unknown[];
      for (let i = 50; i > 0; i -= 1) {
        assert.equal(list.length, 10);
        assert.ok(list.every((each) => each === list[0]));
        list = list[0] as unknown[];
      }
    });
    assert.ok(ms < 1_000 && mib < 50, `${ms} ms, ${mib} MiB`);
  });

  it('builds nothing large again and again from one argument', () => {
    const list = bytes('(', Array(10_000).fill(0x4e), 'lq\x00');
    const set = bytes('c__builtin__\nset\nq\x010');
    const again = Buffer.concat(Array(10_000).fill(bytes('h\x01(h\x00tR0')));
    const { ms } = cost(() => refuses(bytes(list, set, again, '.'), /builds more than its own size/));
    assert.ok(ms < 1_000, `${ms} ms`);
    const digits = bytes(OP.BINUNICODE, u32(100_000), '1'.repeat(100_000), 'q\x00');
    const decimals = Buffer.concat(Array(10_000).fill(bytes('h\x01(h\x00tR0')));
    refuses(bytes(digits, 'cdecimal\nDecimal\nq\x010', decimals, '.'), /builds more than its own size/);
  });

  it('has limits, each of which can be moved', () => {
    const three = dumps([[[]]]);
    assert.deepStrictEqual(loads(three, { limits: { depth: 2 } }), [[[]]]);
    refuses(three, /deeper/, { limits: { depth: 1 } });
    refuses(three, /the limit of 2 objects/, { limits: { objects: 2 } });
    refuses(three, /remembers more than the limit of 2/, { limits: { memo: 2 } });
    refuses(three, /has \d+ bytes, more than the limit of 4/, { limits: { size: 4 } });
    refuses(three, /the limit of 3 opcodes/, { limits: { steps: 3 } });
    assert.throws(() => loads(three, { limits: { depth: 0 } }), /^RangeError: pickle: limits\.depth is 0/);
    const most = cost(() => refuses(Buffer.alloc(20_000_000, OP.NONE), /limit of 10000000 opcodes/));
    assert.ok(most.ms < 5_000 && most.mib < 400, `${most.ms} ms, ${most.mib} MiB`);
    const sets = cost(() => refuses(Buffer.alloc(20_000_000, OP.EMPTY_SET), /limit of 1000000 objects/));
    assert.ok(sets.ms < 5_000 && sets.mib < 800, `${sets.ms} ms, ${sets.mib} MiB`);
  });

  it('writes nothing that Python could not read, and nothing that makes it run code', async () => {
    for (const key of [[], {}, new Map(), new Set(), PyTuple.of([1])])
      assert.throws(() => dumps(new Map([[key, 1]])), /cannot be the key of a dict, since Python cannot hash it/);
    let tuple: PyTuple = PyTuple.of(1);
    for (let i = 0; i < 60; i += 1) tuple = PyTuple.of(tuple, tuple);
    const { ms } = cost(() => dumps(new Set([tuple])));
    assert.ok(ms < 1_000, `a tuple that holds itself twice, sixty times over: ${ms} ms`);
    const pickle = dumps([new Date(0), new Set([1]), PyTuple.of(1)]).toString('base64');
    const globals = await python(
      'import sys, base64, pickletools\n' +
        'ops = [(o.name, a) for o, a, _ in pickletools.genops(base64.b64decode(sys.stdin.readline()))]\n' +
        'print(sum(o[0] == "STACK_GLOBAL" for o in ops), [a for o, a in ops if o == "SHORT_BINUNICODE"])',
      [pickle],
    );
    assert.deepStrictEqual(globals, ["3 ['datetime', 'datetime', 'datetime', 'timezone', 'datetime', 'timedelta']"]);
  });
});
