import assert from 'node:assert/strict';
import { hasTextKeys } from '../../../src/codecs/msgpack/scan.ts';
import { describe } from '../../support/it.ts';

const scan = (hex: string): boolean => hasTextKeys(Buffer.from(hex, 'hex'));

describe('the scan of MessagePack', (it) => {
  it('goes over each kind of value to its end', () => {
    const values = [
      '00 7f e0 ff c0 c2 c3 a0 a161 80 90',
      'c40101 c5000101 c60000000101 ca00000000 cb0000000000000000',
      'cc01 cd0101 ce01010101 cf0101010101010101 d001 d10101 d201010101 d30101010101010101',
      'd90161 da000161 db0000000161 dc000101 dd0000000101 de0001a16101 df00000001a16101',
      'd40000 d4730090 d6ff00000000 d7ff0000000000000000 c70cff000000000000000000000000',
      'c7024201ff c8000242ffff c9000000024201ff c7027400ff d44205 d5420101',
    ];
    for (const each of values.flatMap((line) => line.split(' '))) assert.equal(scan(each), true, each);
  });

  it('tells whether all keys are text, of maps in maps too', () => {
    assert.equal(scan('82a16101a16281a16302'), true);
    assert.equal(scan('d90161'), true);
    for (const hex of [
      '8101a161',
      '81a1618101a161',
      '81c00a',
      '8181a1610102',
      '81a95f5f70726f746f5f5f01',
      '81d9095f5f70726f746f5f5f01',
    ])
      assert.equal(scan(hex), false, hex);
  });

  it('refuses what is cut off anywhere', () => {
    const whole = Buffer.from(
      '93 82a16101a262c3c2 c70cff000000000000000000000000 d4730091cb0000000000000000'.replaceAll(' ', ''),
      'hex',
    );
    assert.equal(hasTextKeys(whole), true);
    for (let length = 0; length < whole.length; length += 1)
      assert.throws(() => hasTextKeys(whole.subarray(0, length)), /ends too early/, String(length));
  });

  it('believes no length, and goes no deeper than 1,000', () => {
    for (const hex of ['ddffffffff', 'dfffffffff00', 'dbffffffff', 'c6ffffffff', 'c9ffffffff74', 'dcffff'])
      assert.throws(() => scan(hex), /ends too early/, hex);
    assert.throws(() => hasTextKeys(Buffer.alloc(1_000_000, 0x91)), /deeper in itself than 1000/);
    assert.throws(
      () => hasTextKeys(Buffer.concat([Buffer.from('c90001000142', 'hex'), Buffer.alloc(65_537)])),
      /an integer of 65537/,
    );
    assert.throws(() => scan('c70042'), /an integer of 0/);
  });
});
