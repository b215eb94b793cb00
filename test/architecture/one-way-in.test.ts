// One way to accept a dossier: every path that writes one into the index goes through the intake, and every intake through
// the verifier and the checks after it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../packages/server/src/', import.meta.url).pathname;
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('testing/'))
  .map(path => ({ path, code: readFileSync(join(root, path), 'utf8') }));
const users = (call: RegExp): string[] =>
  sources
    .filter(({ code }) => call.test(code))
    .map(({ path }) => path)
    .sort();

test('T12: only the intake, and the rebuilding of a lost index, write dossiers', () => {
  expect(users(/INSERT INTO dossier\b/)).toEqual(['dossier-index.ts']);
  expect(users(/\binsert(?:Dossier|Bundle)\(/)).toEqual(['dossier-index.ts', 'intake.ts', 'reindex.ts']);
});

test('T12: every route that takes a package hands it to the intake, which was given the one verifier', () => {
  expect(users(/\bcreateIntake\(/)).toEqual(['intake.ts', 'portal.ts']);
  expect(users(/\bcreateFilingVerifier\(/)).toEqual(['portal.ts', 'verify-filing.ts']);
  expect(users(/\bverifyDossier\(/)).toEqual(['verify-filing.ts']);
  const portal = sources.find(({ path }) => path === 'portal.ts')!.code;
  expect(portal).toMatch(/verify: verifyAndCheck\(/);
  const takers = sources.filter(({ path, code }) => path.startsWith('routes/') && /UNSIGNED_TYPE|bundles\//.test(code));
  expect(takers.length).toBeGreaterThan(0);
  for (const { path, code } of takers) expect([path, /\bintake\b/.test(code)]).toEqual([path, true]);
});
