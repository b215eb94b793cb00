import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vnPack } from '@onceform/vn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSourcesOf } from '../prefill-port.ts';
import { type Preview, startPreview } from './preview-server.ts';

const CARD = fileURLToPath(new URL('../../../../examples/html/library-card.form.json', import.meta.url));
let folder: string, path: string, preview: Preview;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-preview-test-'));
  path = join(folder, 'card.form.json');
  await cp(CARD, path);
  preview = await started();
}, 60_000);
afterAll(async () => {
  await preview?.close();
  await rm(folder, { recursive: true, force: true });
});

async function started(now = new Date('2026-11-22T08:00:00+07:00')): Promise<Preview> {
  return startPreview({
    file: { name: 'card.form.json', path, text: await readFile(path, 'utf8') },
    pack: vnPack,
    sources: await simulatedSourcesOf('vn'),
    port: 0,
    clock: () => now,
    onError: error => {
      throw error;
    },
  });
}
async function edit(change: (definition: Record<string, unknown>) => void): Promise<void> {
  const definition = JSON.parse(await readFile(CARD, 'utf8')) as Record<string, unknown>;
  change(definition);
  await writeFile(path, JSON.stringify(definition));
}

describe('a preview', () => {
  it('is a portal with one form, its findings and the people who may sign in', async () => {
    expect(preview.state).toMatchObject({
      edition: 1,
      form: { slug: 'library-card', title: 'Library card' },
      pack: 'vn',
      trouble: null,
      tests: [],
    });
    expect(preview.state.people.map(({ slug }) => slug)).toContain('me-tre');
    expect(await (await fetch(`${preview.url}/preview/state`)).json()).toEqual(preview.state);
    expect(await (await fetch(`${preview.url}/api/forms/library-card`)).json()).toMatchObject({ version: '1.0.0' });
    const sources = (await (await fetch(`${preview.url}/api/sources`)).json()) as { healthy: boolean }[];
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.every(({ healthy }) => healthy)).toBe(true);
    const page = await fetch(preview.url);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('signs in whoever is picked, and nobody who is not there', async () => {
    const personOf = async (slug: string): Promise<unknown> => {
      const signedIn = await fetch(`${preview.url}/auth/sign-in?persona=${slug}`, { redirect: 'manual' });
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      const session = await fetch(`${preview.url}/api/session`, { headers: { cookie } });
      return ((await session.json()) as { person: unknown }).person;
    };
    expect(await personOf('me-tre')).toMatchObject({ name: 'Nguyễn Thị Mẫu', identityLevel: 2 });
    expect(await personOf('chua-co-so')).toMatchObject({ identityLevel: 1 });
    expect(await personOf('nobody')).toBeNull();
  });

  it('shows what was saved, tells pages so, and runs the tests beside it', async () => {
    const pages = await fetch(`${preview.url}/preview/changes`);
    const told = pages.body!.getReader();
    await edit(definition => (definition['title'] = 'Reader card'));
    await writeFile(
      join(folder, 'card.tests.json'),
      JSON.stringify({
        form: 'library-card',
        tests: [
          {
            name: 'a student',
            steps: [{ answer: { name: 'An' } }, { answer: { student: true, school: 'Vinh' } }],
            expect: { complete: true },
          },
          { name: 'nobody', expect: { complete: true } },
        ],
      }),
    );
    await preview.refresh();
    expect(new TextDecoder().decode((await told.read()).value)).toContain('data:');
    await told.cancel();
    expect(preview.state).toMatchObject({ edition: 2, form: { title: 'Reader card' }, trouble: null });
    expect(preview.state.tests).toMatchObject([
      { name: 'a student', ok: true, answers: { name: 'An', student: true, school: 'Vinh' } },
      { name: 'nobody', ok: false, failures: [expect.stringContaining('complete')] },
    ]);
    await rm(join(folder, 'card.tests.json'));
  });

  it('keeps the form before it when what was saved does not compile, and says where and why', async () => {
    await writeFile(path, '{\n  "title": "Half');
    expect((await preview.refresh()).trouble).toMatchObject({
      place: { line: 2 },
      message: expect.stringContaining('not JSON') as string,
    });
    await edit(definition => (definition['properties'] = { name: { type: 'nothing' } }));
    expect((await preview.refresh()).trouble?.message).toContain('nothing');
    await edit(definition => (definition['title'] = 'With torn tests'));
    await writeFile(join(folder, 'card.tests.json'), '{');
    expect((await preview.refresh()).trouble).toMatchObject({
      place: null,
      message: expect.stringContaining('card.tests.json is not JSON') as string,
    });
    expect(await (await fetch(`${preview.url}/api/forms/library-card`)).json()).toMatchObject({ title: 'Reader card' });
    await rm(join(folder, 'card.tests.json'));
    await rm(path);
    expect((await preview.refresh()).trouble?.message).toContain('ENOENT');
    expect((await fetch(`${preview.url}/api/forms/library-card`)).status).toBe(200);
    const { edition } = preview.state;
    await edit(() => undefined);
    expect(await preview.refresh()).toMatchObject({ edition: edition + 1, trouble: null });
  });

  it('says when a form is in force, where that is another day', async () => {
    await edit(definition => {
      definition['form'] = { ...(definition['form'] as object), procedure: { validFrom: '2030-01-01', name: 'Card' } };
    });
    expect((await preview.refresh()).trouble?.message).toBe(
      'The form is in force from 2030-01-01, not on 2026-11-22. Name another day with --today.',
    );
    const later = await started(new Date('2030-02-01T08:00:00+07:00'));
    expect(later.state.trouble).toBeNull();
    await later.close();
  });

  it('answers this machine only: a page elsewhere cannot have its own name point here', async () => {
    const { port } = new URL(preview.url);
    const status = await new Promise(resolve => {
      request({ port, host: '127.0.0.1', path: '/preview/state', headers: { host: 'evil.example' } }, answer => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });
});
