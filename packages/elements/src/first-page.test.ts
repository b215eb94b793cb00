// What a first page is made of: the modules that `<once-form>` imports at once, found by reading their imports.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en as coreEn } from '../../core/src/locales/en.ts';
import { enLater as coreEnLater } from '../../core/src/locales/en-later.ts';
import { vi as coreVi } from '../../core/src/locales/vi.ts';
import { viLater as coreViLater } from '../../core/src/locales/vi-later.ts';
import { en } from './locales/en.ts';
import { enDossier } from './locales/en-dossier.ts';
import { enFiled } from './locales/en-filed.ts';
import { enLater } from './locales/en-later.ts';
import { vi } from './locales/vi.ts';
import { viDossier } from './locales/vi-dossier.ts';
import { viFiled } from './locales/vi-filed.ts';
import { viLater } from './locales/vi-later.ts';

const here = dirname(fileURLToPath(import.meta.url));
const sources = new Map<string, string>();
const visit = (path: string): void => {
  if (sources.has(path)) return;
  const source = readFileSync(path, 'utf8');
  sources.set(path, source);
  for (const [, from] of source.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '(\.[^']+)';/gm))
    visit(join(dirname(path), from!));
};
visit(join(here, 'register.ts'));

const first = { en: { ...coreEn, ...en }, vi: { ...coreVi, ...vi } };
const later = {
  en: { ...coreEnLater, ...enLater, ...enFiled, ...enDossier },
  vi: { ...coreViLater, ...viLater, ...viFiled, ...viDossier },
};
/** The sentences that these modules say, as keys and as beginnings of keys. */
const said = [...sources.values()].flatMap(source =>
  [...source.matchAll(/\bt\(([^)]*)/g)].flatMap(([, given]) => [
    ...[...given!.matchAll(/'([a-z0-9]+\.[A-Za-z0-9.-]+)'/g)].map(([, key]) => ({ key: key!, whole: true })),
    ...[...given!.matchAll(/`([a-z0-9]+\.)\$\{/g)].map(([, key]) => ({ key: key!, whole: false })),
  ]),
);

describe('a first page', () => {
  it('is found by this test', () => {
    expect(sources.size).toBeGreaterThan(30);
    expect(said.length).toBeGreaterThan(40);
  });

  it('takes from the core only what @onceform/core/first names: the engine would come along with anything else', () => {
    const whole = [...sources].filter(([, source]) =>
      /^(?:import|export) (?!type\b)[^;]*?from '@onceform\/core(?!\/first')[^']*';/m.test(source),
    );
    expect(whole.map(([path]) => path)).toEqual([]);
  });

  it.each(['en', 'vi'] as const)('says nothing that its words in %s do not have', language => {
    const missing = said.filter(({ key, whole }) =>
      whole ? !Object.hasOwn(first[language], key) : Object.keys(later[language]).some(other => other.startsWith(key)),
    );
    expect(missing).toEqual([]);
  });

  it('has the same sentences in both languages, each in one table only', () => {
    expect(Object.keys(first.vi).sort()).toEqual(Object.keys(first.en).sort());
    expect(Object.keys(later.vi).sort()).toEqual(Object.keys(later.en).sort());
    expect(Object.keys(first.en).filter(key => Object.hasOwn(later.en, key))).toEqual([]);
  });
});
