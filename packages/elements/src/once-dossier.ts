// <once-dossier>: opens a dossier package, verifies it in this browser, and shows it readably.

import type { DossierFile, Json } from '@onceform/core';
import type { PackageReader, VerifyOptions } from '@onceform/dossier';
import { html, LitElement, nothing, type PropertyDeclarations } from 'lit';
import { dossierView, type OpenedDossier } from './dossier-view.ts';
import { loadDossierWords } from './dossier-words.ts';
import { createWords, hasWords, lacksLaterWords, type WordTables } from './words.ts';

/**
 * Shows a package from `dossier`, or lets the citizen open one. Says `not checked` for what it did not look at.
 *
 * @attr {string} locale - BCP 47; `vi` when left out.
 * @fires once-verified - The package was looked at; `detail` is the verdict.
 */
export class OnceDossier extends LitElement {
  static override properties: PropertyDeclarations = {
    locale: { type: String, reflect: true },
    dossier: { attribute: false },
    checks: { attribute: false },
    opened: { state: true },
    busy: { state: true },
    failed: { state: true },
  };

  declare locale: string;
  declare dossier: Blob | undefined;
  /** Validator, rules and seal keys to check with; what is left out is reported as not checked. */
  declare checks: VerifyOptions | undefined;
  declare protected opened: OpenedDossier | undefined;
  declare protected busy: boolean;
  declare protected failed: boolean;
  readonly #urls = new Map<string, string>();
  /** Our sentences in the languages that have come. */
  readonly #said = new Map<string, WordTables>();

  constructor() {
    super();
    this.locale = 'vi';
    this.busy = false;
    this.failed = false;
  }

  protected override createRenderRoot(): HTMLElement {
    const container = document.createElement('div');
    container.className = 'once';
    this.append(container);
    return container;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has('dossier') && this.dossier !== undefined) void this.#verify(this.dossier);
  }

  protected override render(): unknown {
    const { locale } = this;
    const said = this.#said.get(locale);
    if (said === undefined || !hasWords(locale) || lacksLaterWords()) {
      loadDossierWords(locale).then(
        tables => {
          this.#said.set(locale, tables);
          this.requestUpdate();
        },
        () => undefined,
      );
      return nothing;
    }
    const words = createWords(locale, locale, said);
    const { t } = words;
    return html`<div class="once-shell" data-alone><div class="once-main">
      ${
        this.dossier !== undefined && this.opened === undefined && !this.busy && !this.failed
          ? nothing
          : html`<div class="once-field"><label class="once-label" for=${this.#id}>${t('dossier.choose')}</label>
        <input class="once-file-input" type="file" id=${this.#id} accept=".zip,.asice,application/zip" @change=${(
          event: Event,
        ) => {
          this.dossier = (event.target as HTMLInputElement).files?.[0];
        }}></div>`
      }
      <p role="status">${this.busy ? html`<span class="once-busy" aria-hidden="true"></span>${t('dossier.checking')}` : nothing}</p>
      ${
        this.failed
          ? html`<div class="once-notice" data-tone="error" role="alert"><p>${t('dossier.notChecked')}</p>
        <button type="button" class="once-button" data-kind="secondary" @click=${() => void this.#verify(this.dossier!)}>${t('action.tryAgain')}</button></div>`
          : nothing
      }
      ${this.opened === undefined ? nothing : dossierView(this.opened, words)}
    </div></div>`;
  }

  readonly #id = `once-dossier-${Math.floor(performance.now() * 1000)}`;

  async #verify(dossier: Blob): Promise<void> {
    this.busy = true;
    this.failed = false;
    this.opened = undefined;
    this.#forget();
    try {
      const { CONTENT_FILES, isTexts, verifyDossier } = await import('@onceform/dossier');
      const verdict = await verifyDossier(dossier, this.checks ?? {});
      const texts = await readTexts(verdict.package, CONTENT_FILES.texts);
      if (dossier !== this.dossier) return;
      this.opened = {
        verdict,
        texts: isTexts(texts) ? texts : null,
        url: (file, reader) => this.#url(reader.content(file.path), file),
      };
      this.dispatchEvent(new CustomEvent('once-verified', { detail: verdict, bubbles: true, composed: true }));
    } catch {
      // The code that checks did not come, or a key could not be fetched: nothing was said about the package.
      if (dossier === this.dossier) this.failed = true;
    } finally {
      if (dossier === this.dossier) this.busy = false;
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  /** The browser never shows a file of a stranger's package as a page of this site: it is only saved. */
  #url(content: Blob, { path }: DossierFile): string {
    let url = this.#urls.get(path);
    if (url === undefined)
      this.#urls.set(path, (url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }))));
    return url;
  }

  #forget(): void {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
  }
}

/** The texts of a package, as far as they can be read. */
async function readTexts(reader: PackageReader | null, path: string): Promise<Json | undefined> {
  if (reader === null || !reader.entries.has(path)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await reader.bytes(path))) as Json;
  } catch {
    return undefined;
  }
}
