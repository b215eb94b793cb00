// A dossier package as people read it: the verdict first, what failed before what held, the answers with the labels and
// words the citizen saw, where each came from, and the papers to look at.

import type { DossierFile, DossierManifest, Finding, Json, JsonObject, OriginMap, Pointer } from '@onceform/core';
import type { DossierTexts, DossierVerdict, PackageReader } from '@onceform/dossier';
import { html, nothing } from 'lit';
import { typeName } from './controls/file.ts';
import type { Words } from './words.ts';

export interface OpenedDossier {
  readonly verdict: DossierVerdict;
  /** The labels and words in the package; null where it has none that can be read. */
  readonly texts: DossierTexts | null;
  /** An address to look at a file of the package. */
  url(file: DossierFile, reader: PackageReader): string;
}

export function dossierView({ verdict, texts, url }: OpenedDossier, words: Words): unknown {
  const { ok, findings, manifest, data, shown, origins, package: reader } = verdict;
  const { t, l, time } = words;
  const answers = data ?? shown;
  return html`
    <div class="once-panel once-done" data-tone=${ok ? 'ok' : 'bad'}><p class="once-done-title">${t(ok ? 'dossier.ok' : 'dossier.bad')}</p>
      ${manifest === null ? nothing : html`<p>${l(manifest.procedure?.name) || texts?.title} · ${time(manifest.created)}</p><p><code class="once-code">${manifest.id}</code></p>`}
      ${manifest?.redacted === undefined ? nothing : html`<p>${t('dossier.redacted')}</p>`}</div>
    ${checks(findings, manifest, words)}
    ${answers === null ? nothing : declared(answers, texts, origins, words)}
    ${manifest === null || reader === null ? nothing : papers(manifest, file => url(file, reader), words)}`;
}

/** What failed and what was not looked at stands open; what held is counted. */
function checks(findings: readonly Finding[], manifest: DossierManifest | null, words: Words): unknown {
  const { t } = words;
  const of = (...states: Finding['status'][]): readonly Finding[] =>
    findings.filter(({ status }) => states.includes(status));
  const list = (some: readonly Finding[]): unknown =>
    html`<ul class="once-findings">${some.map(
      finding => html`<li class="once-finding" data-status=${finding.status}>
        <strong>${t(`finding.${finding.status}`)}</strong> ${said(finding, words.locale)}${finding.at === undefined ? nothing : html` <span class="once-hint">${placeOf(finding.at, manifest, words)}</span>`}</li>`,
    )}</ul>`;
  const good = of('ok');
  return html`<section class="once-review-section"><h2 class="once-review-title">${t('dossier.findings')}</h2>
    ${list(of('failed'))}${list(of('not-checked', 'note'))}
    ${good.length === 0 ? nothing : html`<details class="once-details"><summary>${t('dossier.held', { count: good.length })}</summary>${list(good)}</details>`}</section>`;
}

/** A path of the package in words, where it is one that people know; pointers and other paths as they are. */
function placeOf(at: string, manifest: DossierManifest | null, { t }: Words): unknown {
  const file = manifest?.files.find(({ path }) => path === at);
  if (file?.name !== undefined) return file.name;
  const known = file !== undefined && KNOWN.has(file.role);
  return html`${known ? t(`dossier.file.${file.role}`) : nothing} <code class="once-code">${at}</code>`;
}

const KNOWN: ReadonlySet<DossierFile['role']> = new Set([
  'data',
  'provenance',
  'seal',
  'texts',
  'human-copy',
  'decisions',
]);

function said({ message }: Finding, locale: string): string {
  return locale.startsWith('vi') ? message.vi : message.en;
}

function declared(data: JsonObject, texts: DossierTexts | null, origins: OriginMap | null, words: Words): unknown {
  const { t } = words;
  const leaves = leavesOf(data);
  const sections = texts?.sections ?? [];
  const told = new Set(sections.flatMap(({ rows }) => rows.map(({ pointer }) => pointer)));
  // What the texts do not speak of is shown as it is: nothing that was filed is left out.
  const rest = leaves.filter(([pointer]) => !told.has(pointer));
  return html`<section class="once-review-section"><h2 class="once-review-title">${t('dossier.data')}</h2></section>
    ${sections.map(({ title, rows }) => {
      const answered = rows.filter(({ text }) => text !== '');
      return answered.length === 0
        ? nothing
        : html`<section class="once-review-section"><h3 class="once-review-title">${title}</h3><dl class="once-answers">${answered.map(
            ({ pointer, label, within, text }) =>
              row(
                [...within.filter(name => name !== title), label].join(' – '),
                text,
                originOf(origins, pointer),
                words,
              ),
          )}</dl></section>`;
    })}
    ${
      rest.length === 0
        ? nothing
        : html`<section class="once-review-section">${texts === null ? nothing : html`<h3 class="once-review-title">${t('dossier.untold')}</h3>`}
      <dl class="once-answers">${rest.map(([pointer, value]) =>
        row(pointer.slice(1).replaceAll('/', ' › '), String(value), originOf(origins, pointer), words),
      )}</dl></section>`
    }
    <details class="once-details"><summary>${t('dossier.raw')}</summary><dl class="once-answers">${leaves.map(
      ([pointer, value]) =>
        html`<div class="once-answer"><dt><code class="once-code">${pointer}</code></dt><dd><code class="once-code">${String(value)}</code></dd></div>`,
    )}</dl></details>`;
}

function row(label: string, text: string, origin: OriginMap[Pointer] | undefined, { t, l }: Words): unknown {
  return html`<div class="once-answer"><dt>${label}</dt><dd>${text}${
    origin === undefined
      ? nothing
      : html`<span class="once-answer-origin" data-origin=${origin.origin}>${t(`origin.${origin.origin}`, { source: l(origin.source?.name) })}</span>`
  }</dd></div>`;
}

/** The origin of an answer, or of the sealed whole it is part of. */
function originOf(origins: OriginMap | null, pointer: Pointer): OriginMap[Pointer] | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const entry = origins?.[at];
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function papers(manifest: DossierManifest, url: (file: DossierFile) => string, words: Words): unknown {
  const { t, l, size } = words;
  const files = manifest.files.filter(
    ({ role }) => role === 'component' || role === 'answer-file' || role === 'evidence',
  );
  const without = manifest.components.filter(component => component.files.length === 0);
  if (files.length + without.length === 0) return nothing;
  return html`<section class="once-review-section"><h2 class="once-review-title">${t('component.title')}</h2>
    ${
      files.length === 0
        ? nothing
        : html`<ul class="once-files">${files.map(file => {
            const title = l(manifest.components.find(component => component.files.includes(file.path))?.title);
            return html`<li class="once-file-item"><span class="once-file-name">${title === '' ? nothing : `${title}: `}${file.name ?? file.path}</span>
        <span class="once-file-size">${typeName(file.type)}, ${size(file.size)}</span>
        <a class="once-link" href=${url(file)} download=${file.name ?? file.path.replace(/^.*\//, '')}>${t('dossier.save')}<span class="once-hidden"> ${file.name ?? file.path}</span></a></li>`;
          })}</ul>`
    }
    <ul class="once-list-plain">${without.map(({ title, fulfilledBy }) => html`<li>${l(title)}: ${t(`dossier.by.${fulfilledBy}`)}</li>`)}</ul></section>`;
}

function leavesOf(data: JsonObject): readonly [Pointer, Json][] {
  const found: [string, Json][] = [];
  const visit = (pointer: string, value: Json): void => {
    if (pointer === '/$context') return;
    if (typeof value !== 'object' || value === null) found.push([pointer, value]);
    else
      for (const [key, member] of Object.entries(value))
        visit(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, member as Json);
  };
  visit('', data);
  return found;
}
