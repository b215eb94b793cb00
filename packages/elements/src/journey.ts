// The citizen's way through a form: start, pages, papers, review, receipt. Steps and what happens between them; no
// drawing. `<once-form>` draws it, `<once-provider>` lends it to elements that a portal composes by itself.

import type {
  DraftOpened,
  FileReference,
  FormSession,
  FormState,
  Issue,
  Json,
  Problem,
  Receipt,
  SessionInfo,
  Update,
} from '@onceform/core';
import {
  allIssues,
  attemptPage,
  attemptSubmit,
  componentStates,
  contextSlot,
  goToPage,
  isOnceFormError,
  mergeServerIssues,
  missingComponents,
  nodeAt,
  pageIssues,
  prefillSlot,
  serializeDraft,
  setContext,
} from '@onceform/core/engine';
import type { KeptDraft } from './draft-store.ts';
import type { Speaker } from './dossier-texts.ts';
import type { FiledDossier, Outbox, PackedDossier } from './filing.ts';
import { filesIn, type FileShelf } from './file-shelf.ts';
import type { Kept } from './kept.ts';
import { outOfReach } from './out-of-reach.ts';
import type { Portal } from './portal.ts';
import type { PrefillFlow } from './prefill-flow.ts';
import { reasonIssues } from './reasons.ts';
import { listSteps, paperIssue, stepOf, type Step } from './steps.ts';

export type FilingStatus =
  | { readonly kind: 'idle' | 'sending' }
  /** The portal is out of reach: sent by itself when it is back, also after a reload. `error`: what else is in the way. */
  | { readonly kind: 'waiting'; readonly error?: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | {
      readonly kind: 'filed';
      readonly receipt: Receipt | null;
      readonly dossier: PackedDossier;
      /** Of a declaration that starts several procedures: all of its dossiers. */
      readonly parts?: readonly FiledDossier[];
      /** It had been filed before: what was sent now is not what stands. */
      readonly earlier?: boolean;
    };

export interface JourneyOptions {
  readonly session: FormSession;
  readonly files: FileShelf;
  readonly portal?: Portal;
  readonly draft?: DraftOpened;
  readonly person?: SessionInfo['person'];
  readonly clock?: () => Date;
  readonly uuid?: () => string;
  readonly locale: () => string;
  /** Finds the words for the dossier and its paper. */
  readonly speaker?: Speaker;
  /** Asks the sources; loaded where there is somebody to ask for. */
  readonly prefillFlow?: typeof PrefillFlow;
}

export type KeepingStatus =
  | { readonly kind: 'none' | 'saving' | 'failed' }
  /** `count`: how many the portal keeps now. */
  | { readonly kind: 'kept'; readonly count: number };

/**
 * Milliseconds until what waits is tried again: from the first to the last, each twice the one before. The word that the
 * network is back begins anew; what is sent at that very moment often fails, the line is not ready yet.
 */
const AGAIN = { first: 3000, last: 30_000 };

export class Journey {
  readonly session: FormSession;
  readonly files: FileShelf;
  readonly portal: Portal | undefined;
  readonly person: SessionInfo['person'];
  /** Absent where the form takes nothing from a source. */
  readonly prefill: PrefillFlow | undefined;
  readonly clock: () => Date;
  readonly speaker: Speaker;
  filing: FilingStatus = { kind: 'idle' };
  /** What became of the answers that the citizen wants kept for the next form. */
  keeping: KeepingStatus = { kind: 'none' };
  /** Where a finished package is kept until it is acknowledged; absent: in this page only. */
  outbox: Outbox | undefined;
  /** The citizen has ticked the commitment on the review page. */
  confirmed = false;
  /** Issues that keep the citizen on the step, for the error summary; null: none were looked for. */
  summary: readonly Issue[] | null = null;
  /** Something that went wrong and is no issue: no network, no seal. */
  trouble: unknown = null;
  #step: string;
  #steps: { readonly state: FormState; readonly key: string; readonly steps: readonly Step[] } | undefined;
  #dossierId: string;
  #again: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #resealed = false;
  /** Has what is filed sealed, whatever the form asks of sources. */
  readonly #flow: PrefillFlow | undefined;
  readonly #options: JourneyOptions;
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;

  constructor(options: JourneyOptions) {
    const { session, portal, draft, clock = () => new Date(), uuid = () => crypto.randomUUID() } = options;
    this.#options = options;
    this.session = session;
    this.files = options.files;
    this.portal = portal;
    this.person = options.person ?? null;
    this.clock = clock;
    this.speaker = options.speaker ?? {};
    this.#dossierId = `urn:uuid:${uuid()}`;
    if (portal !== undefined && draft !== undefined && options.prefillFlow !== undefined) {
      this.#flow = new options.prefillFlow({ session, portal, draft: draft.draft, clock, changed: this.#changed });
      if (session.form.reuse.some(({ policy }) => policy.mode !== 'never')) this.prefill = this.#flow;
    }
    if (draft !== undefined) session.dispatch(setContext(draft.context));
    this.#step = this.steps[0]!.id;
    const unsubscribe = session.subscribe(this.#update);
    addEventListener('online', this.#online);
    this.#stop = () => {
      unsubscribe();
      removeEventListener('online', this.#online);
      clearTimeout(this.#again);
    };
  }

  // ---- steps ----

  /** The steps there are now: pages whose questions are not asked are left out. */
  get steps(): readonly Step[] {
    const { state } = this.session;
    const key = `${this.filing.kind} ${this.prefill?.status}`;
    if (this.#steps?.state !== state || this.#steps.key !== key) this.#steps = { state, key, steps: listSteps(this) };
    return this.#steps.steps;
  }

  get step(): Step {
    const { steps } = this;
    return steps.find(({ id }) => id === this.#step) ?? steps[0]!;
  }

  get papersDone(): boolean {
    return this.missingPapers.length === 0;
  }

  /** Ids of papers that are needed and not there. */
  get missingPapers(): readonly string[] {
    return missingComponents(this.session.state).map(({ id }) => id);
  }

  get papers(): ReturnType<typeof componentStates> {
    return componentStates(this.session.state);
  }

  /** The form itself has a field for the commitment (`widget: commitment`): then the review has none. */
  get asksCommitment(): boolean {
    return this.session.form.outline.pages.some(({ sections }) =>
      sections.some(({ nodes }) =>
        nodes.some(pointer => nodeAt(this.session.form, pointer, () => null)?.widget === 'commitment'),
      ),
    );
  }

  /** Goes to a step without looking for issues: back, or from the task list. */
  goTo(id: string): void {
    const target = this.steps.find(step => step.id === id);
    if (target === undefined || (this.filing.kind === 'filed' && target.kind !== 'receipt')) return;
    // What was submitted and waits is not changed under the citizen's hands.
    if (this.filing.kind === 'waiting' && target.kind !== 'review') return;
    this.summary = null;
    this.trouble = null;
    this.#step = id;
    if (target.page !== undefined) this.session.dispatch(goToPage(target.page.id));
    this.#changed();
    this.#askMore();
    if (target.kind === 'review' && this.filing.kind === 'idle' && this.prefill?.status === 'answered')
      void this.prefill.recheck();
    // What files the dossier is here before it is needed: the network may be gone by then.
    if (target.kind === 'review') import('./filing.ts').catch(() => undefined);
  }

  back(): void {
    const { steps, step } = this;
    const previous = steps[steps.findIndex(({ id }) => id === step.id) - 1];
    if (previous !== undefined) this.goTo(previous.id);
  }

  /** Leaves the step forwards: only when nothing on it is wrong. Resolves with whether it did. */
  async next(): Promise<boolean> {
    const { step } = this;
    if (step.kind === 'page') {
      this.session.dispatch(attemptPage(step.page!.id));
      const wrong = pageIssues(this.session.state, step.page!.id).filter(({ severity }) => severity === 'error');
      if (wrong.length > 0) return this.#refuse(wrong);
      const unexplained = this.#reasonsOn(step);
      if (unexplained.length > 0) return this.#refuse(unexplained);
    }
    if (step.kind === 'papers' && this.missingPapers.length > 0) {
      return this.#refuse(this.missingPapers.map(paperIssue));
    }
    if (!(await this.#seal())) return false;
    const { steps } = this;
    const following = steps[steps.findIndex(({ id }) => id === step.id) + 1];
    if (following !== undefined) this.goTo(following.id);
    return true;
  }

  // ---- filing ----

  /** Files the dossier. A second call while one is under way does nothing; the same dossier is never filed twice. */
  async submit(): Promise<Receipt | null> {
    if (this.filing.kind === 'sending' || this.filing.kind === 'filed') return null;
    if (this.filing.kind === 'waiting') return this.#send();
    // What the portal said last time is asked of it anew.
    this.session.dispatch(mergeServerIssues([]));
    this.session.dispatch(attemptSubmit());
    const wrong = [
      ...allIssues(this.session.state).filter(({ severity }) => severity === 'error'),
      ...this.missingPapers.map(paperIssue),
      ...reasonIssues(this.session.state),
    ];
    if (!this.confirmed && !this.asksCommitment)
      wrong.push({ pointer: '', keyword: 'commitment', severity: 'error', params: {} });
    if (wrong.length > 0) {
      this.#refuse(wrong);
      return null;
    }
    return this.#send();
  }

  async #send(): Promise<Receipt | null> {
    clearTimeout(this.#again);
    this.filing = { kind: 'sending' };
    this.trouble = null;
    this.summary = null;
    this.#changed();
    try {
      const { fileDossier } = await import('./filing.ts').catch(outOfReach);
      const { draft, portal, person, locale } = this.#options;
      const filed = await fileDossier({
        session: this.session,
        files: this.files,
        portal,
        draft,
        person: person ?? null,
        id: this.#dossierId,
        created: this.clock(),
        locale: locale(),
        speaker: this.speaker,
        outbox: this.outbox,
        seal: () => this.#sealToFile(),
      });
      this.filing = { kind: 'filed', ...filed };
      this.#step = 'receipt';
      this.#changed();
      void this.keepAnswers();
      return filed.receipt;
    } catch (error) {
      await this.#notFiled(error);
      return null;
    }
  }

  async #notFiled(error: unknown): Promise<void> {
    // Without a network everything waits.
    const unreachable = isOnceFormError(error, 'ERR_NETWORK') || !navigator.onLine;
    if (unreachable || isOnceFormError(error, 'ERR_UNAUTHENTICATED')) {
      this.filing = unreachable ? { kind: 'waiting' } : { kind: 'waiting', error };
      this.#again = setTimeout(this.sendAgain, Math.min(AGAIN.last, AGAIN.first * 2 ** this.#tries++));
      return this.#changed();
    }
    // The portal has judged it: these bytes are not sent again.
    await this.outbox?.remove().catch(() => undefined);
    if (isOnceFormError(error, 'ERR_SEAL_EXPIRED') && this.prefill !== undefined && !this.#resealed) {
      this.#resealed = true;
      // The same data, fetched again, go out at once; what has changed is for the citizen to see first.
      if (await this.prefill.recheck(true)) return void (await this.#send());
      this.filing = { kind: 'idle' };
      return this.#changed();
    }
    const problem = isOnceFormError(error) ? (error.data['problem'] as Problem | undefined) : undefined;
    if (problem?.issues !== undefined && problem.issues.length > 0) {
      this.filing = { kind: 'idle' };
      this.session.dispatch(mergeServerIssues(problem.issues));
      this.#refuse(problem.issues);
    } else {
      this.filing = { kind: 'failed', error };
      this.trouble = error;
      this.#changed();
    }
  }

  /** Answers can be kept for the next form: the portal has a store, and knows surely whose they are. */
  get keepsAnswers(): boolean {
    return this.portal?.keepAnswers !== undefined && (this.person?.identityLevel ?? 0) >= 2;
  }

  /** After filing: has the portal keep what the citizen ticked. */
  async keepAnswers(): Promise<void> {
    if (this.filing.kind !== 'filed' || !this.keepsAnswers) return;
    const { writeBackPointers } = await import('./filing.ts');
    const pointers = writeBackPointers(this.session.state);
    if (pointers.length === 0) return;
    this.keeping = { kind: 'saving' };
    this.#changed();
    try {
      const kept = await this.portal!.keepAnswers!(this.filing.dossier.id, pointers);
      this.keeping = { kind: 'kept', count: kept.length };
    } catch {
      this.keeping = { kind: 'failed' };
    }
    this.#changed();
  }

  #online = (): void => {
    this.#tries = 0;
    this.sendAgain();
  };

  /** Sends what waits now. */
  readonly sendAgain = (): void => {
    if (this.filing.kind === 'waiting') void this.#send();
  };

  /** The citizen would rather change something before it is sent. What arrived after all stays filed, and is said then. */
  async stopWaiting(): Promise<void> {
    if (this.filing.kind !== 'waiting') return;
    clearTimeout(this.#again);
    this.filing = { kind: 'idle' };
    await this.outbox?.remove().catch(() => undefined);
    this.#changed();
  }

  confirm(on: boolean): void {
    this.confirmed = on;
    this.#changed();
  }

  // ---- drafts ----

  /** What to keep of it, and what brings it back. */
  keep(): KeptDraft {
    const kept: Kept = {
      form: this.session.form.digest,
      draft: serializeDraft(this.session.state) as unknown as Json,
      opened: this.#options.draft ?? null,
      step: this.#step,
      confirmed: this.confirmed,
      dossierId: this.#dossierId,
      ...(this.filing.kind === 'waiting' || this.filing.kind === 'sending' ? { waiting: true } : {}),
      uploads: this.files.kept,
    };
    return { savedAt: this.clock().toISOString(), content: kept as unknown as Json };
  }

  /** Puts the citizen back where the draft was left. The session was opened with the draft's engine part. */
  resume(kept: KeptDraft): void {
    const { step, dossierId, confirmed, waiting = false, uploads = {} } = kept.content as unknown as Kept;
    this.#dossierId = dossierId;
    this.confirmed = confirmed;
    if (this.prefill !== undefined && step !== 'start') this.prefill.status = 'answered';
    void this.files.resume(uploads, this.#attached);
    this.goTo(step);
    if (!waiting) return;
    this.filing = { kind: 'waiting' };
    this.sendAgain();
  }

  /** The files that papers and answers name. */
  get #attached(): readonly FileReference[] {
    const { state } = this.session;
    return [...componentStates(state).flatMap(({ answer }) => answer?.files ?? []), ...filesIn(state.data)];
  }

  // ---- listening ----

  /** Called when a step, a filing or a fetch changed; answers are the session's business. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  destroy(): void {
    this.#stop();
    this.prefill?.stop();
    this.#listeners.clear();
  }

  #changed = (): void => {
    for (const listener of [...this.#listeners]) listener();
  };

  /** An answer was put right: it leaves the summary. */
  #update = ({ state }: Update): void => {
    if (this.summary === null || this.summary.length === 0) return;
    const { step } = this;
    const left =
      step.kind === 'page'
        ? [...pageIssues(state, step.page!.id).filter(({ severity }) => severity === 'error'), ...this.#reasonsOn(step)]
        : step.kind === 'papers'
          ? this.missingPapers.map(paperIssue)
          : undefined;
    if (left === undefined || left.length >= this.summary.length) return;
    this.summary = left.length === 0 ? null : left;
    this.#changed();
  };

  /** What was corrected on a page without a word why. */
  #reasonsOn(step: Step): readonly Issue[] {
    return reasonIssues(this.session.state).filter(({ pointer }) => stepOf(this, pointer)?.id === step.id);
  }

  #refuse(issues: readonly Issue[]): false {
    this.summary = issues;
    this.#changed();
    return false;
  }

  /**
   * Seals what was decided. At a desk also where nothing was, and anew what was sealed elsewhere: who helped, by which way
   * the dossier comes in and who takes it in are worth what the portal sealed of them. Anew, too, what was sealed on another
   * day than the one on which the form was opened again: what is computed from the day would not agree with the seal.
   */
  async #sealToFile(): Promise<void> {
    const { assistedBy, today } = this.session.state.read(contextSlot);
    const sealed = this.session.state.read(prefillSlot).seal?.payload.context;
    const unsaid = assistedBy !== undefined && sealed?.assistedBy !== assistedBy;
    await this.#flow?.seal(unsaid || (sealed !== undefined && sealed.today !== today));
  }

  async #seal(): Promise<boolean> {
    this.prefill?.settle();
    if (this.prefill === undefined || !this.prefill.unsealed) return true;
    try {
      await this.prefill.seal();
      this.trouble = null;
      return true;
    } catch (error) {
      this.trouble = error;
      this.#changed();
      return false;
    }
  }

  /** What has become relevant since the sources were asked is asked for once more: the citizen agreed already. */
  #askMore(): void {
    if (this.prefill?.status === 'answered' && this.prefill.unasked.length > 0) void this.prefill.ask();
  }
}
