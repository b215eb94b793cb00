import { describe, expect, it } from 'vitest';
import type { RegisterMapping as StoreMapping } from '@onceform/store/http';
import { concepts } from './concepts.ts';
import { personas, registerData, registerPaths } from './personas.ts';
import { readPersonalId } from './personal-id.ts';
import { normalizers, registers, signInClaims } from './sources.ts';

const read = (name: string, raw: unknown): unknown => normalizers[name]!(raw as never);

describe('values of registers', () => {
  it('names are put together as the register has them, nothing is added', () => {
    expect(read('name', { Ho: 'NGUYỄN', ChuDem: 'THỊ  MINH', Ten: 'ANH' })).toBe('NGUYỄN THỊ MINH ANH');
    expect(read('name', { Ho: 'Y', ChuDem: '', Ten: 'Ban' })).toBe('Y Ban');
    expect(read('name', { Ho: '', ChuDem: '', Ten: '' })).toBeUndefined();
  });

  it('a birth date of which the register knows the year only stays a year', () => {
    expect(read('birthDate', { NgayThangNam: '19580000', Nam: '1958' })).toBe('1958');
    expect(read('birthDate', { NgayThangNam: '19580600', Nam: '1958' })).toBe('1958-06');
    expect(read('birthDate', { NgayThangNam: '19960405', Nam: '1996' })).toBe('1996-04-05');
    expect(read('birthDate', { NgayThangNam: '19960231' })).toBeUndefined();
  });

  it('a full date is read from each spelling in use, a partial one is none', () => {
    for (const raw of ['15.06.2023', '20230615', '15/06/2023', '2023-06-15'])
      expect(read('date', raw)).toBe('2023-06-15');
    expect(read('date', '06/2023')).toBeUndefined();
  });

  it('an ethnic group is read in one numbering only; divorced and widowed under one code are not guessed apart', () => {
    expect(read('ethnicity', '06')).toBe('muong');
    expect(read('ethnicity', '04')).toBe('hoa');
    expect(read('ethnicity', '77')).toBeUndefined();
    expect(read('maritalStatus', '2')).toBe('married');
    expect(read('maritalStatus', '3')).toBeUndefined();
  });

  it('an address with a district is of the former scheme, one without is of the present', () => {
    expect(
      read('address', { MaTinhThanh: '42', MaQuanHuyen: '436', MaPhuongXa: '18073', ChiTiet: 'Số 3', QuocGia: 'VN' }),
    ).toEqual({
      scheme: '3-tier',
      former: { provinceCode: '42', districtCode: '436', communeCode: '18073' },
      street: 'Số 3',
    });
    expect(read('address', { MaTinhThanh: '42', MaPhuongXa: '18073', ChiTiet: '', QuocGia: 'VN' })).toEqual({
      scheme: '2-tier-2025',
      provinceCode: '42',
      communeCode: '18073',
    });
    expect(read('address', { MaTinhThanh: '42' })).toBeUndefined();
  });

  it('residence is the permanent, else the temporary, else the present one', () => {
    const place = { MaTinhThanh: '42', MaPhuongXa: '18073' };
    expect(read('residenceType', { TamTru: place, NoiOHienTai: place })).toBe('temporary');
    expect(read('residenceType', { ThuongTru: place, TamTru: place })).toBe('permanent');
    expect(read('residence', {})).toBeUndefined();
  });

  it('nothing that comes in is thrown at, whatever it is', () => {
    for (const normalize of Object.values(normalizers))
      for (const raw of [null, 0, 7, true, '', 'x', [], {}, { Ho: 1 }, [{}]])
        expect(() => normalize(raw as never)).not.toThrow();
  });
});

describe('mappings', () => {
  it('fit the HTTP adapter, and map concepts of the dictionary with normalisers that exist', () => {
    const mappings: readonly StoreMapping[] = registers.map(register => register.mapping);
    for (const { lookups } of mappings) {
      for (const { values } of Object.values(lookups)) {
        for (const [concept, { normalize }] of Object.entries(values)) {
          expect(concepts[concept], concept).toBeDefined();
          if (normalize !== undefined) expect(normalizers[normalize], normalize).toBeDefined();
        }
      }
    }
    for (const concept of Object.keys(signInClaims.claims)) expect(concepts[concept], concept).toBeDefined();
  });

  it('are complete: a simulator answers at each path', () => {
    const paths = Object.values(registerPaths).map(({ path }) => path);
    expect(
      registers.flatMap(({ mapping }) => Object.values(mapping.lookups).map(({ path }) => path)).toSorted(),
    ).toEqual(paths.toSorted());
  });
});

describe('the invented people', () => {
  it('have ids that are right in form and agree with sex and year of birth', () => {
    for (const { personalId, claims } of personas) {
      if (personalId === null) continue;
      expect(readPersonalId(personalId)).toMatchObject({
        gender: claims['gender'],
        year: Number(String(claims['birthdate']).slice(0, 4)),
      });
    }
  });

  it('stand in registers under their own number only', () => {
    for (const [name, people] of Object.entries(registerData)) {
      for (const [id, found] of Object.entries(people)) {
        for (const record of [found].flat()) expect((record as { SoDinhDanh: string }).SoDinhDanh, name).toBe(id);
      }
    }
  });

  it('never carry a number twice', () => {
    const ids = personas.flatMap(({ personalId }) => personalId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
