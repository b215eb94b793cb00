// FormState: everything a running form is at one moment. Immutable; the only way to another is a transaction.

import type { CompiledForm } from './compiled.ts';
import { ChangeSet, itemKeysOf } from './change.ts';
import type { Actor } from './entries.ts';
import { flattenExtension, type Extension, type Extensions } from './extension.ts';
import type { Json, JsonObject } from './json.ts';
import type { CountryPack, FormatSpec } from './pack.ts';
import type { FormContext } from './seal.ts';
import { isBlocked } from './missing.ts';
import type { RuleEvaluator } from './rules.ts';
import type { StateSlot } from './slot.ts';
import { answersSlot, valueContextOf } from './answers.ts';
import { isLocked, lockedPointers } from './prefill.ts';
import type { Pointer } from './pointer.ts';
import { resolveChanges, type ResolveContext } from './resolve-changes.ts';
import { authority, Transaction, type TransactionSpec } from './transaction.ts';
import { coreExtenders, coreSlots, lastSlots } from './core-slots.ts';
import { derivedSlot } from './derived.ts';

export interface StateConfig {
  readonly form: CompiledForm;
  /** What is filled in already; `$context` in it is ignored. */
  readonly data?: Json;
  /** BCP 47; the form's own language unless said. */
  readonly locale?: string;
  /** The only clock. */
  readonly clock?: () => Date;
  readonly context?: Partial<FormContext>;
  readonly pack?: Partial<Pick<CountryPack, 'formats' | 'functions' | 'timeZone'>>;
  /** Needed when the form has rules or computed values. */
  readonly rules?: RuleEvaluator;
  /** Who is at the keyboard to begin with; the citizen unless said. */
  readonly actor?: Actor;
  /** Keeps an audit trail: who did what where and when, without the answers. */
  readonly audit?: boolean;
  /** Starts the keys of new list items, so that two devices never give the same. */
  readonly keySeed?: string;
  readonly extensions?: Extension;
  /** Values of slots to start with, from a draft. */
  readonly initial?: ReadonlyMap<StateSlot<never>, unknown>;
}

const NO_FORMATS: { readonly [name: string]: FormatSpec } = {};

/** Everything a running form is at one moment. */
export class FormState {
  readonly form: CompiledForm;
  readonly config: StateConfig;
  readonly formats: { readonly [name: string]: FormatSpec };
  /** @internal */
  readonly extensions: Extensions;
  readonly #places: ReadonlyMap<StateSlot<never>, number>;
  readonly #values: unknown[];

  private constructor(
    config: StateConfig,
    extensions: Extensions,
    places: ReadonlyMap<StateSlot<never>, number>,
    values: unknown[],
  ) {
    this.config = config;
    this.form = config.form;
    this.formats = config.pack?.formats ?? NO_FORMATS;
    this.extensions = extensions;
    this.#places = places;
    this.#values = values;
  }

  /**
   * The first state of a form. Any JSON loads: what does not fit becomes issues.
   *
   * @throws {TypeError} when the form has rules and no evaluator was given.
   */
  static create(config: StateConfig): FormState {
    if (config.rules === undefined && config.form.rules.length + config.form.computed.length > 0) {
      throw new TypeError('This form has rules: pass `rules: celEvaluator()` from @onceform/core/cel.');
    }
    const extensions = flattenExtension([coreSlots, config.extensions ?? [], lastSlots]);
    const places = new Map(extensions.slots.map((slot, i) => [slot as StateSlot<never>, i]));
    const state = new FormState(config, extensions, places, []);
    for (const slot of extensions.slots) {
      const given = config.initial?.get(slot as StateSlot<never>);
      state.#values.push(given === undefined ? slot.spec.create(state) : given);
    }
    return state;
  }

  /** What will be filed: answers to what is asked, with computed values and `$context`. */
  get data(): JsonObject {
    return this.read(derivedSlot).data;
  }

  /**
   * What a slot holds.
   *
   * @throws {RangeError} when the slot is not part of this form's extensions, or comes later than the one being made.
   */
  read<T>(slot: StateSlot<T>): T {
    const place = this.#places.get(slot as unknown as StateSlot<never>);
    if (place === undefined) throw new RangeError('This slot is not part of the form: pass it in `extensions`.');
    if (place >= this.#values.length) throw new RangeError('A slot can only read slots that come before it.');
    return this.#values[place] as T;
  }

  /** Tells whether a slot is part of this form. */
  has(slot: StateSlot<never>): boolean {
    return this.#places.has(slot);
  }

  /** What would happen. Pure: this state stays as it is, and effects are not run. */
  update(spec: TransactionSpec): Transaction {
    let whole = spec;
    for (const extend of [...coreExtenders, ...this.extensions.extenders]) {
      const more = extend(whole, this);
      if (more !== null) whole = mergeSpecs(whole, more);
    }
    const given = whole.changes ?? [];
    const answers = this.read(answersSlot);
    const annotations = whole.annotations ?? [];
    const mayWrite = annotations.some(annotation => (annotation.type as unknown) === authority);
    const {
      changes,
      refused,
      answers: after,
    } = given instanceof ChangeSet
      ? { changes: given, refused: [], answers: given.apply(answers) }
      : resolveChanges(Array.isArray(given) ? given : [given], answers, resolveContextOf(this), mayWrite);
    const tr = new Transaction(this, {
      changes,
      answers: after,
      refused,
      annotations,
      effects: whole.effects ?? [],
      userEvent: whole.userEvent,
    });
    for (const pointer of refused) tr.touched.add(pointer);
    const next = new FormState(this.config, this.extensions, this.#places, []);
    tr.begin(next);
    let same = true;
    this.extensions.slots.forEach((slot, i) => {
      const value = slot.spec.update(this.#values[i] as never, tr);
      same &&= value === this.#values[i];
      next.#values.push(value);
    });
    if (same) tr.begin(this);
    return tr;
  }
}

function mergeSpecs(a: TransactionSpec, b: TransactionSpec): TransactionSpec {
  const changes =
    a.changes === undefined ? b.changes : b.changes === undefined ? a.changes : listOf(a).concat(listOf(b));
  return {
    ...(changes === undefined ? {} : { changes }),
    annotations: [...(a.annotations ?? []), ...(b.annotations ?? [])],
    effects: [...(a.effects ?? []), ...(b.effects ?? [])],
    ...((a.userEvent ?? b.userEvent) ? { userEvent: (a.userEvent ?? b.userEvent)! } : {}),
  };
}

function listOf(spec: TransactionSpec): Extract<NonNullable<TransactionSpec['changes']>, readonly unknown[]>[number][] {
  if (spec.changes instanceof ChangeSet)
    throw new TypeError('An extender cannot add to a change set that is resolved already.');
  return spec.changes === undefined ? [] : Array.isArray(spec.changes) ? [...spec.changes] : [spec.changes as never];
}

/** What resolving changes has to know of a state. */
function resolveContextOf(state: FormState): ResolveContext {
  const values = valueContextOf(state);
  return {
    form: state.form,
    locale: values.locale,
    formats: values.formats,
    get offset() {
      return values.offset!;
    },
    isLocked: pointer => isLocked(state, pointer) || isBlocked(state.form, state.data, pointer),
    locked: lockedPointers(state),
    nextKey: list => nextKey(state, list),
  };
}

/** Keys of new items count on from the highest of their list. */
function nextKey(state: FormState, list: Pointer): string {
  const prefix = `${state.config.keySeed ?? 'k'}-`;
  const keys = itemKeysOf(state.read(answersSlot), list)
    .filter(key => key.startsWith(prefix))
    .map(key => Number(key.slice(prefix.length)));
  let next = Math.max(0, ...keys) + 1;
  while (used.get(state)?.has(`${list} ${next}`)) next++;
  const names = used.get(state) ?? new Set();
  used.set(state, names.add(`${list} ${next}`));
  return prefix + next;
}

/** Within one spec several items may be made from the same state. */
const used = new WeakMap<FormState, Set<string>>();
