// <once-dossier>: opens a dossier package, verifies it in this browser, and shows it readably.

import type { Finding, Json, JsonObject } from '@onceform/core';
import type { DossierVerdict, VerifyOptions } from '@onceform/dossier';
import { html, LitElement, nothing, type PropertyDeclarations } from 'lit';
import { typeName } from './controls/file.ts';
import { createWords, hasWords, lacksLaterWords, loadLaterWords, loadWords, type Words } from './words.ts';

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
    verdict: { state: true },
    busy: { state: true },
  };

  declare locale: string;
  declare dossier: Blob | undefined;
  /** Validator, rules and seal keys to check with; what is left out is reported as not checked. */
  declare checks: VerifyOptions | undefined;
  declare protected verdict: DossierVerdict | undefined;
  declare protected busy: boolean;

  constructor() {
    super();
    this.locale = 'vi';
    this.busy = false;
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
    if (!hasWords(this.locale) || lacksLaterWords()) {
      const words = loadWords(this.locale).then(loadLaterWords);
      words.then(
        () => this.requestUpdate(),
        () => undefined,
      );
      return nothing;
    }
    const words = createWords(this.locale);
    const { t } = words;
    return html`<div class="once-shell" data-alone><div class="once-main">
      ${
        this.dossier !== undefined && this.verdict === undefined && !this.busy
          ? nothing
          : html`<div class="once-field"><label class="once-label" for=${this.#id}>${t('dossier.choose')}</label>
        <input class="once-file-input" type="file" id=${this.#id} accept=".zip,.asice,application/zip" @change=${(
          event: Event,
        ) => {
          this.dossier = (event.target as HTMLInputElement).files?.[0];
        }}></div>`
      }
      <p role="status">${this.busy ? html`<span class="once-busy" aria-hidden="true"></span>${t('dossier.checking')}` : nothing}</p>
      ${this.verdict === undefined ? nothing : this.#shown(this.verdict, words)}
    </div></div>`;
  }

  readonly #id = `once-dossier-${Math.floor(performance.now() * 1000)}`;

  async #verify(dossier: Blob): Promise<void> {
    this.busy = true;
    this.verdict = undefined;
    const { verifyDossier } = await import('@onceform/dossier');
    const verdict = await verifyDossier(dossier, this.checks ?? {});
    if (dossier !== this.dossier) return;
    this.verdict = verdict;
    this.busy = false;
    this.dispatchEvent(new CustomEvent('once-verified', { detail: verdict, bubbles: true, composed: true }));
  }

  #shown({ ok, findings, manifest, data, origins }: DossierVerdict, words: Words): unknown {
    const { t, l, size, time } = words;
    const ranked = [...findings].sort((a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status));
    return html`
      <div class="once-panel once-done" data-tone=${ok ? 'ok' : 'bad'}><p class="once-done-title">${t(ok ? 'dossier.ok' : 'dossier.bad')}</p>
        ${manifest === null ? nothing : html`<p>${l(manifest.procedure?.name)} · ${time(manifest.created)}</p><p><code class="once-code">${manifest.id}</code></p>`}</div>
      <section class="once-review-section"><h2 class="once-review-title">${t('dossier.findings')}</h2>
        <ul class="once-findings">${ranked.map(
          finding => html`<li class="once-finding" data-status=${finding.status}>
          <strong>${t(`finding.${finding.status}`)}</strong> ${said(finding, this.locale)}${finding.at === undefined ? nothing : html` <code class="once-code">${finding.at}</code>`}</li>`,
        )}</ul></section>
      ${
        data === null
          ? nothing
          : html`<section class="once-review-section"><h2 class="once-review-title">${t('dossier.data')}</h2>
        <dl class="once-answers">${leaves(data).map(
          ([
            pointer,
            value,
          ]) => html`<div class="once-answer"><dt>${pointer.slice(1).replaceAll('/', ' › ')}</dt><dd>${String(value)}
          ${
            origins?.[pointer] === undefined
              ? nothing
              : html`<span class="once-answer-origin" data-origin=${origins[pointer]!.origin}>${t(
                  `origin.${origins[pointer]!.origin}`,
                  { source: l(origins[pointer]!.source?.name) },
                )}</span>`
          }</dd></div>`,
        )}</dl></section>`
      }
      ${
        manifest === null
          ? nothing
          : html`<section class="once-review-section"><h2 class="once-review-title">${t('component.title')}</h2>
        <ul class="once-files">${manifest.files
          .filter(({ role }) => role === 'component' || role === 'answer-file')
          .map(
            file => html`<li class="once-file-item">
          <span class="once-file-name">${file.name ?? file.path}</span><span class="once-file-size">${typeName(file.type)}, ${size(file.size)}</span></li>`,
          )}</ul></section>`
      }`;
  }
}

const RANK: readonly Finding['status'][] = ['failed', 'not-checked', 'note', 'ok'];

function said({ message }: Finding, locale: string): string {
  return locale.startsWith('vi') ? message.vi : message.en;
}

function leaves(data: JsonObject): readonly [string, Json][] {
  const found: [string, Json][] = [];
  const visit = (pointer: string, value: Json): void => {
    if (pointer === '/$context') return;
    if (typeof value !== 'object' || value === null) found.push([pointer, value]);
    else
      for (const [key, member] of Object.entries(value))
        visit(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, member);
  };
  visit('', data);
  return found;
}
