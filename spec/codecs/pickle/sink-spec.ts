import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loads } from '../../../src/codecs/pickle/reader.ts';
import { Sink } from '../../../src/codecs/pickle/sink.ts';
import { describe } from '../../support/it.ts';

const written = (write: (sink: Sink) => void): Buffer => {
  const sink = new Sink();
  write(sink);
  return sink.done();
};

describe('the sink of a pickle', (it) => {
  it('takes numbers of each width', () => {
    const bytes = written((sink) => {
      sink.u8(1, 2);
      sink.u16(0x0304);
      sink.u32(0x05060708);
      sink.i32(-1);
      sink.f64(1.5);
      sink.raw(Buffer.from([9]));
    });
    assert.equal(bytes.toString('hex'), '0102040308070605ffffffff3ff800000000000009');
  });

  it('takes the shortest form for text and bytes', () => {
    const opcodes = (write: (sink: Sink) => void) => written(write)[0];
    assert.equal(
      opcodes((sink) => sink.text('ü'.repeat(127))),
      0x8c,
    );
    assert.equal(
      opcodes((sink) => sink.text('ü'.repeat(128))),
      0x58,
    );
    assert.equal(
      opcodes((sink) => sink.bytes(Buffer.alloc(255))),
      0x43,
    );
    assert.equal(
      opcodes((sink) => sink.bytes(Buffer.alloc(256))),
      0x42,
    );
  });

  it('grows, and keeps text as it is', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = fc.array(unit, { maxLength: 700 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, (each) => {
        const bytes = written((sink) => {
          sink.text(each);
          sink.u8(0x2e);
        });
        assert.equal(loads(bytes), each);
      }),
    );
  });
});
