import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formats } from './formats.ts';
import { familyNameOf, isSameName, printName } from './names.ts';
import { displayPartialDate } from './partial-date.ts';
import { readPersonalId } from './personal-id.ts';
import { isMobile, nationalPhone } from './phone.ts';
import { isValidTaxCode } from './tax-code.ts';

// The published vectors. The same file is what a library in another language is tested with.
const vectors = JSON.parse(readFileSync(new URL('../test-vectors.json', import.meta.url), 'utf8'));

const stored = (name: string, typed: string): string => formats[name]!.normalize?.(typed) ?? typed;
const accepts = (name: string, typed: string): boolean =>
  new RegExp(formats[name]!.pattern, 'u').test(stored(name, typed));
const warns = (name: string, typed: string): boolean =>
  (formats[name]!.advise?.(stored(name, typed)) ?? []).some(advice => advice.severity === 'warn');

describe('the published vectors', () => {
  for (const row of vectors.personalId) {
    it(`a personal id ${row.input} is ${row.valid ? 'right' : 'refused'}`, () => {
      expect(accepts('vn-personal-id', row.input)).toBe(row.valid);
      if (row.normalised) expect(stored('vn-personal-id', row.input)).toBe(row.normalised);
      if (row.valid) expect(warns('vn-personal-id', row.input)).toBe(row.warning !== undefined);
      if (row.year)
        expect(readPersonalId(row.input)).toEqual({ prefix: row.province, gender: row.gender, year: row.year });
    });
  }
  for (const row of vectors.taxCode) {
    it(`a tax code ${row.input} is ${row.valid ? 'right' : 'refused'}`, () => {
      expect(isValidTaxCode(stored('vn-tax-code', row.input))).toBe(row.valid);
    });
  }
  for (const row of vectors.mobilePhone) {
    it(`a phone number ${row.input} is ${row.valid ? 'a mobile number' : 'no mobile number: refused or warned about'}`, () => {
      const value = stored('vn-phone', row.input);
      expect(accepts('vn-phone', row.input) && isMobile(value)).toBe(row.valid);
      if (row.e164) expect(value).toBe(row.e164);
      if (row.normalised) expect(nationalPhone(value)).toBe(row.normalised);
    });
  }
  it('former prefixes become the ones that replaced them', () => {
    for (const [before, after] of Object.entries(vectors.oldMobilePrefixes as Record<string, string>)) {
      if (!/^\d+$/.test(before)) continue;
      expect(nationalPhone(stored('vn-phone', `${before}2345678`.slice(0, 11)))).toBe(`${after}2345678`.slice(0, 10));
    }
  });
  for (const row of vectors.partialDates) {
    it(`a partial date ${row.input} is ${row.valid ? row.iso : 'refused'}`, () => {
      expect(accepts('vn-partial-date', row.input)).toBe(row.valid);
      if (row.iso) expect(stored('vn-partial-date', row.input)).toBe(row.iso);
      if (row.shown) expect(displayPartialDate(row.iso)).toBe(row.shown);
    });
  }
  for (const row of vectors.names) {
    it(`a name ${row.input} is ${row.valid ? 'right' : 'refused'}`, () => {
      expect(accepts('vn-name', row.input)).toBe(row.valid);
      if (row.shown) expect(printName(row.input)).toBe(row.shown);
      if (row.valid) expect(warns('vn-name', row.input)).toBe(row.warning !== undefined);
    });
  }
  for (const row of vectors.nameEquality) {
    it(`${row.a} and ${row.b} are ${row.same ? 'one name' : 'two names'}`, () => {
      expect(isSameName(row.a, row.b)).toBe(row.same);
    });
  }
  for (const row of vectors.procedureCode) {
    it(`a procedure code ${row.input} is ${row.valid ? 'right' : 'refused'}`, () => {
      expect(accepts('vn-procedure-code', row.input)).toBe(row.valid);
    });
  }
});

describe('every format', () => {
  for (const format of Object.values(formats)) {
    it(`${format.name} accepts its own example, and says everything in both languages`, () => {
      expect(new RegExp(format.pattern, 'u').test(format.example)).toBe(true);
      expect(format.normalize?.(format.example) ?? format.example).toBe(format.example);
      expect(format.label).toMatchObject({ vi: expect.any(String), en: expect.any(String) });
      expect(format.message).toMatchObject({ vi: expect.any(String), en: expect.any(String) });
    });

    it(`${format.name} never throws and cleans only once, whatever is typed`, () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), typed => {
          const once = format.normalize?.(typed) ?? typed;
          expect(format.normalize?.(once) ?? once).toBe(once);
          format.display?.(once);
          format.mask?.(once);
          format.advise?.(once);
        }),
        { numRuns: 200 },
      );
    });

    if (format.display !== undefined) {
      it(`${format.name} shows what can be typed back unchanged`, () => {
        fc.assert(
          fc.property(
            fc.stringMatching(new RegExp(format.pattern.replace(/\(\?![0-9]+\)/g, '')), { maxLength: 40 }),
            value => {
              // What normalising would change is never stored, so never shown.
              fc.pre(format.normalize?.(value) === value);
              expect(format.normalize!(format.display!(value))).toBe(value);
            },
          ),
          { numRuns: 100 },
        );
      });
    }
  }

  it('masks hide most of a personal id and of a telephone number', () => {
    expect(formats['vn-personal-id']!.mask!('025188001010')).toBe('025 ••• ••• 010');
    expect(formats['vn-phone']!.mask!('+84912345678')).toBe('091••••678');
  });
});

describe('names', () => {
  it('the family name is the first word, whatever the spaces', () => {
    expect(familyNameOf('  Nguyễn  Thị Minh Anh')).toBe('Nguyễn');
  });
});
