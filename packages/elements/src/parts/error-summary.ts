// What keeps the citizen from going on: a heading that takes the focus, and a link to each place.

import type { Issue } from '@onceform/core';
import { html, nothing } from 'lit';
import { troubleText } from '../trouble.ts';
import { sentenceOf } from '../sentences.ts';
import { titleAt } from '../view.ts';
import type { Face } from './face.ts';

export function errorSummary(face: Face): unknown {
  const { journey, view } = face;
  const summary = oneEach(journey.summary ?? []);
  if (summary.length === 0) return nothing;
  const { t } = view.words;
  return html`<div class="once-summary" role="group" tabindex="-1" id=${`${view.prefix}~summary`} aria-labelledby=${`${view.prefix}~summary-title`}>
    <div role="alert"><h2 class="once-summary-title" id=${`${view.prefix}~summary-title`}>${t('error.summary', { count: summary.length })}</h2></div>
    <ul class="once-summary-list">${summary.map(
      issue =>
        html`<li><a href=${`#${encodeURIComponent(view.prefix + issue.pointer)}`} @click=${(event: Event) => {
          event.preventDefault();
          face.show(issue.pointer, issue.keyword === 'reason' ? '~reason' : '');
        }}>${issueText(face, issue)}</a></li>`,
    )}</ul></div>`;
}

/** One entry for each place: what else is wrong there, the place itself says. */
function oneEach(issues: readonly Issue[]): readonly Issue[] {
  const at = new Map<string, Issue>();
  for (const issue of issues) {
    // Two papers may be missing, and both are no answer.
    const place = `${issue.pointer} ${issue.keyword === 'paper' ? String(issue.params['component']) : ''}`;
    if (!at.has(place)) at.set(place, issue);
  }
  return [...at.values()];
}

export function issueText({ view, journey }: Pick<Face, 'view' | 'journey'>, issue: Issue): string {
  const { words } = view;
  if (issue.keyword === 'commitment') return words.t('error.requiredCommit');
  if (issue.keyword === 'reason') return words.t('reason.missing', { label: titleAt(view, issue.pointer) });
  if (issue.keyword === 'paper') {
    const paper = journey.session.form.components.find(({ id }) => id === issue.params['component']);
    return words.t('component.missing', { label: words.l(paper?.title) });
  }
  return sentenceOf(view, issue);
}

/** A failure that is no issue: said where it happened, with what to do. */
export function troubleNote({ view, journey }: Pick<Face, 'view' | 'journey'>): unknown {
  const { trouble } = journey;
  if (trouble === null) return nothing;
  return html`<div class="once-notice" data-tone="error" role="alert"><p>${troubleText(view, trouble)}</p></div>`;
}
