// All that makes a portal call somebody, as a citizen and an officer come to it. A step that is refused in plain words is tried
// again, as often as calls were broken and no more. Afterwards everything is there once. For tests.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Offer, Problem, Receipt } from '@onceform/core';
import { packageKey, receiptKey } from '../dossier-index.ts';
import { contentKey } from '../uploads.ts';
import type { BrokenCall } from './breaking-wire.ts';
import { startGateway, startNode, type Stage } from './network-stage.ts';
import { citizen, file, NOW, prepare, type TestBrowser, type TestPortal } from './test-portal.ts';

/** It did not work, and whoever asked was told so. */
class Refused extends Error {}

const json = { 'content-type': 'application/json' };
const tus = { 'tus-resumable': '1.0.0' };
const MINUTE = 60_000;

/**
 * @param who somebody new.
 * @throws {Error} where a step did not work in the end, or was refused in other words; where something is missing
 *   afterwards, or there twice.
 */
export async function journey(stage: Stage, who: string, broken: readonly BrokenCall[]): Promise<void> {
  const { world, db } = stage;
  // Only the object store's own faults are faults of ours.
  const plain = [
    'ERR_SOURCE_UNAVAILABLE',
    ...(broken.some(({ kind }) => kind.startsWith('objects')) ? ['ERR_INTERNAL'] : []),
  ];
  let refusals = 0;
  const until: Until = async (step, work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Refused) || ++refusals > broken.length)
          throw new Error(`${step}: ${messageOf(error)}`, { cause: error });
      }
    }
  };
  const fine = async (response: Response): Promise<Response> => {
    if (response.status < 400) return response;
    const text = await response.text();
    const { code } = JSON.parse(text) as Problem;
    if (response.status >= 500 && plain.includes(code)) throw new Refused(text);
    throw new Error(`${response.status} ${text}`);
  };
  /** Work that nobody waits for: whoever starts it now and then tries again. */
  const background = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw new Refused(messageOf(error));
    });

  world.wires.arm(broken);
  const node = await startNode(stage);
  const before = await counted(stage);
  const gateway = await startGateway(stage);
  try {
    await until('publishing', () => publish(node, who, fine));
    const an = await until('signing in', () => signIn(stage, node, who, fine));
    await until('what registers wrote down', async () => {
      const [register] = (await (await fine(await an.fetch('/api/usage/at-sources'))).json()) as {
        rows?: unknown[];
        absent?: string;
      }[];
      if (isAway(register?.absent)) throw new Refused(register!.absent);
      assert.equal(register!.rows?.length, 1);
    });
    const { person } = await an.client.session();
    await prefillAndDispute(an, until);
    const paper = new TextEncoder().encode(`%PDF-1.7\n% ${who}\n%%EOF\n`);
    await until('uploading', () => upload(an, paper, fine));
    const blob = contentKey(createHash('sha256').update(paper).digest('hex'));
    assert.ok(await stage.objectsThere.get(blob), 'the upload is not in the object store');

    const prepared = await prepare(node, an);
    const receipt = await until('filing', async () => {
      const { status, body } = await file(an, prepared);
      if (status >= 500 && plain.includes(body.code)) throw new Refused(body.code);
      assert.ok([200, 201].includes(status), JSON.stringify(body));
      return body as Receipt;
    });
    const path = `/api/dossiers/${prepared.id.slice(9)}`;
    await until('beginning to pay', async () => fine(await an.send('POST', `${path}/payment`, '{}', json)));
    const { reference } = receipt.fee!.payment!;
    const order = world.told.orders.get(reference);
    assert.ok(order, 'the payment service knows nothing of the payment');
    world.told.orders.set(reference, { ...order, paid: true });
    await until('hearing of the payment', async () => {
      const { status } = (await (await fine(await an.fetch(`${path}/payment`))).json()) as { status: string };
      if (status === 'begun') throw new Refused(status);
      assert.equal(status, 'paid');
    });

    const officer = await node.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
    const decide = (body: object): Promise<Response> =>
      officer.send('POST', `/api/agency${path.slice(4)}/handling`, JSON.stringify(body), json);
    await until('accepting', async () => fine(await decide({ action: 'accept' })));
    await until('delivering', async () => fine(await decide(result(who))));

    const { papers } = (await (await an.fetch('/api/documents')).json()) as { papers: { kind: string }[] };
    assert.equal(
      papers.filter(({ kind }) => kind === 'result').length,
      1,
      'the result lies among the papers of the citizen once',
    );

    for (const minutes of [0, 1.1, 2.2, 3.3]) {
      node.clock = new Date(NOW.getTime() + minutes * MINUTE);
      await until('telling others', () => background(node.outbox.run()));
    }
    node.clock = new Date(NOW.getTime() + 49 * 60 * MINUTE);
    await until('purging', () => background(node.purge()));
    await until('the gateway alone', async () => {
      const authorization = `Bearer ${await world.subjectToken(who, NOW)}`;
      return fine(await gateway.app.request('/api/usage', { headers: { authorization } }));
    });

    assert.deepEqual(world.wires.left(), [], 'calls that were to be broken and did not come');
    const disputes = await node.records.disputes.of(person!.id);
    assert.deepEqual(
      disputes.map(({ status }) => status),
      ['open'],
    );
    await everythingOnce(stage, { receipt, dispute: disputes[0]!.id, before, broken });
    assert.equal(await stage.objectsThere.get(blob), null, 'the upload that nobody filed is still there');
    assert.deepEqual(await db.query('SELECT 1 FROM delivery WHERE done IS NULL OR dead IS NOT NULL'), []);
  } finally {
    await node.close();
    await gateway.close();
  }
}

type Until = <T>(step: string, work: () => Promise<T>) => Promise<T>;
type Fine = (response: Response) => Promise<Response>;

async function signIn(stage: Stage, node: TestPortal, who: string, fine: Fine): Promise<TestBrowser> {
  const jar = new Map<string, string>();
  const visitor = await node.browser(undefined, jar);
  const started = await fine(await visitor.fetch('/auth/sign-in'));
  const query = stage.world.signIn(new URL(started.headers.get('location')!), who);
  await fine(await visitor.fetch(`/auth/callback?${query}`));
  return node.browser(undefined, jar);
}

async function publish(node: TestPortal, who: string, fine: Fine): Promise<void> {
  const publisher = await node.browser(citizen('publisher', { roles: ['publisher'] }));
  const definition = { $id: `https://example.test/forms/of-${who}`, version: '1.0.0' };
  const response = await fine(await publisher.send('POST', '/api/forms', JSON.stringify({ definition }), json));
  assert.equal(((await response.json()) as { no: number }).no, 1);
}

/** Asks until both sources answered, and says that the register is wrong. */
async function prefillAndDispute(an: TestBrowser, until: Until): Promise<void> {
  const { id, digest } = await an.client.form('notice');
  const form = { id, digest };
  const { draft } = await an.client.openDraft({ form });
  const members = ['fullName', 'birthDate'].map(key => ({ pointer: `/applicant/${key}`, concept: `person.${key}` }));
  const offers = await until('prefilling', async () => {
    const found = new Map<string, Offer>();
    for await (const { offers, misses } of an.client.prefill({
      draft,
      form,
      items: [{ item: '/applicant', concept: 'person', subject: 'applicant', members }],
      consent: { purpose: 'notice', given: true, time: NOW.toISOString() },
    })) {
      for (const offer of offers) found.set(offer.source.id, offer);
      const away = misses.find(({ reason }) => isAway(reason));
      if (away !== undefined) throw new Refused(away.reason);
    }
    assert.deepEqual([...found.keys()].sort(), ['register', 'userinfo']);
    return found;
  });
  const offer = offers.get('register')!.id;
  const { tickets } = await an.client.seal({
    draft,
    decisions: [
      { item: '/applicant', action: 'use', offer },
      { item: '/applicant', action: 'dispute', offer, pointer: '/applicant/fullName', reason: 'otherwise' },
    ],
  });
  assert.equal(tickets.length, 1);
}

/** As tus-js-client does: after a failure it asks how far the file came, and sends the rest, or all of it anew. */
async function upload(an: TestBrowser, bytes: Uint8Array<ArrayBuffer>, fine: Fine): Promise<void> {
  const text = (value: string): string => Buffer.from(value).toString('base64');
  const metadata = `filename ${text('paper.pdf')},filetype ${text('application/pdf')}`;
  const create = async (): Promise<string> =>
    (
      await fine(
        await an.send('POST', '/api/uploads', undefined, {
          ...tus,
          'upload-length': String(bytes.length),
          'upload-metadata': metadata,
        }),
      )
    ).headers.get('location')!;
  const patch = (path: string, offset: number): Promise<Response> =>
    an.send('PATCH', path, bytes.slice(offset), {
      ...tus,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    });
  const path = await create();
  const first = await patch(path, 0);
  if (first.status < 400) return;
  await fine(first).catch(error => assert.ok(error instanceof Refused, messageOf(error)));
  const head = await an.send('HEAD', path, undefined, tus);
  const offset = Number(head.headers.get('upload-offset') ?? Number.NaN);
  if (head.status !== 200 || Number.isNaN(offset)) await fine(await patch(await create(), 0));
  else if (offset < bytes.length) await fine(await patch(path, offset));
}

const result = (who: string): object => ({
  action: 'deliver',
  number: '12/2026',
  date: '2026-11-24',
  document: {
    type: 'notice.certificate',
    title: 'Certificate of notice',
    mediaType: 'application/pdf',
    content: Buffer.from(`%PDF result of ${who}`).toString('base64'),
  },
});

interface Counted {
  readonly filed: number;
  readonly paid: number;
  readonly done: number;
}

async function counted({ db }: Stage): Promise<Counted> {
  const [row] = await db.query<Counted>(
    `SELECT coalesce(sum(count) FILTER (WHERE metric = 'filed'), 0)::int AS filed,
       coalesce(sum(count) FILTER (WHERE metric = 'paid:online'), 0)::int AS paid,
       coalesce(sum(count) FILTER (WHERE metric = 'done'), 0)::int AS done FROM daily_count`,
  );
  return row!;
}

async function everythingOnce(
  stage: Stage,
  {
    receipt,
    dispute,
    before,
    broken,
  }: { receipt: Receipt; dispute: string; before: Counted; broken: readonly BrokenCall[] },
): Promise<void> {
  const { db, world, objectsThere } = stage;
  const { id, sha256 } = receipt.dossier;
  assert.deepEqual(await db.query('SELECT sha256, code, status FROM dossier WHERE id = $1', [id]), [
    { sha256, code: receipt.code, status: 'done' },
  ]);
  const there = (await objectsThere.get(packageKey(sha256)))!;
  assert.equal(createHash('sha256').update(there).digest('hex'), sha256);
  assert.deepEqual(
    JSON.parse(new TextDecoder().decode((await objectsThere.get(receiptKey(receipt)))!)),
    receipt,
    'the receipt in the object store',
  );
  const { filed, paid, done } = await counted(stage);
  assert.deepEqual([filed, paid, done], [before.filed + 1, before.paid + 1, before.done + 1], 'counted once');
  // What a receiver did and could not say is told again, under the same id; nothing else is.
  const again = (service: string): number =>
    1 + broken.filter(({ kind, how }) => kind.startsWith(service) && how === 'answer lost').length;
  assert.equal(world.told.disputes.get(dispute), again('register POST report'));
  assert.equal(world.told.orders.get(receipt.fee!.payment!.reference)!.times, again('payments POST'));
  const messages = await db.query<{ id: string; kind: string }>(
    'SELECT id::text AS id, kind FROM outbox WHERE subject = $1 ORDER BY outbox.id',
    [id],
  );
  assert.deepEqual(
    messages.map(({ kind }) => kind),
    ['dossier.received', 'dossier.accepted', 'dossier.done'],
  );
  const times = (receiver: string): number => {
    const each = messages.map(message => world.told.events.get(`${receiver} ${message.id}`) ?? 0);
    assert.ok(!each.includes(0), `${receiver} was not told of everything: ${each.join()}`);
    return each.reduce((sum, one) => sum + one, 0);
  };
  assert.equal(times('agency'), 2 + again('agency'));
  assert.equal(times('national-portal'), 2 + again('national-portal'));
  const [received] = messages;
  assert.equal(world.told.events.get(`notices ${received!.id}`), again('notices'));
  assert.equal(world.told.mails.get(`<${received!.id}.onceform@localhost>`), again('mail'));
}

function isAway(reason: string | undefined): boolean {
  return reason === 'unavailable' || reason === 'timeout';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
