// Where an answer came from, in words: the badge under a field or over a record, and why a field is empty.

import {
  actorSlot,
  checkEntries,
  dispute,
  entryAt,
  isBlocked,
  onMissingAt,
  pointerContains,
  withdrawDispute,
  type Entry,
  type Miss,
  type OriginEntry,
  type Pointer,
} from '@onceform/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from './control.ts';
import { shownValue } from './display.ts';
import { corrections } from './reasons.ts';
import { domId, titleAt, type View } from './view.ts';

type Note = TemplateResult | typeof nothing;

/**
 * The note under a field. A member of a record says little, because the record has a badge of its own; an answer
 * that departs from the register says so and offers the way back.
 */
export function originNote(view: View, pointer: Pointer, entry: OriginEntry | undefined): Note {
  const id = domId(view, pointer, '~origin');
  const entered = entryAt(view.session.state, pointer);
  if (entered?.by.role === 'assistant') return entryNote(view, pointer, id, entered);
  if (entry === undefined || entry.origin === 'manual') return nothing;
  const { t } = view.words;
  switch (entry.origin) {
    case 'derived':
    case 'officer-entered':
      return html`<p class="once-origin" id=${id}>${t(entry.origin === 'derived' ? 'badge.computed' : 'badge.officer')}</p>`;
    case 'override':
      return html`<div class="once-origin" data-origin="override" id=${id}>
        <p>${t('review.changed')}${entry.official === undefined ? nothing : html`: <q>${shownValue(view, view.nodes.at(pointer), entry.official)}</q>`}</p>
        ${view.readOnly ? nothing : html`<button type="button" class="once-link" @click=${() => restore(view, pointer, entry)}>${t('action.restore')}</button>`}
      </div>${entry.edit === 'correctable' ? reasonBox(view, pointer) : nothing}`;
    default:
      return entry.record !== undefined && entry.record !== pointer
        ? html`<p class="once-origin" data-origin="auto" id=${id}>${editWords(view, entry)}</p>`
        : html`<div class="once-origin" data-origin="auto" id=${id}>${originBadge(view, entry)} ${editWords(view, entry)}</div>`;
  }
}

/** What a helper typed waits for whoever answers for it: the citizen, or an officer who has the paper. */
function entryNote(view: View, pointer: Pointer, id: string, { checkedBy }: Entry): Note {
  const { t } = view.words;
  if (checkedBy !== undefined) return html`<p class="once-origin" id=${id}>${t('entry.checked')}</p>`;
  const { role } = view.session.state.read(actorSlot);
  return html`<div class="once-origin" data-origin="waits" id=${id}><p>${t('entry.waits')}</p>${
    role === 'assistant' || view.readOnly
      ? nothing
      : html`<button type="button" class="once-link" @click=${() => view.session.dispatch(checkEntries(pointer))}>${t(`entry.${role}`)}</button>`
  }</div>`;
}

/** Why an answer departs from what the State holds: asked where the value may be corrected. */
function reasonBox(view: View, pointer: Pointer): Note {
  const correction = corrections(view.session.state).find(one => one.pointer === pointer);
  if (correction === undefined || view.readOnly) return nothing;
  const { record, value, said } = correction;
  const id = domId(view, pointer, '~reason');
  const say = (event: Event): void => {
    const reason = (event.target as HTMLTextAreaElement).value.trim().normalize('NFC');
    if (reason === '') return;
    view.session.dispatch(
      dispute({
        item: record.item,
        offer: record.offer!,
        ...said,
        pointer,
        reason,
        ...(value === undefined ? {} : { value }),
      }),
    );
  };
  return html`<div class="once-reason"><label class="once-label" for=${id} data-required>${view.words.t('prefill.overrideReason')}</label>
    <textarea class="once-input" id=${id} rows="2" maxlength="2000" required form=${view.detached ? '' : nothing} .value=${said?.reason ?? ''} @change=${say}></textarea></div>`;
}

/** Source, date and whether it is verified, in words. */
export function originBadge(
  view: View,
  entry: Pick<OriginEntry, 'source' | 'lastUpdated' | 'retrievedAt' | 'verification' | 'validUntil'>,
): TemplateResult {
  const { t, l, date } = view.words;
  const verified = entry.verification?.status === 'verified';
  return html`<span class="once-badge" ?data-verified=${verified}>${t('badge.from', { source: l(entry.source?.name) })}${
    verified ? html`<span class="once-badge-verified">${t('badge.verified')}</span>` : nothing
  }</span>
    <span class="once-badge-dates">${entry.lastUpdated ? t('badge.asOf', { date: date(entry.lastUpdated) }) : t('badge.noDate')}${
      entry.retrievedAt ? ` · ${t('badge.retrieved', { date: date(entry.retrievedAt) })}` : nothing
    }</span>`;
}

/** What the citizen may do with it: in words, not in colour alone. */
function editWords({ words }: View, { edit = 'free' }: OriginEntry): Note {
  return html`<span class="once-lock" data-edit=${edit}>${words.t(`badge.${edit}`)}</span>`;
}

/** Why a field that a source could have filled is empty, with a retry where that makes sense. */
export function missNote(view: View, pointer: Pointer, miss: Miss | undefined, control: Pick<Control, 'value'>): Note {
  const { form, data } = view.session.state;
  const blocked = isBlocked(form, data, pointer);
  if ((miss === undefined && !blocked) || control.value !== undefined) return nothing;
  const { t, l } = view.words;
  const source = l(miss?.source?.name) || t('miss.aSource');
  const again = miss === undefined || RETRYABLE.has(miss.reason);
  const papers = onMissingAt(form, pointer) === 'ask-with-evidence' ? evidenceFor(view, pointer) : '';
  return html`<div class="once-miss" id=${domId(view, pointer, '~miss')}>
    <p>${blocked ? t(miss === undefined ? 'block.unasked' : again ? 'block.later' : 'block.none', { source }) : t(`miss.${miss!.reason}`, { source })}${
      papers === '' ? nothing : ` ${t('miss.evidence', { papers })}`
    }</p>
    ${miss === undefined || view.readOnly ? nothing : retryButton(view, miss, miss.pointer)}
  </div>`;
}

/** Asks the sources for a place once more; nothing where that is of no use. */
export function retryButton(view: View, { reason }: Miss, pointer: Pointer, title = titleAt(view, pointer)): Note {
  return view.retry === undefined || !RETRYABLE.has(reason)
    ? nothing
    : html` <button type="button" class="once-link" @click=${() => view.retry!(pointer)}>${view.words.t('action.tryAgain')}<span class="once-hidden"> ${title}</span></button>`;
}

/** The papers that have to show what is typed in place of a source. */
function evidenceFor(view: View, pointer: Pointer): string {
  const { reuse, components } = view.form;
  const replaced = new Set(
    reuse
      .filter(({ members }) => members.some(member => pointerContains(member.pointer, pointer)))
      .flatMap(({ policy }) => policy.replaces ?? []),
  );
  return components
    .filter(
      ({ id, replacedBy }) =>
        replaced.has(id) || replacedBy?.pointers.some(at => pointerContains(at, pointer)) === true,
    )
    .map(({ title }) => view.words.l(title))
    .join(', ');
}

/** Reasons that may be other ones a moment later. */
const RETRYABLE: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'pending']);

function restore(view: View, pointer: Pointer, entry: OriginEntry): void {
  if (entry.official === undefined) return;
  const { effects = [] } = withdrawDispute(pointer);
  view.session.dispatch({ changes: { set: pointer, value: entry.official }, effects, userEvent: 'restore' });
}
