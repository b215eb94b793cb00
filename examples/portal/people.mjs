// Whom the simulated sign-in offers: the invented citizens of the pack, one who acts for an invented business, and the
// portal's own staff. Roles, agency and mandates are what a real identity provider would say of them.

import { personas as citizens } from '@onceform/vn/personas';
import { CENTRE, committeeOf } from './agencies.mjs';

const staff = (slug, name, roles, about, agency) => ({
  slug,
  personalId: null,
  name,
  about,
  claims: { sub: `staff-${slug}`, name, identity_level: 2, roles, ...(agency === undefined ? {} : { agency }) },
});

const business = { id: '0100000017', name: 'Công ty TNHH Ví Dụ' };
const [owner] = citizens.filter(({ slug }) => slug === 'cha-tre');

export const personas = [
  ...citizens.map(persona =>
    persona !== owner
      ? persona
      : {
          ...persona,
          claims: { ...persona.claims, mandates: [{ organisation: business, role: 'Người đại diện theo pháp luật' }] },
        },
  ),
  staff(
    'can-bo',
    'Cán bộ tiếp nhận (mẫu)',
    ['officer'],
    {
      vi: 'Tiếp nhận tại Trung tâm Phục vụ hành chính công tỉnh, chuyển hồ sơ; xem chỉ tiêu',
      en: 'Takes in at the centre of the province, passes on; sees the indicators',
    },
    CENTRE,
  ),
  staff(
    'cong-chuc-xa',
    'Công chức phường Thành Sen (mẫu)',
    ['officer'],
    { vi: 'Giải quyết hồ sơ của phường', en: 'Decides on the dossiers of a commune' },
    await committeeOf('18073'),
  ),
  staff('quan-tri', 'Quản trị biểu mẫu (mẫu)', ['publisher', 'author'], {
    vi: 'Công bố biểu mẫu, bảng phí, giờ làm việc; chốt báo cáo',
    en: 'Publishes forms, fees and hours; freezes reports',
  }),
];
