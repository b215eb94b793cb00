// The outbox: what was committed with a dossier is counted and told to receivers afterwards, at least once, with retries.

import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactSign, importJWK, type JWK } from 'jose';
import { OnceFormError, type Json, type JsonObject, type Receipt } from '@onceform/core';
import type { Database, Queryable } from './database.ts';
import { findFiled } from './dossier-index.ts';
import { requireListed } from './listed-hosts.ts';
import { addCounts, type CountKey, type Counts } from './measurement.ts';
import type { ReceiptShelf } from './receipt-shelf.ts';

/** Something that happened. Holds no answer and no name: a receiver that may see more asks for the package. */
export interface OutboxMessage {
  readonly id: string;
  /** `dossier.received`, `dossier.accepted`, … */
  readonly kind: string;
  readonly subject: string;
  readonly created: string;
  readonly body: JsonObject;
}

export interface Receiver {
  readonly id: string;
  /** Resolves when the message is safe there; it may come again, under the same id. */
  deliver(message: OutboxMessage, signal: AbortSignal): Promise<void>;
}

export interface OutboxOptions {
  readonly db: Database;
  readonly receivers: readonly Receiver[];
  readonly clock: () => Date;
  /** Where receipts are copied to that no one has copied before the answer; absent: intake did. */
  readonly shelve?: ReceiptShelf;
  /** Tries before a message is laid aside for a human. 12 (about a day and a half) when absent. */
  readonly maxAttempts?: number;
  /** Milliseconds that a receiver may take for one message; 30,000 when absent. */
  readonly patience?: number;
}

export interface Outbox {
  /** Counts, copies receipts, and delivers what is due; returns how much was done. Several nodes may do this at once. */
  run(): Promise<{ readonly measured: number; readonly delivered: number; readonly failed: number }>;
}

const BATCH = 200;

export function createOutbox(options: OutboxOptions): Outbox {
  const { db, receivers, clock, shelve, maxAttempts = 12, patience = 30_000 } = options;
  /** Milliseconds that messages are this node's once it took them: nobody else delivers them meanwhile. */
  const lease = 3 * patience;

  async function measure(): Promise<number> {
    return db.transaction(async tx => {
      const rows = await tx.query<{
        id: string;
        day: string;
        procedure: string | null;
        agency: string | null;
        channel: string;
        counts: { origins: Counts; components: Counts };
        receipt: Receipt;
        kind: string;
      }>(
        `SELECT outbox.id::text AS id, outbox.kind, dossier.received_on::text AS day, dossier.procedure, dossier.receipt->>'agency' AS agency, dossier.channel, dossier.counts, dossier.receipt
         FROM outbox JOIN dossier ON dossier.id = outbox.subject WHERE NOT measured ORDER BY outbox.id LIMIT ${BATCH} FOR UPDATE OF outbox SKIP LOCKED`,
      );
      if (rows.length === 0) return 0;
      const received = rows.filter(({ kind }) => kind === 'dossier.received');
      // Before the rows are marked: what a crash interrupts here is done again, and a copy made twice is the same copy.
      if (shelve !== undefined)
        await copyReceipts(
          tx,
          shelve,
          received.map(({ receipt }) => receipt),
        );
      await addCounts(
        tx,
        received.flatMap((row): (readonly [CountKey, Counts])[] => {
          const { receivingAgency } = row.receipt;
          return [
            [row, countsOf(row)],
            // A dossier is filed once; where it was handed in is counted beside it.
            ...(receivingAgency === undefined
              ? []
              : [[{ ...row, agency: receivingAgency }, { 'passed-on': 1 }] as const]),
          ];
        }),
      );
      await tx.query(
        'UPDATE outbox SET measured = true WHERE id = ANY (SELECT jsonb_array_elements_text($1::jsonb)::bigint)',
        [JSON.stringify(rows.map(({ id }) => id))],
      );
      for (const receiver of receivers) {
        await tx.query(
          `INSERT INTO delivery (message, receiver, due) SELECT id, $1, $2 FROM outbox WHERE id = ANY (SELECT jsonb_array_elements_text($3::jsonb)::bigint) ON CONFLICT DO NOTHING`,
          [receiver.id, clock(), JSON.stringify(rows.map(({ id }) => id))],
        );
      }
      return rows.length;
    });
  }

  async function deliver(receiver: Receiver): Promise<{ delivered: number; failed: number }> {
    const taken = clock().getTime();
    // Taken by moving its due time: when this process dies, another one tries again soon.
    const due = await db.query<{
      id: string;
      kind: string;
      subject: string;
      created: Date;
      body: JsonObject;
      attempts: number;
    }>(
      `WITH taken AS (
         SELECT message FROM delivery WHERE receiver = $1 AND due <= $2 AND done IS NULL AND dead IS NULL ORDER BY message LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
       ), marked AS (
         UPDATE delivery SET attempts = attempts + 1, due = $3 FROM taken WHERE delivery.message = taken.message AND receiver = $1
         RETURNING delivery.message, delivery.attempts
       )
       SELECT outbox.id::text AS id, kind, subject, created, body, marked.attempts FROM marked JOIN outbox ON outbox.id = marked.message ORDER BY outbox.id`,
      [receiver.id, new Date(taken), new Date(taken + lease)],
    );
    let delivered = 0,
      failed = 0;
    const begun = performance.now();
    for (const [i, { attempts, created, ...message }] of due.entries()) {
      // A receiver that is slow to say no would keep the rest longer than they are ours: they are given back, untried.
      if (performance.now() - begun >= lease - 2 * patience) {
        const rest = due.slice(i).map(({ id }) => id);
        await db.query(
          `UPDATE delivery SET attempts = attempts - 1, due = $2
           WHERE receiver = $1 AND message IN (SELECT jsonb_array_elements_text($3::jsonb)::bigint)`,
          [receiver.id, clock(), JSON.stringify(rest)],
        );
        break;
      }
      try {
        await inTime(patience, signal => receiver.deliver({ ...message, created: created.toISOString() }, signal));
        await db.query('UPDATE delivery SET done = $3, error = NULL WHERE message = $1::bigint AND receiver = $2', [
          message.id,
          receiver.id,
          clock(),
        ]);
        delivered++;
      } catch (error) {
        const wait = Math.min(60_000 * 2 ** (attempts - 1), 6 * 3_600_000);
        await db.query(
          'UPDATE delivery SET due = $3, dead = $4, error = $5 WHERE message = $1::bigint AND receiver = $2',
          [
            message.id,
            receiver.id,
            new Date(clock().getTime() + wait),
            attempts >= maxAttempts ? clock() : null,
            (error instanceof Error ? error.message : String(error)).slice(0, 500),
          ],
        );
        failed++;
      }
    }
    return { delivered, failed };
  }

  return {
    async run() {
      let measured = 0,
        delivered = 0,
        failed = 0;
      for (let count; (count = await measure()) > 0;) measured += count;
      for (const receiver of receivers) {
        const result = await deliver(receiver);
        delivered += result.delivered;
        failed += result.failed;
      }
      return { measured, delivered, failed };
    },
  };
}

/** Waits no longer, also for a receiver that minds no signal. */
async function inTime(milliseconds: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds);
  let stop = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new OnceFormError('ERR_NETWORK', 'The receiver did not answer in time.'));
    signal.addEventListener('abort', stop);
  });
  await Promise.race([work(signal), late]).finally(() => signal.removeEventListener('abort', stop));
}

/** Those of a bundle are one object, whichever of them the outbox came to first. */
async function copyReceipts(tx: Queryable, shelve: ReceiptShelf, receipts: readonly Receipt[]): Promise<void> {
  await shelve(receipts.filter(({ bundle }) => bundle === undefined));
  for (const id of new Set(receipts.flatMap(({ bundle }) => bundle?.id ?? [])))
    await shelve((await findFiled(tx, [], id)).map(({ receipt }) => receipt));
}

/** What one filed dossier adds to the counts of its day. */
function countsOf({
  channel,
  receipt,
  counts: { origins, components },
}: {
  readonly channel: string;
  readonly receipt: Pick<Receipt, 'due' | 'fee'>;
  readonly counts: { readonly origins: Counts; readonly components: Counts };
}): Counts {
  const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    filed: 1,
    ...(channel === 'online' ? { 'filed:online': 1, 'filed:remote': 1 } : {}),
    ...(channel === 'remote' ? { 'filed:remote': 1 } : {}),
    ...timesOf(receipt),
    ...(receipt.fee?.payment === undefined ? {} : { 'fee:due': 1 }),
    answers: total(origins),
    ...prefixed('answers', origins),
    components: total(components),
    ...prefixed('components', components),
  };
}

/** Half days, so that counts stay whole: of this channel, and of the same dossier at the counter. */
function timesOf({ due }: Pick<Receipt, 'due'>): Counts {
  if (due === undefined || due.channel !== 'online' || due.counterWorkingDays === 0) return {};
  return { 'due:half-days': due.workingDays * 2, 'due:counter-half-days': due.counterWorkingDays * 2 };
}

function prefixed(name: string, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [`${name}:${key}`, count]));
}

/**
 * Posts messages as JSON with a JWS over exactly these bytes and the time, so that neither can be changed or replayed
 * late. Only hosts that are listed are spoken to, and redirects are refused.
 *
 * @throws {RangeError} when the address's host is not listed.
 */
export function webhookReceiver({
  id,
  url,
  allowedHosts,
  key,
  fetch = globalThis.fetch,
  clock = () => new Date(),
}: {
  readonly id: string;
  readonly url: string;
  readonly allowedHosts: readonly string[];
  readonly key: JWK;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => Date;
}): Receiver {
  requireListed(id, url, allowedHosts);
  const signingKey = importJWK(key, 'EdDSA');
  return {
    id,
    async deliver(message, signal) {
      const body = new TextEncoder().encode(JSON.stringify(message));
      const jws = await new CompactSign(body)
        .setProtectedHeader({
          alg: 'EdDSA',
          kid: key.kid!,
          typ: 'onceform-event+jws',
          iat: Math.floor(clock().getTime() / 1000),
        })
        .sign(await signingKey);
      const [header, , signature] = jws.split('.') as [string, string, string];
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'error',
        signal,
        headers: {
          'content-type': 'application/json',
          'onceform-event': message.id,
          'onceform-signature': `${header}..${signature}`,
        },
      });
      await response.body?.cancel();
      if (!response.ok) throw new OnceFormError('ERR_NETWORK', `The receiver answered with status ${response.status}.`);
    },
  };
}

/** Puts messages into the words of a receiver before it gets them; null: it is not told of this one. */
export function wordedReceiver(
  receiver: Receiver,
  word: (message: OutboxMessage) => Promise<JsonObject | null> | JsonObject | null,
): Receiver {
  return {
    id: receiver.id,
    async deliver(message, signal) {
      const body = await word(message);
      if (body !== null) await receiver.deliver({ ...message, body }, signal);
    },
  };
}

/** Writes each message as a file that appears whole, named so that files sort by time and never twice. */
export function directoryReceiver({ id, directory }: { readonly id: string; readonly directory: string }): Receiver {
  return {
    id,
    async deliver(message) {
      await mkdir(directory, { recursive: true });
      const name = `${message.id.padStart(12, '0')}-${message.kind}.json`;
      const handle = await open(join(directory, `.${name}`), 'w');
      await handle.writeFile(JSON.stringify(message as unknown as Json));
      await handle.sync();
      await handle.close();
      await rename(join(directory, `.${name}`), join(directory, name));
    },
  };
}
