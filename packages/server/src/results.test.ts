import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyDossier } from '@onceform/dossier';
import { reindex } from './reindex.ts';
import {
  citizen,
  file,
  lastOffers,
  prepare,
  startTestPortal,
  type Prepared,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

let portal: TestPortal, binh: TestBrowser, officer: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal({
    citizenStore: {
      id: 'kept',
      name: 'Your earlier answers',
      decisions: { id: 'decided', name: 'Results of your procedures' },
    },
    papers: {
      id: 'papers',
      name: 'Papers held for you',
      types: [
        { id: 'notice.certificate', components: ['proof'] },
        { id: 'other', components: ['else'] },
      ],
    },
  });
  binh = await portal.browser(citizen('binh'));
  officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
}, 60_000);
afterAll(() => portal.end());

const json = { 'content-type': 'application/json' };
const accepted = async (): Promise<Prepared> => {
  const prepared = await prepare(portal, binh);
  expect((await file(binh, prepared)).status).toBe(201);
  await decide(prepared, { action: 'accept' });
  return prepared;
};
const decide = async ({ id }: Prepared, body: object) => {
  const response = await officer.send(
    'POST',
    `/api/agency/dossiers/${id.slice(9)}/handling`,
    JSON.stringify(body),
    json,
  );
  return [
    response.status,
    (await response.json()) as { status?: string; code?: string; issues?: { params: { code: string } }[] },
  ] as const;
};
const result = (change: object = {}) => ({
  action: 'deliver',
  number: '12/2026',
  date: '2026-11-24',
  document: {
    type: 'notice.certificate',
    title: 'Certificate of notice',
    mediaType: 'application/pdf',
    content: Buffer.from('%PDF result').toString('base64'),
  },
  facts: [{ concept: 'person.fullName', value: 'Binh Official' }],
  ...change,
});
const get = async <T>(path: string, browser = binh): Promise<T> => (await (await browser.fetch(path)).json()) as T;
const offered = async () => {
  const info = await binh.client.form('notice');
  const form = { id: info.id, digest: info.digest };
  const { draft } = await binh.client.openDraft({ form });
  return lastOffers(
    binh.client.prefill({
      draft,
      form,
      items: [
        {
          item: '/applicant',
          concept: 'person',
          subject: 'applicant',
          members: [{ pointer: '/applicant/fullName', concept: 'person.fullName' }],
        },
      ],
      consent: { purpose: 'notice', given: true, time: portal.clock.toISOString() },
    }),
  );
};

describe('a result that an officer delivers', () => {
  it('lies among the papers of the citizen, and its facts are offered as official ones', async () => {
    const prepared = await accepted();
    expect(await decide(prepared, result())).toEqual([200, { status: 'done' }]);

    const { papers } = await get<{ papers: { id: string; kind: string; source: { id: string } }[] }>('/api/documents');
    expect(papers.map(({ kind }) => kind).sort()).toEqual(['dossier', 'result']);
    const paper = papers.find(({ kind }) => kind === 'result')!;
    const bytes = await binh.fetch(`/api/documents/${paper.source.id}/${encodeURIComponent(paper.id)}`);
    expect([await bytes.text(), bytes.headers.get('content-disposition')]).toEqual(['%PDF result', 'attachment']);

    expect(await offered()).toMatchObject([
      {
        source: { id: 'decided', kind: 'officer-entered' },
        verification: { status: 'verified', assuranceLevel: 'substantial' },
        values: [{ value: 'Binh Official', edit: 'locked' }],
      },
    ]);
    expect(await get('/api/kept-answers')).toMatchObject([
      {
        concept: 'person.fullName',
        label: 'Name',
        value: 'Binh Official',
        dossier: prepared.id,
        kind: 'officer-entered',
      },
    ]);
    // Neither paper nor fact stands in the timeline, the audit or the usage log.
    const told = JSON.stringify([
      await portal.db.query('SELECT * FROM dossier_event'),
      await portal.db.query('SELECT * FROM audit'),
      await portal.db.query('SELECT * FROM usage_entry'),
    ]);
    expect(told).not.toMatch(/Binh Official|JVBERi/);
    expect(told).toContain('Certificate of notice');
  });

  it('is offered for the components it may stand for, and for no others', async () => {
    const offers = async (component: string) =>
      (await get<{ offers: unknown[] }>(`/api/held-documents?form=notice&component=${component}`)).offers;
    expect(await offers('proof')).toMatchObject([
      { document: { type: 'notice.certificate' }, reference: { source: 'papers' } },
    ]);
    expect(await offers('else')).toEqual([]);
    expect(await get('/api/held-documents')).toMatchObject({ code: 'ERR_REQUEST_INVALID' });
  });

  it('says in which dossiers its citizen referred to it, also after the index was lost', async () => {
    const { offers } = await get<{ offers: { reference: object; document: { id: string } }[] }>(
      '/api/held-documents?form=notice&component=proof',
    );
    const [offer] = offers;
    const components = [{ id: 'proof', fulfilledBy: 'issued-document', files: [], reference: offer!.reference }];
    const prepared = await prepare(portal, binh);
    const referring = await prepared.again(prepared.id, { components: components as never });
    const { status, body } = await file(binh, referring);
    expect(status).toBe(201);
    const uses = async (): Promise<unknown> => {
      const { papers } = await get<{ papers: { id: string; uses: unknown[] }[] }>('/api/documents');
      return papers.find(({ id }) => id === offer!.document.id)!.uses;
    };
    const use = { dossier: prepared.id, title: { en: 'Notice' }, code: (body as { code: string }).code };
    expect(await uses()).toEqual([{ ...use, received: expect.any(String) }]);
    await portal.outbox.run(); // brings the receipt to the objects, where intake did not
    await portal.db.query('DELETE FROM dossier WHERE id = $1', [prepared.id]);
    expect(await uses()).toEqual([]);
    await reindex(portal.db, portal.objects);
    expect(await uses()).toEqual([{ ...use, received: expect.any(String) }]);
  });

  it('stays when the citizen forgets what they let be kept: official facts are not theirs to delete', async () => {
    const facts = await get<object[]>('/api/kept-answers');
    expect(facts).toMatchObject([{ kind: 'officer-entered', source: { id: 'decided' } }]);
    expect((await binh.send('DELETE', '/api/kept-answers')).status).toBe(204);
    expect((await binh.send('DELETE', '/api/kept-answers/person.fullName')).status).toBe(204);
    expect(await get('/api/kept-answers')).toEqual(facts);
  });

  it('is shown to nobody else', async () => {
    const other = await portal.browser(citizen('other'));
    expect(await get('/api/documents', other)).toEqual({ papers: [], unavailable: [] });
    const { papers } = await get<{ papers: { id: string; source: { id: string } }[] }>('/api/documents');
    for (const { id, source } of papers) {
      const path = `/api/documents/${source.id}/${encodeURIComponent(id)}`;
      expect((await binh.fetch(path)).status).toBe(200);
      expect((await other.fetch(path)).status).toBe(404);
    }
    const low = await portal.browser(citizen('binh', { identityLevel: 1 }));
    expect(await get('/api/documents', low)).toMatchObject({ code: 'ERR_IDENTITY_LEVEL' });
  });

  it('is not delivered to a dossier that is not accepted, and leaves nothing then', async () => {
    const prepared = await prepare(portal, binh);
    await file(binh, prepared);
    const before = await get<{ papers: unknown[] }>('/api/documents');
    expect((await decide(prepared, result()))[1].code).toBe('ERR_CONFLICT');
    expect(await get('/api/documents')).toEqual(before);
  });

  it('is refused when it is broken: no base64, or a fact that no form asks about', async () => {
    const prepared = await accepted();
    const document = { ...result().document, content: 'not base64!' };
    expect((await decide(prepared, result({ document })))[1].code).toBe('ERR_REQUEST_INVALID');
    expect((await decide(prepared, result({ facts: [{ concept: 'person.secret', value: 1 }] })))[1].code).toBe(
      'ERR_REQUEST_INVALID',
    );
    expect(await decide(prepared, result({ facts: [] }))).toEqual([200, { status: 'done' }]);
  });
});

describe('a result that is a package of its own', () => {
  const packed = async (next: Prepared, bytes?: Uint8Array<ArrayBuffer>) =>
    result({
      facts: [],
      document: {
        type: 'notice.certificate',
        title: 'Certificate of notice',
        mediaType: next.dossier.blob.type,
        content: Buffer.from(bytes ?? (await next.dossier.bytes())).toString('base64'),
      },
    });

  it('names the package it decided, reaches the citizen byte for byte, and verifies as its answer', async () => {
    const prepared = await accepted();
    const previous = { id: prepared.id, sha256: await prepared.dossier.sha256() };
    const next = await prepared.again(`urn:uuid:${crypto.randomUUID()}`, { previous });
    expect(await decide(prepared, await packed(next))).toEqual([200, { status: 'done' }]);
    const { papers } = await get<{ papers: { id: string; source: { id: string } }[] }>('/api/documents');
    const { id, source } = papers.find(paper => paper.id === `${prepared.id}#result`)!;
    const response = await binh.fetch(`/api/documents/${source.id}/${encodeURIComponent(id)}`);
    const verdict = await verifyDossier(new Uint8Array(await response.arrayBuffer()), { previous });
    expect(verdict.ok).toBe(true);
    expect(verdict.findings.map(({ code }) => code)).toContain('PREVIOUS_MATCH');
  });

  it('is refused when it names another one or none, or was changed, and the dossier stays undecided', async () => {
    const prepared = await accepted();
    const again = (previous?: { id: string; sha256: string }) =>
      prepared.again(`urn:uuid:${crypto.randomUUID()}`, previous === undefined ? {} : { previous });
    const other = await again({ id: prepared.id, sha256: 'a'.repeat(64) });
    const right = await again({ id: prepared.id, sha256: await prepared.dossier.sha256() });
    const changed = await right.dossier.bytes();
    changed[Buffer.from(changed).indexOf('because')]! ^= 1;
    for (const [next, bytes, code] of [
      [await again(), undefined, 'PREVIOUS_MISMATCH'],
      [other, undefined, 'PREVIOUS_MISMATCH'],
      [right, changed, 'FILE_CRC_MISMATCH'],
      [right, new Uint8Array(10), 'PACKAGE_INVALID'],
    ] as const) {
      const [status, { code: refusal, issues = [] }] = await decide(prepared, await packed(next, bytes));
      expect([status, refusal, issues[0]?.params.code]).toEqual([422, 'ERR_DOSSIER_INVALID', code]);
    }
    expect(await portal.db.query('SELECT status FROM dossier WHERE id = $1', [prepared.id])).toEqual([
      { status: 'accepted' },
    ]);
    const { papers } = await get<{ papers: { id: string }[] }>('/api/documents');
    expect(papers.some(({ id }) => id === `${prepared.id}#result`)).toBe(false);
  });
});

describe('a refused dossier', () => {
  it('W5: leaves nothing of what was kept from it', async () => {
    const tam = await portal.browser(citizen('tam'));
    const prepared = await prepare(portal, tam);
    await file(tam, prepared);
    await tam.send('POST', `/api/dossiers/${prepared.id}/write-back`, '{"writeBack":["/applicant/fullName"]}', json);
    expect(await get('/api/kept-answers', tam)).toHaveLength(1);
    expect((await decide(prepared, { action: 'refuse', reason: 'Not competent.' }))[0]).toBe(200);
    expect(await get('/api/kept-answers', tam)).toEqual([]);
  });
});

describe('kept answers', () => {
  it('are forgotten one by one', async () => {
    const tam = await portal.browser(citizen('lan'));
    const prepared = await prepare(portal, tam);
    await file(tam, prepared);
    await tam.send('POST', `/api/dossiers/${prepared.id}/write-back`, '{"writeBack":["/applicant/fullName"]}', json);
    expect((await tam.send('DELETE', '/api/kept-answers/person.birthDate')).status).toBe(204);
    expect(await get('/api/kept-answers', tam)).toMatchObject([{ value: 'Typed', dossier: prepared.id }]);
    expect((await tam.send('DELETE', '/api/kept-answers/person.fullName')).status).toBe(204);
    expect(await get('/api/kept-answers', tam)).toEqual([]);
  });

  it('stand encrypted in the database', async () => {
    const tam = await portal.browser(citizen('mai'));
    const prepared = await prepare(portal, tam);
    await file(tam, prepared);
    await tam.send('POST', `/api/dossiers/${prepared.id}/write-back`, '{"writeBack":["/applicant/fullName"]}', json);
    expect(await get('/api/kept-answers', tam)).toMatchObject([{ value: 'Typed' }]);
    expect(JSON.stringify(await portal.db.query('SELECT * FROM once_statements'))).not.toContain('Typed');
  });
});
