// Which agency decides, by rule: residence, place of the event, office. Intake is possible anywhere in the province.

import { valueAt, type Json, type JsonObject, type Pointer } from '@onceform/core';
import provinces from './data/provinces.json' with { type: 'json' };
import { codeLists } from './code-lists.ts';
import { successorsOf } from './units.ts';

export type AgencyKind = 'peoplesCommittee' | 'communePolice' | 'provincialPolice';

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

interface AgencyRule {
  readonly kind: AgencyKind;
  /** Addresses that decide; the citizen chooses where several do. */
  readonly addresses: readonly Pointer[];
  /** Used when none of the first is there. */
  readonly otherwise?: readonly Pointer[];
}

const COMMUNE: AgencyKind = 'peoplesCommittee';

/** By procedure code. */
export const AGENCY_RULES: { readonly [procedure: string]: AgencyRule } = {
  '1.001193': {
    kind: COMMUNE,
    addresses: ['/mother/residence', '/father/residence'],
    otherwise: ['/requester/residence', '/child/placeOfBirth/address'],
  },
  '1.000894': { kind: COMMUNE, addresses: ['/female/residence', '/male/residence'] },
  '1.004873': { kind: COMMUNE, addresses: ['/subject/residence'], otherwise: ['/requester/residence'] },
  '1.000656': { kind: COMMUNE, addresses: ['/deceased/lastResidence'], otherwise: ['/death/place'] },
  '2.000635': { kind: COMMUNE, addresses: ['/requester/residence'] },
  '1.004222': {
    kind: 'communePolice',
    addresses: ['/request/address'],
    // The linked declaration of a birth asks where the child is to be registered.
    otherwise: ['/residence/requestedAddress'],
  },
  '1.004194': { kind: 'communePolice', addresses: ['/request/address'] },
  '1.001612': { kind: COMMUNE, addresses: ['/business/office'] },
  '3.000347': { kind: 'provincialPolice', addresses: ['/person/residence'] },
};

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
async function presentUnits(
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
  const place = (vi: string): string => vi.charAt(0).toLocaleLowerCase('vi') + vi.slice(1);
  switch (kind) {
    case 'peoplesCommittee':
      return {
        ...base,
        communeCode,
        name: {
          vi: `Ủy ban nhân dân ${place(label.vi)}, ${place(province.fullName)}`,
          en: `People's Committee of ${label.en}, ${province.name}`,
        },
      };
    case 'communePolice':
      return {
        ...base,
        communeCode,
        name: {
          vi: `Công an ${place(label.vi)}, ${place(province.fullName)}`,
          en: `Police of ${label.en}, ${province.name}`,
        },
      };
    case 'provincialPolice':
      return {
        ...base,
        name: {
          vi: `Phòng Cảnh sát giao thông Công an ${place(province.fullName)}`,
          en: `Traffic police division of ${province.name}`,
        },
      };
  }
}

/** Where the dossier may be handed in: any commune of the province helps to file it to the right agency. */
export async function intakeCommunes(agency: Agency): Promise<readonly string[]> {
  return (await codeLists['communes']!.load(agency.provinceCode)).map(entry => entry.code);
}
