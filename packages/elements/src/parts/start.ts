// The first step: what the procedure is, and the way in: with what the State already knows, or without.

import { html, nothing } from 'lit';
import type { FormDesk } from '../form-desk.ts';
import { late } from '../late.ts';
import { signInLink } from '../sign-in-link.ts';
import type { Face } from './face.ts';
import { troubleOf } from './in-the-way.ts';

export function start(face: Face, desk: FormDesk): unknown {
  const { journey, view } = face;
  const { prefill } = journey;
  return html`${procedure(face)}${
    prefill === undefined
      ? html`${signIn(face, desk.signIn)}<p class="once-hint">${view.words.t('form.requiredNote')}</p>`
      : late(view, 'records', ({ prefillStep }) => prefillStep(face, prefill))
  }${troubleOf(face)}
    ${journey.session.form.procedure === null && prefill === undefined ? nothing : html`<div class="once-actions">${actions(face)}</div>`}`;
}

/** Nobody is signed in: signing in starts with a link, and comes back to this page. */
function signIn({ view, journey }: Face, path: string | null): unknown {
  if (path === null || journey.session.form.reuse.every(({ policy }) => policy.mode === 'never')) return nothing;
  const { t } = view.words;
  return html`<section class="once-panel"><p>${t('signIn.note')}</p>
    <p><a class="once-button" data-kind="secondary" href=${signInLink(path, view.words.locale)}><span>${t('signIn.link')}</span></a></p></section>`;
}

function procedure({ view, journey }: Face): unknown {
  const { procedure: about } = journey.session.form;
  if (about === null) return nothing;
  const { t, l } = view.words;
  const facts = [
    ['procedure.code', about.code ?? ''],
    ['procedure.authority', l(about.authority)],
    ['procedure.duration', l(about.duration)],
    ['procedure.result', l(about.result)],
    ['procedure.legalBasis', (about.legalBasis ?? []).map(l).join('; ')],
  ].filter(([, text]) => text !== '');
  return html`<p class="once-lead">${l(about.name)}</p><dl class="once-facts">${facts.map(([key, text]) => html`<div class="once-fact"><dt>${t(key!)}</dt><dd>${text}</dd></div>`)}</dl>`;
}

function actions(face: Face): unknown {
  const { journey, view } = face;
  const { prefill } = journey;
  return prefill === undefined
    ? html`<button type="button" class="once-button" data-kind="primary" @click=${() => face.go('next')}>${view.words.t('action.start')}</button>`
    : late(view, 'records', ({ prefillActions }) => prefillActions(face, prefill));
}
