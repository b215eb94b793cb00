// Which agency decides, by rule: residence, place of the event, office. Intake is possible anywhere in the province.

import { valueAt, type Json, type JsonObject, type Pointer } from '@onceform/core';
import { AGENCY_RULES, officeName, type AgencyKind } from './agency-rules.ts';
import { codeLists } from './code-lists.ts';
import provinces from './data/provinces.json' with { type: 'json' };
import { successorsOf } from './units.ts';

export interface Agency {
  readonly kind: AgencyKind;
  readonly name: { readonly vi: string; readonly en: string };
  readonly provinceCode: string;
  /** Absent for an agency of the province. */
  readonly communeCode?: string;
  /** QĐ 20/2020/QĐ-TTg, of the province: the codes of communes are not published in a list we could read. */
  readonly provinceAgencyCode: string;
  /** The answers that made it competent. */
  readonly because: Pointer;
}

/**
 * The agencies that may decide, without doubles. One: it is theirs. Several: the citizen chooses (mother's or father's
 * commune; a former commune that was divided). None: the answers do not say yet.
 *
 * @throws {RangeError} for a procedure without a rule.
 */
export async function competentAgencies(procedure: string, data: JsonObject): Promise<readonly Agency[]> {
  const rule = AGENCY_RULES[procedure];
  if (rule === undefined) throw new RangeError(`There is no rule for the competent agency of procedure ${procedure}.`);
  const found = await agenciesAt(rule.kind, rule.addresses, data);
  return found.length > 0 || rule.otherwise === undefined ? found : agenciesAt(rule.kind, rule.otherwise, data);
}

async function agenciesAt(
  kind: AgencyKind,
  pointers: readonly Pointer[],
  data: JsonObject,
): Promise<readonly Agency[]> {
  const agencies: Agency[] = [];
  for (const pointer of pointers) {
    for (const { provinceCode, communeCode } of await presentUnits(valueAt(data, pointer))) {
      const agency = await agencyOf(kind, provinceCode, communeCode, pointer);
      if (agency !== null && !agencies.some(known => known.name.vi === agency.name.vi)) agencies.push(agency);
    }
  }
  return agencies;
}

/** An address in former units stands for every commune that took the place over. */
export async function presentUnits(
  address: Json | undefined,
): Promise<readonly { readonly provinceCode: string; readonly communeCode: string }[]> {
  const scheme = valueAt(address, '/scheme');
  if (scheme === '2-tier-2025') {
    const provinceCode = valueAt(address, '/provinceCode'),
      communeCode = valueAt(address, '/communeCode');
    return typeof provinceCode === 'string' && typeof communeCode === 'string' ? [{ provinceCode, communeCode }] : [];
  }
  const former = valueAt(address, '/former/communeCode');
  return scheme === '3-tier' && typeof former === 'string' ? successorsOf(former) : [];
}

async function agencyOf(
  kind: AgencyKind,
  provinceCode: string,
  communeCode: string,
  because: Pointer,
): Promise<Agency | null> {
  const province = provinces.items.find(item => item.code === provinceCode);
  const commune = (await codeLists['communes']!.load(provinceCode)).find(entry => entry.code === communeCode);
  if (province === undefined || commune === undefined) return null;
  const label = commune.label as { readonly vi: string; readonly en: string };
  const base = { kind, provinceCode, provinceAgencyCode: province.agencyCode, because };
  const vi = officeName(kind, province.fullName, label.vi);
  switch (kind) {
    case 'peoplesCommittee':
      return {
        ...base,
        communeCode,
        name: { vi, en: `People's Committee of ${label.en}, ${province.name}` },
      };
    case 'communePolice':
      return {
        ...base,
        communeCode,
        name: { vi, en: `Police of ${label.en}, ${province.name}` },
      };
    case 'provincialPolice':
      return {
        ...base,
        name: { vi, en: `Police of ${province.name}` },
      };
    case 'trafficPolice':
      return {
        ...base,
        name: { vi, en: `Traffic police division of ${province.name}` },
      };
  }
}

/** Where the dossier may be handed in: any commune of the province helps to file it to the right agency. */
export async function intakeCommunes(agency: Agency): Promise<readonly string[]> {
  return (await codeLists['communes']!.load(agency.provinceCode)).map(entry => entry.code);
}
