// What invented sources say in the gallery's birth registration: one sure record, two that differ, one source down.

import type { Offer, OfferValue, PrefillResult, SourceRef } from '@onceform/core';

const npd: SourceRef = {
  id: 'npd',
  name: { vi: 'CSDL quốc gia về dân cư', en: 'National population database' },
  kind: 'authoritative',
};
const health: SourceRef = { id: 'health', name: { vi: 'CSDL về y tế', en: 'Health database' }, kind: 'authoritative' };
const civil: SourceRef = {
  id: 'civil',
  name: { vi: 'CSDL hộ tịch điện tử', en: 'Civil status database' },
  kind: 'authoritative',
};
const store: SourceRef = {
  id: 'store',
  name: { vi: 'kho dữ liệu của Ông/Bà', en: 'Your own data store' },
  kind: 'citizen-wallet',
};

const address = { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073', street: 'Số 5, đường Trần Phú' };

function offer(
  id: string,
  item: string,
  source: SourceRef,
  edit: OfferValue['edit'],
  values: Readonly<Record<string, OfferValue['value']>>,
  more: Partial<Offer> = {},
): Offer {
  return {
    id,
    item,
    source,
    recordRef: `r-${id}`,
    lastUpdated: '2025-03-14',
    retrievedAt: '2026-11-22T02:10:00Z',
    verification: { status: 'verified', assuranceLevel: 'high' },
    flags: [],
    preferred: true,
    rule: 'only',
    values: Object.entries(values).map(([key, value]) => ({
      pointer: `${item}/${key}`,
      concept: `person.${key}`,
      edit,
      value,
    })),
    ...more,
  };
}

const mother = {
  fullName: 'Nguyễn Thị Mẫu',
  birthDate: '1996-04-05',
  personalId: '042196000017',
  ethnicity: '01',
  nationality: 'VNM',
  residence: address,
};

export const birthResults: readonly PrefillResult[] = [
  {
    item: '/requester',
    misses: [],
    offers: [
      offer('o1', '/requester', npd, 'locked', {
        fullName: 'Nguyễn Thị Mẫu',
        personalId: '042196000017',
        birthDate: '1996-04-05',
        residenceType: 'permanent',
        residence: address,
      }),
    ],
  },
  {
    item: '/child',
    misses: [],
    offers: [
      offer(
        'o2',
        '/child',
        health,
        'correctable',
        { birthDate: '2026-11-10', gender: 'male' },
        { lastUpdated: '2026-11-11' },
      ),
    ],
  },
  {
    item: '/mother',
    misses: [],
    offers: [
      offer('o3', '/mother', npd, 'locked', mother, { flags: ['conflict'], alsoFrom: [civil] }),
      offer(
        'o4',
        '/mother',
        store,
        'free',
        { ...mother, fullName: 'Nguyễn Thị Mẫn' },
        {
          flags: ['conflict', 'stale'],
          preferred: false,
          rule: 'source-priority',
          lastUpdated: null,
          verification: { status: 'unverified', assuranceLevel: 'low' },
        },
      ),
    ],
  },
  {
    item: '/father',
    offers: [],
    misses: [
      { pointer: '/father/fullName', concept: 'person.fullName', source: npd, reason: 'timeout', retryAfter: 30 },
    ],
  },
  {
    item: '/marriage',
    offers: [],
    misses: [
      { pointer: '/marriage/number', concept: 'civilStatus.marriage.number', source: civil, reason: 'not-found' },
    ],
  },
];

export async function codeLists(
  id: string,
  within?: string,
): Promise<readonly { readonly code: string; readonly label: string }[]> {
  const response = await fetch(`/code-lists/${id}${within === undefined ? '' : `?within=${within}`}`);
  return (await response.json()) as readonly { readonly code: string; readonly label: string }[];
}
