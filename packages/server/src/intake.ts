// Intake: verify the package, store it for good, index it, sign the receipt. Only then is a dossier acknowledged. The
// dossier's id is the idempotency key: the same bytes again give the same receipt, other bytes are refused. A bundle is
// taken in the same way, all of its dossiers or none.

import { sha256, type CountryPack, type ProcedurePart, type Receipt, type Sha256 } from '@onceform/core';
import { checkBundle, type DossierVerdict } from '@onceform/dossier';
import type { Database, Queryable } from './database.ts';
import {
  bundleReceiptsKey,
  countsOf,
  findFiled,
  insertBundle,
  insertDossiers,
  packageKey,
  receiptKey,
  type DossierIndexRow,
  type Filed,
} from './dossier-index.ts';
import { gather } from './gather.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import { requireOnlyAsked } from './supplement.ts';
import { createReceiptShelf } from './receipt-shelf.ts';
import { givesCodeOf, provenBy, type FiledFacts, type ReceiptFacts } from './receipt-facts.ts';
import { createSerials } from './serials.ts';
import type { Person } from './session.ts';
import {
  refuseFindings,
  type Filing,
  type FilingVerifier,
  type Incoming,
  type VerifiedFiling,
} from './verify-filing.ts';
import { dateIn } from './working-time.ts';

export interface IntakeOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly pack: Pick<CountryPack, 'timeZone' | 'dossierCode'>;
  readonly verify: FilingVerifier;
  readonly factsOf: (filed: FiledFacts) => Promise<ReceiptFacts>;
  readonly signReceipt: (receipt: Omit<Receipt, 'signature'>) => Promise<Receipt>;
  /** Who takes money; absent: a receipt names no payment. */
  readonly payee?: NonNullable<NonNullable<Receipt['fee']>['payment']>['provider'];
  readonly clock: () => Date;
  /** Told once of each package that was taken in now, not of one that had been. Does not throw. */
  readonly filed?: (filing: Filing) => void;
}

export interface BundleFiling {
  /** `urn:uuid:…`, in every manifest. */
  readonly id: string;
  readonly packages: readonly Omit<Filing, 'person' | 'atDesk'>[];
  readonly person: Person;
  readonly atDesk: boolean;
}

export interface Acknowledged<Answer> {
  readonly answer: Answer;
  /** It had been filed before, with the same bytes. */
  readonly replayed: boolean;
}

export interface Intake {
  /**
   * @throws {OnceFormError} what the verifier refuses with; ERR_CONFLICT when the id was filed with other bytes or by
   *   somebody else (the answer does not say which), or the draft as another dossier.
   */
  file(incoming: Incoming): Promise<Acknowledged<Receipt>>;
  /**
   * Takes in all dossiers of one declaration, or none.
   *
   * @returns the receipts in the order of the bundle.
   * @throws {OnceFormError} as `file`; ERR_DOSSIER_INVALID when the packages are no complete bundle of their form.
   */
  fileBundle(filing: BundleFiling): Promise<Acknowledged<readonly Receipt[]>>;
}

export function createIntake({
  db,
  objects,
  pack,
  verify,
  factsOf,
  signReceipt,
  payee,
  clock,
  filed,
}: IntakeOptions): Intake {
  const nextSerial = createSerials(db);
  const shelve = createReceiptShelf(objects);
  const insert = gather<DossierIndexRow, boolean>(async rows => {
    const written = await insertDossiers(db, rows);
    return rows.map(({ receipt }) => written.has(receipt.code));
  });
  return {
    async file(incoming) {
      const digest = await sha256(incoming.bytes);
      const now = clock();
      let verified: VerifiedFiling;
      try {
        verified = await verify(incoming, now);
      } catch (error) {
        const { id, person } = incoming;
        // What was taken in once stays so, whatever ended since: a consent, the form, the draft.
        const before = person === null ? null : await receiptBefore(db, { id, person }, digest);
        if (before === null) throw error;
        return { answer: await acknowledge(before, true), replayed: true };
      }
      const { filing } = verified;
      const { filed: earlier } = verified.known;
      if (earlier !== null)
        return { answer: await acknowledge(receiptFor(earlier, filing, digest), true), replayed: true };
      if (verified.manifest.bundle !== undefined || verified.form.compiled.procedure?.parts !== undefined)
        throw refuseFindings([checkBundle([verified.manifest])]);
      await requireOnlyAsked(verified, { db, objects });
      const row = await receive(verified, null, digest, now);
      const { previous } = row.manifest;
      const isIn = await (previous === undefined
        ? insert(row)
        : db.transaction(async tx => (await insertDossiers(tx, [row])).size > 0 && follow(tx, previous.id, now)));
      if (isIn) {
        const answer = await acknowledge(row.receipt);
        filed?.(filing);
        return { answer, replayed: false };
      }
      // Somebody else filed this id, or this draft, a moment ago. The serial stays unused: codes may have gaps.
      const winner = await receiptBefore(db, filing, digest);
      if (winner === null) throw refuse('ERR_CONFLICT', 'This draft has been filed already, as another dossier.');
      return { answer: await acknowledge(winner, true), replayed: true };
    },

    async fileBundle(filing) {
      const digests = await Promise.all(filing.packages.map(({ bytes }) => sha256(bytes)));
      const before = await receiptsBefore(db, filing, digests);
      if (before !== null) return { answer: await acknowledgeBundle(before, true), replayed: true };

      const now = clock();
      const { person, atDesk } = filing;
      const verified: VerifiedFiling[] = [];
      for (const one of filing.packages) verified.push(await verify({ ...one, person, atDesk }, now));
      const parts = partsOf(filing, verified);
      const rows: DossierIndexRow[] = [];
      // One after the other, in the order of the bundle: so are the codes.
      for (const [i, part] of parts.entries()) {
        const at = verified.findIndex(({ manifest }) => manifest.bundle!.no === i + 1);
        rows.push(await receive(verified[at]!, part, digests[at]!, now));
      }
      if (await insertBundle(db, rows)) {
        const answer = await acknowledgeBundle(rows.map(({ receipt }) => receipt));
        for (const one of verified) filed?.(one.filing);
        return { answer, replayed: false };
      }
      const winner = await receiptsBefore(db, filing, digests);
      if (winner === null) throw refuse('ERR_CONFLICT', 'This draft has been filed already, as another dossier.');
      return { answer: await acknowledgeBundle(winner, true), replayed: true };
    },
  };

  /** Stores a verified package for good, and writes its receipt: nothing is promised yet. */
  async function receive(
    { filing, verdict, manifest, form, data }: VerifiedFiling,
    part: ProcedurePart | null,
    digest: Sha256,
    now: Date,
  ): Promise<DossierIndexRow> {
    const channel = channelOf(verdict);
    const facts = await factsOf({
      procedure: form.compiled.procedure,
      part,
      data,
      channel,
      named: manifest.recipient.agency,
      receivingAgency: manifest.recipient.receivingAgency ?? null,
      passedOnTo: manifest.previous === undefined ? null : await passedOnTo(db, manifest.previous.id),
      proven: provenBy(verdict),
      now,
    });
    const day = dateIn(pack.timeZone, now);
    const givesCode = givesCodeOf(facts);
    const [serial] = await Promise.all([
      nextSerial(givesCode, day),
      objects.put(packageKey(digest), filing.bytes, facts.agency ?? '', { unseen: true }),
    ]);
    const code = pack.dossierCode.format(givesCode, day, serial);
    const { fee } = facts;
    const receipt = await signReceipt({
      format: 'https://onceform.dev/receipt/1',
      code,
      dossier: { id: filing.id, sha256: digest, size: filing.bytes.length },
      ...(manifest.bundle === undefined ? {} : { bundle: manifest.bundle }),
      ...facts,
      ...(fee === undefined || fee.total === null || fee.total === 0 || payee === undefined
        ? {}
        : { fee: { ...fee, payment: { reference: referenceOf(code), provider: payee } } }),
    });
    return {
      manifest,
      receipt,
      mediaType: filing.mediaType,
      channel,
      counts: countsOf(verdict),
      owner: filing.person.id,
      received: now,
    };
  }

  /**
   * The receipt is on the disk before anybody hears of it: a lost index cannot lose or double a code that was given. A
   * PostgreSQL has it on the disk by now; there the outbox brings the copy to the shelf.
   */
  async function acknowledge(receipt: Receipt, replayed = false): Promise<Receipt> {
    if (db.kind === 'postgresql') return receipt;
    if (!replayed || (await objects.size(receiptKey(receipt))) === null) await shelve([receipt]);
    return receipt;
  }

  async function acknowledgeBundle(receipts: readonly Receipt[], replayed = false): Promise<readonly Receipt[]> {
    if (db.kind === 'postgresql') return receipts;
    if (!replayed || (await objects.size(bundleReceiptsKey(receipts[0]!))) === null) await shelve(receipts);
    return receipts;
  }
}

/** What the form says its dossiers are, when these are they: all of them, of one declaration, each with its own papers. */
function partsOf({ id }: BundleFiling, verified: readonly VerifiedFiling[]): readonly ProcedurePart[] {
  const whole = checkBundle(verified.map(({ manifest }) => manifest));
  const [first] = verified;
  const parts = first?.form.compiled.procedure?.parts ?? [];
  if (whole.status === 'failed' || first?.manifest.bundle?.id !== id || parts.length !== verified.length)
    throw refuseFindings([whole.status === 'failed' ? whole : checkBundle([])]);
  const answers = new Set(verified.map(({ manifest }) => manifest.files.find(({ role }) => role === 'data')?.sha256));
  const nonces = new Set(verified.map(({ manifest }) => manifest.recipient.nonce));
  if (answers.size !== 1 || nonces.size !== 1)
    throw refuse('ERR_DOSSIER_INVALID', 'The dossiers of a bundle carry the same declaration of one session.');
  for (const { manifest } of verified) {
    const own = parts[manifest.bundle!.no - 1]!.components;
    const foreign = manifest.components.find(
      ({ id: component, fulfilledBy }) => !own.includes(component) && fulfilledBy !== 'waived',
    );
    if (foreign !== undefined)
      throw refuse('ERR_DOSSIER_INVALID', `The paper ${foreign.id} goes with another dossier of the bundle.`);
  }
  return parts;
}

/** Who decides on a dossier, where that is another agency than its receipt says. */
async function passedOnTo(db: Queryable, dossier: string): Promise<string | null> {
  const [row] = await db.query<{ agency: string }>(
    `SELECT agency FROM dossier WHERE id = $1 AND agency IS DISTINCT FROM receipt->>'agency'`,
    [dossier],
  );
  return row?.agency ?? null;
}

/** The dossier that this one supplements is waiting for it no longer. */
async function follow(tx: Queryable, previous: string, now: Date): Promise<true> {
  await tx.query(`UPDATE dossier SET status = 'supplemented' WHERE id = $1`, [previous]);
  await tx.query(
    `INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'supplemented', 'citizen', '{}'::jsonb)`,
    [previous, now],
  );
  return true;
}

async function receiptBefore(
  db: Queryable,
  filing: Pick<Filing, 'id' | 'person'>,
  digest: Sha256,
): Promise<Receipt | null> {
  const [row] = await findFiled(db, [filing.id]);
  return row === undefined ? null : receiptFor(row, filing, digest);
}

function receiptFor(
  { sha256: filed, owner, receipt }: Filed,
  { person }: Pick<Filing, 'person'>,
  digest: Sha256,
): Receipt {
  if (filed !== digest || owner !== person.id)
    throw refuse('ERR_CONFLICT', 'A dossier of this id was filed with other content.');
  return receipt;
}

async function receiptsBefore(
  db: Queryable,
  { id, packages, person }: BundleFiling,
  digests: readonly Sha256[],
): Promise<readonly Receipt[] | null> {
  const rows = await findFiled(
    db,
    packages.map(one => one.id),
    id,
  );
  if (rows.length === 0) return null;
  const same =
    rows.length === packages.length
    && rows.every(
      row =>
        row.owner === person.id
        && row.receipt.bundle?.id === id
        && digests[packages.findIndex(one => one.id === row.id)] === row.sha256,
    );
  if (!same) throw refuse('ERR_CONFLICT', 'A bundle or a dossier of this id was filed with other content.');
  return rows.map(({ receipt }) => receipt);
}

function channelOf({ submission }: DossierVerdict): FiledFacts['channel'] {
  return submission?.seal?.payload.context.channel ?? 'online';
}

/** Banks take letters and digits only. */
function referenceOf(code: string): string {
  return code.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}
