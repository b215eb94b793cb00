import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  expandPattern,
  formatPattern,
  formatPointer,
  joinPointer,
  parentPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  valueAt,
} from './pointer.ts';

describe('a JSON Pointer', () => {
  test('reads the examples of RFC 6901, section 5', () => {
    const doc = {
      foo: ['bar', 'baz'],
      '': 0,
      'a/b': 1,
      'c%d': 2,
      'e^f': 3,
      'g|h': 4,
      'i\\j': 5,
      'k"l': 6,
      ' ': 7,
      'm~n': 8,
    };
    expect(valueAt(doc, '')).toBe(doc);
    expect(valueAt(doc, '/foo/0')).toBe('bar');
    expect(
      ['/', '/a~1b', '/c%d', '/e^f', '/g|h', '/i\\j', '/k"l', '/ ', '/m~0n'].map(pointer => valueAt(doc, pointer)),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('keeps every name through writing and reading', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), path => {
        expect(parsePointer(formatPointer(path))).toEqual(path);
      }),
    );
  });

  test('never reaches what an object inherits', () => {
    for (const pointer of ['/__proto__', '/constructor', '/toString', '/list/length', '/text/0']) {
      expect(valueAt({ list: [1], text: 'abc' }, pointer)).toBeUndefined();
    }
  });

  test('does not read array items by anything but a plain index', () => {
    for (const index of ['01', '-', '-1', '1e0', ' 1', '1.0']) expect(valueAt([10, 11], `/${index}`)).toBeUndefined();
  });

  test('refuses a path in another syntax and says what it wants', () => {
    expect(() => parsePointer('requester.fullName')).toThrow(/starts with "\/"/);
  });

  test('knows what lies below it, and does not take a longer name for a member', () => {
    expect(pointerContains('/a', '/a')).toBe(true);
    expect(pointerContains('/a', '/a/b')).toBe(true);
    expect(pointerContains('', '/a')).toBe(true);
    expect(pointerContains('/a', '/ab')).toBe(false);
    expect(pointerContains('/a/b', '/a')).toBe(false);
  });

  test('gives its parent', () => {
    expect(parentPointer('/a/b')).toBe('/a');
    expect(parentPointer('/a')).toBe('');
    expect(joinPointer('/a', 0, 'x/y')).toBe('/a/0/x~1y');
  });
});

describe('a pattern', () => {
  test('finds every item of a list and every member of a map', () => {
    const data = { children: [{ name: 'a' }, {}, { name: 'c' }], map: { x: 1, y: 2 } };
    expect(expandPattern(data, '/children/[]/name')).toEqual(['/children/0/name', '/children/2/name']);
    expect(expandPattern(data, '/map/[]')).toEqual(['/map/x', '/map/y']);
    expect(expandPattern(data, '/none/[]')).toEqual([]);
    expect(expandPattern(data, '')).toEqual(['']);
  });

  test('can name a property that is really called []', () => {
    expect(formatPattern(['[]', null, 'a/b~c'])).toBe('/~2/[]/a~1b~0c');
    expect(parsePattern('/~2/[]/a~1b~0c')).toEqual(['[]', null, 'a/b~c']);
    expect(expandPattern({ '[]': 1 }, '/~2')).toEqual(['/[]']);
  });
});
