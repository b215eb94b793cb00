import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestJson, sha256, toNfc } from './canonical.ts';
import type { Json } from './json.ts';

describe('canonical JSON', () => {
  test('is the sample of RFC 8785, section 3.2.3', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('does not depend on the order of members', () => {
    expect(canonicalJson({ b: 1, a: { d: 2, c: 3 } })).toBe(canonicalJson({ a: { c: 3, d: 2 }, b: 1 }));
  });

  test('puts names in the order of their code units, also whole numbers, at any depth', () => {
    expect(canonicalJson({ b: [{ z: 1, '10': 2, '9': 3, a: { d: 1, c: [] } }], a: '€' })).toBe(
      '{"a":"€","b":[{"10":2,"9":3,"a":{"c":[],"d":1},"z":1}]}',
    );
    expect(canonicalJson(JSON.parse('{"b":1,"a":{"z":1,"__proto__":{"y":2,"x":1}}}') as Json)).toBe(
      '{"a":{"__proto__":{"x":1,"y":2},"z":1},"b":1}',
    );
  });

  test('leaves the value alone that it puts in order', () => {
    const value = { b: [{ d: 1, c: 2 }], a: 1 };
    canonicalJson(value);
    expect(JSON.stringify(value)).toBe('{"b":[{"d":1,"c":2}],"a":1}');
  });

  test('is the same for composed and decomposed letters', async () => {
    const composed = 'Nguyễn Thị Hường'.normalize('NFC'),
      decomposed = composed.normalize('NFD');
    expect(decomposed).not.toBe(composed);
    expect(await digestJson({ name: decomposed })).toBe(await digestJson({ name: composed }));
    expect(toNfc([decomposed])).toEqual([composed]);
  });

  test('survives being read and written again, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = canonicalJson(value as Json);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });

  test('keeps a member called __proto__ as data', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1}}') as Json)).toBe('{"__proto__":{"x":1}}');
  });

  test.each([
    ['half a surrogate pair', { a: '\ud800' }, '/a'],
    ['half a surrogate pair in a name', { '\udc00': 1 }, ''],
    ['infinity', [Infinity], '/0'],
    ['not a number', { x: NaN }, '/x'],
  ])('refuses %s and says where', (_, value, pointer) => {
    expect(() => canonicalJson(value as Json)).toThrow(expect.objectContaining({ code: 'ERR_CANONICAL', pointer }));
  });

  test('refuses two names that are one after normalisation', () => {
    expect(() => canonicalJson({ é: 1, 'e\u0301': 2 })).toThrow(expect.objectContaining({ code: 'ERR_CANONICAL' }));
  });
});

test('SHA-256 is that of FIPS 180-4', async () => {
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(await sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
