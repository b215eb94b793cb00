// How official paper says answers of several parts: addresses small to large, identity papers in one sentence, and the
// name of the agency after "Kính gửi". Codes are named by whoever asks, so that a page loads no list for it.

import { isJsonObject, valueAt, type Json, type JsonObject, type LabelOf, type PaperWords } from '@onceform/core';
import { AGENCY_RULES, inSentence, isOfProvince, officeName } from './agency-rules.ts';
import { presentProvince } from './merged-provinces.ts';

export const paper: PaperWords = {
  async addressee(procedure, data, labelOf) {
    // The linked declaration is handed to the office that registers the birth.
    const rule = AGENCY_RULES[procedure === '2.000986' ? '1.001193' : procedure];
    if (rule === undefined) return '';
    const found = [...rule.addresses, ...(rule.otherwise ?? [])]
      .map(pointer => valueAt(data, pointer))
      .find(address => ['2-tier-2025', '3-tier'].includes(textAt(address, 'scheme')));
    const communeCode = textAt(found, 'communeCode');
    const former = isJsonObject(found) ? textAt(found['former'], 'provinceCode') : '';
    // Provinces were merged whole; which commune took over a former one is for the office to say.
    const ofProvince = isOfProvince(rule.kind);
    const provinceCode = textAt(found, 'provinceCode') || (ofProvince && former !== '' ? presentProvince(former) : '');
    if (provinceCode === '') return '';
    const province = await labelOf('provinces', provinceCode);
    if (province === undefined) return '';
    if (ofProvince) return officeName(rule.kind, province);
    const commune = await labelOf('communes', communeCode, provinceCode);
    return commune === undefined ? '' : officeName(rule.kind, province, commune);
  },

  async whole(value, labelOf) {
    if (typeof value['scheme'] === 'string') return addressLine(value, labelOf);
    if (typeof value['kind'] === 'string' && isJsonObject(value['address'])) {
      const address = await addressLine(value['address'], labelOf);
      return join([textAt(value, 'facility'), address]);
    }
    if (['type', 'number', 'issueDate', 'issuer'].every(member => typeof value[member] === 'string')) {
      const type = await labelOf('identity-document-types', textAt(value, 'type'));
      const [year, month, day] = textAt(value, 'issueDate').split('-');
      return `${type ?? textAt(value, 'type')} số ${textAt(value, 'number')} do ${textAt(value, 'issuer')} cấp ngày ${day}/${month}/${year}`;
    }
    return undefined;
  },
};

/**
 * An address as one line, small to large: `Số 12, đường Lê Duẩn, phường Thành Sen, tỉnh Hà Tĩnh`. An unknown code is
 * shown as the code, never dropped.
 */
export async function addressLine(address: JsonObject, labelOf: LabelOf): Promise<string> {
  const unit = async (list: string, from: JsonObject, member: string, within?: string): Promise<string> => {
    const code = textAt(from, member);
    if (code === '') return '';
    const label = await labelOf(list, code, within === undefined ? undefined : textAt(from, within));
    return label === undefined ? code : list === 'countries' ? label : inSentence(label);
  };
  const local = [textAt(address, 'street'), textAt(address, 'hamlet')];
  switch (address['scheme']) {
    case '2-tier-2025':
      return join([
        ...local,
        await unit('communes', address, 'communeCode', 'provinceCode'),
        await unit('provinces', address, 'provinceCode'),
      ]);
    case '3-tier': {
      const former = address['former'];
      if (!isJsonObject(former)) return join(local);
      return join([
        ...local,
        await unit('former-communes', former, 'communeCode', 'districtCode'),
        await unit('former-districts', former, 'districtCode', 'provinceCode'),
        await unit('former-provinces', former, 'provinceCode'),
      ]);
    }
    case 'foreign':
      return join([textAt(address, 'abroad'), await unit('countries', address, 'country')]);
    default:
      return '';
  }
}

function textAt(value: Json | undefined, member: string): string {
  const text = isJsonObject(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}

function join(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(', ');
}
