import { describe, expect, it } from 'vitest';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { createClaimsSource } from './claims.ts';

const source = () =>
  createClaimsSource({
    id: 'sign-in',
    name: 'Sign-in',
    claims: {
      'person.fullName': { at: '/name' },
      'person.birthDate': {
        at: '/birthdate',
        normalize: raw => (typeof raw === 'string' && /^\d{4}/.test(raw) ? raw : undefined),
      },
      'person.email': { at: '/email', unverified: true },
    },
  });
const claims = {
  sub: 's',
  name: 'Mai Anh',
  birthdate: '1990-05-04',
  email: 'mai@example.org',
  updated_at: 1_760_000_000,
};

describe('the claims source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: source,
    unknown: { key: 'k2' },
    known: {
      person: { key: 'k1', claims },
      values: { 'person.fullName': 'Mai Anh', 'person.birthDate': '1990-05-04', 'person.email': 'mai@example.org' },
    },
    other: { person: { key: 'k3', claims: { name: 'Nam Binh' } }, values: { 'person.fullName': 'Nam Binh' } },
  }))
    it(name, run);
});

describe('the claims source', () => {
  const first = async (given: object) => {
    for await (const result of source().query(
      queryFor({ key: 'k', claims: given as never }, 'self', [['person.birthDate', 'person.email']]),
      new AbortController().signal,
    ))
      return result;
  };
  it('says when the provider last changed the claims, and how much each is worth', async () => {
    const { statements } = (await first(claims))!;
    expect(statements.map(({ lastUpdated, verification }) => [lastUpdated?.slice(0, 10), verification.status])).toEqual(
      [
        ['2025-10-09', 'verified'],
        ['2025-10-09', 'unverified'],
      ],
    );
  });
  it('says schema-mismatch for a claim of the wrong kind', async () => {
    expect((await first({ birthdate: 19900504 }))!.statements[0]).toMatchObject({ absentReason: 'schema-mismatch' });
  });
});
