import type { JsonObject } from '@onceform/core';
import { expect, test } from 'vitest';
import { definitionOf } from '../test/open.ts';
import { administration } from './administration.ts';
import { AGENCY_RULES } from './agency-rules.ts';
import { paperTo } from './browser.ts';
import { codeLists } from './code-lists.ts';
import provinces from './data/provinces.json' with { type: 'json' };
import { presentProvince } from './merged-provinces.ts';
import { paper } from './paper-words.ts';

const labelOf = async (list: string, code: string, within?: string): Promise<string | undefined> => {
  const entry = (await codeLists[list]!.load(within)).find(one => one.code === code);
  return (entry?.label as { vi: string } | undefined)?.vi;
};
const home = { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073', street: 'Số 1, đường Thử' };

test('"Kính gửi" names the agency that intake takes, for every procedure with a rule', async () => {
  for (const [procedure, { addresses }] of Object.entries(AGENCY_RULES)) {
    const [, ...path] = addresses[0]!.split('/');
    const data = path.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }) as JsonObject, home);
    const [first] = await administration.agencies(procedure, data);
    expect([procedure, await paper.addressee(procedure, data, labelOf)]).toEqual([
      procedure,
      (first!.name as { vi: string }).vi,
    ]);
  }
});

test('who was chosen among several is named in the official language, and the rules say who while nobody was', async () => {
  let chosen: { vi: string; en: string } | null = null;
  const { addressee } = paperTo(() => chosen);
  const data = { mother: { residence: home } };
  expect(await addressee('1.001193', data, labelOf)).toBe('Ủy ban nhân dân phường Thành Sen, tỉnh Hà Tĩnh');
  chosen = { vi: 'Ủy ban nhân dân xã Ví Dụ', en: 'People’s Committee of Ví Dụ' };
  expect(await addressee('1.001193', data, labelOf)).toBe('Ủy ban nhân dân xã Ví Dụ');
});

test('nobody is named where the answers do not say, or where a former commune was taken over', async () => {
  expect(await paper.addressee('1.001193', {}, labelOf)).toBe('');
  expect(await paper.addressee('9.999999', { mother: { residence: home } }, labelOf)).toBe('');
  const former = { scheme: '3-tier', former: { provinceCode: '42', districtCode: '436', communeCode: '18079' } };
  const data = { mother: { residence: former }, father: { residence: home } };
  expect(await paper.addressee('1.001193', data as unknown as JsonObject, labelOf)).toBe('');
});

test('an office of a province is named for an address in former units, too: provinces were merged whole', async () => {
  const of = (former: JsonObject) => ({ person: { permanentAddress: { scheme: '3-tier', former } } });
  const name = (data: JsonObject) => paper.addressee('2.000488', data, labelOf);
  expect(await name(of({ provinceCode: '42', districtCode: '436', communeCode: '18073' }))).toBe(
    'Công an tỉnh Hà Tĩnh',
  );
  expect(await name(of({ provinceCode: '94' }))).toBe('Công an thành phố Cần Thơ');
  expect(await name(of({}))).toBe('');
  for (const { code, mergedFrom } of provinces.items)
    expect(mergedFrom.map(presentProvince), code).toEqual(mergedFrom.map(() => code));
});

test('an identity paper, a place of birth and an address are one sentence each; anything else is not', async () => {
  const card = { type: 'citizenCardChip', number: '025188001010', issueDate: '2021-11-20', issuer: 'Cục Mẫu' };
  expect(await paper.whole(card, labelOf)).toMatch(/ số 025188001010 do Cục Mẫu cấp ngày 20\/11\/2021$/);
  expect(await paper.whole({ kind: 'facility', facility: 'Bệnh viện Mẫu', address: home }, labelOf)).toBe(
    'Bệnh viện Mẫu, Số 1, đường Thử, phường Thành Sen, tỉnh Hà Tĩnh',
  );
  expect(await paper.whole({ ...home, communeCode: '99999' }, labelOf)).toBe('Số 1, đường Thử, 99999, tỉnh Hà Tĩnh');
  expect(await paper.whole({ fullName: 'A' }, labelOf)).toBeUndefined();
});

test('the paper of every form has a place for the agency, and leaves empty only what the law asks without a number', () => {
  const slugs = ['birth-registration', 'marriage-registration', 'death-registration', 'marital-status-certificate'];
  for (const slug of [...slugs, 'civil-status-extract']) {
    const { form } = definitionOf(slug) as { form: { print: { addressee: string; lines: unknown[] } } };
    expect(form.print.addressee).toContain('{agency}');
    const unless = [...JSON.stringify(form.print.lines).matchAll(/"unless":\["([^"]*)"\]/g)].map(
      ([, pointer]) => pointer,
    );
    expect(unless.length).toBeGreaterThan(0);
    expect(unless.every(pointer => pointer!.endsWith('/personalId'))).toBe(true);
  }
});
