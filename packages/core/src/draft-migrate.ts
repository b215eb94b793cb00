// An older draft in a newer form: migrations are data, the dry run is the run itself, and nothing is lost unseen.

import type { CompiledForm } from './compiled.ts';
import { writeAt } from './change.ts';
import type { Draft } from './draft.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { inferBranch, nodeAt, resolveNode, walkInstance } from './outline.ts';
import { instancesOf, pointerOf } from './pattern-index.ts';
import {
  formatPointer,
  joinPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  valueAt,
  type Pointer,
  type PointerPattern,
} from './pointer.ts';

/** How answers of one version become answers of the next. Steps run in order; each is about every place its pattern matches. */
export interface DraftMigration {
  readonly from: string;
  readonly to: string;
  readonly steps: readonly MigrationStep[];
}

export type MigrationStep =
  /** The `[]`s of both bind in order. What is there already is not overwritten. */
  | { readonly move: PointerPattern; readonly to: PointerPattern }
  | { readonly drop: PointerPattern }
  /** Where nothing is there. */
  | { readonly put: Pointer; readonly value: Json }
  /** Codes that were renamed; a code that is not listed stays. Null: the code is gone, the question is asked again. */
  | { readonly recode: PointerPattern; readonly codes: { readonly [code: string]: string | null } };

export interface MigrationReport {
  /** The versions gone through, the draft's first. */
  readonly versions: readonly string[];
  readonly moved: readonly { readonly from: Pointer; readonly to: Pointer }[];
  readonly recoded: readonly Pointer[];
  /** Answers that have no place in the new form, with what was there, to be shown to the citizen. */
  readonly lost: readonly { readonly pointer: Pointer; readonly value: Json }[];
  /** Reuse items whose data were held from a source: a seal is for one version, so they are asked for again. */
  readonly refetch: readonly Pointer[];
}

/**
 * Brings a draft to the version of a form. Nothing is written: look at the report first, then open the draft.
 *
 * Without a migration for a step, answers are carried over where the new form has a place for them, and the rest is
 * in `lost`.
 *
 * @throws {OnceFormError} ERR_DRAFT_INCOMPATIBLE when the draft belongs to another form.
 */
export function migrateDraft(
  draft: Draft,
  form: CompiledForm,
  migrations: readonly DraftMigration[] = [],
): { draft: Draft; report: MigrationReport } {
  if (draft.form.id !== form.id) {
    throw new OnceFormError('ERR_DRAFT_INCOMPATIBLE', 'The draft belongs to another form.', {
      data: { draft: draft.form.id, form: form.id },
    });
  }
  const versions = [draft.form.version],
    moved: MigrationReport['moved'][number][] = [],
    recoded: Pointer[] = [];
  const lost: MigrationReport['lost'][number][] = [];
  let values: JsonObject = draft.answers.values;
  for (const migration of chain(draft.form.version, form.version, migrations)) {
    for (const step of migration.steps) values = runStep(step, values, { moved, recoded, lost });
    versions.push(migration.to);
  }
  if (versions.at(-1) !== form.version) versions.push(form.version);
  values = fit(form, values, lost);
  const branches: Record<Pointer, number> = {};
  walkInstance(
    form,
    form.outline.root,
    '',
    values,
    at => branches[at] ?? null,
    (given, pointer, value) => {
      const node = resolveNode(form, given);
      const branch = node.kind === 'choice' ? inferBranch(node, value) : null;
      if (branch !== null) branches[pointer] = branch;
    },
  );
  const isKnown = (pointer: Pointer): boolean => nodeAt(form, pointer, at => branches[at] ?? null) !== undefined;
  const kept = <T>(marks: { readonly [pointer: Pointer]: T }): { [pointer: Pointer]: T } =>
    Object.fromEntries(Object.entries(marks).filter(([pointer]) => isKnown(pointer)));
  const ids = new Set(form.components.map(component => component.id));
  return {
    draft: {
      ...draft,
      form: { id: form.id, version: form.version, digest: form.digest },
      answers: {
        values,
        branches,
        texts: kept(draft.answers.texts),
        cleared: draft.answers.cleared.filter(isKnown),
        aside: {},
        keys: kept(draft.answers.keys),
      },
      prefill: {
        offers: [],
        misses: [],
        records: [],
        seal: null,
        decisions: draft.prefill.decisions.filter(
          decision => decision.action === 'keep-mine' || decision.action === 'decline',
        ),
        retrieved: Object.fromEntries(
          form.reuse
            .flatMap(item => item.members)
            .filter(member => !parsePattern(member.pointer).includes(null))
            .map(member => [
              member.pointer,
              draft.prefill.retrieved[member.pointer] === 'not-provided'
                ? ('not-provided' as const)
                : ('unavailable' as const),
            ]),
        ),
      },
      ...(draft.writeBack === undefined ? {} : { writeBack: kept(draft.writeBack) }),
      ...(draft.entries === undefined ? {} : { entries: kept(draft.entries) }),
      components: Object.fromEntries(Object.entries(draft.components).filter(([id]) => ids.has(id))),
      page: form.outline.pages.some(page => page.id === draft.page) ? draft.page : (form.outline.pages[0]?.id ?? ''),
    },
    report: { versions, moved, recoded, lost, refetch: draft.prefill.records.map(record => record.item) },
  };
}

/** The shortest way of migrations from one version to another; nothing when there is none. */
function chain(from: string, to: string, migrations: readonly DraftMigration[]): readonly DraftMigration[] {
  const ways = new Map<string, readonly DraftMigration[]>([[from, []]]);
  const open = [from];
  for (let version = open.shift(); version !== undefined && version !== to; version = open.shift()) {
    for (const migration of migrations) {
      if (migration.from !== version || ways.has(migration.to)) continue;
      ways.set(migration.to, [...ways.get(version)!, migration]);
      open.push(migration.to);
    }
  }
  return ways.get(to) ?? [];
}

interface Notes {
  readonly moved: { from: Pointer; to: Pointer }[];
  readonly recoded: Pointer[];
  readonly lost: { pointer: Pointer; value: Json }[];
}

function runStep(step: MigrationStep, values: JsonObject, notes: Notes): JsonObject {
  let next: Json = values;
  const write = (pointer: Pointer, value: Json | undefined): void => {
    next = writeAt(next, parsePointer(pointer), value) ?? {};
  };
  if ('put' in step) {
    if (valueAt(next, step.put) === undefined) write(step.put, step.value);
    return next;
  }
  const pattern = 'move' in step ? step.move : 'drop' in step ? step.drop : step.recode;
  const places = instancesOf(values, parsePattern(pattern), []).filter(path => valueAt(values, path) !== undefined);
  for (const path of places.reverse()) {
    const pointer = pointerOf(path),
      value = valueAt(values, path)!;
    if ('drop' in step) {
      notes.lost.push({ pointer, value });
      write(pointer, undefined);
    } else if ('recode' in step) {
      if (typeof value !== 'string' || !Object.hasOwn(step.codes, value)) continue;
      const code = step.codes[value]!;
      if (code === null) notes.lost.push({ pointer, value });
      else notes.recoded.push(pointer);
      write(pointer, code ?? undefined);
    } else {
      const positions = path.filter((_, i) => parsePattern(step.move)[i] === null);
      const target = formatPointer(parsePattern(step.to).map(segment => segment ?? positions.shift() ?? '0'));
      write(pointer, undefined);
      if (valueAt(next, target) !== undefined) notes.lost.push({ pointer, value });
      else {
        write(target, value);
        notes.moved.push({ from: pointer, to: target });
      }
    }
  }
  return next;
}

/** Takes out what the new form has no place for, and values of containers where it has another kind of place. */
function fit(form: CompiledForm, values: JsonObject, lost: { pointer: Pointer; value: Json }[]): JsonObject {
  const branches = new Map<Pointer, number>();
  const misfits: Pointer[] = [];
  const visit = (pointer: Pointer, value: Json): void => {
    if (misfits.some(outer => pointerContains(outer, pointer))) return;
    const node = nodeAt(form, pointer, at => branches.get(at) ?? null);
    const resolved = node && resolveNode(form, node);
    const wants =
      resolved?.kind === 'list' || resolved?.kind === 'tuple'
        ? 'array'
        : resolved?.kind === 'group' || resolved?.kind === 'map'
          ? 'object'
          : null;
    const is = Array.isArray(value) ? 'array' : isJsonObject(value) ? 'object' : 'scalar';
    if (resolved === undefined || (wants !== null && wants !== is)) {
      misfits.push(pointer);
      return;
    }
    if (resolved.kind === 'choice') {
      const branch = inferBranch(resolved, value);
      if (branch === null) return;
      branches.set(pointer, branch);
    }
    if (resolved.kind !== 'field' && is !== 'scalar')
      for (const [key, item] of Object.entries(value as object)) visit(joinPointer(pointer, key), item as Json);
  };
  visit('', values);
  let next: Json = values;
  for (const pointer of misfits.reverse()) {
    lost.push({ pointer, value: valueAt(values, pointer)! });
    next = writeAt(next, parsePointer(pointer), undefined) ?? {};
  }
  return next as JsonObject;
}
