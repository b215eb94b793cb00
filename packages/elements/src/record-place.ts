// Where records of a source stand in a form. How they look is in record.ts, which is loaded when there is one.

import type { Pointer, ReuseItem, Update } from '@onceform/core';
import { pointerContains } from '@onceform/core/first';
import { nothing } from 'lit';
import { decisions, itemKeys, offersAt, recordAt, recordsIn } from './engine.ts';
import { late } from './late.ts';
import type { View } from './view.ts';
import { watch, type Drawing } from './watch.ts';

/** Tells whether a record (a group with a reuse item of its own) stands at a pointer. */
export function hasRecord(view: View, pointer: Pointer): boolean {
  return recordItem(view, pointer) !== undefined;
}

export function recordItem(view: View, pointer: Pointer): ReuseItem | undefined {
  return view.form.reuse.find(item => item.policy.mode !== 'never' && isAt(item.pointer, pointer));
}

/** `/members/[]` is at `/members/3`. */
function isAt(pattern: string, pointer: Pointer): boolean {
  if (pattern === pointer) return true;
  if (!pattern.includes('/[]')) return false;
  const path = pointer.split('/');
  const parts = pattern.split('/');
  return (
    parts.length === path.length
    && parts.every((part, i) => part === path[i] || (part === '[]' && /^\d+$/.test(path[i]!)))
  );
}

/** Records that fill members of a section while the section does not show the record itself. */
export function recordsOver(view: View, pointers: readonly Pointer[]): readonly Pointer[] {
  return view.form.reuse
    .filter(
      item =>
        item.policy.mode !== 'never'
        && !pointers.includes(item.pointer)
        && item.pointer !== ''
        && pointers.some(pointer => pointerContains(item.pointer, pointer)),
    )
    .map(({ pointer }) => pointer);
}

const BAR: Drawing<undefined> = { draw: drawBar, matters: recordMatters };

/** The record in use at a place, or what is offered there. */
export function recordBar(view: View, pointer: Pointer): unknown {
  return watch(view, pointer, BAR, undefined);
}

function drawBar(view: View, pointer: Pointer): unknown {
  const { state } = view.session;
  return recordAt(state, pointer) === undefined && offersAt(state, pointer).length === 0
    ? nothing
    : late(view, 'records', ({ recordCard }) => recordCard(view, pointer));
}

const CANDIDATES: Drawing<undefined> = { draw: drawCandidates };

/** Rows that sources know of and nobody has taken: they stand behind the list. */
export function rowCandidates(view: View, list: Pointer): unknown {
  return view.form.reuse.some(({ pointer, policy }) => policy.mode !== 'never' && isAt(pointer, `${list}/0`))
    ? watch(view, list, CANDIDATES, undefined)
    : nothing;
}

function drawCandidates(view: View, list: Pointer): unknown {
  const { state } = view.session;
  return offersAt(state, `${list}/${itemKeys(state, list).length}`).length === 0
    ? nothing
    : late(view, 'records', ({ candidates }) => candidates(view, list));
}

function recordMatters({ startState, state }: Update, pointer: Pointer): boolean {
  return (
    offersAt(startState, pointer) !== offersAt(state, pointer)
    || decisions(startState) !== decisions(state)
    || recordAt(startState, pointer) !== recordAt(state, pointer)
  );
}

/** Tells whether a locked answer is shown by the card of the record it came with. */
export function inRecordCard(view: View, pointer: Pointer): boolean {
  const record = recordsIn(view.session.state).find(({ values }) =>
    values.some(held => pointerContains(held.pointer, pointer)),
  );
  return record !== undefined && record.item !== pointer && hasRecord(view, record.item);
}
