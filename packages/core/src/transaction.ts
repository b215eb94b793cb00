// Transaction: the single description of what happened. A spec is plain input; resolving it against a state gives
// the change set, with what may not be changed filtered out.

import type { FieldNode, OutlineNode } from './compiled.ts';
import { ChangeSet, itemKeysOf, marksBelow, type Answers, type Change, type Mark } from './change.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, jsonEqual, type Json } from './json.ts';
import { fieldAt, hasChoice, inferBranch, membersOf, nodeAt, resolveNode, walkInstance } from './outline.ts';
import { parseText, type ValueContext } from './parse.ts';
import { parentPointer, parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import type { FormState } from './state.ts';

/** One thing that is asked to happen to the answers. */
export type ChangeSpec =
  /** Sets a value; `undefined` takes the answer away, as if it had never been given. */
  | { readonly set: Pointer; readonly value: Json | undefined }
  /** Raw text from an input. What cannot be understood stays text and becomes an issue with the keyword `parse`. */
  | { readonly input: Pointer; readonly text: string }
  /** The citizen emptied it. */
  | { readonly clear: Pointer }
  /** A new item of a list, at the end unless `index` says where. */
  | { readonly insert: Pointer; readonly index?: number; readonly value?: Json }
  /** An item of a list, or a member of a map. */
  | { readonly remove: Pointer }
  | { readonly move: Pointer; readonly to: number }
  | { readonly duplicate: Pointer }
  /** Typing is over: a text that became a value is shown as that value from now on. */
  | { readonly settle: Pointer }
  /** The branch of a `oneOf` or `anyOf`. */
  | { readonly choose: Pointer; readonly branch: number };

export interface TransactionSpec {
  readonly changes?: ChangeSpec | readonly ChangeSpec[] | ChangeSet;
  readonly annotations?: readonly Annotation<unknown>[];
  readonly effects?: readonly StateEffect<unknown>[];
  /** `input.type`, `list.insert`, `undo`, …: what the citizen did, for history and announcements. */
  readonly userEvent?: string;
}

/** Metadata of a transaction, under a typed token. */
export interface Annotation<T> {
  readonly type: AnnotationType<T>;
  readonly value: T;
}

export class AnnotationType<T> {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  static define<T>(name: string): AnnotationType<T> {
    return new AnnotationType(name);
  }
  of(value: T): Annotation<T> {
    return { type: this, value };
  }
}

/** Something besides changes of answers that slots react to, under a typed token. */
export interface StateEffect<T> {
  readonly type: StateEffectType<T>;
  readonly value: T;
}

export class StateEffectType<T> {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  static define<T>(name: string): StateEffectType<T> {
    return new StateEffectType(name);
  }
  of(value: T): StateEffect<T> {
    return { type: this, value };
  }
  is(effect: StateEffect<unknown>): effect is StateEffect<T> {
    return (effect.type as unknown) === this;
  }
}

/** Lets a transaction write locked and read-only answers: set by the engine for sealed values, and by resuming. */
export const authority = AnnotationType.define<'seal' | 'offer' | 'resume' | 'history'>('authority');

/** `false` keeps a transaction out of undo. */
export const addToHistory = AnnotationType.define<boolean>('addToHistory');

/** What happened, from one state to the next. */
export class Transaction {
  readonly startState: FormState;
  readonly changes: ChangeSet;
  readonly annotations: readonly Annotation<unknown>[];
  readonly effects: readonly StateEffect<unknown>[];
  readonly userEvent: string | undefined;
  /** Changes that were asked for and filtered out, because the answer is locked or read-only. */
  readonly refused: readonly Pointer[];
  /** The citizen's answers after the changes. */
  readonly answers: Answers;
  /** Exactly the pointers where something shown is different; filled while the state is made. */
  readonly touched: Set<Pointer> = new Set();
  /** Pointers below which everything may be different. */
  readonly subtrees: Set<Pointer> = new Set();
  #state: FormState | undefined;

  constructor(
    startState: FormState,
    parts: Pick<Transaction, 'changes' | 'answers' | 'annotations' | 'effects' | 'refused'> & {
      userEvent?: string | undefined;
    },
  ) {
    this.startState = startState;
    this.changes = parts.changes;
    this.answers = parts.answers;
    this.annotations = parts.annotations;
    this.effects = parts.effects;
    this.refused = parts.refused;
    this.userEvent = parts.userEvent;
  }

  /** The state after. While slots are being updated, only those that come earlier can be read from it. */
  get state(): FormState {
    if (this.#state === undefined) throw new RangeError('The state of this transaction is not made yet.');
    return this.#state;
  }

  /** @internal */
  begin(state: FormState): void {
    this.#state = state;
  }

  annotation<T>(type: AnnotationType<T>): T | undefined {
    return this.annotations.find(annotation => (annotation.type as unknown) === type)?.value as T | undefined;
  }

  /** The values of the effects of one type, in order. */
  effectsOf<T>(type: StateEffectType<T>): T[] {
    return this.effects.filter(effect => type.is(effect)).map(effect => effect.value as T);
  }
}

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
      throw unknown(spec.insert, 'is not a list');
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
    throw unknown(pointer, 'is not an item of a list');
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

function unknown(pointer: Pointer, why: string): OnceFormError {
  return new OnceFormError('ERR_POINTER_UNKNOWN', `What is at ${JSON.stringify(pointer)} ${why}.`, { pointer });
}

function mark(name: Mark, pointer: Pointer, after: Json | undefined, answers: Answers): Change {
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

function writing(pointer: Pointer, value: Json, answers: Answers, context: ResolveContext): Change[] {
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
  if (parsePointer(pointer).at(-1) !== String(held.length)) throw unknown(pointer, 'is behind the end of its list');
  return { kind: 'insert', list, index: held.length, value, key: context.nextKey(list), marks: [] };
}

/** Missing containers above a new value are written with it, arrays where the outline has a list. */
function withContainers(pointer: Pointer, value: Json, answers: Answers, context: ResolveContext): Change[] {
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
    if (isList && key !== '0') throw unknown(at, 'is behind the end of its list');
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
function removal(pointer: Pointer, answers: Answers, context: ResolveContext, byCitizen: boolean): Change[] {
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
function choosing(pointer: Pointer, branch: number, answers: Answers, context: ResolveContext): Change[] {
  const node = nodeAt(context.form, pointer, at => answers.branches.get(at) ?? null);
  const choice = node && resolveNode(context.form, node);
  if (choice?.kind !== 'choice' || choice.branches[branch] === undefined)
    throw unknown(pointer, `has no branch ${branch}`);
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

/** A new item with its defaults: a group starts as an object, a list as an array, a field with its default. */
function emptyItem(context: ResolveContext, node: OutlineNode): Json {
  return startValue(context.form, node, true) ?? null;
}

/**
 * What a place starts with: defaults of fields, and the groups they need. `undefined` where there is nothing;
 * `present` asks for an empty container rather than nothing.
 */
export function startValue(form: FormState['form'], given: OutlineNode, present: boolean): Json | undefined {
  const node = resolveNode(form, given);
  switch (node.kind) {
    case 'field':
      return node.default !== undefined && !node.computed ? node.default : undefined;
    case 'group': {
      const value: Record<string, Json> = {};
      for (const [key, child] of membersOf(node)) {
        if (child.kind === 'recursion') continue;
        const start = child.required || child.kind === 'field' ? startValue(form, child, false) : undefined;
        if (start !== undefined) value[key] = start;
      }
      return present || Object.keys(value).length > 0 ? value : undefined;
    }
    case 'list':
    case 'tuple':
      return present ? [] : undefined;
    case 'map':
    case 'choice':
      return present ? {} : undefined;
    default:
      return undefined;
  }
}

/** The branches that a value's choices are in, as marks relative to it. */
export function branchMarks(
  context: Pick<ResolveContext, 'form'>,
  node: OutlineNode,
  value: Json,
): { mark: 'branches'; pointer: Pointer; value: number }[] {
  const found = new Map<Pointer, number>();
  walkInstance(
    context.form,
    node,
    '',
    value,
    at => found.get(at) ?? null,
    (given, pointer, held) => {
      if (!hasChoice(given)) return false;
      const resolved = resolveNode(context.form, given);
      const branch = resolved.kind === 'choice' ? inferBranch(resolved, held) : null;
      if (branch !== null) found.set(pointer, branch);
      return true;
    },
  );
  return [...found].map(([pointer, branch]) => ({ mark: 'branches', pointer, value: branch }));
}
