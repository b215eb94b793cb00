import { describe, expect, it } from 'vitest';
import type { ComponentAnswer, ReusePolicy } from '@onceform/core';
import type { Recheck } from '@onceform/store';
import { checkedBy } from './filing-checks.ts';
import { citizen } from './testing/test-portal.ts';
import type { VerifiedFiling } from './verify-filing.ts';

const NOW = new Date('2026-11-23T02:00:00Z');

/** A filing as the verifier lets it through, as far as the checks look at it. */
function filing(
  components: readonly Partial<ComponentAnswer>[] = [],
  policy: Partial<ReusePolicy> = {},
): VerifiedFiling {
  return {
    filing: { id: 'urn:uuid:1', bytes: new Uint8Array(0), mediaType: '', person: citizen('an') },
    manifest: { recipient: { nonce: 'n' } },
    verdict: { submission: { components, seal: { payload: {} } } },
    form: { compiled: { reuse: [{ pointer: '/applicant', policy }] } },
    data: {},
    known: { filed: null, before: 0, file: { draft: { id: 'draft-1' }, invitations: [] } },
  } as unknown as VerifiedFiling;
}
const check = (
  given: VerifiedFiling,
  change: { rechecks?: readonly Partial<Recheck>[]; paper?: string; confirmed?: () => Promise<void> } = {},
) =>
  checkedBy({
    gateway: { recheck: async () => (change.rechecks ?? []) as Recheck[] },
    papers: { check: async () => (change.paper ?? 'good') as never },
    coDeclarants: { assertConfirmed: change.confirmed ?? (async () => undefined) },
  })(given, NOW);
const held = {
  id: 'proof',
  fulfilledBy: 'issued-document',
  reference: { source: 's', documentId: 'd', sha256: '' },
} as const;

describe('before a dossier is taken in', () => {
  it('S3: a record that its register changed meanwhile is named, and nothing is filed', async () => {
    const refusal = check(filing(), { rechecks: [{ record: '/applicant', state: 'changed', offers: [] }] });
    await expect(refusal).rejects.toMatchObject({
      code: 'ERR_DOSSIER_INVALID',
      data: { issues: [{ pointer: '/applicant', params: { code: 'SEALED_RECORD_CHANGED' } }] },
    });
    await expect(
      check(filing(), { rechecks: [{ record: '/applicant', state: 'gone', offers: [] }] }),
    ).rejects.toMatchObject({ data: { issues: [{ params: { code: 'SEALED_RECORD_GONE' } }] } });
    // Of a co-declarant's record the applicant hears whose it is and what to do, never what is in it.
    const theirs = { record: '/father', state: 'changed' as const, by: 'father', offers: [{ values: ['x'] }] as never };
    await expect(check(filing(), { rechecks: [theirs] })).rejects.toMatchObject({
      data: { issues: [{ pointer: '/father', params: { code: 'PART_RECORD_CHANGED', role: 'father' } }] },
    });
  });

  it('S4: a register that is down is written down, or stops the filing where the policy says so', async () => {
    const rechecks = [{ record: '/applicant', state: 'unavailable' as const, offers: [] }];
    expect((await check(filing(), { rechecks })).notRechecked).toEqual(['/applicant']);
    await expect(check(filing([], { onStale: 'reject' }), { rechecks })).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNAVAILABLE',
    });
    expect(
      (await check(filing(), { rechecks: [{ record: '/applicant', state: 'same', offers: [] }] })).notRechecked,
    ).toEqual([]);
  });

  it.each(['changed', 'expired', 'revoked', 'not-found', 'wrong-type'])(
    'S8: a paper that is %s cannot be referred to',
    async paper => {
      await expect(check(filing([held]), { paper })).rejects.toMatchObject({
        code: 'ERR_DOSSIER_INVALID',
        data: { issues: [{ params: { code: 'PAPER_NOT_GOOD', component: 'proof', state: paper } }] },
      });
      await check(filing([{ ...held, fulfilledBy: 'file' }]), { paper }); // files are not looked up
    },
  );

  it('S8: a holder that does not answer stops the filing, and may be asked again', async () => {
    await expect(check(filing([held]), { paper: 'unavailable' })).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNAVAILABLE',
    });
  });

  it('whoever declares in it has confirmed their part', async () => {
    const confirmed = () => Promise.reject(new Error('not confirmed'));
    await expect(check(filing(), { confirmed })).rejects.toThrow('not confirmed');
  });
});
