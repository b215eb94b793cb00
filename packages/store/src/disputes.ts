// A citizen says that an official value is wrong: the value stays, the register that keeps it gets a ticket, and the
// citizen can follow it. A register that is down or takes no reports does not keep anybody from filing.

import {
  canonicalJson,
  OnceFormError,
  sha256,
  type ConceptId,
  type Decision,
  type Json,
  type Offer,
  type Pointer,
  type SealResponse,
  type SourceRef,
} from '@onceform/core';
import { withDeadline } from './deadline.ts';
import type { DisputeEvent } from './metrics/events.ts';
import type { CitizenDataSource, Discrepancy, Person, Ticket } from './source.ts';

export interface Dispute {
  /** A digest of the dispute: sealing twice does not report twice. */
  readonly id: string;
  /** Pairwise id. */
  readonly subject: string;
  readonly draft: string;
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly source: SourceRef;
  /** The register's own ticket once it has one, ours before. */
  readonly ticket: string;
  /** `queued`: not with the register yet. */
  readonly status: 'queued' | Ticket['status'];
  /** RFC 3339. */
  readonly opened: string;
  readonly closed?: string;
  /** What is sent to the register; holds the citizen's own words. */
  readonly discrepancy: Discrepancy;
}

/** Where disputes are kept. Not a log: they hold what the citizen says. */
export interface DisputeStore {
  get(id: string): Promise<Dispute | undefined>;
  set(dispute: Dispute): Promise<void>;
  /** A person's, newest first. */
  of(subject: string): Promise<readonly Dispute[]>;
  byStatus(status: Dispute['status']): Promise<readonly Dispute[]>;
}

export interface DisputeDesk {
  /** Opens a ticket for each dispute among the decisions; known ones keep theirs. */
  open(given: {
    readonly draft: string;
    readonly subject: string;
    readonly person: Person;
    readonly decisions: readonly Decision[];
    readonly offers: readonly Offer[];
  }): Promise<SealResponse['tickets']>;
  /** Sends what is queued; returns how many a register took. */
  forward(): Promise<number>;
  /** A register's answer. Tells whether the ticket is known. */
  settle(ticket: string, status: 'corrected' | 'refused'): Promise<boolean>;
  of(subject: string): Promise<readonly Dispute[]>;
}

export interface DisputeDeskOptions {
  readonly store: DisputeStore;
  readonly sources: readonly CitizenDataSource[];
  readonly clock?: () => Date;
  /** Milliseconds a register may take. Default 3,000. */
  readonly deadline?: number;
  /** Told what is counted: disputes opened and closed, without values. */
  readonly measure?: (event: DisputeEvent) => void;
}

export function createDisputeDesk({
  store,
  sources,
  clock = () => new Date(),
  deadline = 3000,
  measure,
}: DisputeDeskOptions): DisputeDesk {
  /** Hands a dispute to its register; still queued when that did not work. */
  async function hand(dispute: Dispute): Promise<Dispute> {
    const source = sources.find(one => one.describe().id === dispute.source.id);
    if (source?.report === undefined) return dispute;
    try {
      const { ticket, status } = await withDeadline(signal => source.report!(dispute.discrepancy, signal), deadline);
      return { ...dispute, ticket, status };
    } catch {
      return dispute;
    }
  }

  return {
    async open({ draft, subject, person, decisions, offers }) {
      return Promise.all(
        decisions
          .flatMap(decision => (decision.action === 'dispute' ? [decision] : []))
          .map(async decision => {
            const { pointer, reason, value, evidence } = decision;
            const offer = offers.find(({ id }) => id === decision.offer);
            const concept = offer?.values.find(one => one.pointer === pointer)?.concept;
            if (offer === undefined || concept === undefined)
              throw new OnceFormError('ERR_SEAL_INVALID', 'The disputed value was not part of the offer.', { pointer });
            const { recordRef, source } = offer;
            const id = await sha256(canonicalJson([draft, pointer, recordRef, reason, value ?? null] satisfies Json));
            let dispute = await store.get(id);
            if (dispute === undefined) {
              const discrepancy: Discrepancy = {
                id,
                person,
                concept,
                recordRef,
                reason,
                ...(value === undefined ? {} : { value }),
                ...(evidence === undefined ? {} : { evidence }),
              };
              dispute = await hand({
                id,
                subject,
                draft,
                pointer,
                concept,
                source,
                ticket: `Q-${id.slice(0, 12)}`,
                status: 'queued',
                opened: clock().toISOString(),
                discrepancy,
              });
              await store.set(dispute);
              measure?.({
                kind: 'dispute',
                time: dispute.opened,
                source: source.id,
                concept,
                state: 'opened',
                days: null,
              });
            }
            return { pointer, ticket: dispute.ticket };
          }),
      );
    },
    async forward() {
      const handed = await Promise.all((await store.byStatus('queued')).map(hand));
      const taken = handed.filter(({ status }) => status !== 'queued');
      await Promise.all(taken.map(dispute => store.set(dispute)));
      return taken.length;
    },
    async settle(ticket, status) {
      const dispute = (await store.byStatus('open')).find(one => one.ticket === ticket);
      if (dispute === undefined) return false;
      const closed = clock();
      await store.set({ ...dispute, status, closed: closed.toISOString() });
      measure?.({
        kind: 'dispute',
        time: closed.toISOString(),
        source: dispute.source.id,
        concept: dispute.concept,
        state: status,
        days: Math.floor((closed.getTime() - Date.parse(dispute.opened)) / 86_400_000),
      });
      return true;
    },
    of: subject => store.of(subject),
  };
}

export function createMemoryDisputes(): DisputeStore {
  const disputes = new Map<string, Dispute>();
  return {
    get: async id => disputes.get(id),
    set: async dispute => {
      disputes.set(dispute.id, dispute);
    },
    of: async subject =>
      [...disputes.values()]
        .filter(dispute => dispute.subject === subject)
        .sort((a, b) => b.opened.localeCompare(a.opened)),
    byStatus: async status => [...disputes.values()].filter(dispute => dispute.status === status),
  };
}
