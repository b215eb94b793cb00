// Invented people and the papers held of them. Nobody here exists; the personal ids are right in
// form (sex, century, year) and were made up. For demonstrations and tests only.

import type { JsonObject } from '@onceform/core';

export {
  type RegisterData,
  registerData,
  registerDataOn,
  registerPaths,
  simulateRegister,
} from './simulated-registers.ts';

export interface Persona {
  /** For the address bar: `mau-mother`. */
  readonly slug: string;
  /** What registers find the person by; null for someone who has no personal id. */
  readonly personalId: string | null;
  readonly name: string;
  /** What is worth showing about the person in a demonstration. */
  readonly about: { readonly vi: string; readonly en: string };
  /** OpenID claims of the sign-in. */
  readonly claims: JsonObject;
}

interface Who {
  readonly slug: string;
  readonly id: string | null;
  readonly name: readonly [family: string, middle: string, given: string];
  readonly born: string;
  readonly gender: 'male' | 'female';
  readonly about: Persona['about'];
  readonly phone?: string;
}

const fullName = ({ name }: Pick<Who, 'name'>): string => name.filter(part => part !== '').join(' ');

const people: readonly Who[] = [
  {
    slug: 'me-tre',
    id: '042196000017',
    name: ['Nguyễn', 'Thị', 'Mẫu'],
    born: '1996-04-05',
    gender: 'female',
    phone: '+84912345678',
    about: {
      vi: 'Mới sinh con tại bệnh viện, đã kết hôn: gần như mọi mục được điền sẵn',
      en: 'Newly a mother, married: nearly everything is filled in',
    },
  },
  {
    slug: 'cha-tre',
    id: '042094000025',
    name: ['Lê', 'Văn', 'Thử'],
    born: '1994-09-02',
    gender: 'male',
    phone: '+84987654321',
    about: {
      vi: 'Chồng của chị Mẫu, chủ hộ, có đất và hai giấy phép lái xe',
      en: 'Married to Mẫu, head of household, owns land, holds two driving licences',
    },
  },
  {
    slug: 'me-don-than',
    id: '040199000033',
    name: ['Trần', 'Thị', 'Giả Định'],
    born: '1999-12-31',
    gender: 'female',
    about: { vi: 'Mẹ đơn thân, chưa xác định được cha của trẻ', en: 'Single mother, the father is not determined' },
  },
  {
    slug: 'chu-re',
    id: '042098000077',
    name: ['Hồ', 'Văn', 'Mẫu'],
    born: '1998-02-03',
    gender: 'male',
    about: {
      vi: 'Chưa kết hôn, thường trú ở xã biên giới; được mời khai phần của mình khi đăng ký kết hôn',
      en: 'Not married, lives in a border commune; is invited to declare his part of a marriage registration',
    },
  },
  {
    slug: 'ba-ngoai',
    id: '042158000041',
    name: ['Phạm', 'Thị', 'Ví Dụ'],
    born: '1958',
    gender: 'female',
    about: {
      vi: 'Bà ngoại đi khai sinh cho cháu; ngày sinh chỉ có năm; địa chỉ còn theo đơn vị cũ',
      en: 'Grandmother registers a grandchild; only a year of birth; address still in former units',
    },
  },
  {
    slug: 'chua-co-so',
    id: null,
    name: ['Y', '', 'Mẫu'],
    born: '1990',
    gender: 'female',
    about: {
      vi: 'Chưa được cấp số định danh: cơ sở dữ liệu không có thông tin',
      en: 'Has no personal id: no register knows her',
    },
  },
  {
    slug: 'tung-ly-hon',
    id: '042186000058',
    name: ['Đặng', 'Thị', 'Thí Nghiệm'],
    born: '1986-02-28',
    gender: 'female',
    about: {
      vi: 'Đã ly hôn; cơ sở dữ liệu dân cư không phân biệt ly hôn và góa',
      en: 'Divorced; the population database does not tell divorced from widowed',
    },
  },
  {
    slug: 'nguoi-nuoc-ngoai',
    id: null,
    name: ['SAMPLE', '', 'JOHN'],
    born: '1985-07-24',
    gender: 'male',
    about: { vi: 'Người nước ngoài, dùng hộ chiếu', en: 'A foreigner with a passport' },
  },
];

export const personas: readonly Persona[] = people.map(who => ({
  slug: who.slug,
  personalId: who.id,
  name: fullName(who),
  about: who.about,
  claims: {
    sub: `persona-${who.slug}`,
    name: fullName(who),
    birthdate: who.born,
    gender: who.gender,
    locale: 'vi',
    identity_level: who.id === null ? 1 : 2,
    ...(who.id === null ? {} : { personal_id: who.id }),
    ...(who.phone === undefined ? {} : { phone_number: who.phone }),
  },
}));

/** A paper that a simulated holder keeps of somebody: by reference, never uploaded. `text` is its whole content. */
export interface HeldPaper {
  /** `vneid` the identity account, `dossierStore` the provincial store, `notary` the notaries' store. */
  readonly holder: 'vneid' | 'dossierStore' | 'notary';
  readonly personalId: string;
  readonly id: string;
  /** A type of `paperTypes`. */
  readonly type: string;
  readonly kind: 'issued' | 'certified-copy' | 'result' | 'dossier';
  readonly title: { readonly vi: string; readonly en: string };
  readonly issuer: { readonly vi: string; readonly en: string };
  readonly issuedAt: string;
  readonly validUntil?: string;
  /** Days from today on which it ends, for what is always about to. */
  readonly endsIn?: number;
  readonly revoked?: boolean;
  readonly text: string;
}

const police = { vi: 'Bộ Công an', en: 'Ministry of Public Security' };
const notary = { vi: 'Văn phòng công chứng Mẫu', en: 'Sample notary office' };

export const heldPapers: readonly HeldPaper[] = [
  {
    holder: 'vneid',
    personalId: '042094000025',
    id: 'CC-000025',
    type: 'identity.card',
    kind: 'issued',
    title: { vi: 'Căn cước điện tử', en: 'Electronic identity' },
    issuer: police,
    issuedAt: '2025-03-12',
    text: 'Giấy tờ mẫu: căn cước điện tử của người không có thật.',
  },
  {
    holder: 'vneid',
    personalId: '042094000025',
    id: 'GCN-012345',
    type: 'land.certificate',
    kind: 'issued',
    title: { vi: 'Giấy chứng nhận AA 012345', en: 'Land certificate AA 012345' },
    issuer: { vi: 'Sở Tài nguyên và Môi trường Mẫu', en: 'Sample land office' },
    issuedAt: '2021-10-15',
    text: 'Giấy tờ mẫu: giấy chứng nhận quyền sử dụng đất không có thật.',
  },
  {
    holder: 'dossierStore',
    personalId: '042094000025',
    id: 'KSK-01',
    type: 'health.driver-exam',
    kind: 'certified-copy',
    title: { vi: 'Giấy khám sức khỏe lái xe (đã hết hạn)', en: 'Driver’s health certificate (expired)' },
    issuer: { vi: 'Bệnh viện Mẫu', en: 'Sample hospital' },
    issuedAt: '2024-01-10',
    validUntil: '2025-01-10',
    text: 'Giấy tờ mẫu: giấy khám sức khỏe đã hết hạn.',
  },
  {
    holder: 'dossierStore',
    personalId: '042186000058',
    id: 'XNHN-7',
    type: 'civil-status.marital-certificate',
    kind: 'result',
    title: { vi: 'Giấy xác nhận tình trạng hôn nhân năm 2024', en: 'Certificate of marital status of 2024' },
    issuer: { vi: 'UBND phường Mẫu', en: 'Sample ward committee' },
    issuedAt: '2024-05-02',
    text: 'Giấy tờ mẫu: giấy xác nhận tình trạng hôn nhân.',
  },
  {
    holder: 'notary',
    personalId: '040199000033',
    id: 'HD-55',
    type: 'notary.lease',
    kind: 'certified-copy',
    title: { vi: 'Hợp đồng thuê nhà số 55', en: 'Lease no. 55' },
    issuer: notary,
    issuedAt: '2026-10-01',
    endsIn: 20,
    text: 'Giấy tờ mẫu: hợp đồng thuê nhà đã công chứng.',
  },
  {
    holder: 'notary',
    personalId: '040199000033',
    id: 'UQ-9',
    type: 'notary.authorisation',
    kind: 'certified-copy',
    title: { vi: 'Văn bản ủy quyền số 9 (đã hủy)', en: 'Authorisation no. 9 (revoked)' },
    issuer: notary,
    issuedAt: '2026-09-01',
    revoked: true,
    text: 'Giấy tờ mẫu: văn bản ủy quyền đã hủy.',
  },
];
