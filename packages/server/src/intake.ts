// Intake: verify the package, store it for good, index it, sign the receipt. Only then is a dossier acknowledged.
// The dossier's id is the idempotency key: the same bytes again give the same receipt, other bytes are refused.

import {
  isJsonObject,
  sha256,
  type Calendar,
  type CountryPack,
  type DossierManifest,
  type Finding,
  type Issue,
  type JsonObject,
  type LocalizedText,
  type OpenedSeal,
  type PublishedRule,
  type Receipt,
  type Sha256,
} from '@onceform/core';
import { checkPublishedRules } from '@onceform/core/cel';
import { readPackage, verifyDossier, type DossierVerdict } from '@onceform/dossier';
import { openSeal, type ConsentLedger, type SealExpectations } from '@onceform/store';
import type { Database, Queryable } from './database.ts';
import type { FormRegistry, RegisteredForm } from './form-registry.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import type { ReceiptSigner } from './receipt.ts';
import type { Person } from './session.ts';
import { addWorkingHours, dateIn, OFFICE_HOURS, zonedTime, type WorkingHours } from './working-time.ts';

export interface IntakeOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly registry: FormRegistry;
  readonly pack: Pick<CountryPack, 'timeZone' | 'calendar' | 'dossierCode' | 'functions'>;
  /** Who receives: packages and seals are addressed to it. */
  readonly audience: string;
  /** The agency that gives codes where a session names none. */
  readonly agency: string;
  /** Public keys of the gateways whose seals count here. */
  readonly sealKeys: SealExpectations['keys'];
  /** A seal whose consent was taken back does not count. */
  readonly consents: Pick<ConsentLedger, 'assertStanding'>;
  readonly signReceipt: ReceiptSigner;
  readonly clock: () => Date;
  readonly workingHours?: WorkingHours;
  /** Working hours until the citizen is told whether the dossier is accepted; 8 when absent. */
  readonly noticeWithin?: number;
  /** Bytes of a whole package. */
  readonly maxSize: number;
}

export interface Filing {
  /** `urn:uuid:…` */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly person: Person;
}

export interface Filed {
  readonly receipt: Receipt;
  /** It had been filed before, with the same bytes. */
  readonly replayed: boolean;
}

/** A row of the index as intake writes it and `reindex` writes it again. */
export interface DossierIndexRow {
  readonly manifest: DossierManifest;
  readonly receipt: Receipt;
  readonly mediaType: string;
  readonly channel: string;
  readonly counts: DossierCounts;
}

/** Numbers for the indicators: no values, no names. */
export interface DossierCounts {
  readonly origins: Readonly<Record<string, number>>;
  readonly components: Readonly<Record<string, number>>;
}

export type Intake = (filing: Filing) => Promise<Filed>;

export function createIntake(options: IntakeOptions): Intake {
  const { db, objects, pack, clock } = options;

  return async filing => {
    const digest = await sha256(filing.bytes);
    const before = await filedBefore(db, filing, digest);
    if (before !== null) return acknowledge(objects, before, true);

    const now = clock();
    const verdict = await verify(filing, now);
    const manifest = verdict.manifest!;
    const agency = manifest.recipient.agency ?? options.agency;
    const channel = verdict.submission?.seal?.payload.context.channel ?? 'online';

    const day = dateIn(pack.timeZone, now);
    const [serial] = await Promise.all([nextSerial(db, agency, day), objects.put(packageKey(digest), filing.bytes)]);
    const receipt = await options.signReceipt({
      format: 'https://onceform.dev/receipt/1',
      code: pack.dossierCode.format(agency, day, serial),
      dossier: { id: filing.id, sha256: digest, size: filing.bytes.length },
      receivedAt: zonedTime(pack.timeZone, now),
      agency,
      procedure: manifest.procedure?.code ?? null,
      noticeBy: noticeTime(now, pack.calendar),
    });
    const row: DossierIndexRow = { manifest, receipt, mediaType: filing.mediaType, channel, counts: countsOf(verdict) };
    const insert = async (tx: Queryable): Promise<boolean> =>
      (await insertDossier(tx, row, filing.person.id, now))
      && (manifest.previous === undefined || (await follow(tx, manifest.previous.id, now)));
    if (await (manifest.previous === undefined ? insert(db) : db.transaction(insert)))
      return acknowledge(objects, receipt, false);
    // Somebody else filed this id, or this draft, a moment ago. The serial stays unused: codes may have gaps.
    const winner = await filedBefore(db, filing, digest);
    if (winner === null) throw refuse('ERR_CONFLICT', 'This draft has been filed already, as another dossier.');
    return acknowledge(objects, winner, true);
  };

  function noticeTime(now: Date, calendar: Calendar): string | null {
    const schedule = options.workingHours ?? OFFICE_HOURS;
    return zonedTime(pack.timeZone, addWorkingHours(now, options.noticeWithin ?? 8, calendar, pack.timeZone, schedule));
  }

  /** Computed values as of the session, checks as of the day of receipt: filed after midnight, a date limit may be over. */
  async function judgeRules({ compiled }: RegisteredForm, data: JsonObject, today: string): Promise<Issue[]> {
    const { rules, dataSchema } = await compiled.documents();
    const judge = (kind: PublishedRule['kind'], of: JsonObject): Issue[] =>
      checkPublishedRules(
        rules.filter(rule => rule.kind === kind),
        of,
        { dataSchema, functions: pack.functions },
      );
    const context = data['$context'];
    return [
      ...judge('compute', data),
      ...judge('check', isJsonObject(context) ? { ...data, $context: { ...context, today } } : data),
    ];
  }

  async function verify({ bytes, person, id }: Filing, now: Date): Promise<DossierVerdict> {
    let form: RegisteredForm | undefined, sealed: OpenedSeal | undefined;
    const verdict = await verifyDossier(bytes, {
      now,
      audience: options.audience,
      limits: { maxSize: options.maxSize },
      form: found => (form = options.registry.byDigest(found))?.compiled,
      checkRules: async (_rules, data) =>
        form === undefined ? [] : judgeRules(form, data, dateIn(pack.timeZone, now)),
      nonce: async nonce =>
        nonce !== null
        && (
          await db.query('SELECT 1 FROM draft WHERE nonce = $1 AND owner = $2 AND expires > $3', [
            nonce,
            person.id,
            now,
          ])
        ).length > 0,
      openSeal: async (jws, manifest) =>
        (sealed = await openSeal(jws, {
          keys: options.sealKeys,
          audience: options.audience,
          subject: person.id,
          draft: null,
          form: manifest.form,
          now,
        })),
    });
    // Before all other refusals: a withdrawal deletes the draft, and the citizen shall read why the dossier is refused.
    if (sealed !== undefined) await options.consents.assertStanding(sealed.payload);
    const refusals = verdict.findings.filter(({ status }) => status === 'failed');
    if (verdict.package === null) await readPackage(bytes, { maxSize: options.maxSize }); // says exactly why
    const { manifest } = verdict;
    if (manifest !== null) {
      if (manifest.id !== id)
        throw refuse('ERR_DOSSIER_INVALID', 'The dossier names another id than the address it was sent to.');
      if (manifest.submitter?.id !== person.id)
        throw refuse('ERR_DOSSIER_INVALID', 'The dossier was made by another person than the one who files it.');
      if (manifest.submitter.identityLevel !== person.identityLevel)
        throw refuse('ERR_DOSSIER_INVALID', 'The dossier claims another identity level than the session has.');
      if (manifest.previous !== undefined) {
        const [before] = await db.query(
          'SELECT 1 FROM dossier WHERE id = $1 AND sha256 = $2 AND owner = $3 AND status = $4',
          [manifest.previous.id, manifest.previous.sha256, person.id, 'supplement'],
        );
        if (before === undefined)
          throw refuse('ERR_DOSSIER_INVALID', 'The dossier that this one follows does not wait to be supplemented.');
      }
      if (form !== undefined && !isValidOn(form, dateIn(pack.timeZone, now)))
        throw refuse('ERR_FORM_UNKNOWN', 'This version of the form is not valid on the day of receipt.');
    }
    if (!verdict.ok || refusals.length > 0 || manifest === null) {
      throw refuse(
        'ERR_DOSSIER_INVALID',
        refusals.map(({ code, at }) => (at === undefined ? code : `${code} ${at}`)).join(', '),
        { issues: refusals.map(issueOf) },
      );
    }
    return verdict;
  }
}

/** The dossier that this one supplements is waiting for it no longer. */
async function follow(tx: Queryable, previous: string, now: Date): Promise<boolean> {
  await tx.query(`UPDATE dossier SET status = 'supplemented' WHERE id = $1`, [previous]);
  await tx.query(
    `INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'supplemented', 'citizen', '{}'::jsonb)`,
    [previous, now],
  );
  return true;
}

/** Where a package lies in the object store. */
export function packageKey(digest: Sha256): string {
  return `packages/${digest.slice(0, 2)}/${digest}`;
}

/** Where its receipt lies: found again by day and id when the index has to be rebuilt. */
export function receiptKey({ receivedAt, dossier }: Pick<Receipt, 'receivedAt' | 'dossier'>): string {
  return `receipts/${receivedAt.slice(0, 10)}/${dossier.id.replace('urn:uuid:', '')}.json`;
}

/** The receipt is on the disk before anybody hears of it: a lost index cannot lose or double a code that was given. */
async function acknowledge(objects: ObjectStore, receipt: Receipt, replayed: boolean): Promise<Filed> {
  const key = receiptKey(receipt);
  if ((await objects.size(key)) === null) await objects.put(key, new TextEncoder().encode(JSON.stringify(receipt)));
  return { receipt, replayed };
}

/**
 * @throws {OnceFormError} ERR_CONFLICT when the id was filed with other bytes, or by somebody else: the answer does
 *   not say which.
 */
async function filedBefore(db: Queryable, { id, person }: Filing, digest: Sha256): Promise<Receipt | null> {
  const [row] = await db.query<{ sha256: string; owner: string; receipt: Receipt }>(
    'SELECT sha256, owner, receipt FROM dossier WHERE id = $1',
    [id],
  );
  if (row === undefined) return null;
  if (row.sha256 !== digest || row.owner !== person.id)
    throw refuse('ERR_CONFLICT', 'A dossier of this id was filed with other content.');
  return row.receipt;
}

async function nextSerial(db: Queryable, agency: string, day: string): Promise<number> {
  const [row] = await db.query<{ last: number }>(
    `INSERT INTO serial (agency, day, last) VALUES ($1, $2, 1)
     ON CONFLICT (agency, day) DO UPDATE SET last = serial.last + 1 RETURNING last`,
    [agency, day],
  );
  return row!.last;
}

/**
 * Writes the index row and the outbox row that tells receivers, both or neither, in one statement. False when id, code
 * or draft stand already.
 */
export async function insertDossier(
  db: Queryable,
  { manifest, receipt, mediaType, channel, counts }: DossierIndexRow,
  owner: string,
  received: Date,
): Promise<boolean> {
  const { code, agency, procedure, receivedAt } = receipt;
  const rows = await db.query(
    `WITH filed AS (
       INSERT INTO dossier (id, sha256, size, media_type, owner, form_id, form_version, form_digest, procedure, agency, channel,
         code, receipt, received, received_on, notice_by, nonce, bundle, previous, counts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16, $17, $18, $19, $20::jsonb)
       ON CONFLICT DO NOTHING RETURNING id
     ), told AS (
       INSERT INTO outbox (kind, subject, body, created, due) SELECT 'dossier.received', id, $21::jsonb, $14, $14 FROM filed
     )
     SELECT id FROM filed`,
    [
      manifest.id,
      receipt.dossier.sha256,
      receipt.dossier.size,
      mediaType,
      owner,
      manifest.form.id,
      manifest.form.version,
      manifest.form.digest,
      procedure,
      agency,
      channel,
      code,
      JSON.stringify(receipt),
      received,
      receivedAt.slice(0, 10),
      receipt.noticeBy === null ? null : new Date(receipt.noticeBy),
      manifest.recipient.nonce,
      manifest.bundle?.id ?? null,
      manifest.previous?.id ?? null,
      JSON.stringify(counts),
      JSON.stringify({ id: manifest.id, code, agency, procedure, receivedAt }),
    ],
  );
  return rows.length > 0;
}

export function countsOf({ origins, manifest }: Pick<DossierVerdict, 'origins' | 'manifest'>): DossierCounts {
  return {
    origins: tally(Object.values(origins ?? {}).map(({ origin }) => origin)),
    components: tally((manifest?.components ?? []).map(({ fulfilledBy }) => fulfilledBy)),
  };
}

export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function isValidOn(form: RegisteredForm, date: string): boolean {
  return (form.validFrom ?? '') <= date && date <= (form.validUntil ?? '9999');
}

/** A finding as an issue of the answers, so that the page can lead the citizen to it. */
function issueOf({ code, at, message }: Finding): Issue {
  return {
    pointer: at?.startsWith('/') ? at : '',
    keyword: 'server',
    severity: 'error',
    params: { code, ...(at === undefined ? {} : { at }) },
    message: message satisfies LocalizedText,
  };
}
