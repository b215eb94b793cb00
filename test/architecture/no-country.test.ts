// No country in the engine (law 6): Vietnamese stands in packs, locales, examples and docs, nowhere else.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Letters that Vietnamese has and the other languages of our sources do not.
const VIETNAMESE =
  /[ăĂđĐơƠưƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]/u;

/** A comment may give an example. */
const COMMENT = /^\s*(\/\/|\/?\*)/;

/** Where a country's language may stand, besides packs, examples and docs. */
const LOCALE = /(^|\/)locales?\/|(^|[/.-])(vi|locale|messages|texts?|findings|sentences|problems)(\.[a-z]+)?\.ts$/;

test('no Vietnamese in engine, compiler, store, dossier, elements, server or cli outside their locale files', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'packages'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(path => /^packages\/(core|compiler|store|dossier|elements|server|cli)\/src\/.*\.ts$/.test(path))
    .filter(path => !path.endsWith('.test.ts') && !path.includes('/testing/') && !LOCALE.test(path));
  expect(files.length).toBeGreaterThan(20);
  const found = files.flatMap(path =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        VIETNAMESE.test(line) && !COMMENT.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 80)}`] : [],
      ),
  );
  expect(found).toEqual([]);
});
