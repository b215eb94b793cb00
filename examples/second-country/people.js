// The people of Lagoona: for its simulated sign-in and its registry.

export const personas = [
  {
    slug: 'ann',
    name: 'Ann Tern',
    about: { en: 'The island registry knows her.' },
    claims: { sub: 'lagoona-ann', name: 'Ann Tern', personal_id: 'ann', identity_level: 2 },
  },
  {
    slug: 'bo',
    name: 'Bo Gull',
    about: { en: 'The island registry has never heard of him.' },
    claims: { sub: 'lagoona-bo', name: 'Bo Gull', personal_id: 'bo', identity_level: 2 },
  },
];

/** What the registry holds. */
export const records = [
  {
    person: 'ann',
    recordRef: 'R-1',
    lastUpdated: '2026-01-05',
    values: { 'person.fullName': 'Ann Tern', 'person.birthDate': '1990-05-04', 'person.islandCode': 'north' },
  },
];
