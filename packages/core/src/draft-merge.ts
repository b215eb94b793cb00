// Two devices, one draft: a merge field by field against what both started from. Items of lists are told apart by their
// keys, not their positions. What both sides changed differently is decided by the later draft and told as a conflict.

import type { Audit, AuditEntry } from './audit.ts';
import { canonicalJson } from './canonical.ts';
import type { Draft } from './draft.ts';
import type { Entry } from './entries.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import { joinPointer, parsePointer, type Pointer } from './pointer.ts';
import type { HeldRecord } from './prefill.ts';
import type { Decision } from './statement.ts';
import type { WriteBack } from './write-back.ts';

/** One thing that both sides changed, each in its own way. */
export interface DraftConflict {
  /** Where it is in the merged draft; for a list, the order of its items. */
  readonly pointer: Pointer;
  readonly what:
    | 'value'
    | 'text'
    | 'order'
    | 'branch'
    | 'cleared'
    | 'record'
    | 'component'
    | 'decision'
    | 'keep'
    | 'entry'
    | 'audit';
  readonly base: Json | undefined;
  readonly mine: Json | undefined;
  readonly theirs: Json | undefined;
  /** Which of them stands in the merged draft. */
  readonly kept: 'mine' | 'theirs';
}

export interface DraftMerge {
  readonly draft: Draft;
  readonly conflicts: readonly DraftConflict[];
}

/**
 * Merges two drafts that go back to one. Pure and fair: with the sides exchanged the same draft comes out.
 *
 * A side that changed nothing takes the other's change. Where both changed the same thing differently, the draft that
 * was saved later wins, and the conflict says what the other had. Changing an item beats removing it.
 */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): DraftMerge {
  const newer = isLater(mine, theirs) ? mine : theirs;
  const conflicts: (Omit<DraftConflict, 'pointer' | 'what'> & { readonly cell: string })[] = [];
  const sides: Sides = {
    base: cellsOf(base),
    mine: cellsOf(mine),
    theirs: cellsOf(theirs),
    mineIsNewer: newer === mine,
  };
  const merged = mergeCells(sides, conflicts);
  mergeLists(sides, merged);
  const parts = draftFrom(merged);
  const { writeBack: _words, entries: _entries, audit: _audit, ...rest } = newer;
  const draft: Draft = {
    ...rest,
    saved: newer.saved,
    page: newer.page,
    answers: parts.answers,
    prefill: { ...newer.prefill, ...parts.prefill, seal: laterSeal(mine, theirs) },
    components: parts.components,
    ...(parts.audit.length === 0 ? {} : { audit: mergedAudit(parts.audit, mine, theirs) }),
    ...(Object.keys(parts.writeBack).length === 0 ? {} : { writeBack: parts.writeBack }),
    ...(Object.keys(parts.entries).length === 0 ? {} : { entries: parts.entries }),
  };
  return {
    draft,
    conflicts: conflicts.map(({ cell, ...conflict }) => ({ ...describe(cell, parts.places), ...conflict })),
  };
}

function isLater(a: Draft, b: Draft): boolean {
  return a.saved !== b.saved
    ? a.saved > b.saved
    : canonicalJson(a as unknown as Json) >= canonicalJson(b as unknown as Json);
}

/** What either side did, in the order of its beginning. */
function mergedAudit(entries: readonly AuditEntry[], mine: Draft, theirs: Draft): Audit {
  const place = ({ time, id }: AuditEntry): string => `${time} ${id}`;
  return {
    entries: [...entries].sort((a, b) => (place(a) < place(b) ? -1 : 1)),
    dropped: Math.max(mine.audit?.dropped ?? 0, theirs.audit?.dropped ?? 0),
  };
}

function laterSeal(a: Draft, b: Draft): Draft['prefill']['seal'] {
  const [x, y] = [a.prefill.seal, b.prefill.seal];
  if (x === null || y === null) return x ?? y;
  return x.payload.iat !== y.payload.iat ? (x.payload.iat > y.payload.iat ? x : y) : x.jws >= y.jws ? x : y;
}

// ---- a draft as cells ------------------------------------------------------------------------------

/**
 * A draft taken apart: `value /children/#k-1/name`, `order /children`, `text …`, `branch …`, `cleared …`, `aside …`,
 * `record /mother`, `component proof`, `decision …`, `keep /phone`, `entry …`. Items are named by key, so that positions do not matter.
 */
type Cells = Map<string, Json>;

function cellsOf({ answers, prefill, components, writeBack = {}, entries = {}, audit }: Draft): Cells {
  const cells: Cells = new Map();
  const places = new Map<Pointer, string>([['', '']]);
  const visit = (pointer: Pointer, place: string, value: Json): void => {
    places.set(pointer, place);
    if (Array.isArray(value)) {
      const items = value as readonly Json[];
      const stored = Object.hasOwn(answers.keys, pointer) ? answers.keys[pointer]! : [];
      const keys = stored.length === items.length ? stored : items.map((_, i) => `i${i}`);
      cells.set(`order ${place}`, keys);
      items.forEach((item, i) => visit(`${pointer}/${i}`, `${place}/#${escape(keys[i]!)}`, item));
    } else if (isJsonObject(value)) {
      cells.set(`group ${place}`, true);
      for (const [key, item] of Object.entries(value)) visit(joinPointer(pointer, key), joinPointer(place, key), item);
    } else cells.set(`value ${place}`, value);
  };
  visit('', '', answers.values);
  const placeOf = (pointer: Pointer): string => {
    for (let end = pointer.length; end >= 0; end = end === 0 ? -1 : pointer.lastIndexOf('/', end - 1)) {
      const place = places.get(pointer.slice(0, end));
      if (place !== undefined) return place + pointer.slice(end);
    }
    return pointer;
  };
  for (const [pointer, text] of Object.entries(answers.texts)) cells.set(`text ${placeOf(pointer)}`, text);
  for (const pointer of answers.cleared) cells.set(`cleared ${placeOf(pointer)}`, true);
  for (const [pointer, branch] of Object.entries(answers.branches)) cells.set(`branch ${placeOf(pointer)}`, branch);
  for (const [place, value] of Object.entries(answers.aside)) {
    const [pointer, branch] = place.split('#') as [string, string];
    cells.set(`aside ${placeOf(pointer)}#${branch}`, value);
  }
  for (const record of prefill.records) cells.set(`record ${placeOf(record.item)}`, record as unknown as Json);
  for (const decision of prefill.decisions)
    cells.set(
      `decision ${placeOf(decision.item)} ${decision.action === 'dispute' ? decision.pointer : ''}`,
      decision as unknown as Json,
    );
  for (const [pointer, on] of Object.entries(writeBack)) cells.set(`keep ${placeOf(pointer)}`, on);
  for (const [pointer, entry] of Object.entries(entries))
    cells.set(`entry ${placeOf(pointer)}`, entry as unknown as Json);
  for (const entry of audit?.entries ?? []) cells.set(`audit ${entry.id}`, entry as unknown as Json);
  for (const [id, given] of Object.entries(components)) cells.set(`component ${id}`, given as unknown as Json);
  return cells;
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

type Raw = {
  cell: string;
  base: Json | undefined;
  mine: Json | undefined;
  theirs: Json | undefined;
  kept: 'mine' | 'theirs';
};
interface Sides {
  readonly base: Cells;
  readonly mine: Cells;
  readonly theirs: Cells;
  readonly mineIsNewer: boolean;
}

function mergeCells({ base, mine, theirs, mineIsNewer }: Sides, conflicts: Raw[]): Cells {
  const merged: Cells = new Map();
  for (const cell of [...new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])].sort()) {
    if (cell.startsWith('order ')) continue;
    const [was, m, t] = [base.get(cell), mine.get(cell), theirs.get(cell)];
    let value: Json | undefined;
    if (jsonEqual(m, t) || jsonEqual(t, was)) value = m;
    else if (jsonEqual(m, was)) value = t;
    else {
      value = mineIsNewer ? m : t;
      conflicts.push({ cell, base: was, mine: m, theirs: t, kept: mineIsNewer ? 'mine' : 'theirs' });
    }
    if (value !== undefined) merged.set(cell, value);
  }
  return merged;
}

/** Puts lists together: which items there are, in which order. An item that one side removed and the other changed stays. */
function mergeLists({ base, mine, theirs, mineIsNewer }: Sides, merged: Cells): void {
  for (const cell of [...new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])]
    .filter(name => name.startsWith('order '))
    .sort()) {
    const keysIn = (cells: Cells): readonly string[] => (cells.get(cell) ?? []) as readonly string[];
    const [was, m, t] = [keysIn(base), keysIn(mine), keysIn(theirs)];
    const isBelow = (name: string, key: string): boolean => {
      const item = `${cell.slice('order '.length)}/#${escape(key)}`,
        place = placeIn(name);
      return place === item || place.startsWith(item + '/');
    };
    const isChanged = (side: Cells, key: string): boolean =>
      [...new Set([...base.keys(), ...side.keys()])].some(
        name => isBelow(name, key) && !jsonEqual(base.get(name), side.get(name)),
      );
    for (const key of was) {
      const [inMine, inTheirs] = [m.includes(key), t.includes(key)];
      if (inMine && inTheirs) continue;
      const side = inMine ? mine : theirs;
      const comesBack = inMine !== inTheirs && isChanged(side, key);
      for (const name of [...merged.keys()]) if (isBelow(name, key)) merged.delete(name);
      if (comesBack) for (const [name, value] of side) if (isBelow(name, key)) merged.set(name, value);
    }
    const stays = (key: string): boolean =>
      !was.includes(key) || (m.includes(key) && t.includes(key)) || isChanged(m.includes(key) ? mine : theirs, key);
    const [first, second] = jsonEqual(m, was) ? [t, m] : jsonEqual(t, was) ? [m, t] : mineIsNewer ? [m, t] : [t, m];
    const order = first.filter(stays);
    second.forEach((key, i) => {
      if (order.includes(key) || !stays(key)) return;
      const before = second.slice(0, i).findLast(other => order.includes(other));
      order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, key);
    });
    const gone = (side: Cells): boolean => base.has(cell) && !side.has(cell);
    if (order.length > 0 || !(gone(mine) || gone(theirs))) merged.set(cell, order);
  }
}

function placeIn(cell: string): string {
  return cell.slice(cell.indexOf(' ') + 1, cell.startsWith('aside ') ? cell.lastIndexOf('#') : undefined);
}

// ---- cells as a draft ------------------------------------------------------------------------------

function draftFrom(cells: Cells): {
  answers: Draft['answers'];
  prefill: Pick<Draft['prefill'], 'records' | 'decisions'>;
  components: Draft['components'];
  writeBack: WriteBack;
  entries: NonNullable<Draft['entries']>;
  audit: AuditEntry[];
  places: ReadonlyMap<string, Pointer>;
} {
  const members = new Map<string, string[]>();
  for (const cell of cells.keys()) {
    const [kind, place] = [cell.slice(0, cell.indexOf(' ')), cell.slice(cell.indexOf(' ') + 1)];
    if (kind !== 'value' && kind !== 'group' && kind !== 'order') continue;
    // Whatever stands below needs what is above it.
    for (let at = place; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const parent = at.slice(0, at.lastIndexOf('/')),
        key = at.slice(parent.length + 1);
      const list = members.get(parent) ?? [];
      if (!list.includes(key)) members.set(parent, [...list, key]);
    }
  }
  const keys: Record<Pointer, readonly string[]> = {},
    places = new Map<string, Pointer>();
  const build = (place: string, pointer: Pointer): Json => {
    places.set(place, pointer);
    const order = cells.get(`order ${place}`);
    if (order !== undefined) {
      const there = (order as readonly string[]).filter(key => members.get(place)?.includes(`#${escape(key)}`));
      if (there.some((key, i) => key !== `i${i}`)) keys[pointer] = there;
      return there.map((key, i) => build(`${place}/#${escape(key)}`, `${pointer}/${i}`));
    }
    const below = (members.get(place) ?? []).filter(key => !key.startsWith('#'));
    if (cells.has(`group ${place}`) || below.length > 0) {
      return Object.fromEntries(
        below.map(key => [parsePointer('/' + key)[0]!, build(`${place}/${key}`, `${pointer}/${key}`)]),
      );
    }
    return cells.get(`value ${place}`) ?? null;
  };
  const values = build('', '') as JsonObject;
  const pointerOf = (place: string): Pointer | null => {
    const exact = places.get(place);
    if (exact !== undefined) return exact;
    const parent = place.slice(0, place.lastIndexOf('/'));
    const above = place === '' || place.slice(parent.length + 1).startsWith('#') ? null : pointerOf(parent);
    return above === null ? null : above + place.slice(parent.length);
  };
  const texts: Record<Pointer, string> = {},
    cleared: Pointer[] = [],
    branches: Record<Pointer, number> = {},
    aside: Record<string, Json> = {};
  const records: Json[] = [],
    decisions: Json[] = [],
    components: Record<string, Json> = {},
    writeBack: Record<Pointer, boolean> = {},
    entries: Record<Pointer, Entry> = {},
    audit: AuditEntry[] = [];
  for (const [cell, value] of cells) {
    const [kind, place] = [cell.slice(0, cell.indexOf(' ')), cell.slice(cell.indexOf(' ') + 1)];
    if (kind === 'component') {
      components[place] = value;
      continue;
    }
    if (kind === 'record') {
      const at = pointerOf(place);
      if (at !== null) records.push(recordAt(value as unknown as HeldRecord, at) as unknown as Json);
      continue;
    }
    if (kind === 'audit') {
      audit.push(value as unknown as AuditEntry);
      continue;
    }
    if (kind === 'decision') {
      const at = pointerOf(place.slice(0, place.indexOf(' ')));
      if (at !== null) decisions.push(decisionAt(value as unknown as Decision, at) as unknown as Json);
      continue;
    }
    const pointer = pointerOf(kind === 'aside' ? place.slice(0, place.lastIndexOf('#')) : place);
    if (pointer === null) continue;
    if (kind === 'text') texts[pointer] = value as string;
    else if (kind === 'cleared') cleared.push(pointer);
    else if (kind === 'keep') writeBack[pointer] = value as boolean;
    else if (kind === 'entry') entries[pointer] = value as unknown as Entry;
    else if (kind === 'branch') branches[pointer] = value as number;
    else if (kind === 'aside') aside[pointer + place.slice(place.lastIndexOf('#'))] = value;
  }
  return {
    answers: { values, texts, cleared: cleared.sort(), branches, aside, keys },
    prefill: { records, decisions } as unknown as Pick<Draft['prefill'], 'records' | 'decisions'>,
    components: components as unknown as Draft['components'],
    writeBack,
    entries,
    audit,
    places,
  };
}

/** A record in use, in the row that is at another place by now. */
function recordAt(record: HeldRecord, item: Pointer): HeldRecord {
  if (record.item === item) return record;
  const move = (pointer: Pointer): Pointer => item + pointer.slice(record.item.length);
  return {
    ...record,
    item,
    values: record.values.map(value => ({
      ...value,
      pointer: move(value.pointer),
      entry: { ...value.entry, record: item },
    })),
    before: record.before.map(one => ({ ...one, pointer: move(one.pointer) })),
  };
}

function decisionAt(decision: Decision, item: Pointer): Decision {
  if (decision.item === item) return decision;
  return decision.action === 'dispute'
    ? { ...decision, item, pointer: item + decision.pointer.slice(decision.item.length) }
    : { ...decision, item };
}

function describe(cell: string, places: ReadonlyMap<string, Pointer>): Pick<DraftConflict, 'pointer' | 'what'> {
  const kind = cell.slice(0, cell.indexOf(' ')),
    place = cell.slice(cell.indexOf(' ') + 1).split(' ')[0]!;
  const what = kind === 'group' || kind === 'aside' ? 'value' : (kind as DraftConflict['what']);
  let at = place;
  while (!places.has(at) && at !== '') at = at.slice(0, at.lastIndexOf('/'));
  return { what, pointer: (places.get(at) ?? '') + place.slice(at.length) };
}
