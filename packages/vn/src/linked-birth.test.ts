import { expect, it } from 'vitest';
import { linkedBirthParts } from './linked-birth.ts';
import { formOf } from '../test/open.ts';

const home = (communeCode: string) => ({ scheme: '2-tier-2025', provinceCode: '42', communeCode });

it('one linked declaration goes to three agencies, each with its own papers', async () => {
  const parts = await linkedBirthParts({
    mother: { residence: home('18073') },
    residence: { requestedAddress: home('18229') },
  });
  expect(parts.map(part => [part.no, part.of, part.agencies.map(agency => agency.name.vi)])).toEqual([
    [1, 3, ['Ủy ban nhân dân phường Thành Sen, tỉnh Hà Tĩnh']],
    [2, 3, ['Công an xã Đức Thọ, tỉnh Hà Tĩnh']],
    [3, 3, []],
  ]);
});

it('every component of the declaration goes with exactly one of the dossiers', async () => {
  const form = await formOf('linked-birth-registration');
  const parts = await linkedBirthParts({});
  expect(parts.flatMap(part => part.components).toSorted()).toEqual(
    form.components.map(component => component.id).toSorted(),
  );
});
