import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '@onceform/core';
import { readManifest, readPackage } from '@onceform/dossier';
import { checkReceipt } from '@onceform/dossier/receipt';
import { openPostgres } from './database-postgres.ts';
import { bundleReceiptsKey, packageKey } from './dossier-index.ts';
import { publicKeyOf } from './keys.ts';
import { migrate } from './migrations.ts';
import { reindex } from './reindex.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { startPostgresCluster } from './testing/postgres-cluster.ts';
import {
  citizen,
  file,
  fileBundle,
  prepare,
  prepareBundle,
  startTestPortal,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`Bundles on PostgreSQL are not tried: ${cluster}.`);
afterAll(() => (typeof cluster === 'string' ? undefined : cluster.stop()));
const databases = {
  PGlite: () => emptyDatabase(),
  ...(typeof cluster === 'string' ? {} : { PostgreSQL: async () => openPostgres({ url: await cluster.database() }) }),
};
const LINKED = {
  version: '1.0.0',
  procedure: {
    parts: [
      { code: '1.000001', name: { en: 'Notice' }, components: ['proof'] },
      { code: '1.000002', name: { en: 'Badge' }, components: [] },
      { code: null, name: { en: 'Card' }, components: [] },
    ],
  },
};

const content = new TextEncoder().encode('%PDF-1.4\n%%EOF\n');
const paper = {
  bytes: new Blob([content], { type: 'application/pdf' }),
  reference: { name: 'proof.pdf', type: 'application/pdf', size: content.length, sha256: await sha256(content) },
};

describe.each(Object.entries(databases))('a declaration of three dossiers on %s', (_name, openDatabase) => {
  let portal: TestPortal, an: TestBrowser;
  beforeAll(async () => {
    portal = await startTestPortal({ database: await openDatabase(), onError: () => undefined }, undefined, LINKED);
    an = await portal.browser(citizen('an'));
  }, 60_000);
  afterAll(() => portal.end());

  const rows = (bundle: string) =>
    portal.db.query<{ code: string; procedure: string | null; bundle_no: number }>(
      'SELECT code, procedure, bundle_no FROM dossier WHERE bundle = $1 ORDER BY bundle_no',
      [bundle],
    );
  const nothing = async (bundle: string) => {
    expect(await rows(bundle)).toEqual([]);
    expect(
      await portal.db.query('SELECT 1 FROM outbox JOIN dossier ON dossier.id = subject WHERE bundle = $1', [bundle]),
    ).toEqual([]);
  };

  it('is taken in as a whole: a receipt for each, with its own procedure and code', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const { status, body } = await fileBundle(an, bundle);
    expect(status).toBe(201);
    expect(body.receipts.map(({ procedure, title, bundle: place }) => [procedure, title, place])).toEqual([
      ['1.000001', { en: 'Notice' }, { id: bundle.id, no: 1, of: 3 }],
      ['1.000002', { en: 'Badge' }, { id: bundle.id, no: 2, of: 3 }],
      [null, { en: 'Card' }, { id: bundle.id, no: 3, of: 3 }],
    ]);
    expect(new Set(body.receipts.map(({ code }) => code)).size).toBe(3);
    for (const [i, receipt] of body.receipts.entries()) {
      const { dossier } = bundle.parts[i]!;
      const keys = { keys: [publicKeyOf(portal.keys.receipt)] };
      expect(await checkReceipt(receipt, dossier.blob, dossier.manifest, keys)).toMatchObject([
        { code: 'RECEIPT_VALID' },
      ]);
      expect(await portal.objects.size(packageKey(receipt.dossier.sha256))).toBe(dossier.size);
    }
    expect((await rows(bundle.id)).map(({ bundle_no }) => bundle_no)).toEqual([1, 2, 3]);
    const mine = (await (await an.send('GET', '/api/dossiers')).json()) as { receipt: { bundle?: { id: string } } }[];
    const read = await (await an.send('GET', `/api/bundles/${bundle.id}`)).json();
    expect(read).toEqual(JSON.parse(JSON.stringify(body)));
    const binh = await portal.browser(citizen('binh'));
    expect((await binh.send('GET', `/api/bundles/${bundle.id}`)).status).toBe(404);
    expect(mine.filter(({ receipt }) => receipt.bundle?.id === bundle.id)).toHaveLength(3);
  });

  it('is acknowledged again with the same receipts, in whatever order it is sent', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const first = await fileBundle(an, bundle);
    expect(await fileBundle(an, bundle)).toEqual({ status: 200, body: first.body });
    expect(await fileBundle(an, { ...bundle, parts: bundle.parts.toReversed() })).toEqual({
      status: 200,
      body: first.body,
    });
    expect(await rows(bundle.id)).toHaveLength(3);
  });

  it('comes once when it is sent five times at once', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const answers = await Promise.all(Array.from({ length: 5 }, () => fileBundle(an, bundle)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => canonicalJson(body as never))).size).toBe(1);
    expect(await rows(bundle.id)).toHaveLength(3);
  });

  it.each<
    [string, (bundle: Awaited<ReturnType<typeof prepareBundle>>) => Promise<typeof bundle> | typeof bundle, string]
  >([
    ['without one of its parts', ({ id, parts }) => ({ id, parts: parts.slice(1) }), 'BUNDLE_INCOMPLETE'],
    ['with a part twice', ({ id, parts }) => ({ id, parts: [parts[0]!, parts[1]!, parts[1]!] }), 'BUNDLE_INCOMPLETE'],
    ['under another name', ({ parts }) => ({ id: `urn:uuid:${crypto.randomUUID()}`, parts }), 'BUNDLE_INCOMPLETE'],
    [
      'with a paper that goes with another part',
      async ({ id, parts }) => ({
        id,
        parts: [
          parts[0]!,
          await parts[1]!.again(parts[1]!.id, {
            bundle: { id, no: 2, of: 3 },
            components: [{ id: 'proof', fulfilledBy: 'file', files: [paper.reference] }],
            files: new Map([[paper.reference.sha256, paper.bytes]]),
          }),
          parts[2]!,
        ],
      }),
      'goes with another dossier',
    ],
    [
      'with a part of another session',
      async ({ id, parts }) => ({
        id,
        parts: [
          parts[0]!,
          parts[1]!,
          await (await prepare(portal, an)).again(parts[2]!.id, { bundle: { id, no: 3, of: 3 } }),
        ],
      }),
      'same declaration',
    ],
  ])('is refused as a whole %s', async (_how, spoil, why) => {
    const bundle = await prepareBundle(portal, an, 3);
    const { status, body } = await fileBundle(an, await spoil(bundle));
    expect([status, body.code]).toEqual([422, 'ERR_DOSSIER_INVALID']);
    expect(`${body.detail} ${body.issues?.map(({ params }) => params.code)}`).toContain(why);
    await nothing(bundle.id);
    expect((await fileBundle(an, bundle)).status).toBe(201);
  });

  it('is refused when another number of parts is sent than the form has, or one part by itself', async () => {
    const two = await prepareBundle(portal, an, 2);
    expect(await fileBundle(an, two)).toMatchObject({ status: 422, body: { code: 'ERR_DOSSIER_INVALID' } });
    await nothing(two.id);
    const three = await prepareBundle(portal, an, 3);
    expect((await file(an, three.parts[0]!)).status).toBe(422);
    expect((await file(an, await prepare(portal, an))).status).toBe(422);
    await nothing(three.id);
  });

  it('makes one filing of one draft: a second bundle of it is a conflict, and nobody else may send the first', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const other = `urn:uuid:${crypto.randomUUID()}`;
    const second = await Promise.all(
      bundle.parts.map((part, i) =>
        part.again(`urn:uuid:${crypto.randomUUID()}`, { bundle: { id: other, no: i + 1, of: 3 } }),
      ),
    );
    expect((await fileBundle(an, bundle)).status).toBe(201);
    expect(await fileBundle(an, { id: other, parts: second })).toMatchObject({
      status: 422,
      body: { code: 'ERR_CONFLICT' },
    });
    await nothing(other);
    const binh = await portal.browser(citizen('binh'));
    expect(await fileBundle(binh, bundle)).toMatchObject({ status: 422, body: { code: 'ERR_CONFLICT' } });
  });

  it('is refused as garbage, as nothing, and as too much', async () => {
    const send = (body: BodyInit, type = 'multipart/form-data; boundary=x') =>
      an.send('PUT', `/api/bundles/${crypto.randomUUID()}`, body, { 'content-type': type });
    expect((await send('nonsense')).status).toBe(400);
    expect((await send('{}', 'application/json')).status).toBe(415);
    const many = new FormData();
    for (let i = 0; i < 30; i++) many.append(crypto.randomUUID(), new Blob(['x'], { type: 'application/zip' }));
    const whole = new Response(many);
    expect((await send(await whole.arrayBuffer(), whole.headers.get('content-type')!)).status).toBe(400);
    const id = crypto.randomUUID();
    expect(await fileBundle(an, { id, parts: [] })).toMatchObject({ status: 422 });
  });

  describe('whose papers went up before', () => {
    /** A bundle with a paper in its first part, and what is sent of it: all but that paper. */
    const ahead = async (browser: TestBrowser) => {
      const { id, parts } = await prepareBundle(portal, browser, 3);
      const first = await parts[0]!.again(parts[0]!.id, {
        bundle: { id, no: 1, of: 3 },
        components: [{ id: 'proof', fulfilledBy: 'file', files: [paper.reference] }],
        files: new Map([[paper.reference.sha256, paper.bytes]]),
      });
      const dossiers = await Promise.all(
        [first, ...parts.slice(1)].map(async ({ id: dossier, dossier: { blob } }) => {
          const reader = await readPackage(blob);
          const manifest = readManifest(await reader.bytes('dossier.json'));
          const rest = manifest.files.filter(({ sha256: digest }) => digest !== paper.reference.sha256);
          return { id: dossier, manifest, contents: new Map(rest.map(({ path }) => [path, reader.content(path)])) };
        }),
      );
      return { id, first, dossiers };
    };
    const upload = async (browser: TestBrowser) => {
      const tus = { 'tus-resumable': '1.0.0' };
      const begun = await browser.send('POST', '/api/uploads', undefined, {
        ...tus,
        'upload-length': String(content.length),
        'upload-metadata': `filename ${btoa('proof.pdf')},filetype ${btoa('application/pdf')}`,
      });
      const sent = await browser.send('PATCH', begun.headers.get('location')!, content, {
        ...tus,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      });
      expect(sent.status).toBe(204);
    };

    it('is composed of the same bytes, taken in as a whole, and acknowledged again however it is sent', async () => {
      await upload(an);
      const { id, first, dossiers } = await ahead(an);
      const { receipts } = await an.client.composeBundle(id, dossiers);
      expect(receipts.map(({ bundle }) => bundle!.no)).toEqual([1, 2, 3]);
      const digest = await first.dossier.sha256();
      expect(receipts[0]!.dossier.sha256).toBe(digest);
      expect(await portal.objects.get(packageKey(digest))).toEqual(Buffer.from(await first.dossier.bytes()));
      expect(await an.client.composeBundle(id, dossiers.toReversed())).toEqual({ bundle: id, receipts });
      expect(await rows(id)).toHaveLength(3);
    });

    it('is refused as a whole when one paper was not sent, or by somebody else', async () => {
      const binh = await portal.browser(citizen('binh'));
      const theirs = await ahead(binh);
      await expect(binh.client.composeBundle(theirs.id, theirs.dossiers)).rejects.toMatchObject({
        code: 'ERR_DOSSIER_INVALID',
      });
      await nothing(theirs.id);
      const { id, dossiers } = await ahead(an);
      await expect(an.client.composeBundle(id, dossiers.slice(1))).rejects.toMatchObject({
        code: 'ERR_DOSSIER_INVALID',
      });
      await nothing(id);
    });

    it('is refused when parts are named after no dossier, a manifest is missing, or there are too many', async () => {
      const post = async (names: readonly string[]) => {
        const body = new FormData();
        for (const name of names) body.append(name, new Blob(['x']));
        return (await an.send('POST', `/api/bundles/${crypto.randomUUID()}/compose`, body)).status;
      };
      const uuid = (): string => crypto.randomUUID();
      expect(await post(['dossier.json'])).toBe(400);
      expect(await post([`${uuid()}/data/form.json`])).toBe(400);
      expect(await post(['nobody/dossier.json'])).toBe(404);
      expect(await post(Array.from({ length: 30 }, () => `${uuid()}/dossier.json`))).toBe(400);
    });
  });

  it('comes back as a whole from the object store when the index is lost, and its codes are not given again', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const { receipts } = (await fileBundle(an, bundle)).body;
    await portal.outbox.run();
    expect(await portal.objects.size(bundleReceiptsKey(receipts[0]!))).toBeGreaterThan(0);
    const empty = await openDatabase();
    await migrate(empty);
    const report = await reindex(empty, portal.objects);
    expect(report.broken).toEqual([]);
    const found = await empty.query<{ code: string; bundle_no: number }>(
      'SELECT code, bundle_no FROM dossier WHERE bundle = $1 ORDER BY bundle_no',
      [bundle.id],
    );
    expect(found.map(({ code }) => code)).toEqual(receipts.map(({ code }) => code));
    await empty.close();
  });

  it('does not come back in pieces when one of its packages is gone', async () => {
    const bundle = await prepareBundle(portal, an, 3);
    const { receipts } = (await fileBundle(an, bundle)).body;
    await portal.objects.delete(packageKey(receipts[1]!.dossier.sha256));
    await portal.outbox.run();
    const empty = await openDatabase();
    await migrate(empty);
    expect((await reindex(empty, portal.objects)).broken).toEqual([bundleReceiptsKey(receipts[0]!)]);
    expect(await empty.query('SELECT 1 FROM dossier WHERE bundle = $1', [bundle.id])).toEqual([]);
    await empty.close();
  });
});
