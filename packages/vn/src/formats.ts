// The formats of Viet Nam: what a value must look like (error), what is unusual about it (warn), and how it is
// typed, stored, shown and masked. Strengths follow what the law fixes; what is not certain never blocks.

import type { FormatAdvice, FormatSpec } from '@onceform/core';
import { NAME_PATTERN } from './names.ts';
import { PARTIAL_DATE_PATTERN, displayPartialDate, normalizePartialDate } from './partial-date.ts';
import { PERSONAL_ID_PATTERN, isKnownPrefix, readPersonalId } from './personal-id.ts';
import { displayPhone, isLandline, isMobile, nationalPhone, normalizePhone } from './phone.ts';
import { TAX_CODE_PATTERN } from './tax-code.ts';
import { cleanCode, cleanText } from './text-hygiene.ts';

const warn = (vi: string, en: string): FormatAdvice => ({ severity: 'warn', message: { vi, en } });
const hint = (vi: string, en: string): FormatAdvice => ({ severity: 'hint', message: { vi, en } });

const groupDigits = (size: number) => (value: string) => value.replace(new RegExp(`(.{${size}})(?=.)`, 'gu'), '$1 ');
const hideAllBut =
  (start: number, end: number) =>
  (value: string): string =>
    value.length <= start + end
      ? '•'.repeat(value.length)
      : value.slice(0, start) + '•'.repeat(value.length - start - end) + value.slice(value.length - end);
const upperCode = (text: string): string => cleanCode(text).toUpperCase().normalize('NFKC');
const upperText = (text: string): string => cleanText(text.normalize('NFKC')).toUpperCase().normalize('NFC');

/** Warns where a value lacks the usual shape. */
function unusual(shape: RegExp, vi: string, en: string): (value: string) => readonly FormatAdvice[] {
  return value => (shape.test(value) ? [] : [warn(vi, en)]);
}

const list: readonly FormatSpec[] = [
  {
    name: 'vn-personal-id',
    label: { vi: 'Số định danh cá nhân', en: 'Personal identification number' },
    pattern: PERSONAL_ID_PATTERN,
    message: {
      vi: 'Số định danh cá nhân gồm đúng 12 chữ số, ví dụ 025 188 001 010.',
      en: 'A personal ID number has exactly 12 digits, for example 025 188 001 010.',
    },
    example: '025188001010',
    inputMode: 'numeric',
    normalize: text => cleanCode(text),
    display: groupDigits(3),
    mask: value => `${value.slice(0, 3)} ••• ••• ${value.slice(-3)}`,
    advise(value) {
      const parts = readPersonalId(value);
      if (parts === null || isKnownPrefix(parts.prefix)) return [];
      return [
        warn(
          'Ba số đầu không phải mã của một tỉnh, thành phố. Đề nghị kiểm tra lại; nếu khai sinh ở nước ngoài thì số này vẫn có thể đúng.',
          'The first three digits are not the code of a province. Please check; for a birth registered abroad the number can still be right.',
        ),
      ];
    },
  },
  {
    name: 'vn-old-id-card',
    label: { vi: 'Số chứng minh nhân dân 9 số', en: 'Old identity card number, 9 digits' },
    pattern: '^[0-9]{9}$',
    message: {
      vi: 'Số chứng minh nhân dân cũ gồm đúng 9 chữ số.',
      en: 'An old identity card number has exactly 9 digits.',
    },
    example: '012345678',
    inputMode: 'numeric',
    normalize: text => cleanCode(text),
    display: groupDigits(3),
    mask: hideAllBut(0, 3),
  },
  {
    name: 'vn-passport',
    label: { vi: 'Số hộ chiếu', en: 'Passport number' },
    pattern: '^[A-Z0-9]{5,15}$',
    message: {
      vi: 'Số hộ chiếu gồm 5 đến 15 chữ cái in hoa và chữ số.',
      en: 'A passport number has 5 to 15 capital letters and digits.',
    },
    example: 'P12345678',
    normalize: upperCode,
    mask: hideAllBut(1, 3),
    advise: unusual(
      /^[A-Z][0-9]{7,8}$/,
      'Hộ chiếu Việt Nam thường có một chữ cái và 7 hoặc 8 chữ số. Đề nghị kiểm tra lại.',
      'A Vietnamese passport usually has one letter and 7 or 8 digits. Please check.',
    ),
  },
  {
    name: 'vn-name',
    label: { vi: 'Họ, chữ đệm, tên', en: 'Full name' },
    pattern: NAME_PATTERN,
    message: {
      vi: 'Họ tên chỉ gồm chữ cái, dấu cách, dấu nháy, gạch nối và dấu chấm; không có chữ số.',
      en: 'A name has letters, spaces, apostrophes, hyphens and dots only; no digits.',
    },
    example: 'Nguyễn Thị Minh Anh',
    inputMode: 'text',
    normalize: cleanText,
    advise(value) {
      const advice: FormatAdvice[] = [];
      if (!value.includes(' '))
        advice.push(
          warn(
            'Họ tên chỉ có một từ. Đề nghị kiểm tra đã ghi đủ họ, chữ đệm, tên.',
            'The name is one word only. Please check that family, middle and given names are all there.',
          ),
        );
      if (value.length > 50) advice.push(hint('Họ tên dài hơn 50 ký tự.', 'The name is longer than 50 characters.'));
      return advice;
    },
  },
  {
    name: 'vn-name-part',
    label: { vi: 'Họ, chữ đệm hoặc tên', en: 'Part of a name' },
    pattern: NAME_PATTERN,
    message: {
      vi: 'Chỉ gồm chữ cái, dấu cách, dấu nháy, gạch nối và dấu chấm; không có chữ số.',
      en: 'Letters, spaces, apostrophes, hyphens and dots only; no digits.',
    },
    example: 'Minh Anh',
    inputMode: 'text',
    normalize: cleanText,
  },
  {
    name: 'vn-partial-date',
    label: { vi: 'Ngày, tháng, năm (có thể chỉ có năm)', en: 'Date (the year alone is possible)' },
    pattern: PARTIAL_DATE_PATTERN,
    message: {
      vi: 'Ngày không có trong lịch. Ghi ngày/tháng/năm, tháng/năm hoặc chỉ năm, ví dụ 15/06/1950 hoặc 1950.',
      en: 'This date is not in the calendar. Write day/month/year, month/year or the year alone, for example 15/06/1950 or 1950.',
    },
    example: '1950-06-15',
    inputMode: 'numeric',
    normalize: normalizePartialDate,
    display: displayPartialDate,
  },
  {
    name: 'vn-phone',
    label: { vi: 'Số điện thoại', en: 'Telephone number' },
    pattern: '^\\+[1-9][0-9]{7,14}$',
    message: {
      vi: 'Số điện thoại không đúng. Ghi 10 chữ số bắt đầu bằng 0, ví dụ 0912 345 678, hoặc số quốc tế bắt đầu bằng dấu +.',
      en: 'This is not a telephone number. Write 10 digits starting with 0, for example 0912 345 678, or an international number starting with +.',
    },
    example: '+84912345678',
    inputMode: 'tel',
    normalize: normalizePhone,
    display: displayPhone,
    mask: value => hideAllBut(3, 3)(nationalPhone(value)),
    advise(value) {
      if (!value.startsWith('+84') || isMobile(value) || isLandline(value)) return [];
      return [
        warn(
          'Đầu số này không giống số điện thoại Việt Nam đang dùng. Đề nghị kiểm tra lại.',
          'This prefix is not one in use in Viet Nam. Please check.',
        ),
      ];
    },
  },
  {
    name: 'vn-tax-code',
    label: { vi: 'Mã số thuế', en: 'Tax code' },
    pattern: TAX_CODE_PATTERN,
    message: {
      vi: 'Mã số thuế có 10 chữ số, 10 chữ số kèm -001 đến -999, hoặc là số định danh cá nhân 12 chữ số.',
      en: 'A tax code has 10 digits, 10 digits with -001 to -999, or is the personal ID number of 12 digits.',
    },
    example: '0100112437',
    inputMode: 'numeric',
    normalize: text =>
      cleanCode(text, /[\s.]/g)
        .replace(/[‐-―]/g, '-')
        .replace(/^([0-9]{10})([0-9]{3})$/, '$1-$2'),
  },
  {
    name: 'vn-social-insurance',
    label: { vi: 'Mã số bảo hiểm xã hội', en: 'Social insurance number' },
    pattern: '^(?:[0-9]{10}|[0-9]{12})$',
    message: {
      vi: 'Mã số bảo hiểm xã hội gồm 10 chữ số, hoặc là số định danh cá nhân 12 chữ số.',
      en: 'A social insurance number has 10 digits, or is the personal ID number of 12 digits.',
    },
    example: '0123456789',
    inputMode: 'numeric',
    normalize: text => cleanCode(text),
    mask: hideAllBut(0, 4),
  },
  {
    name: 'vn-health-insurance',
    label: { vi: 'Số thẻ bảo hiểm y tế', en: 'Health insurance card number' },
    pattern: '^(?:[A-Z]{2}[1-5][0-9A-Z]{2}[0-9]{10}|[0-9]{10}|[0-9]{12})$',
    message: {
      vi: 'Số thẻ bảo hiểm y tế gồm 15 ký tự (GD4420123456789), 10 chữ số hoặc số định danh 12 chữ số.',
      en: 'A health insurance number has 15 characters (GD4420123456789), 10 digits, or is the 12-digit personal ID.',
    },
    example: 'GD4420123456789',
    normalize: upperCode,
    mask: hideAllBut(0, 4),
  },
  {
    name: 'vn-driving-licence',
    label: { vi: 'Số giấy phép lái xe', en: 'Driving licence number' },
    pattern: '^[A-Z0-9]{6,15}$',
    message: {
      vi: 'Số giấy phép lái xe gồm chữ cái và chữ số, không có dấu cách.',
      en: 'A driving licence number has letters and digits, no spaces.',
    },
    example: '420123456789',
    normalize: upperCode,
    advise: unusual(
      /^[0-9]{12}$/,
      'Số giấy phép lái xe thường có 12 chữ số. Giấy phép cũ có thể khác.',
      'A driving licence number usually has 12 digits. Old licences can differ.',
    ),
  },
  {
    name: 'vn-plate',
    label: { vi: 'Biển số xe', en: 'Number plate' },
    pattern: '^[0-9A-Z][0-9A-Z .\\-]{4,14}$',
    message: {
      vi: 'Biển số xe gồm chữ cái in hoa, chữ số, dấu chấm và gạch nối.',
      en: 'A number plate has capital letters, digits, dots and hyphens.',
    },
    example: '38A-123.45',
    normalize: upperText,
    advise: unusual(
      /^(?:[0-9]{2}[A-HK-Z]{1,2}-?[0-9]{3}\.?[0-9]{1,2}|[0-9]{2}-?[A-Z][0-9A-Z] ?[0-9]{3}\.?[0-9]{1,2}|80[AB]-?[0-9]{3}\.?[0-9]{2})$/,
      'Biển số không theo mẫu thường gặp (38A-123.45, 38-B1 123.45). Đề nghị kiểm tra lại.',
      'The plate is not of the usual shape (38A-123.45, 38-B1 123.45). Please check.',
    ),
  },
  {
    name: 'vn-bank-account',
    label: { vi: 'Số tài khoản', en: 'Bank account number' },
    pattern: '^[0-9A-Za-z]{4,30}$',
    message: { vi: 'Số tài khoản chỉ gồm chữ cái và chữ số.', en: 'An account number has letters and digits only.' },
    example: '0123456789',
    normalize: text => cleanCode(text),
    mask: value => `••••${value.slice(-4)}`,
    advise: unusual(
      /^[0-9A-Za-z]{6,20}$/,
      'Số tài khoản thường có 6 đến 20 ký tự.',
      'An account number usually has 6 to 20 characters.',
    ),
  },
  {
    name: 'vn-land-serial',
    label: { vi: 'Số phát hành Giấy chứng nhận', en: 'Land certificate serial number' },
    pattern: '^[A-ZĐ0-9][A-ZĐ0-9 ]{4,14}$',
    message: {
      vi: 'Số phát hành gồm chữ cái in hoa và chữ số, ví dụ AA 01234567.',
      en: 'A serial number has capital letters and digits, for example AA 01234567.',
    },
    example: 'AA 01234567',
    normalize: upperText,
    advise: unusual(
      /^(?:[A-ZĐ]{1,2} ?[0-9]{6}|[A-Z]{2} ?[0-9]{8})$/,
      'Số phát hành thường có 1–2 chữ cái và 6 hoặc 8 chữ số.',
      'A serial number usually has 1–2 letters and 6 or 8 digits.',
    ),
  },
  {
    name: 'vn-civil-status-number',
    label: { vi: 'Số đăng ký hộ tịch', en: 'Civil-status registration number' },
    pattern: '^[0-9A-ZĐ][0-9A-ZĐa-zđ/.\\- ]{0,29}$',
    message: {
      vi: 'Ghi số như trên giấy, ví dụ 45/2015.',
      en: 'Write the number as on the paper, for example 45/2015.',
    },
    example: '45/2015',
    normalize: cleanText,
    advise: unusual(
      /^[0-9]+(?:\/[0-9]{4})?$/,
      'Số đăng ký hộ tịch thường có dạng 45/2015.',
      'The number usually looks like 45/2015.',
    ),
  },
  {
    name: 'vn-procedure-code',
    label: { vi: 'Mã thủ tục hành chính', en: 'Procedure code' },
    pattern: '^[0-9]\\.[0-9]{6}(?:\\.[A-Z][0-9]{2}|(?:\\.[0-9]{2,3}){3}\\.[A-Z][0-9]{2})?$',
    message: {
      vi: 'Mã thủ tục có dạng 1.001193 hoặc 1.012796.H36.',
      en: 'A procedure code looks like 1.001193 or 1.012796.H36.',
    },
    example: '1.001193',
    normalize: text => cleanCode(text, /\s/g),
  },
  {
    name: 'vn-agency-code',
    label: { vi: 'Mã định danh cơ quan', en: 'Agency code' },
    pattern: '^(?:[A-Z][0-9]{2}(?:\\.[0-9]{1,3}){0,5}|000\\.[0-9]{2}\\.[0-9]{2}\\.[A-Z][0-9]{2})$',
    message: { vi: 'Mã cơ quan có dạng H27.25.', en: 'An agency code looks like H27.25.' },
    example: 'H27.25',
    normalize: text => cleanCode(text, /\s/g).toUpperCase().normalize('NFKC'),
  },
];

export const formats: { readonly [name: string]: FormatSpec } = Object.fromEntries(
  list.map(format => [format.name, format]),
);
