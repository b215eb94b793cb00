// docs/design/reuse-cases.md names a test for each case that a trustworthy reuse of data has to survive. Here it is held to it.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const rows = [...read('docs/design/reuse-cases.md').matchAll(/^\| ([TSCOPW]\d+) +\| (.+?) +\| `(.+?)` +\|$/gm)].map(
  ([, id, title, file]) => ({ id: id!, title: title!, file: file! }),
);
const ids = (letter: string, last: number): string[] => Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

it('every case has a row, once', () => {
  expect(rows.map(({ id }) => id)).toEqual([
    ...ids('T', 19),
    ...ids('S', 8),
    ...ids('C', 10),
    ...ids('O', 11),
    ...ids('P', 14),
    ...ids('W', 5),
  ]);
});

describe.each(rows)('$id', ({ title, file }) => {
  it(`is “${title}”`, () => {
    const titles = [
      ...read(file).matchAll(/\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g),
    ].map(([, , text]) => text!.replaceAll("\\'", "'"));
    const each = [...read(file).matchAll(/\)\(\s*(['"`])((?:\\.|(?!\1).)*)\1,/g)].map(([, , text]) => text!);
    expect([...titles, ...each].some(text => text.includes(title))).toBe(true);
  });
});
