import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepFreeze, jsonEqual, type Json } from './json.ts';

test('two JSON values are equal when their text is, whatever the order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
      const copy = JSON.parse(JSON.stringify(value), (_, item: unknown) =>
        typeof item === 'object' && item !== null && !Array.isArray(item)
          ? Object.fromEntries(Object.entries(item).reverse())
          : item,
      ) as Json;
      expect(jsonEqual(JSON.parse(JSON.stringify(value)) as Json, copy)).toBe(true);
    }),
  );
});

test.each<[Json | undefined, Json | undefined]>([
  [1, '1'],
  [null, undefined],
  [[], {}],
  [[1], [1, 2]],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: 1 }, { b: 1 }],
  [{ toString: 1 }, { a: 1 }],
  [0, false],
])('%j and %j differ', (a, b) => {
  expect(jsonEqual(a, b)).toBe(false);
  expect(jsonEqual(b, a)).toBe(false);
});

test('a frozen value is frozen all the way down', () => {
  const value = deepFreeze({ a: [{ b: 1 }] });
  expect(() => {
    (value.a[0] as { b: number }).b = 2;
  }).toThrow(TypeError);
});
