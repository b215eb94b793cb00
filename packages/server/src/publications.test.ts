import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@onceform/core';
import type * as Compiler from './form-compiler.ts';
import { directoryStore, type ObjectStore } from './object-store.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { citizen, file, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
const ID = 'https://example.test/forms/notice';

let portal: TestPortal, an: TestBrowser, publisher: TestBrowser, author: TestBrowser;
const signIn = async () => {
  an = await portal.browser(citizen('an'));
  publisher = await portal.browser(citizen('pub', { roles: ['publisher'] }));
  author = await portal.browser(citizen('author', { roles: ['author'] }));
};
beforeAll(async () => {
  portal = await startTestPortal({ onError: () => undefined });
  await signIn();
}, 60_000);
afterAll(() => portal.end());

const publish = async (definition: object, more: object = {}, who = publisher) => {
  const response = await who.send('POST', '/api/forms', JSON.stringify({ definition, ...more }), json);
  return {
    status: response.status,
    body: (await response.json()) as Problem & { no: number; version: string; findings: unknown[] },
  };
};
const offered = async (slug = 'notice') =>
  (await an.send('GET', `/api/forms/${slug}`)).json() as Promise<{ version: string; module: string }>;

describe('publishing over the API', () => {
  it('makes numbered versions that never change; the same bytes again change nothing', async () => {
    const first = await publish({ $id: ID, version: '1.1.0' });
    expect([first.status, first.body.no, first.body.version]).toEqual([201, 1, '1.1.0']);
    expect(await publish({ $id: ID, version: '1.1.0' })).toMatchObject({ status: 200, body: { no: 1 } });
    expect(await publish({ $id: ID, version: '1.1.0', title: 'Another' })).toMatchObject({
      status: 422,
      body: { code: 'ERR_CONFLICT' },
    });
    expect(await publish({ $id: ID, version: '1.0.5' })).toMatchObject({ status: 422, body: { code: 'ERR_CONFLICT' } });
    expect(await publish({ $id: ID, version: '1.2.0' })).toMatchObject({ status: 201, body: { no: 2 } });
    const now = await offered();
    expect(now.version).toBe('1.2.0');
    expect((await an.send('GET', now.module)).status).toBe(200);
    expect((await file(an, await prepare(portal, an))).status).toBe(201);
  });

  it('offers a version from its day on, and keeps the one before until then', async () => {
    expect((await publish({ $id: ID, version: '2.0.0' }, { validFrom: '2026-12-01' })).status).toBe(201);
    expect((await offered()).version).toBe('1.2.0');
    const versions = (await (await an.send('GET', '/api/forms/notice/versions')).json()) as {
      version: string;
      no: number | null;
      state: string;
    }[];
    expect(versions.map(({ version, no, state }) => [version, no, state])).toEqual([
      ['2.0.0', 3, 'not-valid'],
      ['1.2.0', 2, 'current'],
      ['1.1.0', 1, 'superseded'],
      ['1.0.0', null, 'superseded'],
    ]);
  });

  it('refuses what lint refuses and says what it found; a day that is over; another form of the same name', async () => {
    const { status, body } = await publish({ $id: ID, version: '3.0.0', lint: 'text-missing' });
    expect([status, body.code, body.findings]).toMatchObject([
      422,
      'ERR_DEFINITION_INVALID',
      [{ code: 'text-missing', severity: 'error' }],
    ]);
    expect((await publish({ $id: ID, version: null })).status).toBe(422);
    expect((await publish({ $id: ID, version: '3.0.0' }, { validFrom: '2026-01-01' })).status).toBe(422);
    expect((await publish({ $id: 'https://other.test/notice', version: '9.0.0' })).body.code).toBe('ERR_CONFLICT');
    expect((await publish({ version: '9.0.0' })).status).toBe(400);
    expect((await offered()).version).toBe('1.2.0');
  });

  it('lets an author try, and only a publisher publish; both are seen in the audit', async () => {
    const tried = await author.send(
      'POST',
      '/api/form-checks',
      JSON.stringify({ definition: { $id: ID, version: '7.0.0' } }),
      json,
    );
    expect(await tried.json()).toMatchObject({ id: ID, version: '7.0.0' });
    expect((await publish({ $id: ID, version: '7.0.0' }, {}, author)).status).toBe(403);
    expect((await publish({ $id: ID, version: '7.0.0' }, {}, an)).status).toBe(403);
    expect(await portal.db.query(`SELECT subject FROM audit WHERE act = 'form.publish' ORDER BY id LIMIT 1`)).toEqual([
      { subject: `${ID} 1.1.0` },
    ]);
  });

  it('is seen by another node over the same database and object store, which compiles nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onceform-node-'));
    const errors: unknown[] = [];
    let away = false;
    const get: ObjectStore['get'] = async key => {
      if (away && key.endsWith('/later.js')) throw new Error('away');
      return portal.objects.get(key);
    };
    const other = await startTestPortal({
      database: portal.db,
      objectStore: { ...portal.objects, get },
      onError: error => errors.push(error),
      keys: portal.keys,
      forms: {
        definitions: join(portal.folder, 'definitions'),
        folder: join(folder, 'forms'),
        toolchain: 'test',
        compile: async function* () {},
      },
    }).catch((error: unknown) => error);
    // Without the compiler the form that came with the portal cannot be offered; the published ones can.
    expect(other).toBeInstanceOf(Object);
    const there = await (other as TestPortal).browser(citizen('an'));
    expect(await (await there.send('GET', '/api/forms/notice')).json()).toMatchObject({ version: '1.2.0' });
    const { digest } = (await publish({ $id: ID, version: '2.1.0' })).body as unknown as { digest: string };
    await portal.objects.put(`forms/${digest}/later.js`, new TextEncoder().encode('export default 1;'));
    const later = async (): Promise<unknown> => {
      (other as TestPortal).clock = portal.clock = new Date(portal.clock.getTime() + 3000);
      return (await there.send('GET', '/api/forms/notice')).json();
    };
    // A part of it cannot be had: the others are offered as before, and nothing half is kept.
    away = true;
    expect(await later()).toMatchObject({ version: '1.2.0' });
    expect(errors).toEqual([expect.objectContaining({ message: 'away' })]);
    away = false;
    const whole = (await later()) as { version: string; module: string };
    expect(whole.version).toBe('2.1.0');
    expect((await there.fetch(whole.module.replace('form.js', 'later.js'))).status).toBe(200);
    await rm(folder, { recursive: true });
  });
});

describe('a form that is not used any more', () => {
  const repeal = (slug: string, body: object) =>
    publisher.send('POST', `/api/forms/${slug}/repeal`, JSON.stringify(body), json);

  it('says so plainly to who looks for it, to an open draft, and to who files: since when, why, and what instead', async () => {
    await publish({ $id: 'https://example.test/forms/newer-notice', version: '1.0.0', title: 'Newer notice' });
    const prepared = await prepare(portal, an);
    await an.send('PUT', `/api/drafts/${prepared.draft}`, '{"some":"answers"}', { ...json, 'if-match': '"0"' });
    const reason = { vi: 'Thủ tục đã bãi bỏ.', en: 'The procedure was abolished.' };
    expect((await repeal('notice', { reason, replacedBy: 'newer-notice' })).status).toBe(204);

    const gone = await an.send('GET', '/api/forms/notice');
    expect(gone.status).toBe(410);
    const { code, message } = (await gone.json()) as Problem;
    expect([code, message]).toEqual([
      'ERR_FORM_REPEALED',
      {
        vi: 'Biểu mẫu này không còn được sử dụng từ ngày 23/11/2026. Thủ tục đã bãi bỏ. Vui lòng dùng biểu mẫu “Newer notice”.',
        en: 'This form has not been used since 23/11/2026. The procedure was abolished. Please use “Newer notice” instead.',
      },
    ]);
    expect(await file(an, prepared)).toMatchObject({ status: 410, body: { code: 'ERR_FORM_REPEALED', message } });
    const draft = await (await an.send('GET', `/api/drafts/${prepared.draft}`)).json();
    expect(draft).toMatchObject({
      body: { some: 'answers' },
      form: { state: 'repealed', message, replacedBy: 'newer-notice' },
    });
    expect(await (await an.send('GET', '/api/drafts')).json()).toMatchObject([
      { form: { state: 'repealed', message } },
    ]);
    const sealing = await an.send('POST', '/api/seals', JSON.stringify({ draft: prepared.draft, decisions: [] }), json);
    expect(sealing.status).toBe(410);
    expect(((await (await an.send('GET', '/api/forms')).json()) as { slug: string }[]).map(({ slug }) => slug)).toEqual(
      ['newer-notice'],
    );
  });

  it('stays readable where it was filed, and is repealed once', async () => {
    expect(await (await an.send('GET', '/api/dossiers')).json()).toMatchObject([{ title: { en: 'Notice' } }]);
    const reason = 'again';
    expect((await repeal('notice', { reason })).status).toBe(422);
    expect((await repeal('nothing', { reason })).status).toBe(404);
    expect((await repeal('newer-notice', { reason, from: '2020-01-01' })).status).toBe(422);
    expect((await repeal('newer-notice', { reason, replacedBy: 'nothing' })).status).toBe(404);
    expect((await repeal('newer-notice', {})).status).toBe(400);
  });
});

describe('with the real compiler in a process of its own', () => {
  it('publishes a plain definition, refuses a broken one, and gives up on one that takes too long', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onceform-real-'));
    // The child is a process of its own, so it runs what was built.
    const built = (path: string): string => new URL(`../dist/${path}`, import.meta.url).href;
    const { childProcessCompiler } = (await import(/* @vite-ignore */ built('form-compiler.js'))) as typeof Compiler;
    const pack = { module: built('testing/test-portal.js'), export: 'testPack' };
    const real = await startTestPortal({
      database: await emptyDatabase(),
      objectStore: directoryStore(join(folder, 'objects')),
      forms: {
        definitions: folder,
        folder: join(folder, 'forms'),
        toolchain: 'test',
        compile: childProcessCompiler(pack, { timeout: 120_000 }),
      },
      onError: () => undefined,
    });
    publisher = await real.browser(citizen('pub', { roles: ['publisher'] }));
    const definition = {
      $schema: 'https://onceform.dev/form/1',
      $id: 'https://example.test/forms/dog',
      title: 'Dog licence',
      type: 'object',
      properties: { name: { type: 'string', title: 'Name of the dog', minLength: 1 } },
      required: ['name'],
      additionalProperties: false,
      form: { version: '1.0.0', locale: 'en' },
    };
    const good = await publish(definition);
    expect([good.status, good.body.no]).toEqual([201, 1]);
    const broken = await publish({
      ...definition,
      properties: { name: { $ref: '#/nowhere' } },
      form: { version: '2.0.0' },
    });
    expect([broken.status, broken.body.code, broken.body.findings.length > 0]).toEqual([
      422,
      'ERR_DEFINITION_INVALID',
      true,
    ]);
    const outcomes = [];
    for await (const outcome of childProcessCompiler(pack, { timeout: 1 })(['slow.form.json'], folder))
      outcomes.push(outcome);
    expect(outcomes).toMatchObject([{ ok: false, code: 'ERR_LIMIT_EXCEEDED' }]);
    expect(((await (await publisher.send('GET', '/api/forms')).json()) as unknown[]).length).toBe(1);
    await real.end();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);
});
