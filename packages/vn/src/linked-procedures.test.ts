import { expect, it } from 'vitest';
import type { JsonObject } from '@onceform/core';
import { administration } from './administration.ts';
import { formOf } from '../test/open.ts';

const home = (communeCode: string) => ({ scheme: '2-tier-2025', provinceCode: '42', communeCode });
const newborn: JsonObject = {
  child: { birthDate: '2026-11-10' },
  mother: { residence: home('18073') },
  residence: { requestedAddress: home('18229') },
  copies: { requested: true, count: 2 },
};
const ask = async (procedure: string, data: JsonObject = newborn, received = '2026-11-20T09:00') => {
  const [agency = null] = await administration.agencies(procedure, data);
  return { procedure, received, channel: 'online', agency, data } as const;
};

it('one linked declaration goes to the people’s committee, the police and social insurance', async () => {
  const parts = (await formOf('linked-birth-registration')).procedure!.parts!;
  expect(parts.map(({ code, components }) => [code, components.length])).toEqual([
    ['1.001193', 8],
    ['1.004222', 1],
    [null, 0],
  ]);
  const names = await Promise.all(
    parts.map(async ({ code }) =>
      (await administration.agencies(code ?? '', newborn)).map(({ name, area }) => [name, area]),
    ),
  );
  expect(names).toMatchObject([
    [[{ vi: 'Ủy ban nhân dân phường Thành Sen, tỉnh Hà Tĩnh' }, '18073']],
    [[{ vi: 'Công an xã Đức Thọ, tỉnh Hà Tĩnh' }, '18229']],
    [],
  ]);
});

it('each part has its own fee: copies go with the birth, and a child pays nothing for residence', async () => {
  const birth = await administration.fee(await ask('1.001193'));
  expect(birth).toMatchObject({
    total: 16000,
    saved: 0,
    lines: [
      { charge: 'inTime', amount: 0 },
      { charge: 'copy', amount: 8000, quantity: 2, label: { en: 'Copy of the extract' } },
    ],
  });
  expect(await administration.fee(await ask('1.004222'))).toMatchObject({
    total: 0,
    saved: 20000,
    lines: [{ charge: 'base', amount: 0, quantity: 1, exemption: { code: 'child', label: { vi: 'Trẻ em' } } }],
  });
});

it('an adult who files online saves half of the fee, and where only the province knows the fee nothing is said to be saved', async () => {
  const adult = { person: { birthDate: '1990-01-01' }, request: { address: home('18073') } };
  expect(await administration.fee(await ask('1.004222', adult))).toMatchObject({ total: 10000, saved: 10000 });
  expect(await administration.fee(await ask('1.001193', newborn, '2027-03-01T09:00'))).toMatchObject({
    total: null,
    saved: null,
  });
  expect(await administration.fee(await ask('9.999999'))).toBeNull();
});

it('a portal’s own table takes the place of the one that came with the pack', async () => {
  const rows = [
    {
      procedure: '1.004222',
      charge: 'base',
      amount: 12345,
      from: '2026-11-01',
      basis: 'NQ 1/2026',
      confidence: 'certain',
    },
  ];
  const adult = { person: { birthDate: '1990-01-01' }, request: { address: home('18073') } };
  expect(await administration.fee(await ask('1.004222', adult), rows)).toMatchObject({ total: 12345, saved: 0 });
});

it('the result is due by the channel, in the province of the agency', async () => {
  const adult = { request: { address: home('18073') } };
  expect(await administration.due(await ask('1.004222', adult))).toEqual({
    by: '2026-11-27T11:30',
    workingDays: 4.5,
    counterWorkingDays: 7,
  });
  expect(await administration.due({ ...(await ask('1.004222', adult)), channel: 'in-person' })).toMatchObject({
    workingDays: 7,
  });
  expect(await administration.due(await ask('9.999999'))).toBeNull();
});
