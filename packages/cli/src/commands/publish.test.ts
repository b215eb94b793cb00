// onceform publish against a running portal, over HTTP, as a publisher runs it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Listener } from '../../../server/src/serve.ts';
import { createSessions } from '../../../server/src/session.ts';
import { citizen, NOW, startTestPortal, type TestPortal } from '../../../server/src/testing/test-portal.ts';
import { runMain } from '../testing/run-main.ts';

let portal: TestPortal, listener: Listener, foreign: Server, folder: string, publisher: string, author: string;
const at = (): string => `http://127.0.0.1:${listener.port}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-publish-'));
  portal = await startTestPortal({ onError: () => undefined });
  listener = await serve(portal.app, { port: 0, hostname: '127.0.0.1' });
  foreign = createServer((_request, response) => response.end('<h1>It works!</h1>')).listen(0, '127.0.0.1');
  publisher = await cookieOf('publisher');
  author = await cookieOf('author');
}, 60_000);
afterAll(async () => {
  foreign.close();
  await listener.close(0);
  await portal.end();
  await rm(folder, { recursive: true });
});

async function cookieOf(role: 'publisher' | 'author'): Promise<string> {
  const sessions = createSessions({ db: portal.db, secret: portal.keys.secret, secure: false, clock: () => NOW });
  const app = new Hono().get('/', async c => {
    await sessions.begin(c as never, citizen(role, { roles: [role] }));
    return c.body(null);
  });
  return (await app.request('/')).headers.get('set-cookie')!.split(';')[0]!;
}

const run = (args: readonly string[], cookie: string | null = publisher) =>
  runMain(['publish', ...args], folder, cookie === null ? {} : { ONCEFORM_COOKIE: cookie });

/** The portal's compiler stands in for the real one; the definition has to satisfy the lint that runs here all the same. */
const definition = (version: string, more: object = {}) => ({
  $id: 'https://example.test/forms/notice',
  title: 'Notice',
  type: 'object',
  properties: { reason: { type: 'string', title: 'Reason', maxLength: 200 } },
  form: { version, locale: 'en' },
  version,
  ...more,
});
const write = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

describe('onceform publish', () => {
  it('publishes a definition as the next version; the same again changes nothing; an older one is refused', async () => {
    await write('notice.form.json', definition('2.0.0'));
    const form = ['form', at(), 'notice.form.json', '--pack', 'none'];
    expect(await run([...form, '--check'], author)).toMatchObject({
      code: 0,
      out: expect.stringContaining('may be published') as string,
    });
    const done = await run([...form, '--from', '2026-12-01']);
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringContaining('notice 2.0.0 is published as no. 1, from 2026-12-01'),
    ]);
    expect(await run(form)).toMatchObject({
      code: 0,
      out: expect.stringContaining('was published before as no. 1') as string,
    });
    await write('older.form.json', definition('1.5.0'));
    const refused = await run(['form', at(), 'older.form.json', '--pack', 'none']);
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('Version 1.5.0 is not newer than 2.0.0')]);
    const listed = await run(['list', at(), 'notice']);
    expect(listed.out).toMatch(/^ +1 {2}2\.0\.0 +not-valid +from 2026-12-01\n +– {2}1\.0\.0 +current/);
  });

  it('sends nothing that lint finds errors in, and shows what the lint of the portal says', async () => {
    await write('bad.form.json', { ...definition('3.0.0'), properties: { reason: { type: 'string', titel: 'x' } } });
    const here = await run(['form', at(), 'bad.form.json', '--pack', 'none']);
    expect([here.code, here.out]).toEqual([
      1,
      expect.stringMatching(/^bad\.form\.json\n.* 1:\d+ +error .*Nothing was sent/s),
    ]);
    await write('there.form.json', definition('3.0.0', { $comment: 'text-missing' }));
    const there = await run(['form', at(), 'there.form.json', '--pack', 'none', '--json']);
    expect([there.code, JSON.parse(there.out)]).toMatchObject([
      1,
      { ok: false, problem: { code: 'ERR_DEFINITION_INVALID', findings: [{ code: 'text-missing' }] } },
    ]);
  });

  it('publishes an edition of a table, lists editions, and says why rows are none', async () => {
    await write('fees.json', [{ procedure: '1.000001', charge: 'copy', amount: 8000, from: '2026-12-01', basis: 'x' }]);
    expect(await run(['table', at(), 'fees', 'fees.json', '--from', '2026-12-01'])).toMatchObject({
      code: 0,
      out: 'fees: edition 1 of 1 rows is published, from 2026-12-01.\n',
    });
    expect((await run(['list', at(), 'fees'], null)).out).toMatch(/^ +1 {2}from 2026-12-01 {2}1 rows, published/);
    await write('wrong.json', [{ procedure: '1.000001', amount: -1 }]);
    expect(await run(['table', at(), 'fees', 'wrong.json', '--from', '2026-12-01'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('The rows are no table of fees') as string,
    });
    expect((await run(['table', at(), 'fees', 'fees.json', '--from', '2020-01-01'])).code).toBe(1);
  });

  it('ends a form, with a reason for citizens in each language', async () => {
    const repeal = ['repeal', at(), 'notice', '--version', '2.0.0', '--from', '2026-12-24'];
    expect((await run(repeal)).err).toContain('--reason');
    expect((await run([...repeal, '--reason', 'vi=Hết hiệu lực', '--reason', 'en=It ended'])).code).toBe(0);
    expect(await portal.db.query('SELECT slug, version, reason FROM form_repeal')).toEqual([
      { slug: 'notice', version: '2.0.0', reason: { vi: 'Hết hiệu lực', en: 'It ended' } },
    ]);
    const again = await run([...repeal, '--reason', 'It ended']);
    expect([again.code, again.out]).toEqual([1, expect.stringContaining('repealed already')]);
    expect((await run(['repeal', at(), 'no-such-form', '--reason', 'x'])).code).toBe(1);
  });

  it.each([
    ['nothing', () => [], 'Say what to publish'],
    ['something else', () => ['poem', at()], 'Say what to publish'],
    ['too little', () => ['form', at()], 'takes the address of a portal, then a definition'],
    ['an option of another act', () => ['list', at(), 'notice', '--from', '2026-12-01'], 'knows no --from'],
    ['no day', () => ['table', at(), 'fees', 'fees.json', '--from', '2026-02-30'], 'no day'],
    ['no address', () => ['list', 'portal', 'notice'], 'no address'],
    ['an address that others could listen at', () => ['list', 'http://portal.example', 'notice'], 'https only'],
    ['a portal that is away', () => ['list', 'http://127.0.0.1:1', 'notice'], 'does not answer'],
    [
      'what is no portal',
      () => ['list', `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`, 'notice'],
      'is no portal',
    ],
    ['a file that is not there', () => ['form', at(), 'nowhere.form.json'], 'no file or folder'],
    ['rows that are no JSON', () => ['table', at(), 'fees', 'notes.txt', '--from', '2026-12-01'], 'no JSON array'],
  ])('says in a sentence that it was given %s, and ends with 2', async (_what, args, sentence) => {
    await write('notes.txt', 'not rows');
    const { code, err } = await run(args());
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('needs the session of somebody who may', async () => {
    await write('fees.json', []);
    const table = ['table', at(), 'fees', 'fees.json', '--from', '2026-12-01'];
    expect(await run(table, null)).toMatchObject({
      code: 2,
      err: expect.stringContaining('ONCEFORM_COOKIE') as string,
    });
    expect(await run(table, author)).toMatchObject({
      code: 2,
      err: expect.stringContaining('roles of this account') as string,
    });
    expect(await run(table, 'onceform=over')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Nobody is signed in') as string,
    });
  });
});
