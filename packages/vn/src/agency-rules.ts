// Which kind of office decides, and which answers say where: the rules, without a list, so that a page has them cheaply.

import type { Pointer } from '@onceform/core';

export type AgencyKind = 'peoplesCommittee' | 'communePolice' | 'provincialPolice' | 'trafficPolice';

export interface AgencyRule {
  readonly kind: AgencyKind;
  /** Addresses that decide; the citizen chooses where several do. */
  readonly addresses: readonly Pointer[];
  /** Used when none of the first is there. */
  readonly otherwise?: readonly Pointer[];
  /** Every office of the kind may decide, as each has the data: those of the addresses are proposed first. */
  readonly anywhere?: true;
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
  // Luật Hộ tịch 60/2014/QH13, điều 63: wherever the person lives and the event was registered.
  '2.000635': { kind: COMMUNE, addresses: ['/requester/residence'], anywhere: true },
  '1.004222': {
    kind: 'communePolice',
    addresses: ['/request/address'],
    // The linked declaration of a birth asks where the child is to be registered.
    otherwise: ['/residence/requestedAddress'],
  },
  '1.004194': { kind: 'communePolice', addresses: ['/request/address'] },
  '1.001612': { kind: COMMUNE, addresses: ['/business/office'] },
  '3.000347': { kind: 'trafficPolice', addresses: ['/person/residence'] },
  // Luật Lý lịch tư pháp 28/2009/QH12, điều 44; since 1 March 2025 the police instead of the department of justice.
  '2.000488': {
    kind: 'provincialPolice',
    addresses: ['/person/permanentAddress'],
    otherwise: ['/person/temporary/registered', '/person/temporary/address'],
  },
};

/** The answers that say who decides on these procedures: what has to be known to offer a choice, and nothing else. */
export function placesThatDecide(procedures: readonly string[]): readonly Pointer[] {
  const rules = procedures.flatMap(procedure => AGENCY_RULES[procedure] ?? []);
  return [...new Set(rules.flatMap(({ addresses, otherwise = [] }) => [...addresses, ...otherwise]))];
}

/** Offices of a province: no commune is in their name. */
export function isOfProvince(kind: AgencyKind): boolean {
  return kind === 'provincialPolice' || kind === 'trafficPolice';
}

/** The name of an office, from the names of its units: `Ủy ban nhân dân xã Thạch Hà, tỉnh Hà Tĩnh`. */
export function officeName(kind: AgencyKind, province: string, commune = ''): string {
  switch (kind) {
    case 'peoplesCommittee':
      return `Ủy ban nhân dân ${inSentence(commune)}, ${inSentence(province)}`;
    case 'communePolice':
      return `Công an ${inSentence(commune)}, ${inSentence(province)}`;
    case 'provincialPolice':
      return `Công an ${inSentence(province)}`;
    case 'trafficPolice':
      return `Phòng Cảnh sát giao thông Công an ${inSentence(province)}`;
  }
}

/** The name of a unit inside of a sentence begins small: `xã Thạch Hà`. */
export function inSentence(unit: string): string {
  return unit.charAt(0).toLocaleLowerCase('vi') + unit.slice(1);
}
