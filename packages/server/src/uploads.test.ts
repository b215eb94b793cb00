import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '@onceform/core';
import { readPackage } from '@onceform/dossier';
import { packageKey } from './dossier-index.ts';
import { clamdScanner } from './malware-scanner.ts';
import { contentKey } from './uploads.ts';
import { citizen, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

let portal: TestPortal, an: TestBrowser, staging: string;
let infected = false;
beforeAll(async () => {
  staging = await mkdtemp(join(tmpdir(), 'onceform-staging-'));
  portal = await startTestPortal({
    uploads: { staging, maxSize: 1 << 20, scan: async () => (infected ? 'infected' : 'clean') },
  });
  an = await portal.browser(citizen('an'));
}, 60_000);
afterAll(async () => {
  await portal.end();
  await rm(staging, { recursive: true, force: true });
});

const pdf = new TextEncoder().encode(`%PDF-1.7\n${'1 0 obj << >> endobj\n'.repeat(2000)}trailer << >>\n%%EOF\n`);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const tus = { 'tus-resumable': '1.0.0' };

async function begin(browser: TestBrowser, size: number, type = 'application/pdf', name = 'paper.pdf') {
  return browser.send('POST', '/api/uploads', undefined, {
    ...tus,
    'upload-length': String(size),
    'upload-metadata': `filename ${base64(name)},filetype ${base64(type)}`,
  });
}
const patch = (browser: TestBrowser, path: string, offset: number, bytes: Uint8Array<ArrayBuffer>) =>
  browser.send('PATCH', path, bytes, {
    ...tus,
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  });
const offset = async (browser: TestBrowser, path: string) =>
  (await browser.send('HEAD', path, undefined, tus)).headers.get('upload-offset');

describe('uploads', () => {
  it('go on where the server stopped, and end as one object under the digest of the whole', async () => {
    const created = await begin(an, pdf.length);
    expect(created.status).toBe(201);
    const path = created.headers.get('location')!;
    expect((await patch(an, path, 0, pdf.slice(0, 10_000))).headers.get('upload-offset')).toBe('10000');
    expect(await offset(an, path)).toBe('10000');
    expect((await an.send('GET', path, undefined, tus)).status).toBe(404);
    expect((await patch(an, path, 5_000, pdf.slice(5_000))).status).toBe(409);
    const last = await patch(an, path, 10_000, pdf.slice(10_000));
    const digest = await sha256(pdf);
    expect(last.headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`);
    expect(Buffer.from((await portal.objects.get(contentKey(digest)))!).equals(pdf)).toBe(true);
    // Whoever did not hear the last answer asks, and sends nothing again.
    expect(await offset(an, path)).toBe(String(pdf.length));
  });

  it('are refused when too large, of a type that is not taken, or not what they say', async () => {
    expect((await begin(an, 2 << 20)).status).toBe(413);
    expect((await begin(an, 100, 'application/x-msdownload')).status).toBe(415);
    const path = (await begin(an, pdf.length, 'image/png')).headers.get('location')!;
    const lying = await patch(an, path, 0, pdf);
    expect([lying.status, ((await lying.json()) as { code: string }).code]).toEqual([415, 'ERR_UPLOAD_TYPE']);
    expect((await an.send('HEAD', path, undefined, tus)).status).toBe(404);
  });

  it('are refused when the scanner finds malware, and nothing of them is kept', async () => {
    const bytes = new TextEncoder().encode(`%PDF-1.7\n${Math.random()}\n%%EOF\n`);
    infected = true;
    const path = (await begin(an, bytes.length)).headers.get('location')!;
    expect((await patch(an, path, 0, bytes)).status).toBe(415);
    infected = false;
    expect(await portal.objects.get(contentKey(await sha256(bytes)))).toBeNull();
  });

  it('belong to who began them', async () => {
    const path = (await begin(an, 100)).headers.get('location')!;
    const binh = await portal.browser(citizen('binh'));
    expect((await binh.send('HEAD', path, undefined, tus)).status).toBe(404);
    expect((await patch(binh, path, 0, pdf.slice(0, 100))).status).toBe(404);
    expect((await an.send('DELETE', path, undefined, tus)).status).toBe(204);
  });

  it('need the CSRF token like every unsafe request', async () => {
    expect((await an.fetch('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '1' } })).status).toBe(
      403,
    );
  });

  it('are deleted when nobody filed them in time, with their content', async () => {
    const path = (await begin(an, pdf.length)).headers.get('location')!;
    await patch(an, path, 0, pdf);
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 49 * 3_600_000);
    const late = await portal.browser(citizen('an'));
    expect(await offset(late, path)).toBeNull(); // not said to be there when filing would not find it
    expect((await portal.purge()).uploads).toBeGreaterThan(0);
    portal.clock = before;
    an = await portal.browser(citizen('an'));
    expect(await portal.objects.get(contentKey(await sha256(pdf)))).toBeNull();
    expect((await readdir(staging)).filter(name => !name.endsWith('.json'))).toEqual([]);
  });
});

describe('composing a dossier on the server', () => {
  it('gives the bytes that the browser has: the receipt names their digest', async () => {
    const prepared = await prepare(portal, an);
    const reader = await readPackage(prepared.dossier.blob);
    const body = new FormData();
    for (const path of ['dossier.json', ...prepared.dossier.manifest.files.map(file => file.path)])
      body.append(path, reader.content(path));
    const response = await an.send('POST', `/api/dossiers/${prepared.id.slice(9)}/compose`, body);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      dossier: { id: prepared.id, sha256: await prepared.dossier.sha256() },
    });
  });

  describe('of files that went up before', () => {
    const paper = new TextEncoder().encode('%PDF-1.7\n% a paper\n%%EOF\n');
    /** A dossier with a paper, and a body with everything but the paper. */
    const withPaper = async (browser: TestBrowser) => {
      const digest = await sha256(paper);
      const file = { name: 'Giấy tờ.pdf', type: 'application/pdf', size: paper.length, sha256: digest };
      const first = await prepare(portal, browser);
      const { id, dossier } = await first.again(first.id, {
        components: [{ id: 'proof', fulfilledBy: 'file', files: [file] }],
        files: new Map([[digest, new Blob([paper])]]),
      });
      const reader = await readPackage(dossier.blob);
      const body = new FormData();
      const { path } = dossier.manifest.files.find(({ role }) => role === 'component')!;
      for (const other of ['dossier.json', ...dossier.manifest.files.map(one => one.path)])
        if (other !== path) body.append(other, reader.content(other));
      return { path, dossier, body, compose: () => browser.send('POST', `/api/dossiers/${id.slice(9)}/compose`, body) };
    };

    it('finds them by their digest, and makes the same bytes', async () => {
      const location = (await begin(an, paper.length)).headers.get('location')!;
      expect((await patch(an, location, 0, paper)).status).toBe(204);
      const { dossier, compose } = await withPaper(an);
      const response = await compose();
      expect(response.status).toBe(201);
      const digest = await dossier.sha256();
      expect(await response.json()).toMatchObject({ dossier: { sha256: digest } });
      expect(await portal.objects.get(packageKey(digest))).toEqual(Buffer.from(await dossier.bytes()));
      expect((await compose()).status).toBe(200);
    });

    it('takes nobody else’s, and no other content in their place', async () => {
      const binh = await portal.browser(citizen('binh'));
      const foreign = await withPaper(binh);
      const response = await foreign.compose();
      expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
        422,
        expect.stringContaining('was not uploaded'),
      ]);
      foreign.body.append(foreign.path, new Blob(['%PDF-1.7\n% another\n%%EOF\n']));
      const changed = await foreign.compose();
      expect([changed.status, ((await changed.json()) as { code: string }).code]).toEqual([
        422,
        expect.stringMatching(/^ERR_(DOSSIER_INVALID|PACKAGE_)/),
      ]);
      expect(await portal.objects.get(packageKey(await foreign.dossier.sha256()))).toBeNull();
    });
  });

  it('names the file that was never uploaded', async () => {
    const prepared = await prepare(portal, an);
    const body = new FormData();
    body.append('dossier.json', (await readPackage(prepared.dossier.blob)).content('dossier.json'));
    const response = await an.send('POST', `/api/dossiers/${prepared.id.slice(9)}/compose`, body);
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      422,
      expect.stringContaining('was not uploaded'),
    ]);
  });
});

describe('the clamd scanner', () => {
  it.each([
    ['stream: OK\0', 'clean'],
    ['stream: Eicar-Test-Signature FOUND\0', 'infected'],
    ['INSTREAM size limit exceeded. ERROR\0', null],
  ])('reads the answer %j', async (answer, verdict) => {
    let received = Buffer.alloc(0);
    const server = createServer(socket => {
      socket.on('data', chunk => {
        received = Buffer.concat([received, chunk]);
        if (received.subarray(-4).equals(Buffer.alloc(4))) socket.end(answer);
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const scan = clamdScanner({ port: (server.address() as AddressInfo).port })(pdf);
    if (verdict === null) await expect(scan).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    else expect(await scan).toBe(verdict);
    expect(received.subarray(0, 10).toString()).toBe('zINSTREAM\0');
    expect(received.length).toBe(10 + 4 * Math.ceil(pdf.length / 65_536) + pdf.length + 4);
    server.close();
  });

  it('lets nothing through when no scanner answers', async () => {
    await expect(clamdScanner({ port: 1 })(pdf)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
  });
});
