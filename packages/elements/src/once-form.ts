// <once-form>: the whole journey of one form in one element.

import type { Json } from '@onceform/core';
import { joinPointer } from '@onceform/core/first';
import type { PropertyDeclarations } from 'lit';
import { defaults } from './defaults.ts';
import { DeskHost } from './desk-host.ts';
import { listenToInput } from './input-events.ts';
import { shell } from './parts/shell.ts';
import { themeLink } from './theme.ts';

/**
 * A form, from the first question to the receipt. Draws into a child of its own, in the page's own tree.
 *
 * @attr {string} src - Where the portal describes the form: `/api/forms/birth-registration`; needs `client`.
 * @attr {string} locale - BCP 47; `vi` when left out.
 * @attr {string} name - The entry in a host form's data: the answers as JSON.
 * @attr {string} isolation - `shadow` puts one shadow root around the whole form. Read once, when it is drawn first.
 * @attr {boolean} shared-device - Nothing is kept on the device before the citizen asks for it.
 * @attr {boolean} disabled - Everything can be read, nothing changed or sent; a disabled fieldset around it does the same.
 * @fires once-session - The form is open, or open again: `detail.session` is its session.
 * @fires once-change - An answer changed.
 * @fires once-issue - The number of errors changed.
 * @fires once-prefill - The sources were asked, answered or failed.
 * @fires once-draft - The draft was saved, or was not.
 * @fires once-submit - The dossier was filed and acknowledged; without a portal: it was built.
 */
export class OnceForm extends DeskHost {
  static formAssociated = true;
  static override properties: PropertyDeclarations = {
    name: { type: String, reflect: true },
    isolation: { type: String, reflect: true },
    theme: { attribute: false },
  };

  declare name: string | undefined;
  declare isolation: 'shadow' | undefined;
  /** The stylesheet in shadow mode; by default theme/once.css beside this package's code. */
  declare theme: string | CSSStyleSheet | undefined;

  readonly #internals: ElementInternals;
  #title: string | undefined;
  #host: HTMLFormElement | null = null;
  #disabled = false;

  constructor() {
    super();
    this.#internals = this.attachInternals();
  }

  protected override createRenderRoot(): HTMLElement {
    const container = document.createElement('div');
    container.className = 'once';
    if (this.isolation === 'shadow') {
      const root = this.attachShadow({ mode: 'open' });
      themeLink(root, this.theme ?? defaults.theme);
      root.append(container);
    } else {
      this.append(container);
    }
    listenToInput(container, () => this.desk?.view);
    return container;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#retitle(false);
  }

  /** A host form has us as a member: our answers become one entry of its data. */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#host?.removeEventListener('formdata', this.#enter);
    this.#host = form;
    form?.addEventListener('formdata', this.#enter);
    this.reconfigure();
  }

  protected override get detached(): boolean {
    return this.#internals.form !== null;
  }

  /** A host's own form is filed by the host, who would miss what was typed before there was an engine to read it. */
  protected override get early(): boolean {
    return !this.detached;
  }

  protected override counted(): void {
    if (this.errors === 0) this.#internals.setValidity({});
    else
      this.#internals.setValidity(
        { customError: true },
        this.face?.view.words.t('error.summary', { count: this.errors }) ?? ' ',
      );
  }

  protected override render(): unknown {
    return shell(this.desk!, this.face, this.locale);
  }

  protected override updated(): void {
    super.updated();
    this.#retitle((this.desk?.journey?.summary?.length ?? 0) > 0);
  }

  /** The host's form was reset: the answers it began with, and no draft. */
  formResetCallback(): void {
    this.desk?.close();
    void this.desk?.discard();
  }

  /** The host switched us off, by `disabled` here or on a fieldset: everything can be read, nothing changed or sent. */
  formDisabledCallback(disabled: boolean): void {
    this.#disabled = disabled;
    this.reconfigure();
  }

  /** The browser brings the citizen back to a page of the host's: what was typed there returns. */
  formStateRestoreCallback(state: string): void {
    const held = JSON.parse(state) as { readonly [key: string]: Json };
    const session = this.face?.journey.session;
    if (session === undefined) this.data ??= held;
    else
      session.dispatch({ changes: Object.entries(held).map(([key, value]) => ({ set: joinPointer('', key), value })) });
  }

  protected override get readOnly(): boolean {
    return this.#disabled;
  }

  /** Keeps the answers with the browser's own entry of the page, where no draft of ours does it and the device is theirs. */
  protected override rested(): void {
    if (this.#host === null || this.sharedDevice || (this.drafts ?? defaults.drafts) !== undefined) return;
    const { $context: _, ...held } = this.currentSession!.state.data as { readonly [key: string]: Json };
    const text = JSON.stringify(held);
    this.#internals.setFormValue(text, text);
  }

  #enter = (event: FormDataEvent): void => {
    const session = this.currentSession;
    if (this.name && session !== undefined && !this.#disabled)
      event.formData.set(this.name, JSON.stringify(session.state.data));
  };

  /** `Error: ` before the page's title while the summary is shown. */
  #retitle(wrong: boolean): void {
    if (wrong && this.#title === undefined) {
      this.#title = document.title;
      document.title = (this.face?.view.words.t('error.prefix') ?? '') + this.#title;
    } else if (!wrong && this.#title !== undefined) {
      document.title = this.#title;
      this.#title = undefined;
    }
  }
}
