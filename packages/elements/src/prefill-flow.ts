// Asking the sources: what is asked for is said first, nothing is fetched before the citizen agrees, answers come in
// one by one, and what was decided is sealed. No drawing here.

import {
  applySeal,
  askableItems,
  decisions,
  dispute,
  missAt,
  offersAt,
  prefillSlot,
  receiveOffers,
  requestOf,
  reuseItemOf,
  useOffer,
  type Decision,
  type FormSession,
  type FormState,
  type Miss,
  type Offer,
  type Pointer,
  type PrefillResult,
  type ReuseItem,
  type SourceInfo,
} from '@onceform/core';
import { openForShow, type Portal } from './portal.ts';
import { settleReasons } from './reasons.ts';
import { endsSoon, hasDoubts, itemsToRecheck, recheck } from './recheck-flow.ts';

export type PrefillStatus = 'idle' | 'asking' | 'answered' | 'failed' | 'declined';

export interface PrefillFlowOptions {
  readonly session: FormSession;
  readonly portal: Portal;
  /** The server's id of the draft. */
  readonly draft: string;
  readonly clock: () => Date;
  /** Called after every change that is not a transaction. */
  readonly changed: () => void;
}

export class PrefillFlow {
  status: PrefillStatus = 'idle';
  sources: readonly SourceInfo[] = [];
  error: unknown;
  /** Sources are being asked again. */
  rechecking = false;
  /** Tells whether something in use is not at its source as it was, and waits for the citizen's word. */
  hasDoubts: (() => boolean) | undefined;
  /** Tickets of disputes, by the pointer of the value. */
  readonly tickets = new Map<Pointer, string>();
  readonly #options: PrefillFlowOptions;
  readonly #asked = new Set<Pointer>();
  #sealed: readonly Decision[] = [];
  #abort: AbortController | undefined;

  constructor(options: PrefillFlowOptions) {
    this.#options = options;
    // A draft brings back what was answered: nobody is asked about that a second time.
    for (const { item } of this.answered) this.#asked.add(item.pointer);
  }

  /** Reuse items that could be asked for now. */
  get items(): readonly ReuseItem[] {
    return askableItems(this.#options.session.state);
  }

  /** Items that have become relevant since the sources were asked. */
  get unasked(): readonly ReuseItem[] {
    return this.items.filter(({ pointer }) => !this.#asked.has(pointer));
  }

  /** Items with something to say: offers or the reason why there are none. */
  get answered(): readonly {
    readonly item: ReuseItem;
    readonly offers: readonly Offer[];
    readonly misses: readonly Miss[];
  }[] {
    const { state } = this.#options.session;
    return this.#options.session.form.reuse
      .map(item => ({
        item,
        offers: item.pointer.includes('/[]') ? rowOffers(state, item) : offersAt(state, item.pointer),
        misses: item.members.map(({ pointer }) => missAt(state, pointer)).filter(miss => miss !== undefined),
      }))
      .filter(({ offers, misses }) => offers.length > 0 || misses.length > 0);
  }

  /** Which sources the portal has; shown before anything is asked. Never fails: without a list there is none to show. */
  async discover(): Promise<void> {
    try {
      this.sources = await this.#options.portal.sources();
    } catch {
      this.sources = [];
    }
    this.#options.changed();
  }

  /** The citizen would rather type. Asking later remains possible. */
  decline(): void {
    this.#abort?.abort();
    this.status = 'declined';
    this.#options.changed();
  }

  /**
   * Asks for some items, or for all that have not been asked for. The citizen has pressed the button.
   * Answers are offered as they come; a late one offers, never overwrites.
   */
  async ask(items: readonly ReuseItem[] = this.unasked): Promise<void> {
    const { session, changed } = this.#options;
    if (items.length === 0) {
      this.status = 'answered';
      return changed();
    }
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.status = 'asking';
    this.error = undefined;
    changed();
    try {
      for (const { pointer } of items) this.#asked.add(pointer);
      const answers = this.#request(items, abort.signal);
      for await (const answer of answers) {
        if (abort.signal.aborted) return;
        session.dispatch({ ...receiveOffers(answer), userEvent: 'prefill' });
        changed();
      }
      this.status = 'answered';
    } catch (error) {
      if (abort.signal.aborted) return;
      for (const { pointer } of items) this.#asked.delete(pointer);
      this.status = 'failed';
      this.error = error;
    }
    changed();
  }

  #request(items: readonly ReuseItem[], signal: AbortSignal): AsyncIterable<PrefillResult> {
    const { session, portal, draft, clock } = this.#options;
    const { id, digest } = session.form;
    return portal.prefill(
      {
        draft,
        form: { id, digest },
        items: items.map(item => requestOf(session.state, item)),
        consent: { purpose: purposeOf(session), given: true, time: clock().toISOString() },
      },
      signal,
    );
  }

  /**
   * Asks sources again before filing: for what the policy names, or for everything in use when the seal ends soon. True
   * when all is as it was; else what differs is an issue of its item until the citizen has decided.
   */
  async recheck(all = false): Promise<boolean> {
    const { session, clock, changed } = this.#options;
    this.hasDoubts = () => hasDoubts(session.state);
    const ending = all || endsSoon(session.state, clock());
    const items = itemsToRecheck(session.state, ending).map(({ of }) => of);
    if (items.length === 0) return true;
    this.rechecking = true;
    changed();
    const abort = (this.#abort = new AbortController());
    const same = await recheck(session, items, asked => this.#request(asked, abort.signal));
    this.rechecking = false;
    // The same data under a seal with a new end; without a network the old one stands as long as it lasts.
    if (ending && same) await this.seal(true).catch(() => undefined);
    changed();
    return same;
  }

  /** The citizen has seen what was found and takes it: the preferred record of every item that needs no choice. */
  accept(): void {
    const { session } = this.#options;
    for (const { item, offers } of this.answered) {
      // Rows are taken one by one, where the list stands.
      const sure = item.pointer.includes('/[]') ? undefined : sureOffer(offers);
      if (sure !== undefined && !decisions(session.state).some(decision => decision.item === item.pointer))
        session.dispatch(useOffer(sure.id));
    }
  }

  /** Asks again for the item that holds a pointer. */
  retry(pointer: Pointer): Promise<void> {
    const items = this.#options.session.form.reuse.filter(
      item => item.pointer === pointer || item.members.some(member => member.pointer === pointer),
    );
    return this.ask(items);
  }

  /** What was said about corrected values speaks of them as they are now. */
  settle(): void {
    const { session } = this.#options;
    settleReasons(session, words => session.dispatch(dispute(words)));
  }

  /** Tells whether decisions were made that no seal covers yet. */
  get unsealed(): boolean {
    const made = decisions(this.#options.session.state);
    return made !== this.#sealed && made.length > 0;
  }

  /** Has the gateway seal what was decided, and puts the sealed values in place. */
  async seal(anew = false): Promise<void> {
    this.settle();
    if (!this.unsealed && !anew) return;
    const { session, portal, draft } = this.#options;
    const made = decisions(session.state);
    const response = await portal.seal({ draft, decisions: made });
    const opened = openForShow(response);
    for (const { pointer, ticket } of response.tickets) this.tickets.set(pointer, ticket);
    session.dispatch({ ...applySeal(opened), userEvent: 'seal' });
    this.#sealed = decisions(session.state);
    this.#options.changed();
  }

  stop(): void {
    this.#abort?.abort();
  }
}

function purposeOf({ form }: FormSession): string {
  return form.procedure?.purpose?.code ?? form.procedure?.code ?? form.id;
}

/** The record that can be taken as it is: preferred, and nothing speaks against it. */
export function sureOffer(offers: readonly Offer[]): Offer | undefined {
  return offers.find(({ preferred, flags }) => preferred && flags.length === 0);
}

/** What is offered for the rows of a list, taken or not. */
function rowOffers(state: FormState, item: ReuseItem): readonly Offer[] {
  return state.read(prefillSlot).offers.filter(offer => reuseItemOf(state, offer.item) === item);
}
