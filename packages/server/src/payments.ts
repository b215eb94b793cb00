// Paying for a dossier: a port to whoever takes the money, and what became of each reference. The portal sees no card and
// no account; a dossier is filed whether or not the payment service answers.

import type { JsonObject, LocalizedText, PaymentState } from '@onceform/core';
import type { Audit } from './audit.ts';
import type { Database, Queryable } from './database.ts';
import { addCounts } from './measurement.ts';
import { refuse, refuseChange } from './problem.ts';
import type { Person } from './session.ts';

export interface PaymentOrder {
  /** As in the receipt. The same reference is the same payment, however often it is begun. */
  readonly reference: string;
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What is paid for, for the citizen to read there. */
  readonly title: LocalizedText;
  /** Where the citizen goes on afterwards, whether or not they paid. */
  readonly returnTo: string;
}

/** Takes the money. */
export interface PaymentProvider {
  readonly id: string;
  readonly name: LocalizedText;
  /** Gives the address of the page where the citizen pays. */
  begin(order: PaymentOrder, signal: AbortSignal): Promise<{ readonly url: string }>;
  /** What became of a payment; the provider's word, asked for by us: a returning browser proves nothing. */
  status(reference: string, signal: AbortSignal): Promise<'unknown' | 'begun' | 'paid'>;
}

export interface Payments {
  /** What is to be paid for a dossier; null where nothing is. Asks the provider when a payment was begun. */
  of(dossier: string): Promise<PaymentState | null>;
  /**
   * @throws {OnceFormError} ERR_NOT_FOUND when there is nothing to pay; ERR_CONFLICT when it was paid;
   *   ERR_SOURCE_UNAVAILABLE when the provider does not answer.
   */
  begin(dossier: string, title: LocalizedText, returnTo: string): Promise<{ readonly url: string }>;
  /**
   * Money was taken at the counter of the agency that took the dossier in, or that decides: `receipt` is the number of the
   * paper that the citizen was given for it.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when there is nothing to pay, or it is another agency's; ERR_CONFLICT when it was
   *   paid, or the citizen began to pay online.
   */
  takeAtCounter(dossier: string, receipt: string, officer: Person): Promise<void>;
  /** Asks about payments that were begun and not heard of since; returns how many were paid. */
  settle(): Promise<number>;
}

const PATIENCE = 10_000;

export function createPayments({
  db,
  provider,
  audit,
  clock,
  today,
}: {
  readonly db: Database;
  readonly provider: PaymentProvider;
  readonly audit: Audit;
  readonly clock: () => Date;
  readonly today: () => string;
}): Payments {
  const find = async (dossier: string): Promise<PaymentState | undefined> =>
    (
      await db.query<PaymentState>(
        'SELECT reference, amount::float8 AS amount, currency, status FROM payment WHERE dossier = $1',
        [dossier],
      )
    )[0];

  const ask = <T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    call(AbortSignal.timeout(PATIENCE)).catch((cause: unknown) => {
      throw refuse('ERR_SOURCE_UNAVAILABLE', 'The payment service does not answer.', { cause });
    });

  /** Marks a payment as paid, once: the timeline says so, and the day's counts grow. False when it was paid before. */
  async function paid(
    tx: Queryable,
    reference: string,
    { from, by, body, counted }: { from: readonly string[]; by: string; body: JsonObject; counted: string },
  ): Promise<boolean> {
    const [row] = await tx.query<{ id: string; procedure: string | null; agency: string | null; channel: string }>(
      `WITH done AS (UPDATE payment SET status = 'paid', changed = $2
         WHERE reference = $1 AND status IN (SELECT jsonb_array_elements_text($3::jsonb)) RETURNING dossier)
       SELECT dossier.id, procedure, agency, channel FROM done JOIN dossier ON dossier.id = done.dossier`,
      [reference, clock(), JSON.stringify(from)],
    );
    if (row === undefined) return false;
    await tx.query(`INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'paid', $3, $4::jsonb)`, [
      row.id,
      clock(),
      by,
      JSON.stringify({ reference, ...body }),
    ]);
    const { procedure, agency, channel } = row;
    await addCounts(tx, [[{ day: today(), procedure, agency, channel }, { [counted]: 1 }]]);
    return true;
  }
  const paidOnline = (reference: string): Promise<boolean> =>
    db.transaction(tx =>
      paid(tx, reference, {
        from: ['due', 'begun'],
        by: 'portal',
        body: { provider: provider.id },
        counted: 'paid:online',
      }),
    );

  return {
    async of(dossier) {
      const payment = await find(dossier);
      if (payment === undefined) return null;
      if (payment.status !== 'begun') return payment;
      // A provider that is away leaves the state as it was last known: nobody is told of a payment that did not happen.
      const status = await provider
        .status(payment.reference, AbortSignal.timeout(PATIENCE))
        .catch(() => 'begun' as const);
      if (status !== 'paid') return payment;
      await paidOnline(payment.reference);
      return { ...payment, status };
    },
    async begin(dossier, title, returnTo) {
      const payment = await find(dossier);
      if (payment === undefined) throw refuse('ERR_NOT_FOUND', 'There is nothing to pay for this dossier.');
      if (payment.status === 'paid') throw refuseChange('This has been paid already.');
      const { reference, amount, currency } = payment;
      const { url } = await ask(signal => provider.begin({ reference, amount, currency, title, returnTo }, signal));
      await db.query(`UPDATE payment SET status = 'begun', changed = $2 WHERE reference = $1 AND status = 'due'`, [
        reference,
        clock(),
      ]);
      return { url };
    },
    takeAtCounter: (dossier, receipt, officer) =>
      db.transaction(async tx => {
        const [payment] = await tx.query<{ reference: string; status: string }>(
          `SELECT reference, payment.status FROM payment JOIN dossier ON dossier.id = payment.dossier
           WHERE dossier.id = $1 AND $2 IN (dossier.agency, dossier.receiving_agency)`,
          [dossier, officer.agency ?? null],
        );
        if (payment === undefined) throw refuse('ERR_NOT_FOUND', 'There is nothing to pay for such a dossier here.');
        const { id: by } = officer;
        const body = { counter: receipt };
        // Who began to pay online may have paid by now: taking the money again could take it twice.
        if (!(await paid(tx, payment.reference, { from: ['due'], by, body, counted: 'paid:counter' })))
          throw refuseChange(
            payment.status === 'paid'
              ? 'This has been paid already.'
              : 'The citizen began to pay online; the provider has not said yet what became of it.',
          );
        await audit(by, 'payment', dossier, tx);
      }),
    async settle() {
      const open = await db.query<{ reference: string }>(
        `SELECT reference FROM payment WHERE status = 'begun' ORDER BY changed LIMIT 100`,
      );
      let count = 0;
      for (const { reference } of open) {
        const status = await provider.status(reference, AbortSignal.timeout(PATIENCE)).catch(() => 'unknown' as const);
        if (status !== 'paid') continue;
        await paidOnline(reference);
        count++;
      }
      return count;
    },
  };
}
