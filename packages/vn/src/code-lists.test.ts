import { readFileSync } from 'node:fs';
import { digestJson, type Json } from '@onceform/core';
import { describe, expect, it } from 'vitest';
import { codeLists } from './code-lists.ts';
import digests from './data/digests.json' with { type: 'json' };
import { isCommuneOf } from './communes.ts';
import { addressText, formerCommunes, successorsOf } from './units.ts';
import { searchKey } from './text-hygiene.ts';

const vectors = JSON.parse(readFileSync(new URL('../test-vectors.json', import.meta.url), 'utf8'));

describe('code lists', () => {
  for (const list of Object.values(codeLists)) {
    it(`${list.id} is what its digest says, has each code once, and names source and licence`, async () => {
      const entries = await list.load();
      expect(entries).toHaveLength(list.count);
      expect(await digestJson(entries as unknown as Json)).toBe(
        (digests as Record<string, { digest: string }>)[list.id]?.digest,
      );
      expect(new Set(entries.map(entry => entry.code)).size).toBe(entries.length);
      expect(list.source).toBeTruthy();
      expect(list.licence).toBeTruthy();
      for (const { code, label } of entries) {
        expect(label, code).toMatchObject({ vi: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
        if (list.pattern) expect(code).toMatch(new RegExp(list.pattern, 'u'));
      }
      if (list.count > 300) expect(list.pattern, 'a long list is published as a pattern').toBeTruthy();
    });

    if (list.within !== undefined) {
      it(`${list.id} within one entry of ${list.within} are exactly those that say so`, async () => {
        const outer = await codeLists[list.within!]!.load();
        const codes = new Set(outer.map(entry => entry.code));
        const all = await list.load();
        expect(all.filter(entry => !codes.has(entry.within!))).toEqual([]);
        let counted = 0;
        for (const { code } of outer) counted += (await list.load(code)).length;
        expect(counted).toBe(all.length);
        expect(await list.load('no such code')).toEqual([]);
      });
    }
  }

  it('has 34 provinces and 3,321 communes now, 63, 696 and 10,035 units before', () => {
    expect(
      ['provinces', 'communes', 'former-provinces', 'former-districts', 'former-communes'].map(
        id => codeLists[id]!.count,
      ),
    ).toEqual([34, 3321, 63, 696, 10035]);
  });

  it('the same code means another commune in each scheme', async () => {
    const nameIn = async (list: string): Promise<unknown> =>
      (await codeLists[list]!.load()).find(entry => entry.code === '18073')!.label;
    expect(await nameIn('communes')).toMatchObject({ vi: 'Phường Thành Sen' });
    expect(await nameIn('former-communes')).toMatchObject({ vi: 'Phường Nam Hà' });
  });

  it('are found without diacritics', async () => {
    const found = (await codeLists['provinces']!.load()).filter(entry =>
      searchKey((entry.label as { vi: string }).vi).includes(searchKey('ha tinh')),
    );
    expect(found.map(entry => entry.code)).toEqual(['42']);
    expect(searchKey('Đặng ĐÌNH')).toBe('dang dinh');
  });
});

describe('the communes a page carries', () => {
  it('are those of the list, province by province', async () => {
    for (const { code: province } of await codeLists['provinces']!.load()) {
      const inList = (await codeLists['communes']!.load(province)).map(entry => entry.code);
      expect(inList.filter(code => !isCommuneOf(code, province))).toEqual([]);
    }
    const all = await codeLists['communes']!.load();
    expect(
      all.filter(entry => isCommuneOf(entry.code, entry.within === '42' ? '01' : '42') && entry.within !== '42'),
    ).toEqual([]);
  });
  it('do not know a commune that no longer exists', () => {
    expect(isCommuneOf('18073', '42')).toBe(true);
    expect(isCommuneOf('18077', '42')).toBe(false);
    expect(isCommuneOf('18073', 'constructor')).toBe(false);
  });
});

describe('former communes', () => {
  for (const row of vectors.addressConversion) {
    it(`${row.old} became ${row.new.join(' or ')}`, async () => {
      const successors = await successorsOf(row.oldCode);
      expect(successors.map(successor => successor.communeCode)).toEqual(row.newCodes);
      expect(successors.map(successor => successor.label)).toEqual(row.new);
      expect(successors.length > 1).toBe(row.choose);
    });
  }
  it('all have a successor that exists, and 460 have several', async () => {
    const [{ rows }, present] = await Promise.all([formerCommunes(), codeLists['communes']!.load()]);
    const codes = new Set(present.map(entry => entry.code));
    expect(
      rows.filter(([, , , successors]) => successors.length === 0 || successors.some(code => !codes.has(code))),
    ).toEqual([]);
    expect(rows.filter(([, , , successors]) => successors.length > 1)).toHaveLength(460);
  });
  it('a code that is none has no successor', async () => {
    expect(await successorsOf('99999')).toEqual([]);
  });
});

describe('addresses as text', () => {
  it('stand from small to large, in their own scheme', async () => {
    expect(
      await addressText({
        scheme: '2-tier-2025',
        provinceCode: '42',
        communeCode: '18073',
        street: 'Số 12, đường Lê Duẩn',
        hamlet: 'tổ dân phố 5',
      }),
    ).toBe('Số 12, đường Lê Duẩn, tổ dân phố 5, phường Thành Sen, tỉnh Hà Tĩnh');
    expect(
      await addressText({
        scheme: '3-tier',
        former: { provinceCode: '42', districtCode: '436', communeCode: '18073' },
      }),
    ).toBe('phường Nam Hà, thành phố Hà Tĩnh, tỉnh Hà Tĩnh');
    expect(await addressText({ scheme: 'foreign', country: 'FR', abroad: '1 rue Exemple, Paris' })).toBe(
      '1 rue Exemple, Paris, Pháp',
    );
  });
  it('an unknown code is shown, not dropped', async () => {
    expect(await addressText({ scheme: '2-tier-2025', provinceCode: '42', communeCode: '99999' })).toBe(
      '99999, tỉnh Hà Tĩnh',
    );
  });
});
