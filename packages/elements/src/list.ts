// Rows: a card for each, or, where each answer is one narrow box and there is room, a line of a table (see table.ts).
// Removing can be undone. Focus goes where the citizen's eye goes.

import type { HistoryStep, Json, ListNode, OutlineNode, Pointer, Update } from '@onceform/core';
import {
  answerAt,
  historySlot,
  isLocked,
  isRelevant,
  itemKeys,
  joinPointer,
  visibleIssuesAt,
} from '@onceform/core/engine';
import { html, noChange, nothing } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import { repeat } from 'lit/directives/repeat.js';
import { issues } from './field.ts';
import { markdown } from './markdown.ts';
import { hasRecord, recordBar, rowCandidates } from './record-place.ts';
import { columnNames, line, tableOf, type Table } from './table.ts';
import { domId, titleOf, type View } from './view.ts';
import { watch, type Drawing } from './watch.ts';

type DrawNode = (view: View, node: OutlineNode, pointer: Pointer) => unknown;
interface Extra {
  readonly list: ListNode;
  readonly draw: DrawNode;
}

const extras = new WeakMap<ListNode, Extra>();

export function list(view: View, at: ListNode, pointer: Pointer, draw: DrawNode): unknown {
  let extra = extras.get(at);
  if (extra === undefined) extras.set(at, (extra = { list: at, draw }));
  return watch(view, pointer, LIST, extra);
}

const LIST: Drawing<Extra> = { draw: drawList, matters: rowsMatter, keeps: true };

/** A value typed into a row is the row's own affair. */
function rowsMatter({ startState, state }: Update, pointer: Pointer): boolean {
  return (
    itemKeys(startState, pointer) !== itemKeys(state, pointer)
    || isRelevant(startState, pointer) !== isRelevant(state, pointer)
    || visibleIssuesAt(startState, pointer) !== visibleIssuesAt(state, pointer)
  );
}

function drawList(view: View, pointer: Pointer, extra: Extra): unknown {
  const { list: at } = extra;
  const { state } = view.session;
  if (!isRelevant(state, pointer)) return nothing;
  const keys = itemKeys(state, pointer);
  const own = visibleIssuesAt(state, pointer);
  const id = domId(view, pointer);
  const title = titleOf(view, at);
  const fixed = view.readOnly || at.readOnly || isLocked(state, pointer);
  const full = at.maxItems !== null && keys.length >= at.maxItems;
  const table = tableOf(view, at);
  const rows = repeat(
    keys,
    key => key,
    (_, index) => row(view, extra, table, pointer, index, !fixed && keys.length > Math.min(at.minItems, 1)),
  );
  const { t } = view.words;
  return html`<fieldset class="once-group once-list" data-pointer=${pointer} aria-describedby=${own.length > 0 ? `${id}~issues` : nothing}>
    <legend class="once-legend">${title}</legend>${markdown(at.description, view.words.locale)}
    ${at.hint === undefined ? nothing : html`<p class="once-hint">${view.words.l(at.hint)}</p>`}
    ${fixed ? nothing : howMany(view, at)}${issues(view, pointer, own)}${hasRecord(view, pointer) ? recordBar(view, pointer) : nothing}
    ${keys.length === 0 ? html`<p class="once-empty">${t('list.empty')}</p>` : nothing}
    ${
      table === null
        ? html`<ol class="once-rows">${rows}</ol>`
        : html`<div class="once-table" data-width=${table.width}><div class="once-rows" role=${keys.length === 0 ? nothing : 'table'} aria-label=${keys.length === 0 ? nothing : title}>${
            keys.length === 0 ? nothing : columnNames(table)
          }${rows}</div></div>`
    }
    ${fixed || full ? nothing : rowCandidates(view, pointer)}
    ${
      fixed
        ? nothing
        : html`<button type="button" class="once-button" data-kind="secondary" id=${id} ?hidden=${full}
      @click=${() => add(view, pointer, keys.length)}>${addLabel(view, at)}</button>`
    }
    ${taken(view, pointer)}
    ${full && at.maxItems !== null ? html`<p class="once-hint">${t('list.full', { max: at.maxItems })}</p>` : nothing}
  </fieldset>`;
}

/** A row stays as it is while its place stays: one more row does not touch the others. */
class Row extends Directive {
  #view: View | undefined;
  #pointer: Pointer | undefined;
  #removable: boolean | undefined;
  #index = -1;

  override render(
    view: View,
    extra: Extra,
    table: Table | null,
    pointer: Pointer,
    index: number,
    removable: boolean,
  ): unknown {
    if (view === this.#view && pointer === this.#pointer && index === this.#index && removable === this.#removable)
      return noChange;
    this.#view = view;
    this.#pointer = pointer;
    this.#index = index;
    this.#removable = removable;
    const { t } = view.words;
    const title = titleOf(view, extra.list);
    const id = `${domId(view, pointer)}/${index}~row`;
    const name = t('list.nth', { n: index + 1, title });
    const out = removable
      ? html`<button type="button" class="once-button once-row-remove" data-kind="quiet"
          @click=${() => remove(view, pointer, index)}>${t(table === null ? 'action.removeRow' : 'action.remove')}<span class="once-hidden"> ${name}</span></button>`
      : nothing;
    const item = joinPointer(pointer, index);
    return table === null
      ? html`<li class="once-row" id=${id} tabindex="-1" aria-label=${name}>
      <span class="once-row-no" aria-hidden="true">${index + 1}</span>
      ${extra.draw(view, extra.list.item, item)}
      ${out}
    </li>`
      : html`<div class="once-row" role="row" id=${id} tabindex="-1" aria-label=${name}><span class="once-row-no" role="rowheader">${index + 1}</span>${line(table, item)}<div class="once-row-end" role="cell">${out}</div></div>`;
  }
}

const row = directive(Row);

function addLabel(view: View, { item, title }: ListNode): string {
  const name = view.words.l(item.title) || view.words.l(title);
  return name ? view.words.t('list.add', { title: name }) : view.words.t('action.addRow');
}

function add(view: View, pointer: Pointer, index: number): void {
  removals.get(view.session)?.delete(pointer);
  view.session.dispatch({ changes: { insert: pointer }, userEvent: 'insert' });
  focusRow(view, pointer, index);
}

/** How many rows are asked for: said before, not only when there are too few or too many. */
function howMany(view: View, { minItems: min, maxItems: max }: ListNode): unknown {
  if (min <= 1 && max === null) return nothing;
  const { t } = view.words;
  const text =
    max === null ? t('list.atLeast', { min }) : min === 0 ? t('list.atMost', { max }) : t('list.range', { min, max });
  return html`<p class="once-hint">${text}</p>`;
}

/** The row that was removed last, of each list. */
const removals = new WeakMap<View['session'], Map<Pointer, Removal>>();
interface Removal {
  readonly index: number;
  readonly value: Json | undefined;
  /** The removal as a step back: undoing it brings everything of the row back, its sources too. */
  readonly step: HistoryStep | undefined;
}

/** What was removed, with the way back. It stays until the next row is added or removed. */
function taken(view: View, pointer: Pointer): unknown {
  const removal = removals.get(view.session)?.get(pointer);
  if (removal === undefined) return html`<div role="status"></div>`;
  const { t } = view.words;
  return html`<div role="status" class="once-list-undo"><p>${t('list.removed', { n: removal.index + 1 })}
    <button type="button" class="once-link" @click=${() => bringBack(view, pointer, removal)}>${t('list.undo')}</button></p></div>`;
}

function bringBack(view: View, pointer: Pointer, { index, value, step }: Removal): void {
  const { session } = view;
  removals.get(session)?.delete(pointer);
  if (step !== undefined && session.state.read(historySlot).done.at(-1) === step) session.undo();
  else
    session.dispatch({
      changes: { insert: pointer, index, ...(value === undefined ? {} : { value }) },
      userEvent: 'insert',
    });
  focusRow(view, pointer, index);
}

function remove(view: View, pointer: Pointer, index: number): void {
  const { session } = view;
  const item = joinPointer(pointer, index);
  const value = answerAt(session.state, item);
  const mine = removals.get(session) ?? new Map<Pointer, Removal>();
  removals.set(session, mine);
  mine.set(pointer, { index, value, step: undefined });
  session.dispatch({ changes: { remove: item }, userEvent: 'remove' });
  mine.set(pointer, { index, value, step: session.state.read(historySlot).done.at(-1) });
  const left = itemKeys(view.session.state, pointer).length;
  if (left > 0) focusRow(view, pointer, Math.min(index, left - 1));
  else view.root().getElementById(domId(view, pointer))?.focus();
}

function focusRow(view: View, pointer: Pointer, index: number): void {
  const row = view.root().getElementById(`${domId(view, pointer)}/${index}~row`);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}
