// What no source gave, at intake: a page can let anything through, so the portal judges `onMissing` itself, by the
// published schema and what the seal says was provided.

import { afterEach, describe, expect, it } from 'vitest';
import type { ReusePolicy } from '@onceform/core';
import { citizen, file, prepare, startTestPortal, type TestPortal } from './testing/test-portal.ts';

let portal: TestPortal;
afterEach(() => portal.end());
const open = async (onMissing: NonNullable<ReusePolicy['onMissing']>) => {
  portal = await startTestPortal({}, undefined, { version: '1.0.0', onMissing });
  const known = await portal.browser(citizen('an')),
    unknown = await portal.browser(citizen('nobody'));
  return {
    known: async () => file(known, await prepare(portal, known)),
    unknown: async () => file(unknown, await prepare(portal, unknown)),
  };
};
const found = ({ status, body }: Awaited<ReturnType<typeof file>>) => [
  status,
  body.code,
  (body.issues ?? []).map(({ pointer, params }: { pointer?: string; params: { code: string } }) => [
    pointer,
    params.code,
  ]),
];

describe('what no source gave', () => {
  it('is not filed where the form takes a source’s word only, and each answer is named', async () => {
    const { known, unknown } = await open('block');
    expect(found(await unknown())).toEqual([
      422,
      'ERR_DOSSIER_INVALID',
      [
        ['/applicant/fullName', 'SCHEMA_INVALID'],
        ['/applicant/birthDate', 'SCHEMA_INVALID'],
      ],
    ]);
    expect(await portal.db.query('SELECT 1 FROM dossier')).toEqual([]);
    expect((await known()).status).toBe(201);
  });

  it('is not filed where the form does without', async () => {
    const { known, unknown } = await open('skip');
    expect(found(await unknown())).toEqual([422, 'ERR_DOSSIER_INVALID', [['/applicant/fullName', 'SCHEMA_INVALID']]]);
    expect((await known()).status).toBe(201);
  });

  it('is filed as the citizen’s own word where the form asks', async () => {
    const { unknown } = await open('ask');
    expect((await unknown()).status).toBe(201);
  });
});
