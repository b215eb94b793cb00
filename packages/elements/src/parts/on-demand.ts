// Parts that the first page does without: each is loaded when it is drawn first, or when the page has come to rest, so
// that a citizen who loses the network can still go on.

import { html } from 'lit';
import type { FormDesk } from '../form-desk.ts';
import { loadPieces } from '../late.ts';
import { loadRun } from '../load-run.ts';
import { lacksLaterWords, loadLaterWords } from '../words.ts';
import type { Face } from './face.ts';

export type PartName = 'papers' | 'review' | 'receipt' | 'dispute' | 'told';
type Part = (face: Face, desk: FormDesk) => unknown;

const LOADERS: { readonly [name in PartName]: () => Promise<Part> } = {
  papers: async () => (await import('./papers.ts')).papers,
  review: async () => (await import('./review.ts')).review,
  receipt: async () => {
    const [{ receipt }] = await Promise.all([import('./receipt.ts'), loadLaterWords('filed')]);
    return receipt;
  },
  told: async () => (await import('./told.ts')).told,
  dispute: async () => (await import('../prefill.ts')).disputeDialog,
};

const loaded: { [name in PartName]?: Part } = {};

export async function loadPart(name: PartName): Promise<void> {
  const [part] = await Promise.all([loaded[name] ?? LOADERS[name](), loadLaterWords()]);
  loaded[name] = part;
}

export async function loadParts(): Promise<void> {
  await Promise.allSettled([loadRun(), ...(Object.keys(LOADERS) as PartName[]).map(loadPart), loadPieces()]);
}

/** Draws a part; while it is on its way, that it is; where it did not come, that, with a way to try again. */
export function onDemand(name: PartName, face: Face, desk: FormDesk): unknown {
  const part = lacksLaterWords() ? undefined : loaded[name];
  if (part !== undefined) return part(face, desk);
  const { t } = face.view.words;
  if (desk.needs(name))
    return html`<p class="once-loading" role="status"><span class="once-busy" aria-hidden="true"></span>${t('a11y.loading')}</p>`;
  return html`<div class="once-notice" data-tone="error" role="alert"><p>${t('trouble.network')}</p>
    <button type="button" class="once-button" data-kind="secondary" @click=${() => desk.retryParts()}>${t('action.tryAgain')}</button></div>`;
}
