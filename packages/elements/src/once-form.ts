// <once-form>: the whole journey of one form in one element.

import { allIssues, type CompiledForm, type FormSession, type Json, type Pointer, type Receipt, type RuleEvaluator, type Update } from '@onceform/core';
import { LitElement, type PropertyDeclarations } from 'lit';
import type { DraftStore } from './draft-store.ts';
import { FormDesk, type Pack } from './form-desk.ts';
import { createFace } from './face-of-desk.ts';
import { listenToInput } from './input-events.ts';
import type { Face } from './parts/face.ts';
import { shell } from './parts/shell.ts';
import type { Portal } from './portal.ts';
import { themeLink } from './theme.ts';
import type { Widget } from './widget.ts';
import type { WordTables } from './words.ts';

/** Details of the events, by name. */
export interface OnceFormEvents {
  /** An answer changed. `data` is what would be filed now, worked out when it is read. */
  'once-change': CustomEvent<{ readonly touched: ReadonlySet<Pointer>; readonly data: Json }>;
  /** The number of errors changed. */
  'once-issue': CustomEvent<{ readonly errors: number }>;
  'once-prefill': CustomEvent<{ readonly status: string; readonly found: number }>;
  'once-draft': CustomEvent<{ readonly state: string }>;
  'once-submit': CustomEvent<{ readonly receipt: Receipt | null; readonly dossier: Blob; readonly sha256: string }>;
}

/**
 * A form, from the first question to the receipt. Draws into a child of its own, in the page's own tree.
 *
 * @attr src - Where the portal describes the form: `/api/forms/birth-registration`; needs `client`.
 * @attr locale - BCP 47; `vi` when left out.
 * @attr name - The entry in a host form's data: the answers as JSON.
 * @attr isolation - `shadow` puts one shadow root around the whole form.
 * @attr shared-device - Nothing is kept on the device before the citizen asks for it.
 * @fires once-change - An answer changed.
 * @fires once-issue - The number of errors changed.
 * @fires once-prefill - The sources were asked, answered or failed.
 * @fires once-draft - The draft was saved, or was not.
 * @fires once-submit - The dossier was filed and acknowledged; without a portal: it was built.
 * @cssprop --once-accent - The colour of buttons, links and focus.
 * @cssprop --once-font - The typeface.
 */
export class OnceForm extends LitElement {
  static formAssociated = true;
  static override properties: PropertyDeclarations = {
    src: { type: String, reflect: true },
    locale: { type: String, reflect: true },
    name: { type: String, reflect: true },
    isolation: { type: String, reflect: true },
    sharedDevice: { type: Boolean, reflect: true, attribute: 'shared-device' },
    form: { attribute: false }, client: { attribute: false }, pack: { attribute: false }, data: { attribute: false },
    session: { attribute: false }, rules: { attribute: false }, widgets: { attribute: false }, texts: { attribute: false },
    drafts: { attribute: false }, clock: { attribute: false }, theme: { attribute: false },
  };

  declare src: string | undefined;
  declare locale: string;
  declare name: string | undefined;
  declare isolation: 'shadow' | undefined;
  declare sharedDevice: boolean;
  /** The compiled form; instead of `src`. */
  declare form: CompiledForm | undefined;
  declare client: Portal | undefined;
  declare pack: Pack | undefined;
  /** Answers to start with. What is filed is read from `once-change`, `once-submit` or `session.state.data`. */
  declare data: Json | undefined;
  /** A session the host opened by itself; after opening, the one in use is `currentSession`. */
  declare session: FormSession | undefined;
  /** From '@onceform/core/cel'; needed when the form has rules or computed values. */
  declare rules: RuleEvaluator | undefined;
  declare widgets: readonly Widget[] | undefined;
  declare texts: WordTables | undefined;
  declare drafts: DraftStore | undefined;
  declare clock: (() => Date) | undefined;
  /** The stylesheet in shadow mode; by default theme/once.css beside this package's code. */
  declare theme: string | CSSStyleSheet | undefined;

  readonly #internals: ElementInternals;
  #desk: FormDesk | undefined;
  #face: Face | undefined;
  #errors = 0;
  #counting: ReturnType<typeof setTimeout> | undefined;
  #title: string | undefined;
  #focus: (() => void) | undefined;
  #said = { draft: '', prefill: '', filed: false };
  #host: HTMLFormElement | null = null;

  constructor() {
    super();
    this.locale = 'vi';
    this.sharedDevice = false;
    this.#internals = this.attachInternals();
  }

  /** The session in use: `session.state.data` is what would be filed now. */
  get currentSession(): FormSession | undefined {
    return this.#desk?.journey?.session;
  }

  /** What this element is doing: for hosts that show more around it. */
  get desk(): FormDesk | undefined {
    return this.#desk;
  }

  protected override createRenderRoot(): HTMLElement {
    const container = document.createElement('div');
    container.className = 'once';
    if (this.isolation === 'shadow') {
      const root = this.attachShadow({ mode: 'open' });
      themeLink(root, this.theme);
      root.append(container);
    } else {
      this.append(container);
    }
    listenToInput(container, () => this.#desk?.view);
    return container;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#desk !== undefined && this.#desk.status === 'idle') this.#desk.configure(this.#options());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#retitle(false);
    this.#desk?.close();
    if (this.#desk !== undefined) this.#desk.status = 'idle';
  }

  /** The host form takes part: our answers become one entry of its data. */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#host?.removeEventListener('formdata', this.#enter);
    this.#host = form;
    form?.addEventListener('formdata', this.#enter);
    if (this.#desk !== undefined) this.#desk.configure(this.#options());
  }

  #enter = (event: FormDataEvent): void => {
    const session = this.currentSession;
    if (this.name && session !== undefined) event.formData.set(this.name, JSON.stringify(session.state.data));
  };

  protected override willUpdate(changed: Map<string, unknown>): void {
    const options = this.#options();
    if (this.#desk === undefined) {
      this.#desk = new FormDesk(options);
      this.#desk.subscribe(() => {
        this.requestUpdate();
        this.#announce();
      });
      this.#desk.onUpdate = update => this.#updated(update);
      this.#desk.configure(options);
    } else if ([...changed.keys()].some(name => name in OnceForm.properties)) {
      this.#desk.configure(options);
    }
    const { view, journey } = this.#desk;
    if (view !== undefined && journey !== undefined && (this.#face?.view !== view || this.#face.journey !== journey)) {
      this.#face = createFace(view, journey, focus => {
        this.#focus = focus;
        this.requestUpdate();
      });
    } else if (view === undefined) {
      this.#face = undefined;
    }
  }

  protected override render(): unknown {
    return shell(this.#desk!, this.#face, this.locale);
  }

  protected override updated(): void {
    const focus = this.#focus;
    this.#focus = undefined;
    focus?.();
    this.#retitle((this.#desk?.journey?.summary?.length ?? 0) > 0);
  }

  #options(): ConstructorParameters<typeof FormDesk>[0] {
    const { src, form, client, pack, data, session, rules, locale, widgets, texts, drafts, sharedDevice, clock } = this;
    return {
      src, form, client, pack, data, session, rules, locale, widgets, texts, drafts, sharedDevice, clock,
      detached: this.#internals.form !== null,
      root: () => this.renderRoot.getRootNode() as Document | ShadowRoot,
    };
  }

  #updated(update: Update): void {
    if (!update.transaction.changes.isEmpty) {
      this.#emit('once-change', { touched: update.touched, get data() { return update.state.data; } });
    }
    this.#counting ??= setTimeout(() => this.#count(), 100);
  }

  /** Counts the errors once typing rests: a key costs what it touches. */
  #count(): void {
    this.#counting = undefined;
    const session = this.currentSession;
    if (session === undefined) return;
    const errors = allIssues(session.state).filter(({ severity }) => severity === 'error').length;
    if (errors === this.#errors) return;
    this.#errors = errors;
    if (errors === 0) this.#internals.setValidity({});
    else this.#internals.setValidity({ customError: true }, this.#face?.view.words.t('error.summary', { count: errors }) ?? ' ');
    this.#emit('once-issue', { errors });
  }

  /** Says in events what the desk did since last time. */
  #announce(): void {
    const { drafts, journey } = this.#desk!;
    const draft = drafts?.state.kind ?? '';
    if (draft !== this.#said.draft) {
      this.#said.draft = draft;
      if (draft !== '') this.#emit('once-draft', { state: draft });
    }
    const prefill = journey?.prefill;
    const said = prefill === undefined ? '' : `${prefill.status} ${prefill.answered.length}`;
    if (prefill !== undefined && said !== this.#said.prefill) {
      this.#said.prefill = said;
      this.#emit('once-prefill', { status: prefill.status, found: prefill.answered.filter(({ offers }) => offers.length > 0).length });
    }
    if (journey?.filing.kind === 'filed' && !this.#said.filed) {
      this.#said.filed = true;
      const { receipt, dossier } = journey.filing;
      this.#emit('once-submit', { receipt, dossier: dossier.blob, sha256: dossier.sha256 });
    }
  }

  #emit<K extends keyof OnceFormEvents>(name: K, detail: OnceFormEvents[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** `Error: ` before the page's title while the summary is shown. */
  #retitle(wrong: boolean): void {
    if (wrong && this.#title === undefined) {
      this.#title = document.title;
      document.title = (this.#face?.view.words.t('error.prefix') ?? '') + this.#title;
    } else if (!wrong && this.#title !== undefined) {
      document.title = this.#title;
      this.#title = undefined;
    }
  }
}
