import { expect, it } from 'vitest';
import { comparable } from './comparable.ts';

it('spellings of one name are equal, other names are not', () => {
  expect(comparable('person.fullName', 'NGUYỄN VĂN HOÀ')).toBe(comparable('person.fullName', 'Nguyễn Văn Hòa'));
  expect(comparable('person.fullName', 'Ðặng Thị Mẫu')).toBe(comparable('person.fullName', 'Đặng Thị Mẫu'));
  expect(comparable('person.fullName', 'Lý Thị Mẫu')).not.toBe(comparable('person.fullName', 'Lí Thị Mẫu'));
});

it('addresses compare by code, and by the words of the rest without diacritics', () => {
  const address = (street: string, communeCode = '18073') =>
    comparable('person.residence', { scheme: '2-tier-2025', provinceCode: '42', communeCode, street });
  expect(address('Số 12, đường Lê Duẩn')).toEqual(address('số 12,  Đường Lê Duẩn'));
  expect(address('Số 12')).not.toEqual(address('Số 12', '18229'));
});

it('the same code of another scheme is another place', () => {
  const former = comparable('person.residence', {
    scheme: '3-tier',
    former: { provinceCode: '42', districtCode: '436', communeCode: '18073' },
  });
  expect(former).not.toEqual(
    comparable('person.residence', { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073' }),
  );
});

it('other values are compared as they are', () => {
  expect(comparable('person.birthDate', '1996-04-05')).toBe('1996-04-05');
  expect(comparable('civilStatus.birthProof.childWeight', 3200)).toBe(3200);
});
