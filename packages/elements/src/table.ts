// Rows as lines of a table, where each answer is one narrow box: a header names the columns and each row has the same
// cells. Where there is no room each row is a card with its labels; the same elements either way.

import type { FieldNode, ListNode, Pointer, Update } from '@onceform/core';
import {
  answerAt,
  isLocked,
  isRelevant,
  joinPointer,
  offersAt,
  parentPointer,
  recordAt,
  visibleIssuesAt,
} from '@onceform/core/engine';
import { html, nothing } from 'lit';
import { dateWidget } from './controls/date.ts';
import { selectWidget } from './controls/options.ts';
import { field, issues } from './field.ts';
import { late } from './late.ts';
import { groupMatters } from './node.ts';
import { hasRecord, inRecordCard } from './record-place.ts';
import { domId, titleOf, type View } from './view.ts';
import { watch, type Drawing } from './watch.ts';
import type { Widget } from './widget.ts';

interface Column {
  readonly node: FieldNode;
  readonly title: string;
  /** How much of the room it takes beside the others: the theme knows. */
  readonly size: keyof typeof WIDTHS;
}

export interface Table {
  readonly columns: readonly Column[];
  /** `s` fits beside the steps on a small screen, `l` needs a wide one. */
  readonly width: 's' | 'l';
  /** As the view of the form, but one of several is a list and not a column of radios. */
  readonly view: View;
}

/** Widths of boxes in em, as the theme has them. */
const WIDTHS = { s: 6, m: 9, l: 10, xl: 12, date: 10 };
/** More than this fits on no screen beside the steps. */
const MOST = 50;
const NARROW = 34;

/** The columns of a list; null where its rows are cards. */
export function tableOf(form: View, list: ListNode): Table | null {
  const group = form.nodes.resolve(list.item);
  if (group.kind !== 'group' || group.rest !== undefined || group.children.length < 2) return null;
  const view = tableView(form);
  const columns: Column[] = [];
  for (const child of group.children) {
    if (child.kind !== 'field' || child.multiple === true || child.type === 'file') return null;
    if (child.hint !== undefined || child.description !== undefined) return null;
    const widget = view.widgets.for(child, view);
    if (widget !== dateWidget && widget?.frame !== 'label') return null;
    columns.push({
      node: child,
      title: titleOf(view, child),
      size: widget === dateWidget ? 'date' : sizeOf(child, view),
    });
  }
  const width = columns.reduce((sum, { size }) => sum + WIDTHS[size], 0);
  return width > MOST ? null : { columns, width: width > NARROW ? 'l' : 's', view };
}

function sizeOf({ options, codeList, type, format, constraints }: FieldNode, view: View): Column['size'] {
  if (codeList !== undefined && options === undefined) return 'l';
  if (options !== undefined) return byLength(Math.max(...options.map(({ label }) => view.words.l(label).length)) + 2);
  if (type !== 'string') return 's';
  if (constraints.maxLength === undefined) return format === undefined ? 'xl' : 'm';
  return byLength(constraints.maxLength);
}

function byLength(characters: number): Column['size'] {
  return characters <= 7 ? 's' : characters <= 15 ? 'm' : characters <= 30 ? 'l' : 'xl';
}

/** Radios beside each other want more room than all other boxes of a row. */
const LIST_INSTEAD: Widget = {
  ...selectWidget,
  tester: (node, view) => (node.widget === undefined ? (selectWidget.tester(node, view) > 0 ? 3.5 : 0) : 0),
};
const views = new WeakMap<View, View>();

function tableView(form: View): View {
  let view = views.get(form);
  if (view === undefined) views.set(form, (view = { ...form, widgets: form.widgets.with([LIST_INSTEAD]) }));
  return view;
}

/** The names of the columns: only where there is room for all of them. */
export function columnNames({ columns, view }: Table): unknown {
  const { t } = view.words;
  return html`<div class="once-columns" role="row"><span class="once-row-no" role="columnheader"><span class="once-hidden">${t('list.no')}</span></span>${columns.map(
    ({ node, title, size }) =>
      html`<span class="once-cell" role="columnheader" data-size=${size}><span ?data-required=${node.required}>${title}</span>${
        size === 'date'
          ? html`<span class="once-columns-parts" aria-hidden="true">${t('date.day')} / ${t('date.month')} / ${t('date.year')}</span>`
          : nothing
      }</span>`,
  )}<span class="once-row-end" role="columnheader"><span class="once-hidden">${t('list.act')}</span></span></div>`;
}

const LINE: Drawing<Table> = { draw: drawLine, matters: groupMatters };

/** The cells of one row. */
export function line(table: Table, pointer: Pointer): unknown {
  return watch(table.view, pointer, LINE, table);
}

function drawLine(view: View, pointer: Pointer, { columns }: Table): unknown {
  const own = visibleIssuesAt(view.session.state, pointer);
  return html`${columns.map(
    ({ node, size }) =>
      html`<div class="once-cell" role="cell" data-size=${size}>${watch(view, joinPointer(pointer, node.key), CELL, node)}</div>`,
  )}${own.length === 0 ? nothing : html`<div class="once-row-whole" role="cell">${issues(view, pointer, own)}</div>`}${
    hasRecord(view, pointer) ? watch(view, pointer, RECORD, undefined) : nothing
  }`;
}

const RECORD: Drawing<undefined> = { draw: drawRecord };

function drawRecord(view: View, pointer: Pointer): unknown {
  const { state } = view.session;
  return recordAt(state, pointer) === undefined && offersAt(state, pointer).length === 0
    ? nothing
    : html`<div class="once-row-whole" role="cell">${late(view, 'records', ({ recordCard }) => recordCard(view, pointer, false))}</div>`;
}

const CELL: Drawing<FieldNode> = { draw: drawCell, matters: cellMatters };

/** What a register says of a row stands in its cells, and its card says the rest. */
function drawCell(view: View, pointer: Pointer, node: FieldNode): unknown {
  const { state } = view.session;
  if (node.computed || !isLocked(state, pointer) || !inRecordCard(view, pointer)) return field(view, node, pointer);
  const value = answerAt(state, pointer);
  if (value === undefined || !isRelevant(state, pointer)) return nothing;
  return html`<div class="once-field once-locked" data-pointer=${pointer} id=${domId(view, pointer)} tabindex="-1">
    <span class="once-label">${titleOf(view, node)}</span>${late(
      view,
      'records',
      ({ shownValue }) =>
        html`<span class="once-locked-text">${shownValue(view, node, value, answerAt(state, parentPointer(pointer)))}</span>`,
    )}</div>`;
}

function cellMatters({ startState, state }: Update, pointer: Pointer): boolean {
  return (
    isLocked(startState, pointer) !== isLocked(state, pointer)
    || (isLocked(state, pointer)
      && (answerAt(startState, pointer) !== answerAt(state, pointer)
        || isRelevant(startState, pointer) !== isRelevant(state, pointer)))
  );
}
