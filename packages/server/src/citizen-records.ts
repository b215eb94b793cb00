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
  type ConsentStore,
  type DisputeDesk,
  type InvitationStore,
  type UsageLog,
} from '@onceform/store';
import type { DisputeEvent, LogView } from '@onceform/store/metrics';
import type { SqlQuery } from '@onceform/store/sql';
import { createSqlLedgers, type LedgerRow, type LedgerRows } from '@onceform/store/sql-ledgers';
import type { Database } from './database.ts';
import { gather } from './gather.ts';
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
  // A consent is entered before a source is asked, and does not wait for the disk: the usage entry that ends the request
  // does, for everything before it. Taking it back waits.
  const enter = gather<LedgerRow, void>(async rows => {
    await db.query(
      `INSERT INTO once_ledger (kind, id, owner, status, token, due, at, body)
       SELECT row->>0, row->>1, row->>2, row->>3, row->>4, row->>5, row->>6, row->>7
       FROM jsonb_array_elements($1::jsonb) AS row, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
       ON CONFLICT (kind, id) DO UPDATE
       SET owner = excluded.owner, status = excluded.status, due = excluded.due, at = excluded.at, body = excluded.body`,
      [JSON.stringify([...new Map(rows.map(row => [row[1], row])).values()])],
    );
    return rows.map(() => undefined);
  });
  const consents: ConsentStore = {
    ...ledgers.consents,
    set: async record =>
      record.state === 'given' ? enter(await ledgers.rows.consent(record)) : ledgers.consents.set(record),
  };
  return {
    rows: ledgers.rows,
    invitations: ledgers.invitations,
    consents: createConsentLedger(consents, { clock }),
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
