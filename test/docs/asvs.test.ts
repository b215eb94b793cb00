// docs/asvs.md names a test beside each requirement. This fails when a requirement is missing, and when a file does not
// hold the words that it is named for.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The numbers of level 1 and 2 of the chapters in question: `chapter.section` and how far each counts, gaps left out. */
const REQUIRED = [
  ...series('2.1', 1, 2, 3),
  ...series('2.2', 1, 2, 3),
  ...series('2.3', 1, 2, 3, 4),
  ...series('2.4', 1),
  ...series('3.2', 1, 2),
  ...series('3.3', 1, 2, 3, 4),
  ...series('3.4', 1, 2, 3, 4, 5, 6),
  ...series('3.5', 1, 2, 3, 4, 5),
  ...series('3.7', 1, 2),
  ...series('4.1', 1, 2, 3),
  ...series('4.2', 1),
  ...series('4.3', 1, 2),
  ...series('4.4', 1, 2, 3, 4),
  ...series('5.1', 1),
  ...series('5.2', 1, 2, 3),
  ...series('5.3', 1, 2),
  ...series('5.4', 1, 2, 3),
  ...series('14.1', 1, 2),
  ...series('14.2', 1, 2, 3, 4),
  ...series('14.3', 1, 2, 3),
  ...series('15.1', 1, 2, 3),
  ...series('15.2', 1, 2, 3),
  ...series('15.3', 1, 2, 3, 4, 5, 6, 7),
  ...series('16.1', 1),
  ...series('16.2', 1, 2, 3, 4, 5),
  ...series('16.3', 1, 2, 3, 4),
  ...series('16.4', 1, 2, 3),
  ...series('16.5', 1, 2, 3),
];

function series(section: string, ...numbers: number[]): string[] {
  return numbers.map(number => `${section}.${number}`);
}

const rows = [...read('docs/asvs.md').matchAll(/^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, id, how, proof]) => ({ id: id!, how: how!, proof: proof! }),
);

describe('the ASVS checklist', () => {
  it('has every requirement of level 1 and 2 of its chapters, once', () => {
    expect(rows.map(({ id }) => id)).toEqual(REQUIRED);
  });

  it.each(rows.map(({ id, proof }) => [id, proof] as const))('%s is proven by %s', (id, proof) => {
    const [, kind] = /^(n\/a|host|open)$/.exec(proof) ?? [];
    if (kind !== undefined) return;
    const [, doc, path, words] = /^(doc )?`([^`]+)`(?: (.+))?$/.exec(proof) ?? [];
    expect(path, `${id}: a file, or one of n/a, host and open`).toBeDefined();
    expect(existsSync(new URL(path!, root)), path).toBe(true);
    if (doc === undefined) expect(read(path!)).toContain(words);
  });
});
