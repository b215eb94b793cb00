// One linked declaration, three dossiers: what goes to the people's committee, to the police and to social insurance.
// All three carry the same declaration; they differ in who decides and in the papers. Source: NĐ 63/2024/NĐ-CP.

import type { JsonObject } from '@onceform/core';
import { competentAgencies, type Agency } from './agencies.ts';

export interface BundlePart {
  /** From 1; all parts share the bundle's id and are taken in together or not at all. */
  readonly no: number;
  readonly of: number;
  readonly name: { readonly vi: string; readonly en: string };
  /** The procedure of the single step; `null` where we could not read its code. */
  readonly procedure: string | null;
  /** Who may decide; empty while the answers do not say, and for social insurance, whose offices are in no list here. */
  readonly agencies: readonly Agency[];
  /** Ids of the components of the declaration that go with this dossier. */
  readonly components: readonly string[];
}

/** Divides the answers of `linked-birth-registration` into its three dossiers. */
export async function linkedBirthParts(data: JsonObject): Promise<readonly BundlePart[]> {
  const committee = await competentAgencies('1.001193', data);
  const police = await competentAgencies('1.004222', {
    request: { address: (data['residence'] as JsonObject | undefined)?.['requestedAddress'] ?? null },
  });
  return [
    {
      no: 1,
      of: 3,
      procedure: '1.001193',
      name: { vi: 'Đăng ký khai sinh', en: 'Birth registration' },
      agencies: committee,
      components: [
        'birthProof',
        'witness',
        'abandonedRecord',
        'surrogacy',
        'authorisation',
        'identity',
        'residenceProof',
      ],
    },
    {
      no: 2,
      of: 3,
      procedure: '1.004222',
      name: { vi: 'Đăng ký thường trú', en: 'Permanent residence' },
      agencies: police,
      components: ['ct01'],
    },
    {
      no: 3,
      of: 3,
      procedure: null,
      name: { vi: 'Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi', en: 'Health insurance card of a child under 6' },
      agencies: [],
      components: [],
    },
  ];
}
