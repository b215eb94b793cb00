// What the store's ledgers need of the portal: its database and its encryption. Consents and disputes survive a restart.

import type { Json } from '@onceform/core';
import {
  createConsentLedger,
  createDisputeDesk,
  type BodyBox,
  type CitizenDataSource,
  type ConsentLedger,
  type DisputeDesk,
  type InvitationStore,
} from '@onceform/store';
import type { DisputeEvent } from '@onceform/store/metrics';
import type { SqlQuery } from '@onceform/store/sql';
import { createSqlLedgers } from '@onceform/store/sql-ledgers';
import type { Database } from './database.ts';
import { secretBox } from './secret-box.ts';

export interface CitizenRecords {
  readonly invitations: InvitationStore;
  readonly consents: ConsentLedger;
  readonly disputes: DisputeDesk;
}

/** The ledgers on the portal's database. Disputes go to those of `sources` that take reports. */
export function createCitizenRecords(options: {
  readonly db: Database;
  readonly secret: Uint8Array;
  readonly sources: readonly CitizenDataSource[];
  readonly clock: () => Date;
  /** Told of disputes, to be counted. */
  readonly measure?: (event: DisputeEvent) => void;
}): CitizenRecords {
  const { db, secret, sources, clock } = options;
  const ledgers = createSqlLedgers(storeQuery(db), bodyBox(secret, 'ledger'));
  return {
    invitations: ledgers.invitations,
    consents: createConsentLedger(ledgers.consents, { clock }),
    disputes: createDisputeDesk({
      store: ledgers.disputes,
      sources,
      clock,
      ...(options.measure === undefined ? {} : { measure: options.measure }),
    }),
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
