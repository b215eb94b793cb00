// Opens a form for elements to draw: loads it, looks for a draft, makes the view. `<once-form>` and `<once-provider>`
// each have one; elements inside a provider find it through the context. What a form runs on once it is open is in
// desk-run.ts, which is loaded behind its first page.

import type {
  CompiledForm,
  CountryPack,
  DraftOpened,
  FormInfo,
  FormSession,
  Json,
  Pointer,
  RuleEvaluator,
  SessionInfo,
  Update,
} from '@onceform/core';
import { standardWidgets } from './controls/index.ts';
import type { DeskRun } from './desk-run.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import type { DraftStore } from './draft-store.ts';
import type { FoundDraft } from './draft-sync.ts';
import { FirstJourney } from './first-journey.ts';
import { FirstSession } from './first-session.ts';
import { FirstDraft } from './first-draft.ts';
import { cameBack, draftToGoOnWith, isRemembered } from './found-draft.ts';
import type { Journey } from './journey.ts';
import { isWaiting, typedFirst, type TypedFirst } from './kept.ts';
import { NodeIndex } from './node-index.ts';
import { loadPiece } from './late.ts';
import { loadedRun, loadRun } from './load-run.ts';
import { loadPart, loadParts, type PartName } from './parts/on-demand.ts';
import { slugOf, type Portal } from './portal.ts';
import type { SignInWatch } from './sign-in-watch.ts';
import type { View } from './view.ts';
import { Watchers } from './watch.ts';
import { registeredWidgets, WidgetRegistry, type Widget } from './widget.ts';
import { createWords, hasWords, loadWords, type WordTables } from './words.ts';

export type Pack = Partial<
  Pick<CountryPack, 'formats' | 'functions' | 'codeLists' | 'timeZone' | 'letterhead' | 'paper'>
>;

/** What an element was given. Everything may be absent: a form alone is enough. */
export interface DeskOptions {
  /** `/api/forms/birth-registration`: the form is fetched through the client. */
  readonly src?: string | undefined;
  readonly form?: CompiledForm | undefined;
  readonly client?: Portal | undefined;
  readonly pack?: Pack | undefined;
  readonly data?: Json | undefined;
  readonly session?: FormSession | undefined;
  readonly rules?: RuleEvaluator | undefined;
  readonly locale: string;
  readonly widgets?: readonly Widget[] | undefined;
  /** Sentences that replace ours, or another language. */
  readonly texts?: WordTables | undefined;
  /** Where drafts are kept; absent: nowhere. */
  readonly drafts?: DraftStore | undefined;
  /** On a shared device nothing is kept before the citizen asks for it. */
  readonly sharedDevice?: boolean | undefined;
  readonly detached: boolean;
  /** The first page may stand before the engine has come. */
  readonly early?: boolean | undefined;
  /** Everything is shown and nothing can be changed: a host switched the form off. */
  readonly readOnly?: boolean | undefined;
  readonly root: () => Document | ShadowRoot;
  readonly clock?: (() => Date) | undefined;
}

/** A form that has come, and who is signed in. */
export interface ReadyForm {
  readonly form: CompiledForm;
  readonly info: SessionInfo | null;
}

export type DeskStatus = 'idle' | 'loading' | 'failed' | 'found-draft' | 'open';

let count = 0;
/** Forms of this page that were taken away and are still being kept, by the key of their draft. */
const ending = new Map<string, Promise<unknown>>();

export class FormDesk {
  status: DeskStatus = 'idle';
  error: unknown;
  /** The draft that was found and waits for the citizen's word. */
  found: FoundDraft | undefined;
  /** What the citizen should know of the draft in use: two devices changed it, or it was begun with an older form. */
  told: Pick<FoundDraft, 'conflicts' | 'migrated'> | null = null;
  view: View | undefined;
  /** The first page while the engine is on its way. */
  first: FirstJourney | undefined;
  /** The pointer whose value the citizen is reporting as wrong. */
  disputing: Pointer | null = null;
  /** The language that was asked for and did not come: the form stays in the one before, and says so. */
  missedLanguage: string | null = null;
  /** Sign-in, where the portal has it and nobody is signed in. */
  signIn: string | null = null;
  #options: DeskOptions;
  /** The languages that have come of a form whose languages load one by one. */
  #spoken: { readonly info: FormInfo; readonly locales: Set<string> } | undefined;
  #opening = 0;
  #ready: ReadyForm | undefined;
  #run: DeskRun | undefined;
  readonly #prefix = `once${++count}`;
  readonly #listeners = new Set<() => void>();
  readonly #loading = new Set<Promise<unknown>>();
  readonly #engine = new Set<Promise<unknown>>();
  readonly #parts = new Map<PartName, 'loading' | 'missed'>();
  /** Every transaction of whichever session is open. */
  onUpdate: ((update: Update) => void) | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** What the element was given. */
  get options(): DeskOptions {
    return this.#options;
  }

  /** The way through the form, once its engine is here. */
  get journey(): Journey | undefined {
    return this.#run?.journey;
  }

  get drafts(): DraftKeeper | undefined {
    return this.#run?.drafts;
  }

  /** Where somebody is signed in: when that ends. */
  get signInWatch(): SignInWatch | undefined {
    return this.#run?.signInWatch;
  }

  /** Takes new options. Another form opens anew; another language or look is shown at once, and every answer stays. */
  configure(options: DeskOptions): void {
    const before = this.#options;
    this.#options = options;
    const other = (['src', 'form', 'client', 'session', 'pack', 'rules'] as const).some(
      name => before[name] !== options[name],
    );
    if (before.locale !== options.locale) this.missedLanguage = null;
    if (other || this.status === 'idle') void this.open();
    else this.refresh();
  }

  async open(): Promise<void> {
    const { client, drafts, locale } = this.#options;
    this.close();
    const turn = this.#opening;
    const given = this.#options.session?.form ?? this.#options.form;
    if (given === undefined && (this.#options.src === undefined || client === undefined)) {
      this.status = 'idle';
      return this.#changed();
    }
    if (given !== undefined && client === undefined && drafts === undefined && hasWords(locale)) {
      // Nothing to wait for: the form stands in the first frame.
      this.#ready = { form: given, info: null };
      return this.begin();
    }
    this.status = 'loading';
    this.#changed();
    try {
      const words = loadWords(locale);
      words.then(
        () => this.#changed(),
        () => undefined,
      );
      const info = client === undefined ? null : await client.session();
      // Nothing can be shown to who is signed in without these: begun in time, waited for later.
      if (info?.person) Promise.all([loadRun(), loadPiece('records')]).catch(() => undefined);
      const form = given ?? (await this.#load(client!));
      await words;
      if (turn !== this.#opening) return;
      this.#ready = { form, info };
      await ending.get(this.draftKey);
      this.found = await draftToGoOnWith(this.#ready, this.#options, this.draftKey);
      if (this.found === undefined && info?.person && isRemembered(info)) {
        // There is no network, and no draft of theirs: they begin one that signing in takes along.
        this.#ready = { form, info: { ...info, person: null } };
        this.found = await draftToGoOnWith(this.#ready, this.#options, this.draftKey);
      }
      if (turn !== this.#opening) return;
      const { info: who } = this.#ready;
      this.signIn = who !== null && who.person === null ? who.signInPath : null;
      // What was submitted and waits goes on by itself, as does a tab that was reloaded.
      if (this.found !== undefined && !isWaiting(this.found.kept) && !cameBack(this.draftKey)) {
        this.status = 'found-draft';
        // Whatever the answer is, this is needed next.
        loadRun().catch(() => undefined);
        return this.#changed();
      }
      await this.begin(this.found);
    } catch (error) {
      if (turn !== this.#opening) return;
      this.#fail(error);
    }
  }

  /** Starts, with the draft that was found or without it. */
  async begin(found?: FoundDraft): Promise<void> {
    const turn = this.#opening;
    const ready = this.#ready!;
    // A first page went before its engine came: it stands again with what was typed, and there is no draft to open.
    const typed = found && typedFirst(found.kept);
    let prepared: Parameters<DeskRun['start']>[0];
    try {
      let Run = loadedRun();
      if (Run === undefined) {
        if (found === undefined || typed !== undefined) this.#standFirst(ready, typed);
        Run = await this.#wait(loadRun(), this.#engine);
        if (turn !== this.#opening) return;
      }
      this.#run ??= new Run(this);
      const coming = this.#run.prepare(ready, typed === undefined ? found : undefined);
      // With nothing to load the form stands in this very frame.
      prepared = coming instanceof Promise ? await this.#wait(coming, this.#engine) : coming;
      if (turn !== this.#opening) return;
    } catch (error) {
      if (turn === this.#opening) this.#fail(error);
      return;
    }
    const { conflicts, migrated } = found ?? {};
    this.told =
      conflicts === undefined && migrated === undefined
        ? null
        : { ...(conflicts && { conflicts }), ...(migrated && { migrated }) };
    const first = this.first ?? (typed && this.#firstOf(ready, typed));
    this.#run.start(prepared, { claimed: first?.draft?.end() });
    first?.handOver(this.#run.journey!);
    this.first = undefined;
    this.#changed();
    whenIdle(() => void loadParts());
  }

  /** The form could not be opened; what stands already says so where it stands. */
  #fail(error: unknown): void {
    if (this.first === undefined) {
      this.status = 'failed';
      this.error = error;
    } else this.first.missed = error;
    this.#changed();
  }

  /** The form as it is before its engine has come, with what was typed into it. */
  #firstOf({ form }: ReadyForm, before: TypedFirst | undefined): FirstJourney {
    const { data, pack, clock, locale } = this.#options;
    const config = {
      form,
      locale,
      ...(data === undefined ? {} : { data }),
      ...(pack && { pack }),
      ...(clock && { clock }),
    };
    return new FirstJourney(new FirstSession(config, before?.typed), () => this.#changed(), before?.step);
  }

  /**
   * Draws the first page and takes what is typed while the engine is on its way. Not where somebody is signed in, whose
   * data decide what is asked, nor where a form begins with another step.
   */
  #standFirst(ready: ReadyForm, before: TypedFirst | undefined): void {
    const { early = false, session, drafts, sharedDevice = false, clock = () => new Date() } = this.#options;
    if (this.first !== undefined || !early || session !== undefined || ready.info?.person) return;
    const first = this.#firstOf(ready, before);
    if (first.step.kind !== 'page' && first.step.kind !== 'start') return;
    this.first = first;
    if (drafts !== undefined && !sharedDevice) {
      first.draft = new FirstDraft(drafts, this.draftKey, () => first.keep(clock()));
      first.session.onTyped = first.draft.changed;
    }
    this.entered();
    this.#changed();
  }

  /** Tries again to load what the form runs on. */
  retryRun(): void {
    if (this.first === undefined) return;
    this.first.missed = null;
    this.#changed();
    void this.begin();
  }

  /** A form has come to stand: it is drawn from now on. */
  entered(): void {
    this.found = undefined;
    this.status = 'open';
    this.refresh(false);
  }

  /** Forgets the draft that was found, and starts afresh. */
  async discard(): Promise<void> {
    const { drafts, client } = this.#options;
    const turn = this.#opening;
    await drafts?.remove(this.draftKey).catch(() => undefined);
    await drafts?.outbox?.remove(this.draftKey).catch(() => undefined);
    const { opened } = (this.found?.kept.content ?? {}) as { opened?: DraftOpened | null };
    if (opened) await client?.removeDraft?.(opened.draft).catch(() => undefined);
    if (turn !== this.#opening) return;
    this.found = undefined;
    await this.begin();
  }

  /** What the form is called, once it has come. */
  get title(): CompiledForm['title'] | undefined {
    return this.#ready?.form.title;
  }

  /** Where sign-in starts. */
  get signInPath(): string {
    return this.#ready?.info?.signInPath ?? '';
  }

  /** There is something to say that is no part of a step: see parts/told.ts. */
  get hasNews(): boolean {
    const { journey, signInWatch, told } = this;
    return (
      told !== null
      || this.missedLanguage !== null
      || (signInWatch?.end ?? null) !== null
      || journey?.prefill?.rechecking === true
      || journey?.prefill?.hasDoubts?.() === true
    );
  }

  /** The citizen has read what became of the draft. */
  understood(): void {
    this.told = null;
    this.#changed();
  }

  /** The form, in the language in use where the portal has its languages apart. */
  async #load(client: Portal): Promise<CompiledForm> {
    const { locale } = this.#options;
    const info = await client.form(slugOf(this.#options.src!));
    const form = await client.loadForm(info, locale);
    this.#spoken = info.languages === undefined ? undefined : { info, locales: new Set([locale]) };
    return form;
  }

  /** What a language still has to bring: our words, the texts of the form. Null when all of it is here. */
  #coming(locale: string): Promise<unknown> | null {
    const spoken = this.#spoken;
    const { client } = this.#options;
    if (spoken === undefined || client === undefined || spoken.locales.has(locale))
      return hasWords(locale) ? null : loadWords(locale);
    return Promise.all([
      loadWords(locale),
      client.loadForm(spoken.info, locale).then(() => spoken.locales.add(locale)),
    ]);
  }

  /** Makes the view anew: another language, other widgets. */
  refresh(announce = true): void {
    const session = this.#session;
    if (session === undefined) return this.#changed();
    const { locale, widgets = [], texts, pack, detached, readOnly = false, root } = this.#options;
    // Until a language has come, the form stays in the one before.
    const coming = this.#coming(locale);
    if (coming !== null) {
      void this.#wait(
        coming.then(
          () => this.refresh(),
          () => {
            this.missedLanguage = locale;
            this.#changed();
          },
        ),
      );
      return this.#changed();
    }
    const same = this.view?.session === session ? this.view : undefined;
    if (same === undefined) this.view?.watchers.close();
    this.view = {
      session,
      isEarly: this.#run?.journey === undefined,
      waitFor: work => void this.#wait(work),
      watchers: same?.watchers ?? new Watchers(session),
      form: session.form,
      nodes: this.view?.form === session.form ? this.view.nodes : new NodeIndex(session.form),
      widgets: new WidgetRegistry([...standardWidgets, ...registeredWidgets(), ...widgets]),
      formats: pack?.formats ?? {},
      words: createWords(locale, session.form.locale, texts, pack?.timeZone),
      prefix: this.#prefix,
      detached,
      readOnly,
      root,
      ...this.#run?.lends(locale),
    } as View;
    if (announce) this.#changed();
  }

  /** The session that is drawn: the engine's, or what stands in for it. */
  get #session(): FormSession | undefined {
    return this.journey?.session ?? (this.first?.session as unknown as FormSession | undefined);
  }

  /** Tries again to change to the language that did not come. */
  retryLanguage(): void {
    this.missedLanguage = null;
    this.refresh();
  }

  /** Draws again: something outside of the form came in. */
  readonly redraw = (): void => this.#changed();

  /** Opens or closes the report of a wrong value. */
  dispute(pointer: Pointer | null): void {
    this.disputing = pointer;
    this.#changed();
  }

  /** Has a part of our own code loaded, and everything drawn again when it has come. False when it did not come. */
  needs(name: PartName): boolean {
    const known = this.#parts.get(name);
    if (known !== undefined) return known === 'loading';
    this.#parts.set(name, 'loading');
    void this.#wait(
      loadPart(name)
        .then(
          () => this.#parts.delete(name),
          () => this.#parts.set(name, 'missed'),
        )
        .then(() => this.#changed()),
    );
    return true;
  }

  /** Tries again to load what did not come. */
  retryParts(): void {
    this.#parts.clear();
    this.#changed();
  }

  /** Settles when no language and no part is being loaded; undefined when none is. */
  get loading(): Promise<unknown> | undefined {
    return this.#loading.size === 0 ? undefined : Promise.all(this.#loading);
  }

  /** Settles when the engine, and what it begins with, are here; undefined when they are. A first page stands before. */
  get starting(): Promise<unknown> | undefined {
    return this.#engine.size === 0 ? undefined : Promise.all(this.#engine);
  }

  /** Waits for something, and has whoever looks at what is drawn wait for it too. */
  #wait<T>(work: Promise<T>, among = this.#loading): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    among.add(settled);
    void settled.then(() => among.delete(settled));
    return work;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    // What is on its way, the engine and the answers of the portal, is for nobody any more.
    this.#opening += 1;
    this.view?.watchers.close();
    if (this.#ready !== undefined) {
      const key = this.draftKey;
      const ended = Promise.allSettled([ending.get(key), this.#run?.close(), this.first?.end()]);
      ending.set(key, ended);
      void ended.then(() => ending.get(key) === ended && ending.delete(key));
    }
    this.first = this.view = undefined;
  }

  /** Under what a draft of this form is kept. */
  get draftKey(): string {
    const { form, info } = this.#ready!;
    return `${form.id} ${info?.person?.id ?? ''}`;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function whenIdle(work: () => void): void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work);
  else setTimeout(work, 500);
}
