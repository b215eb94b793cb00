// ChangeSet: what a transaction did to the citizen's answers, as data that can be applied, inverted, composed and
// asked what it touched. Undo, audit and the merging of drafts are made of it. The one writer of answers.

import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { joinPointer, parsePointer, pointerContains, valueAt, type Path, type Pointer } from './pointer.ts';
import { PersistentMap } from './persistent-map.ts';

/**
 * Everything the citizen's side holds: also what is not asked at the moment, so that it can come back.
 * A pointer without a value is untouched, or cleared when `cleared` has it.
 */
export interface Answers {
  readonly values: JsonObject;
  /** Text as it stands in an input while it is being typed, or because it means nothing yet. */
  readonly texts: PersistentMap<string>;
  readonly cleared: PersistentMap<true>;
  /** The chosen branch of each choice. */
  readonly branches: PersistentMap<number>;
  /** Values of branches that are not chosen, where they cannot stand beside the chosen one: by `pointer#branch`. */
  readonly aside: PersistentMap<Json>;
  /** Stable keys of the items of each list that was ever changed as a list. */
  readonly keys: PersistentMap<readonly string[]>;
}

/** Marks beside the values; each is a map by pointer. */
export type Mark = 'texts' | 'cleared' | 'branches' | 'aside' | 'keys';
const MARKS: readonly Mark[] = ['texts', 'cleared', 'branches', 'aside', 'keys'];

/** A mark that stood below a list item, relative to the item. */
export interface ItemMark {
  readonly mark: Mark;
  readonly pointer: Pointer;
  readonly value: Json;
}

/** The smallest things that can happen to answers. `undefined` stands for "was not there". */
export type Change =
  | {
      readonly kind: 'value';
      readonly pointer: Pointer;
      readonly before: Json | undefined;
      readonly after: Json | undefined;
    }
  | {
      readonly kind: 'mark';
      readonly mark: Mark;
      readonly pointer: Pointer;
      readonly before: Json | undefined;
      readonly after: Json | undefined;
    }
  | {
      readonly kind: 'insert';
      readonly list: Pointer;
      readonly index: number;
      readonly value: Json;
      readonly key: string;
      readonly marks: readonly ItemMark[];
    }
  | {
      readonly kind: 'remove';
      readonly list: Pointer;
      readonly index: number;
      readonly value: Json;
      readonly key: string;
      readonly marks: readonly ItemMark[];
    }
  | { readonly kind: 'move'; readonly list: Pointer; readonly from: number; readonly to: number };

export const NO_ANSWERS: Answers = {
  values: {},
  texts: PersistentMap.empty,
  cleared: PersistentMap.empty,
  branches: PersistentMap.empty,
  aside: PersistentMap.empty,
  keys: PersistentMap.empty,
};

/** An ordered list of changes. Immutable. */
export class ChangeSet {
  static readonly empty = new ChangeSet([]);
  readonly changes: readonly Change[];

  private constructor(changes: readonly Change[]) {
    this.changes = changes;
  }

  static of(changes: readonly Change[]): ChangeSet {
    return changes.length === 0 ? ChangeSet.empty : new ChangeSet(changes);
  }

  /** Reads a change set that was written as JSON, where `undefined` members are absent. */
  static fromJson(json: Json): ChangeSet {
    return ChangeSet.of(
      (json as unknown as Change[]).map(change =>
        change.kind === 'value' || change.kind === 'mark'
          ? { ...change, before: change.before, after: change.after }
          : change,
      ),
    );
  }

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  apply(answers: Answers): Answers {
    return this.changes.reduce(applyChange, answers);
  }

  invert(): ChangeSet {
    return ChangeSet.of(this.changes.map(invertChange).reverse());
  }

  /** First these changes, then those. What was written twice is written once, where nothing in between depends on it. */
  compose(next: ChangeSet): ChangeSet {
    const all: Change[] = [...this.changes];
    for (const change of next.changes) {
      const at = sameWrite(all, change);
      const earlier = all[at];
      if (earlier === undefined || !('after' in earlier) || !('after' in change)) all.push(change);
      else all[at] = { ...earlier, after: change.after };
    }
    return ChangeSet.of(all);
  }

  /** Tells whether anything at, above or below the pointer was written. */
  touches(pointer: Pointer): boolean {
    return this.pointers().some(at => pointerContains(at, pointer) || pointerContains(pointer, at));
  }

  /** The pointers that were written: values, and lists whose items came, went or moved. */
  pointers(): Pointer[] {
    return this.changes.map(change => ('pointer' in change ? change.pointer.split('#')[0]! : change.list));
  }

  get movesItems(): boolean {
    return this.changes.some(change => change.kind === 'insert' || change.kind === 'remove' || change.kind === 'move');
  }

  /**
   * The places of a list that hold another item now, when that is all that happened to lists: from an insertion or
   * removal to the end, between the ends of a move. Null when more than one list change was made, or answers inside
   * the list were written too.
   */
  movedItems(
    lengthAfter: (list: Pointer) => number,
  ): { readonly list: Pointer; readonly from: number; readonly to: number; readonly appends: boolean } | null {
    const [change, ...others] = this.changes.filter(
      (one): one is ListChange => one.kind !== 'value' && one.kind !== 'mark',
    );
    if (change === undefined || others.length > 0) return null;
    if (this.pointers().some(pointer => pointer.startsWith(change.list + '/'))) return null;
    const { list } = change,
      length = lengthAfter(list);
    if (change.kind === 'move')
      return { list, from: Math.min(change.from, change.to), to: Math.max(change.from, change.to), appends: false };
    if (change.kind === 'insert')
      return { list, from: change.index, to: length - 1, appends: change.index === length - 1 };
    return { list, from: change.index, to: length, appends: false };
  }

  /** Where a pointer from before is now; null when its item was removed. */
  mapPointer(pointer: Pointer): Pointer | null {
    let at: Pointer | null = pointer;
    for (const change of this.changes) {
      if (at === null) return null;
      if (change.kind !== 'value' && change.kind !== 'mark') at = mapThrough(change, at);
    }
    return at;
  }
}

/** The place of an earlier write of the same value or mark that the change can be folded into; -1 where there is none. */
function sameWrite(changes: readonly Change[], change: Change): number {
  if (change.kind !== 'value' && change.kind !== 'mark') return -1;
  for (let i = changes.length - 1; i >= 0; i--) {
    const other = changes[i]!;
    if (other.kind !== 'value' && other.kind !== 'mark') return -1;
    if (other.kind !== change.kind) continue;
    if (other.pointer === change.pointer && (other.kind === 'value' || other.mark === (change as typeof other).mark))
      return i;
    if (
      other.kind === 'value'
      && (pointerContains(other.pointer, change.pointer) || pointerContains(change.pointer, other.pointer))
    )
      return -1;
  }
  return -1;
}

/** The keys of a list's items; those of a list that was never changed as a list are its first positions. */
export function itemKeysOf(answers: Answers, list: Pointer): readonly string[] {
  const held = valueAt(answers.values, list);
  const length = Array.isArray(held) ? held.length : 0;
  const keys = answers.keys.get(list);
  return keys?.length === length ? keys : firstKeys(length);
}

const firsts: (readonly string[])[] = [];

function firstKeys(length: number): readonly string[] {
  if (length > 1000) return Array.from({ length }, (_, i) => `i${i}`);
  return (firsts[length] ??= Array.from({ length }, (_, i) => `i${i}`));
}

function applyChange(answers: Answers, change: Change): Answers {
  switch (change.kind) {
    case 'value': {
      const values = writeAt(answers.values, parsePointer(change.pointer), change.after);
      return { ...answers, values: isJsonObject(values) ? values : {} };
    }
    case 'mark': {
      const map = answers[change.mark] as PersistentMap<Json>;
      return { ...answers, [change.mark]: map.set(change.pointer, change.after) };
    }
    default:
      return applyToList(answers, change);
  }
}

type ListChange = Exclude<Change, { readonly kind: 'value' | 'mark' }>;

function applyToList(answers: Answers, change: ListChange): Answers {
  const held = valueAt(answers.values, change.list);
  const items = Array.isArray(held) ? [...(held as readonly Json[])] : [];
  const keys = [...itemKeysOf(answers, change.list)];
  if (change.kind === 'insert') {
    items.splice(change.index, 0, change.value);
    keys.splice(change.index, 0, change.key);
  } else if (change.kind === 'remove') {
    items.splice(change.index, 1);
    keys.splice(change.index, 1);
  } else {
    items.splice(change.to, 0, ...items.splice(change.from, 1));
    keys.splice(change.to, 0, ...keys.splice(change.from, 1));
  }
  const appends = change.kind === 'insert' && change.index === items.length - 1;
  const next: { -readonly [K in keyof Answers]: Answers[K] } = { ...answers };
  next.values = writeAt(answers.values, parsePointer(change.list), items) as JsonObject;
  for (const mark of MARKS) {
    const map = next[mark] as PersistentMap<Json>;
    if (map.size > 0 && !appends)
      (next as Record<Mark, PersistentMap<Json>>)[mark] = map.rekey(key => mapThrough(change, key));
  }
  next.keys = next.keys.set(change.list, keys);
  if (change.kind === 'insert') {
    const item = joinPointer(change.list, change.index);
    for (const { mark, pointer, value } of change.marks) {
      (next as Record<Mark, PersistentMap<Json>>)[mark] = (next[mark] as PersistentMap<Json>).set(
        item + pointer,
        value,
      );
    }
  }
  return next;
}

/**
 * The one answer that a change of a value is about, when all else it writes are the containers around it: a first
 * answer comes with its groups, a last one takes them along.
 */
export function leafOf(change: Extract<Change, { kind: 'value' }>): Pointer {
  let at = change.pointer;
  if (change.before !== undefined && change.after !== undefined) return at;
  for (let value = change.after ?? change.before; isJsonObject(value);) {
    const keys = Object.keys(value);
    if (keys.length !== 1) break;
    at = joinPointer(at, keys[0]!);
    value = value[keys[0]!];
  }
  return at;
}

/** The marks at and below a pointer, relative to it. */
export function marksBelow(answers: Answers, pointer: Pointer): ItemMark[] {
  const found: ItemMark[] = [];
  for (const mark of MARKS) {
    for (const [at, value] of answers[mark] as PersistentMap<Json>) {
      if (pointerContains(pointer, at.split('#')[0]!)) found.push({ mark, pointer: at.slice(pointer.length), value });
    }
  }
  return found;
}

function invertChange(change: Change): Change {
  switch (change.kind) {
    case 'value':
    case 'mark':
      return { ...change, before: change.after, after: change.before };
    case 'insert':
      return { ...change, kind: 'remove' };
    case 'remove':
      return { ...change, kind: 'insert' };
    case 'move':
      return { ...change, from: change.to, to: change.from };
  }
}

function mapThrough(change: ListChange, pointer: Pointer): Pointer | null {
  if (!pointer.startsWith(change.list + '/')) return pointer;
  const rest = pointer.slice(change.list.length + 1);
  const end = rest.search(/[/#]/u);
  const segment = end < 0 ? rest : rest.slice(0, end),
    tail = end < 0 ? '' : rest.slice(end);
  const index = Number(segment);
  if (!Number.isInteger(index)) return pointer;
  let to = index;
  if (change.kind === 'insert') to = index >= change.index ? index + 1 : index;
  else if (change.kind === 'remove') {
    if (index === change.index) return null;
    to = index > change.index ? index - 1 : index;
  } else if (index === change.from) to = change.to;
  else if (change.from < index && index <= change.to) to = index - 1;
  else if (change.to <= index && index < change.from) to = index + 1;
  return to === index ? pointer : `${change.list}/${to}${tail}`;
}

/**
 * Copies the way to a pointer and writes there; `undefined` removes the member. What is off the way keeps its
 * identity. A missing container becomes an array before an index of 0, an object otherwise.
 */
export function writeAt(value: Json | undefined, path: Path, leaf: Json | undefined, at = 0): Json | undefined {
  if (at === path.length) return leaf;
  const key = path[at]!;
  if (Array.isArray(value)) {
    const items = value as readonly Json[],
      index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index > items.length || String(index) !== key) return value;
    const next = writeAt(items[index], path, leaf, at + 1);
    if (next === items[index]) return value;
    const copy = items.slice();
    if (next === undefined) copy.splice(index, 1);
    else copy[index] = next;
    return copy;
  }
  const object: JsonObject = isJsonObject(value) ? value : {};
  const held = Object.hasOwn(object, key) ? object[key] : undefined;
  const child = held === undefined && path[at + 1] === '0' && leaf !== undefined ? [] : held;
  const next = writeAt(child, path, leaf, at + 1);
  if (next === held && value !== undefined) return value;
  if (next === undefined) {
    if (!Object.hasOwn(object, key)) return value;
    const { [key]: _gone, ...rest } = object;
    return rest;
  }
  return { ...object, [key]: next };
}
