// From what is asked for to a change set: raw text is parsed, what is locked or read-only is refused, items and branches
// are found. Several changes of one spec see each other.

import { ChangeSet, itemKeysOf, marksBelow, type Answers, type Change } from './change.ts';
import type { FieldNode } from './compiled.ts';
import { isJsonObject, jsonEqual } from './json.ts';
import { fieldAt, nodeAt, resolveNode } from './outline.ts';
import type { ValueContext } from './format-value.ts';
import { parseText } from './parse.ts';
import { parentPointer, parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import { branchMarks, emptyItem } from './start-value.ts';
import type { FormState } from './state.ts';
import type { ChangeSpec } from './transaction.ts';
import { choosing, mark, removal, unknownPlace, withContainers, writing } from './write-answers.ts';

/** What resolving needs to know of a state, so that several changes of one spec see each other. */
export interface ResolveContext extends ValueContext {
  readonly form: FormState['form'];
  isLocked(pointer: Pointer): boolean;
  /** The pointers that are locked at the moment. */
  readonly locked: Iterable<Pointer>;
  /** A key for a new list item that no other item has. */
  nextKey(list: Pointer): string;
}

/**
 * Turns what is asked for into a change set against some answers, and gives the answers after it.
 *
 * @throws {OnceFormError} ERR_POINTER_UNKNOWN when a change names a place behind the end of a list, an item that is not
 *   there, something that is no list, or a branch that a choice does not have.
 */
export function resolveChanges(
  specs: readonly ChangeSpec[],
  answers: Answers,
  context: ResolveContext,
  mayWriteLocked: boolean,
): { changes: ChangeSet; refused: Pointer[]; answers: Answers } {
  const changes: Change[] = [],
    refused: Pointer[] = [];
  let now = answers;
  for (const spec of specs) {
    if (!mayWriteLocked && isRefused(spec, now, context)) {
      refused.push(targetOf(spec));
      continue;
    }
    for (const change of resolveOne(spec, now, context)) {
      if (change.kind === 'value' && change.before === change.after) continue;
      if (change.kind === 'mark' && jsonEqual(change.before, change.after)) continue;
      changes.push(change);
      now = ChangeSet.of([change]).apply(now);
    }
  }
  return { changes: ChangeSet.of(changes), refused, answers: now };
}

function targetOf(spec: ChangeSpec): Pointer {
  return 'set' in spec
    ? spec.set
    : 'input' in spec
      ? spec.input
      : 'clear' in spec
        ? spec.clear
        : 'insert' in spec
          ? spec.insert
          : 'remove' in spec
            ? spec.remove
            : 'move' in spec
              ? spec.move
              : 'duplicate' in spec
                ? spec.duplicate
                : 'settle' in spec
                  ? spec.settle
                  : spec.choose;
}

/** A locked answer stays; a record that lies wholly within a removed item goes with it. */
function isRefused(spec: ChangeSpec, answers: Answers, context: ResolveContext): boolean {
  const pointer = targetOf(spec);
  const top = parsePointer(pointer)[0];
  if ('settle' in spec) return false;
  if (top === '$context') return true;
  if ('move' in spec || 'duplicate' in spec || 'remove' in spec) return context.isLocked(parentPointer(pointer));
  if (context.isLocked(pointer)) return true;
  if ('insert' in spec) return false;
  for (const locked of context.locked) if (pointerContains(pointer, locked)) return true;
  const node = nodeAt(context.form, pointer, at => answers.branches.get(at) ?? null);
  const resolved = node && resolveNode(context.form, node);
  return resolved !== undefined && (resolved.readOnly || (resolved.kind === 'field' && resolved.computed));
}

function resolveOne(spec: ChangeSpec, answers: Answers, context: ResolveContext): Change[] {
  const { form } = context;
  const branchOf = (at: Pointer): number | null => answers.branches.get(at) ?? null;
  if ('set' in spec)
    return spec.value === undefined
      ? removal(spec.set, answers, context, false)
      : writing(spec.set, spec.value, answers, context);
  if ('clear' in spec) return removal(spec.clear, answers, context, true);
  if ('input' in spec) {
    const field = fieldAt(form, spec.input, branchOf) ?? PLAIN_TEXT;
    const parsed = parseText(spec.text, field, context);
    if (parsed.problem === undefined && parsed.value === undefined) return removal(spec.input, answers, context, true);
    const changes =
      parsed.problem === undefined
        ? writing(spec.input, parsed.value!, answers, context)
        : removal(spec.input, answers, context, false);
    return [
      ...changes.filter(
        change => !(change.kind === 'mark' && change.mark === 'texts' && change.pointer === spec.input),
      ),
      mark('texts', spec.input, spec.text, answers),
    ];
  }
  if ('settle' in spec) {
    return valueAt(answers.values, spec.settle) === undefined ? [] : [mark('texts', spec.settle, undefined, answers)];
  }
  if ('choose' in spec) return choosing(spec.choose, spec.branch, answers, context);
  if ('insert' in spec) {
    const held = valueAt(answers.values, spec.insert);
    const length = Array.isArray(held) ? held.length : 0;
    const node = nodeAt(form, spec.insert, branchOf);
    const list = node && resolveNode(form, node);
    if (list !== undefined && list.kind !== 'list' && list.kind !== 'tuple')
      throw unknownPlace(spec.insert, 'is not a list');
    const index = Math.min(Math.max(0, spec.index ?? length), length);
    const value = spec.value ?? (list?.kind === 'list' ? emptyItem(context, list.item) : {});
    const marks = list?.kind === 'list' ? branchMarks(context, list.item, value) : [];
    const insert: Change = {
      kind: 'insert',
      list: spec.insert,
      index,
      value,
      key: context.nextKey(spec.insert),
      marks,
    };
    if (Array.isArray(held)) return [insert];
    return [...withContainers(spec.insert, [], answers, context), insert];
  }
  const pointer = targetOf(spec),
    list = parentPointer(pointer);
  const held = valueAt(answers.values, list);
  if ('remove' in spec && isJsonObject(held)) return removal(pointer, answers, context, false);
  const index = Number(parsePointer(pointer).at(-1));
  if (!Array.isArray(held) || !Number.isInteger(index) || index < 0 || index >= held.length)
    throw unknownPlace(pointer, 'is not an item of a list');
  if ('remove' in spec) {
    const remove: Change = {
      kind: 'remove',
      list,
      index,
      value: held[index]!,
      key: itemKeysOf(answers, list)[index]!,
      marks: marksBelow(answers, pointer),
    };
    const required = nodeAt(form, list, branchOf)?.required ?? true;
    if (held.length > 1 || required) return [remove];
    // An optional list without items is not there.
    return [remove, ...removal(list, ChangeSet.of([remove]).apply(answers), context, false)];
  }
  if ('move' in spec) {
    const to = Math.min(Math.max(0, spec.to), held.length - 1);
    return to === index ? [] : [{ kind: 'move', list, from: index, to }];
  }
  const marks = marksBelow(answers, pointer).filter(({ mark: name }) => name !== 'keys');
  return [{ kind: 'insert', list, index: index + 1, value: held[index]!, key: context.nextKey(list), marks }];
}

const PLAIN_TEXT: FieldNode = {
  kind: 'field',
  type: 'string',
  key: '',
  required: false,
  nullable: false,
  readOnly: false,
  computed: false,
  constraints: {},
};
