// What <once-form> and <once-provider> have in common: the properties that say which form, and its events.

import type { CompiledForm, FormSession, Json, Pointer, Receipt, RuleEvaluator, Update } from '@onceform/core';
import { LitElement, type PropertyDeclarations } from 'lit';
import { defaults } from './defaults.ts';
import type { DraftStore } from './draft-store.ts';
import { errorCount } from './engine.ts';
import { createFace } from './face-of-desk.ts';
import { FormDesk, type DeskOptions, type Pack } from './form-desk.ts';
import type { Journey } from './journey.ts';
import type { Face } from './parts/face.ts';
import type { Portal } from './portal.ts';
import type { Widget } from './widget.ts';
import type { WordTables } from './words.ts';

/** Details of the events, by name. All bubble, and cross a shadow root. */
export interface OnceEvents {
  /** The form is open: this is its `currentSession` from now on. Another language, draft or definition has another one. */
  'once-session': { readonly session: FormSession };
  /** An answer changed. `data` is what would be filed now, worked out when it is read. */
  'once-change': { readonly touched: ReadonlySet<Pointer>; readonly data: Json };
  /** The number of errors changed; told when typing rests. */
  'once-issue': { readonly errors: number };
  'once-prefill': { readonly status: string; readonly found: number };
  /** `waiting`, `saving`, `saved`, `failed`, `other-tab`, `off`. */
  'once-draft': { readonly state: string };
  /** `receipt` is null where no portal was given: then the package was built, and filing it is the host's business. */
  'once-submit': { readonly receipt: Receipt | null; readonly dossier: Blob; readonly sha256: string };
}

export abstract class DeskHost extends LitElement {
  static override properties: PropertyDeclarations = {
    src: { type: String, reflect: true },
    locale: { type: String, reflect: true },
    sharedDevice: { type: Boolean, reflect: true, attribute: 'shared-device' },
    form: { attribute: false },
    client: { attribute: false },
    pack: { attribute: false },
    data: { attribute: false },
    session: { attribute: false },
    rules: { attribute: false },
    widgets: { attribute: false },
    texts: { attribute: false },
    drafts: { attribute: false },
    clock: { attribute: false },
  };

  declare src: string | undefined;
  declare locale: string;
  declare sharedDevice: boolean;
  /** The compiled form; instead of `src`. */
  declare form: CompiledForm | undefined;
  /** From '@onceform/store/client'; without it there is no prefill, and filing hands over the package. */
  declare client: Portal | undefined;
  /** Formats, functions and code lists of a country. */
  declare pack: Pack | undefined;
  /** Answers to start with. What would be filed is `currentSession.state.data`. */
  declare data: Json | undefined;
  /** A session that the host opened by itself. */
  declare session: FormSession | undefined;
  /** From '@onceform/core/cel'; needed when the form has rules or computed values. */
  declare rules: RuleEvaluator | undefined;
  declare widgets: readonly Widget[] | undefined;
  /** Sentences that replace ours, or another language. */
  declare texts: WordTables | undefined;
  /** From `openDraftStore()`; without it nothing is kept. */
  declare drafts: DraftStore | undefined;
  declare clock: (() => Date) | undefined;

  protected face: Face | undefined;
  protected errors = 0;
  #desk: FormDesk | undefined;
  #made: { readonly src: string; readonly client: Portal } | undefined;
  #counting: ReturnType<typeof setTimeout> | undefined;
  #said = { draft: '', prefill: '', filed: false, session: undefined as FormSession | undefined };
  #focus: (() => void) | undefined;

  constructor() {
    super();
    this.locale = 'vi';
    this.sharedDevice = false;
  }

  /** The session in use: `currentSession.state.data` is what would be filed now. */
  get currentSession(): FormSession | undefined {
    return this.#desk?.journey?.session;
  }

  /** What this element is doing, for hosts that show more around it. */
  get desk(): FormDesk | undefined {
    return this.#desk;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#desk?.status === 'idle') this.#desk.configure(this.#options());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#counting);
    this.#counting = undefined;
    if (this.#desk === undefined) return;
    this.#desk.close();
    this.#desk.status = 'idle';
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (this.#desk === undefined) {
      this.#desk = new FormDesk(this.#options());
      this.#desk.subscribe(() => {
        this.requestUpdate();
        this.#announce();
      });
      this.#desk.onUpdate = update => this.#updated(update);
      this.#desk.configure(this.#options());
    } else if ([...changed.keys()].some(name => name in DeskHost.properties)) {
      this.#desk.configure(this.#options());
    }
    const { view, first } = this.#desk;
    // Before the engine is here only a first page is drawn, which asks no more of a journey than there is.
    const journey = this.#desk.journey ?? (first as unknown as Journey | undefined);
    if (view === undefined || journey === undefined) this.face = undefined;
    else if (this.face?.view !== view || this.face.journey !== journey) {
      this.face = createFace(view, journey, focus => {
        this.#focus = focus;
        this.requestUpdate();
      });
    }
  }

  protected override updated(): void {
    const focus = this.#focus;
    this.#focus = undefined;
    if (focus !== undefined) void Promise.all([this.settled(), this.#desk?.loading]).then(focus);
  }

  /** What is drawn stands only when the code and the language it needs have come. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const coming = (): Promise<unknown> | undefined => this.#desk?.starting ?? this.#desk?.loading;
    let done = await super.getUpdateComplete();
    for (let work = coming(); work !== undefined; work = coming()) {
      await work;
      done = await super.getUpdateComplete();
    }
    return done;
  }

  /** Resolves when everything that belongs to the form has been drawn: only then is there something to focus. */
  protected settled(): Promise<unknown> {
    return Promise.resolve();
  }

  /** Whether our controls must stay out of a host's form. */
  protected get detached(): boolean {
    return this.closest('form') !== null;
  }

  /** Whether a first page may stand before the engine is here. */
  protected get early(): boolean {
    return false;
  }

  /** Whether everything is shown and nothing can be changed. */
  protected get readOnly(): boolean {
    return false;
  }

  /** Tells subclasses that typing rests. */
  protected rested(): void {}

  /** Tells subclasses that the number of errors changed. */
  protected counted(): void {}

  protected reconfigure(): void {
    this.#desk?.configure(this.#options());
  }

  #options(): DeskOptions {
    const { src, form, data, session, locale, widgets, texts, sharedDevice, clock, detached, readOnly } = this;
    const { pack = defaults.pack, rules = defaults.rules, drafts = defaults.drafts } = this;
    if (this.client === undefined && src !== undefined && this.#made?.src !== src && defaults.client !== undefined) {
      this.#made = { src, client: defaults.client(src) };
    }
    const client = this.client ?? (src === this.#made?.src ? this.#made?.client : undefined);
    return {
      src,
      form,
      client,
      pack,
      data,
      session,
      rules,
      locale,
      widgets,
      texts,
      drafts,
      sharedDevice,
      clock,
      detached,
      early: this.early,
      readOnly,
      root: () =>
        this.renderRoot.isConnected
          ? (this.renderRoot.getRootNode() as Document | ShadowRoot)
          : (this.getRootNode() as Document | ShadowRoot),
    };
  }

  #updated(update: Update): void {
    if (!update.transaction.changes.isEmpty) {
      this.#emit('once-change', {
        touched: update.touched,
        get data() {
          return update.state.data;
        },
      });
    }
    this.#counting ??= setTimeout(() => this.#count(), 100);
  }

  /** Counts the errors once typing rests: a key costs what it touches. */
  #count(): void {
    this.#counting = undefined;
    const session = this.currentSession;
    if (session === undefined) return;
    this.rested();
    const errors = errorCount(session.state);
    if (errors === this.errors) return;
    this.errors = errors;
    this.counted();
    this.#emit('once-issue', { errors });
  }

  /** Says in events what the desk did since last time. */
  #announce(): void {
    const { drafts, journey } = this.#desk!;
    const session = journey?.session;
    if (session !== this.#said.session) {
      this.#said.session = session;
      if (session !== undefined) this.#emit('once-session', { session });
    }
    const draft = drafts?.state.kind ?? '';
    if (draft !== this.#said.draft) {
      this.#said.draft = draft;
      if (draft !== '') this.#emit('once-draft', { state: draft });
    }
    const prefill = journey?.prefill;
    const said = prefill === undefined ? '' : `${prefill.status} ${prefill.answered.length}`;
    if (prefill !== undefined && said !== this.#said.prefill) {
      this.#said.prefill = said;
      this.#emit('once-prefill', {
        status: prefill.status,
        found: prefill.answered.filter(({ offers }) => offers.length > 0).length,
      });
    }
    const filed = journey?.filing.kind === 'filed';
    if (filed && !this.#said.filed) {
      const { receipt, dossier } = journey.filing as Extract<typeof journey.filing, { kind: 'filed' }>;
      this.#emit('once-submit', { receipt, dossier: dossier.blob, sha256: dossier.sha256 });
    }
    this.#said.filed = filed;
  }

  #emit<K extends keyof OnceEvents>(name: K, detail: OnceEvents[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
