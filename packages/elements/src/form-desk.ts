// Opens a form for elements to draw: loads it, brings a draft back, keeps drafts, makes the view and the journey.
// `<once-form>` and `<once-provider>` each have one; elements inside a provider find it through the context.

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
import { localeSlot, OnceFormError, openForm } from '@onceform/core/engine';
import { createCodeLists, entriesOfPack, type CodeLists } from './code-lists.ts';
import { standardWidgets } from './controls/index.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import type { DraftStore, KeptDraft } from './draft-store.ts';
import type { DraftSync, FoundDraft, Merged } from './draft-sync.ts';
import { FileShelf } from './file-shelf.ts';
import { engineDraft, Journey } from './journey.ts';
import { pieceOf } from './late.ts';
import { NodeIndex } from './node-index.ts';
import { loadPart, loadParts, type PartName } from './parts/on-demand.ts';
import { slugOf, type Portal } from './portal.ts';
import type { PrefillFlow } from './prefill-flow.ts';
import type { SignInWatch } from './sign-in-watch.ts';
import type { View } from './view.ts';
import { Watchers } from './watch.ts';
import { registeredWidgets, WidgetRegistry, type Widget } from './widget.ts';
import { createWords, hasWords, loadWords, type WordTables } from './words.ts';

export type Pack = Partial<Pick<CountryPack, 'formats' | 'functions' | 'codeLists' | 'timeZone' | 'letterhead'>>;

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
  /** Everything is shown and nothing can be changed: a host switched the form off. */
  readonly readOnly?: boolean | undefined;
  readonly root: () => Document | ShadowRoot;
  readonly clock?: (() => Date) | undefined;
}

export type DeskStatus = 'idle' | 'loading' | 'failed' | 'found-draft' | 'open';

let count = 0;

export class FormDesk {
  status: DeskStatus = 'idle';
  error: unknown;
  /** The draft that was found and waits for the citizen's word. */
  found: FoundDraft | undefined;
  /** What the citizen should know of the draft in use: two devices changed it, or it was begun with an older form. */
  told: Pick<FoundDraft, 'conflicts' | 'migrated'> | null = null;
  view: View | undefined;
  journey: Journey | undefined;
  drafts: DraftKeeper | undefined;
  /** The pointer whose value the citizen is reporting as wrong. */
  disputing: Pointer | null = null;
  /** The language that was asked for and did not come: the form stays in the one before, and says so. */
  missedLanguage: string | null = null;
  /** Where somebody is signed in: when that ends. */
  signInWatch: SignInWatch | undefined;
  /** Sign-in, where the portal has it and nobody is signed in. */
  signIn: string | null = null;
  readonly files = new FileShelf();
  #options: DeskOptions;
  #codeLists: CodeLists | undefined;
  /** The languages that have come of a form whose languages load one by one. */
  #spoken: { readonly info: FormInfo; readonly locales: Set<string> } | undefined;
  #opening = 0;
  #prefillFlow: typeof PrefillFlow | undefined;
  /** Keeps drafts; loaded where there is a place for them. */
  #keeping: typeof import('./draft-keeper.ts') | undefined;
  #sync: DraftSync | undefined;
  #ready: { form: CompiledForm; info: SessionInfo | null } | undefined;
  #stop: (() => void)[] = [];
  readonly #prefix = `once${++count}`;
  readonly #listeners = new Set<() => void>();
  readonly #loading = new Set<Promise<unknown>>();
  readonly #parts = new Map<PartName, 'loading' | 'missed'>();
  /** Every transaction of whichever session is open. */
  onUpdate: ((update: Update) => void) | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
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
    const turn = ++this.#opening;
    const { client } = this.#options;
    this.close();
    if (
      this.#options.session === undefined
      && this.#options.form === undefined
      && (this.#options.src === undefined || client === undefined)
    ) {
      this.status = 'idle';
      return this.#changed();
    }
    const { form, session, drafts, locale } = this.#options;
    if (client === undefined && drafts === undefined && hasWords(locale)) {
      // Nothing to wait for: the form stands in the first frame.
      this.#ready = { form: session?.form ?? form!, info: null };
      return this.#start(null, null);
    }
    this.status = 'loading';
    this.#changed();
    try {
      const words = loadWords(locale);
      words.then(
        () => this.#changed(),
        () => undefined,
      );
      // A form with a portal most often begins there.
      if (client !== undefined) loadPart('start').catch(() => undefined);
      const info = client === undefined ? null : await client.session();
      const form = this.#options.session?.form ?? this.#options.form ?? (await this.#load(client!));
      await words;
      if (turn !== this.#opening) return;
      this.#ready = { form, info };
      this.signIn = info !== null && info.person === null ? info.signInPath : null;
      this.found = await this.#findDraft(form, info);
      if (turn !== this.#opening) return;
      // What was submitted and waits goes on by itself, as does a tab that was reloaded.
      if (this.found !== undefined && !isWaiting(this.found.kept) && !cameBack(this.#draftKey)) {
        this.status = 'found-draft';
        return this.#changed();
      }
      await this.begin(this.found);
    } catch (error) {
      if (turn !== this.#opening) return;
      this.status = 'failed';
      this.error = error;
      this.#changed();
    }
  }

  /** Starts, with the draft that was found or without it. */
  async begin(found?: FoundDraft): Promise<void> {
    const { form, info } = this.#ready!;
    const { client } = this.#options;
    const kept = found?.kept;
    const held = kept === undefined ? null : engineDraft(kept, form.digest);
    let opened: DraftOpened | null = held?.opened ?? null;
    if (opened === null && client !== undefined && info?.person)
      opened = await client.openDraft({ form: { id: form.id, digest: form.digest } });
    if (this.#options.drafts !== undefined) this.#keeping = await import('./draft-keeper.ts');
    if (opened !== null) this.#prefillFlow = (await import('./prefill-flow.ts')).PrefillFlow;
    if (opened !== null) await this.#openSync(opened.draft, kept?.synced);
    const { conflicts, migrated } = found ?? {};
    this.told =
      conflicts === undefined && migrated === undefined
        ? null
        : { ...(conflicts && { conflicts }), ...(migrated && { migrated }) };
    this.#start(opened, held === null ? null : kept!);
  }

  async #openSync(draft: string, agreed: KeptDraft['synced']): Promise<void> {
    this.#sync = undefined;
    const { client, drafts } = this.#options;
    if (drafts === undefined || client?.saveDraft === undefined || !this.#ready!.info?.person) return;
    const { draftPortal, DraftSync } = await import('./draft-sync.ts');
    const portal = draftPortal(client);
    if (portal !== undefined) this.#sync = new DraftSync(portal, draft, agreed);
  }

  /** Says in time that the sign-in ends, and keeps what was typed when it does. */
  async #watchSignIn(portal: Portal, info: SessionInfo): Promise<void> {
    const turn = this.#opening;
    const watch = await import('./sign-in-watch.ts').catch(() => undefined);
    if (watch === undefined || turn !== this.#opening) return;
    const { SignInWatch } = watch;
    this.signInWatch?.stop();
    this.signInWatch = new SignInWatch({
      portal,
      info,
      clock: this.#options.clock ?? (() => new Date()),
      changed: () => this.#changed(),
      ending: () => void this.drafts?.save(),
    });
  }

  /** Another device worked on this draft too: the form goes on with what came of both. */
  #merge({ kept, conflicts }: Merged): void {
    const { opened } = engineDraft(kept, this.#ready!.form.digest)!;
    const ended = this.#take(false);
    this.told = { conflicts };
    this.#start(opened, kept, ended);
  }

  /** @param ended An earlier run of the same draft, which has to give its lock back first. */
  #start(opened: DraftOpened | null, kept: KeptDraft | null, ended?: Promise<void>): void {
    const { form, info } = this.#ready!;
    const { client, data, locale, pack, rules, clock, session: given } = this.#options;
    const held = kept === null ? null : engineDraft(kept, form.digest);
    const session =
      given
      ?? openForm(form, {
        locale,
        ...(data === undefined ? {} : { data }),
        ...(pack === undefined ? {} : { pack }),
        ...(rules === undefined ? {} : { rules }),
        ...(clock === undefined ? {} : { clock }),
        ...(held === null ? {} : { draft: held.draft as never }),
      });
    this.journey = new Journey({
      session,
      files: this.files,
      locale: () => this.#options.locale,
      letterhead: pack?.letterhead,
      say: ({ pointer, value }) =>
        this.view === undefined || value === undefined
          ? undefined
          : pieceOf('records')?.showValue(this.view, this.view.nodes.at(pointer), value),
      person: info?.person ?? null,
      ...(client === undefined ? {} : { portal: client }),
      ...(opened === null ? {} : { draft: opened }),
      ...(this.#prefillFlow === undefined ? {} : { prefillFlow: this.#prefillFlow }),
      ...(clock === undefined ? {} : { clock }),
    });
    this.files.openLine = this.#lineOf(client);
    this.#codeLists = createCodeLists(async (id, within) => {
      if (pack?.codeLists?.[id] !== undefined) return entriesOfPack({ codeLists: pack.codeLists })(id, within);
      if (client === undefined)
        throw new OnceFormError('ERR_CODE_LIST_UNKNOWN', `Nobody can give the code list ${id}.`);
      return (await client.codeList(id, within)).entries;
    });
    this.found = undefined;
    this.status = 'open';
    this.refresh(false);
    if (kept !== null) this.journey.resume(kept);
    this.#startDrafts(kept !== null, ended);
    this.#stop.push(
      this.journey.subscribe(() => this.#changed()),
      session.subscribe(update => {
        this.onUpdate?.(update);
        // Pages watch their own fields; the other steps show many answers at once.
        if (this.journey?.step.kind !== 'page') this.#changed();
      }),
    );
    if (client !== undefined && info?.expires !== undefined && ended === undefined)
      void this.#watchSignIn(client, info);
    void this.journey.prefill?.discover();
    this.#changed();
    whenIdle(() => void loadParts());
  }

  /** Forgets the draft that was found, and starts afresh. */
  async discard(): Promise<void> {
    const { drafts, client } = this.#options;
    await drafts?.remove(this.#draftKey).catch(() => undefined);
    await drafts?.outbox?.remove(this.#draftKey).catch(() => undefined);
    const { opened } = (this.found?.kept.content ?? {}) as { opened?: DraftOpened | null };
    if (opened) await client?.removeDraft?.(opened.draft).catch(() => undefined);
    this.found = undefined;
    await this.begin();
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

  /** Files are sent ahead where the portal takes that; the code for it comes with the first file. */
  #lineOf(client: Portal | undefined): FileShelf['openLine'] {
    const upload = client?.upload?.bind(client);
    if (upload === undefined || !this.#ready!.info?.person) return undefined;
    const { clock = () => new Date() } = this.#options;
    return async () => {
      const { UploadLine } = await import('./upload-line.ts');
      return new UploadLine({
        upload,
        clock,
        bytes: sha256 => this.files.get(sha256),
        changed: () => this.files.told(),
      });
    };
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
    const { journey } = this;
    if (journey === undefined || this.#codeLists === undefined) return this.#changed();
    const { locale, widgets = [], texts, pack, detached, readOnly = false, root } = this.#options;
    // Until a language has come, the form stays in the one before.
    const coming = this.#coming(locale);
    if (coming !== null) {
      this.#wait(
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
    const { session } = journey;
    if (session.state.read(localeSlot) !== locale) session.setLocale(locale);
    this.view = {
      session,
      waitFor: work => this.#wait(work),
      watchers: this.view?.session === session ? this.view.watchers : this.#watchersOf(session),
      form: session.form,
      nodes: this.view?.session === session ? this.view.nodes : new NodeIndex(session.form),
      widgets: new WidgetRegistry([...standardWidgets, ...registeredWidgets(), ...widgets]),
      codeLists: this.#codeLists,
      formats: pack?.formats ?? {},
      files: this.files,
      words: createWords(locale, session.form.locale, texts, pack?.timeZone),
      prefix: this.#prefix,
      detached,
      readOnly,
      root,
      ...(journey.prefill === undefined
        ? {}
        : {
            retry: (pointer: Pointer) => void journey.prefill?.retry(pointer),
            dispute: (pointer: Pointer) => this.dispute(pointer),
            ticketOf: (pointer: Pointer) => journey.prefill?.tickets.get(pointer),
          }),
    };
    if (announce) this.#changed();
  }

  #watchersOf(session: FormSession): Watchers {
    const watchers = new Watchers(session);
    this.#stop.push(() => watchers.close());
    return watchers;
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
    this.#wait(
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

  #wait(work: Promise<unknown>): void {
    this.#loading.add(work);
    void work.finally(() => this.#loading.delete(work));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    void this.#take();
    this.signInWatch?.stop();
    this.signInWatch = undefined;
    this.journey = this.view = this.drafts = undefined;
  }

  /** Ends what runs, and leaves what is drawn. */
  async #take(save = true): Promise<void> {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    const ended = this.drafts?.stop(save);
    this.journey?.destroy();
    await ended;
  }

  get #draftKey(): string {
    const { form, info } = this.#ready!;
    return `${form.id} ${info?.person?.id ?? ''}`;
  }

  async #findDraft(form: CompiledForm, info: SessionInfo | null): Promise<FoundDraft | undefined> {
    const { drafts, session, client } = this.#options;
    if (drafts === undefined || session !== undefined) return undefined;
    // A store that cannot be opened (private window) must not keep anybody from filling in a form.
    const load = (key: string): Promise<KeptDraft | undefined> => drafts.load(key).catch(() => undefined);
    const kept =
      (await load(this.#draftKey)) ?? (info?.person ? await this.#takeAlong(drafts, `${form.id} `) : undefined);
    if (kept !== undefined && engineDraft(kept, form.digest) !== null && client?.drafts === undefined) return { kept };
    if (kept === undefined && (client?.drafts === undefined || !info?.person)) return undefined;
    const { draftPortal, findDraft } = await import('./draft-sync.ts');
    const here = () => findDraft(form, kept, undefined);
    return info?.person ? findDraft(form, kept, draftPortal(client)).catch(here) : here();
  }

  /** Who signs in on the way takes along what was typed before, in this tab. */
  async #takeAlong(drafts: DraftStore, from: string): Promise<KeptDraft | undefined> {
    if (!cameBack(from)) return undefined;
    try {
      const kept = await drafts.load(from);
      if (kept === undefined) return undefined;
      await drafts.save(this.#draftKey, kept);
      await drafts.remove(from);
      (await import('./draft-keeper.ts')).remember(this.#draftKey);
      return kept;
    } catch {
      return undefined;
    }
  }

  #startDrafts(resumed: boolean, ended?: Promise<void>): void {
    const { drafts: store, sharedDevice = false } = this.#options;
    if (store === undefined) return;
    this.files.keeper = store.files;
    const key = this.#draftKey;
    const { outbox } = store;
    const on = resumed || !sharedDevice;
    if (on && outbox !== undefined) {
      this.journey!.outbox = {
        put: waiting => outbox.put(key, waiting),
        get: () => outbox.get(key),
        remove: () => outbox.remove(key),
      };
    }
    this.drafts = new this.#keeping!.DraftKeeper({
      store,
      key,
      journey: this.journey!,
      on,
      sync: this.#sync,
      merged: merged => this.#merge(merged),
      changed: () => this.#changed(),
    });
    const keeper = this.drafts;
    if (ended === undefined) void keeper.start();
    else void ended.then(() => keeper.start(true));
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

/** It was submitted, and not acknowledged yet. */
function isWaiting(kept: KeptDraft): boolean {
  return (kept.content as { readonly waiting?: boolean }).waiting === true;
}

/** The same tab was here before: it was reloaded, or discarded while the camera was open. Then nobody is asked. */
function cameBack(key: string): boolean {
  try {
    return sessionStorage.getItem('onceform') === key;
  } catch {
    return false;
  }
}
