// What the store's ledgers need of the portal: its database and its encryption. Consents and disputes survive a restart.

import type { Json } from '@onceform/core';
import {
  createComplaintDesk,
  createConsentLedger,
  createDisputeDesk,
  type BodyBox,
  type CitizenDataSource,
  type ComplaintDesk,
  type ConsentLedger,
  type DisputeDesk,
  type InvitationStore,
  type UsageLog,
} from '@onceform/store';
import type { DisputeEvent, LogView } from '@onceform/store/metrics';
import type { SqlQuery } from '@onceform/store/sql';
import { createSqlLedgers, type LedgerRows } from '@onceform/store/sql-ledgers';
import type { Database } from './database.ts';
import { secretBox } from './secret-box.ts';

export interface CitizenRecords {
  /** The rows behind them, for reading a case whole. */
  readonly rows: LedgerRows;
  readonly invitations: InvitationStore;
  readonly consents: ConsentLedger;
  readonly disputes: DisputeDesk;
  readonly complaints: ComplaintDesk;
}

/** The ledgers on the portal's database. Disputes go to those of `sources` that take reports. */
export function createCitizenRecords(options: {
  readonly db: Database;
  readonly secret: Uint8Array;
  readonly sources: readonly CitizenDataSource[];
  /** What complaints are about. */
  readonly log: Pick<UsageLog, 'of'>;
  readonly clock: () => Date;
  /** Told of disputes and complaints, to be counted. */
  readonly measure?: (event: DisputeEvent | LogView) => void;
}): CitizenRecords {
  const { db, secret, sources, log, clock } = options;
  const measured = options.measure === undefined ? {} : { measure: options.measure };
  const ledgers = createSqlLedgers(storeQuery(db), bodyBox(secret, 'ledger'));
  return {
    rows: ledgers.rows,
    invitations: ledgers.invitations,
    consents: createConsentLedger(ledgers.consents, { clock }),
    disputes: createDisputeDesk({
      store: ledgers.disputes,
      sources,
      clock,
      ...measured,
    }),
    complaints: createComplaintDesk({ store: ledgers.complaints, log, clock, ...measured }),
  };
}

/** The portal's encryption as the store's SQL adapters ask for it: a key of its own for each purpose. */
export function bodyBox(secret: Uint8Array, purpose: string): BodyBox {
  const box = secretBox(secret, purpose);
  return {
    seal: async (row, text) => Buffer.from(box.seal(row, text)).toString('base64'),
    open: async (row, text) => box.open<Json & string>(row, Buffer.from(text, 'base64')),
  };
}

/** The database as the store's SQL adapters ask for it. */
export function storeQuery(db: Database): SqlQuery {
  return async (sql, parameters) => ({ rows: await db.query(sql, parameters) });
}
