// Papers the State already holds, by type, and the components of our forms they may stand in for. A portal asks its
// document holdings for these types and lets the citizen refer to a paper instead of uploading another copy of it.

import type { LocalizedText } from '@onceform/core';

export interface PaperType {
  readonly id: string;
  readonly label: LocalizedText;
  /** Component ids, whatever form they are in. */
  readonly components: readonly string[];
}

export const paperTypes: readonly PaperType[] = [
  {
    id: 'identity.card',
    label: { vi: 'Thẻ căn cước, căn cước điện tử', en: 'Identity card, electronic identity' },
    components: ['identity', 'identityFemale', 'identityMale', 'licenceCopy'],
  },
  {
    id: 'residence.confirmation',
    label: { vi: 'Giấy xác nhận thông tin về cư trú', en: 'Confirmation of residence' },
    components: ['residenceProof', 'residenceFemale', 'residenceMale'],
  },
  {
    id: 'civil-status.birth-notice',
    label: { vi: 'Giấy chứng sinh điện tử', en: 'Electronic birth notice' },
    components: ['birthProof'],
  },
  {
    id: 'civil-status.death-notice',
    label: { vi: 'Giấy báo tử điện tử', en: 'Electronic death notice' },
    components: ['deathNotice'],
  },
  {
    id: 'civil-status.divorce',
    label: { vi: 'Bản án, quyết định ly hôn', en: 'Divorce judgment' },
    components: ['formerMarriage'],
  },
  {
    id: 'civil-status.divorce-note',
    label: { vi: 'Trích lục ghi chú ly hôn', en: 'Extract noting a divorce abroad' },
    components: ['divorceNote'],
  },
  {
    id: 'civil-status.marital-certificate',
    label: { vi: 'Giấy xác nhận tình trạng hôn nhân', en: 'Certificate of marital status' },
    components: ['oldCertificate'],
  },
  {
    id: 'civil-status.extract',
    label: { vi: 'Trích lục hộ tịch điện tử', en: 'Electronic civil-status extract' },
    components: ['relation'],
  },
  {
    id: 'land.certificate',
    label: { vi: 'Giấy chứng nhận quyền sử dụng đất', en: 'Land certificate' },
    components: ['housing'],
  },
  {
    id: 'notary.lease',
    label: { vi: 'Hợp đồng thuê, mượn nhà đã công chứng', en: 'Notarised lease' },
    components: ['rental'],
  },
  {
    id: 'notary.authorisation',
    label: { vi: 'Văn bản ủy quyền đã chứng thực', en: 'Certified authorisation' },
    components: ['authorisation', 'householdAuthorisation'],
  },
  {
    id: 'health.driver-exam',
    label: { vi: 'Giấy khám sức khỏe của người lái xe', en: 'Health certificate of a driver' },
    components: ['health'],
  },
];

/** The types of papers that may stand in for a component; none: it is always a file of its own. */
export function paperTypesFor(component: string): readonly string[] {
  return paperTypes.filter(type => type.components.includes(component)).map(type => type.id);
}
