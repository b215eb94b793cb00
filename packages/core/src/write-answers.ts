// The changes that writing, emptying and choosing come to: with the containers a value needs, without the groups that
// hold nothing any more, and with the marks beside the values kept in step.

import { itemKeysOf, marksBelow, type Answers, type Change, type Mark } from './change.ts';
import type { OutlineNode } from './compiled.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, type Json } from './json.ts';
import { nodeAt, resolveNode } from './outline.ts';
import { parentPointer, parsePointer, valueAt, type Pointer } from './pointer.ts';
import type { ResolveContext } from './resolve-changes.ts';
import { branchMarks, startValue } from './start-value.ts';

export function unknownPlace(pointer: Pointer, why: string): OnceFormError {
  return new OnceFormError('ERR_POINTER_UNKNOWN', `What is at ${JSON.stringify(pointer)} ${why}.`, { pointer });
}

export function mark(name: Mark, pointer: Pointer, after: Json | undefined, answers: Answers): Change {
  return { kind: 'mark', mark: name, pointer, before: answers[name].get(pointer) as Json | undefined, after };
}

/** Forgets the marks at the pointer, and below it when it holds more than one value. A simple value keeps its branch. */
function forgetMarks(pointer: Pointer, answers: Answers): Change[] {
  const held = valueAt(answers.values, pointer);
  if (typeof held !== 'object' || held === null) {
    return (['texts', 'cleared', 'keys'] as const).map(name => mark(name, pointer, undefined, answers));
  }
  return marksBelow(answers, pointer).map(({ mark: name, pointer: inner }) =>
    mark(name, pointer + inner, undefined, answers),
  );
}

export function writing(pointer: Pointer, value: Json, answers: Answers, context: ResolveContext): Change[] {
  const changes = forgetMarks(pointer, answers);
  changes.push(...withContainers(pointer, value, answers, context));
  const node = nodeAt(context.form, pointer, point => answers.branches.get(point) ?? null);
  if (node === undefined) return changes;
  const chosen = answers.branches.get(pointer);
  const found = branchMarks(context, node, value);
  const own = found.find(one => one.pointer === '')?.value;
  if (chosen !== undefined && (own === undefined || !isContainer(value))) {
    // A choice that was made is not taken back by what is typed.
    changes.push(mark('branches', pointer, chosen, answers));
  }
  for (const one of found) {
    if (one.pointer !== '' || chosen === undefined || isContainer(value)) {
      changes.push(mark(one.mark, pointer + one.pointer, one.value, answers));
    }
  }
  return collapse(changes);
}

function isContainer(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

/** A value at the place behind a list's last item is a new item, with a key of its own. */
function writeOrInsert(pointer: Pointer, value: Json, answers: Answers, context: ResolveContext): Change {
  const list = parentPointer(pointer),
    held = pointer === '' ? undefined : valueAt(answers.values, list);
  const before = valueAt(answers.values, pointer);
  if (!Array.isArray(held) || before !== undefined) return { kind: 'value', pointer, before, after: value };
  if (parsePointer(pointer).at(-1) !== String(held.length))
    throw unknownPlace(pointer, 'is behind the end of its list');
  return { kind: 'insert', list, index: held.length, value, key: context.nextKey(list), marks: [] };
}

/** Missing containers above a new value are written with it, arrays where the outline has a list. */
export function withContainers(pointer: Pointer, value: Json, answers: Answers, context: ResolveContext): Change[] {
  let parent = parentPointer(pointer);
  if (pointer === '' || isContainer(valueAt(answers.values, parent))) {
    return [writeOrInsert(pointer, value, answers, context)];
  }
  const marks: Change[] = [];
  let after: Json = value,
    at = pointer;
  for (;;) {
    const key = parsePointer(at).at(-1)!;
    const node = nodeAt(context.form, parent, point => answers.branches.get(point) ?? null);
    const isList = node !== undefined && ['list', 'tuple'].includes(resolveNode(context.form, node).kind);
    if (isList && key !== '0') throw unknownPlace(at, 'is behind the end of its list');
    after = isList ? [after] : { [key]: after };
    at = parent;
    marks.push(mark('texts', at, undefined, answers), mark('cleared', at, undefined, answers));
    if (at === '') break;
    parent = parentPointer(at);
    const held = valueAt(answers.values, parent);
    if (isContainer(held)) break;
  }
  return [...marks, writeOrInsert(at, after, answers, context)];
}

/** Takes a value away, and with it the optional groups around it that hold nothing any more. */
export function removal(pointer: Pointer, answers: Answers, context: ResolveContext, byCitizen: boolean): Change[] {
  const changes = forgetMarks(pointer, answers);
  let at = pointer;
  if (valueAt(answers.values, pointer) !== undefined) {
    while (at !== '') {
      const parent = parentPointer(at);
      const held = valueAt(answers.values, parent);
      if (parent === '' || !isJsonObject(held) || Object.keys(held).length !== 1) break;
      const node = nodeAt(context.form, parent, point => answers.branches.get(point) ?? null);
      const kind = node && resolveNode(context.form, node).kind;
      if (kind !== 'group' || Array.isArray(valueAt(answers.values, parentPointer(parent)))) break;
      at = parent;
    }
    const list = parentPointer(at),
      items = at === '' ? undefined : valueAt(answers.values, list);
    if (Array.isArray(items)) {
      const index = Number(parsePointer(at).at(-1));
      return [
        {
          kind: 'remove',
          list,
          index,
          value: items[index]!,
          key: itemKeysOf(answers, list)[index]!,
          marks: marksBelow(answers, at),
        },
      ];
    }
    changes.push({
      kind: 'value',
      pointer: at,
      before: valueAt(answers.values, at),
      after: at === '' ? {} : undefined,
    });
  }
  changes.push(mark('cleared', pointer, byCitizen ? true : undefined, answers));
  return collapse(changes);
}

/** Two writes of one mark become one. */
function collapse(changes: Change[]): Change[] {
  const seen = new Map<string, Change>();
  for (const change of changes) {
    const id =
      change.kind === 'mark'
        ? `${change.mark}${change.pointer}`
        : change.kind === 'value'
          ? `value${change.pointer}`
          : String(seen.size);
    const first = seen.get(id);
    seen.delete(id);
    seen.set(
      id,
      first !== undefined && 'before' in first && 'before' in change ? { ...change, before: first.before } : change,
    );
  }
  return [...seen.values()];
}

/** Keeps the value of the branch that is left, where the next branch cannot hold it, and brings back the other's. */
export function choosing(pointer: Pointer, branch: number, answers: Answers, context: ResolveContext): Change[] {
  const node = nodeAt(context.form, pointer, at => answers.branches.get(at) ?? null);
  const choice = node && resolveNode(context.form, node);
  if (choice?.kind !== 'choice' || choice.branches[branch] === undefined)
    throw unknownPlace(pointer, `has no branch ${branch}`);
  const left = answers.branches.get(pointer);
  if (left === branch) return [];
  const changes: Change[] = [mark('branches', pointer, branch, answers)];
  const kindOf = (at: number | undefined): string | undefined => {
    const inner = at === undefined ? undefined : choice.branches[at];
    return inner && resolveNode(context.form, inner.node).kind;
  };
  const held = valueAt(answers.values, pointer);
  const start = startOfBranch(context, choice.branches[branch].node);
  if ((left === undefined || kindOf(left) === 'group') && kindOf(branch) === 'group' && isJsonObject(held))
    return changes;
  const back = answers.aside.get(`${pointer}#${branch}`) ?? start;
  if (left !== undefined)
    changes.push(
      mark('aside', `${pointer}#${left}`, held, answers),
      mark('aside', `${pointer}#${branch}`, undefined, answers),
    );
  changes.push(mark('texts', pointer, undefined, answers), mark('cleared', pointer, undefined, answers));
  if (back === undefined) {
    if (held !== undefined) changes.push({ kind: 'value', pointer, before: held, after: undefined });
  } else {
    changes.push(...withContainers(pointer, back, answers, context));
  }
  return changes;
}

/** To choose a branch is to answer: a group is there from then on, a constant is the answer itself. */
function startOfBranch(context: ResolveContext, given: OutlineNode): Json | undefined {
  const node = resolveNode(context.form, given);
  return node.kind === 'field'
    ? (node.constraints.const ?? startValue(context.form, node, false))
    : startValue(context.form, node, true);
}
