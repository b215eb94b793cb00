// Who entered an answer, where it was not the citizen: an assistant who helps or copies a paper, or an officer at the
// desk. What an assistant entered waits until the citizen confirms it or an officer has checked it. Whether an officer
// really sat there is not for a page to say: the receiver believes it only of a session that the gateway sealed so.

import { answersSlot } from './answers.ts';
import { leafOf, type Change } from './change.ts';
import type { Issue } from './issue.ts';
import type { Json } from './json.ts';
import { PersistentMap } from './persistent-map.ts';
import { isWithin, joinPointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import { AnnotationType, authority, StateEffectType, type TransactionSpec } from './transaction.ts';

/** Who is at the keyboard. `id` is a pseudonym that the portal gives, no name. */
export interface Actor {
  readonly role: 'citizen' | 'assistant' | 'officer';
  readonly id?: string;
}

/** Who entered an answer in place of the citizen. */
export interface Entry {
  readonly by: Actor;
  /** The officer who compared it with what was handed in. */
  readonly checkedBy?: Actor;
}

const CITIZEN: Actor = { role: 'citizen' };

const setActorEffect = StateEffectType.define<Actor>('setActor');
const checkEntriesEffect = StateEffectType.define<readonly Pointer[]>('checkEntries');
const restoreEntriesEffect = StateEffectType.define<PersistentMap<Entry>>('restoreEntries');

/** Who makes one transaction, where it is somebody else than who is at the keyboard. */
export const enteredBy = AnnotationType.define<Actor>('enteredBy');

export const actorSlot: StateSlot<Actor> = StateSlot.define<Actor>({
  create: state => state.config.actor ?? CITIZEN,
  update: (actor, tr) => tr.effectsOf(setActorEffect).at(-1) ?? actor,
});

/** By answer: a leaf of the data, or a composite value that is empty. The citizen's own answers are not here. */
export const entriesSlot: StateSlot<PersistentMap<Entry>> = StateSlot.define<PersistentMap<Entry>>({
  create: () => PersistentMap.empty,
  update(before, tr) {
    const restored = tr.effectsOf(restoreEntriesEffect).at(-1);
    const by = tr.annotation(enteredBy) ?? tr.startState.read(actorSlot);
    let next = before;
    if (before.size > 0 && tr.changes.movesItems) next = next.rekey(pointer => tr.changes.mapPointer(pointer));
    const { values } = tr.answers;
    if (before.size > 0 && !tr.changes.isEmpty) {
      const written = new Set(tr.changes.changes.flatMap(writtenAt));
      next = next.rekey(pointer => (isWithin(written, pointer) ? null : pointer));
    }
    // What a source gave, what a draft brought and what undo puts back was entered by nobody now.
    if (by.role !== 'citizen' && tr.annotation(authority) === undefined) {
      const entry: Entry = { by };
      for (const top of tr.changes.changes.flatMap(writtenAt))
        for (const leaf of leavesOf(top, valueAt(values, top))) next = next.set(leaf, entry);
    }
    for (const pointers of tr.effectsOf(checkEntriesEffect))
      for (const [pointer, entry] of next) {
        if (entry.by.role !== 'assistant' || !pointers.some(top => pointerContains(top, pointer))) continue;
        if (by.role === 'officer') next = next.set(pointer, { ...entry, checkedBy: by });
        else if (by.role === 'citizen') next = next.delete(pointer);
      }
    if (restored !== undefined) next = restored;
    if (next !== before)
      for (const map of [before, next])
        for (const [pointer, entry] of map)
          if ((map === before ? next : before).get(pointer) !== entry) tr.touched.add(pointer);
    return next;
  },
  undo: { effect: restoreEntriesEffect, changed: (before, after) => before !== after },
});

/** The places where a change put something. */
function writtenAt(change: Change): Pointer[] {
  if (change.kind === 'value') return [leafOf(change)];
  if (change.kind === 'insert') return [joinPointer(change.list, change.index)];
  return [];
}

function leavesOf(pointer: Pointer, value: Json | undefined): Pointer[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [pointer];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(joinPointer(pointer, key), item as Json));
}

// ---- commands ------------------------------------------------------------------------------------

/** Somebody else takes the keyboard. */
export function setActor(actor: Actor): TransactionSpec {
  return { effects: [setActorEffect.of(actor)], userEvent: 'actor' };
}

/**
 * Who is at the keyboard answers for what an assistant entered at or below these places: the citizen makes it their own
 * word, an officer has compared it with what was handed in. An assistant cannot.
 */
export function checkEntries(pointers: Pointer | readonly Pointer[] = ''): TransactionSpec {
  const list = typeof pointers === 'string' ? [pointers] : pointers;
  return { effects: [checkEntriesEffect.of(list)], userEvent: 'entries.check' };
}

// ---- questions -----------------------------------------------------------------------------------

/** Who entered an answer in place of the citizen; undefined where it is the citizen's own or a source's. */
export function entryAt(state: FormState, pointer: Pointer): Entry | undefined {
  return state.read(entriesSlot).get(pointer);
}

/** The answers an assistant entered that nobody has answered for yet. */
export function uncheckedEntries(state: FormState): readonly Pointer[] {
  const found: Pointer[] = [];
  for (const [pointer, entry] of state.read(entriesSlot)) if (isUnchecked(entry)) found.push(pointer);
  return found.sort();
}

/** The answers that are an officer's: entered or checked. What `substitute` is told. */
export function officerEntries(state: FormState): readonly Pointer[] {
  const { values } = state.read(answersSlot),
    found: Pointer[] = [];
  for (const [pointer, entry] of state.read(entriesSlot))
    if (!isUnchecked(entry) && valueAt(values, pointer) !== undefined) found.push(pointer);
  return found.sort();
}

export function uncheckedIssue(state: FormState, pointer: Pointer): Issue | null {
  const entry = entryAt(state, pointer);
  return entry === undefined || !isUnchecked(entry)
    ? null
    : { pointer, keyword: 'unchecked', severity: 'error', params: { by: entry.by.role } };
}

function isUnchecked({ by, checkedBy }: Entry): boolean {
  return by.role === 'assistant' && checkedBy === undefined;
}
