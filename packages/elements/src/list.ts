// Rows: a card for each, added and removed by buttons. Focus goes where the citizen's eye goes.

import {
  isLocked,
  isRelevant,
  itemKeys,
  joinPointer,
  visibleIssuesAt,
  type ListNode,
  type OutlineNode,
  type Pointer,
  type Update,
} from '@onceform/core';
import { html, noChange, nothing } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import { repeat } from 'lit/directives/repeat.js';
import { issues } from './field.ts';
import { markdown } from './markdown.ts';
import { hasRecord, recordBar } from './record.ts';
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
  const fixed = at.readOnly || isLocked(state, pointer);
  const full = at.maxItems !== null && keys.length >= at.maxItems;
  const { t } = view.words;
  return html`<fieldset class="once-group once-list" data-pointer=${pointer} aria-describedby=${own.length > 0 ? `${id}~issues` : nothing}>
    <legend class="once-legend">${title}</legend>${markdown(at.description, view.words.locale)}
    ${at.hint === undefined ? nothing : html`<p class="once-hint">${view.words.l(at.hint)}</p>`}
    ${issues(view, pointer, own)}${hasRecord(view, pointer) ? recordBar(view, pointer) : nothing}
    ${keys.length === 0 ? html`<p class="once-empty">${t('list.empty')}</p>` : nothing}
    <ol class="once-rows">${repeat(
      keys,
      key => key,
      (_, index) => row(view, extra, pointer, index, !fixed && keys.length > Math.min(at.minItems, 1)),
    )}</ol>
    ${
      fixed
        ? nothing
        : html`<button type="button" class="once-button" data-kind="secondary" id=${id} ?hidden=${full}
      @click=${() => add(view, pointer, keys.length)}>${addLabel(view, at)}</button>`
    }
    ${full && at.maxItems !== null ? html`<p class="once-hint">${t('list.full', { max: at.maxItems })}</p>` : nothing}
  </fieldset>`;
}

/** A row stays as it is while its place stays: one more row does not touch the others. */
class Row extends Directive {
  #view: View | undefined;
  #pointer: Pointer | undefined;
  #removable: boolean | undefined;
  #index = -1;

  override render(view: View, extra: Extra, pointer: Pointer, index: number, removable: boolean): unknown {
    if (view === this.#view && pointer === this.#pointer && index === this.#index && removable === this.#removable)
      return noChange;
    this.#view = view;
    this.#pointer = pointer;
    this.#index = index;
    this.#removable = removable;
    const { t } = view.words;
    const title = titleOf(view, extra.list);
    return html`<li class="once-row" id=${`${domId(view, pointer)}/${index}~row`} tabindex="-1" aria-label=${t('list.nth', { n: index + 1, title })}>
      <div class="once-row-head"><span class="once-row-no" aria-hidden="true">${index + 1}</span>
        ${
          removable
            ? html`<button type="button" class="once-button" data-kind="quiet"
          @click=${() => remove(view, pointer, index)}>${t('action.removeRow')}<span class="once-hidden"> ${t('list.nth', { n: index + 1, title })}</span></button>`
            : nothing
        }
      </div>
      ${extra.draw(view, extra.list.item, joinPointer(pointer, index))}
    </li>`;
  }
}

const row = directive(Row);

function addLabel(view: View, { item, title }: ListNode): string {
  const name = view.words.l(item.title) || view.words.l(title);
  return name ? view.words.t('list.add', { title: name }) : view.words.t('action.addRow');
}

function add(view: View, pointer: Pointer, index: number): void {
  view.session.dispatch({ changes: { insert: pointer }, userEvent: 'insert' });
  focusRow(view, pointer, index);
}

function remove(view: View, pointer: Pointer, index: number): void {
  view.session.dispatch({ changes: { remove: joinPointer(pointer, index) }, userEvent: 'remove' });
  const left = itemKeys(view.session.state, pointer).length;
  if (left > 0) focusRow(view, pointer, Math.min(index, left - 1));
  else view.root().getElementById(domId(view, pointer))?.focus();
}

function focusRow(view: View, pointer: Pointer, index: number): void {
  const row = view.root().getElementById(`${domId(view, pointer)}/${index}~row`);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}
