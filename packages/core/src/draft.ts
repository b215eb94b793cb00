// Drafts: a form as JSON, to go on with later, on another device, or in a newer version of the form.

import type { Answers } from './change.ts';
import { answersSlot } from './answers.ts';
import { auditSlot, type Audit } from './audit.ts';
import { componentsSlot, type Given } from './components.ts';
import { entriesSlot, type Entry } from './entries.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { goToPageEffect, pagesSlot } from './pages.ts';
import { PersistentMap } from './persistent-map.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { prefillSlot, type Prefill } from './prefill.ts';
import type { StateSlot } from './slot.ts';
import { FormState, type StateConfig } from './state.ts';
import { writeBackSlot, type WriteBack } from './write-back.ts';

/** What is kept of a form between sessions. Plain JSON. */
export interface Draft {
  readonly format: 'https://onceform.dev/draft/1';
  readonly form: { readonly id: string; readonly version: string; readonly digest: string };
  /** RFC 3339; when it was written. */
  readonly saved: string;
  readonly answers: {
    readonly values: JsonObject;
    readonly texts: { readonly [pointer: Pointer]: string };
    readonly cleared: readonly Pointer[];
    readonly branches: { readonly [pointer: Pointer]: number };
    readonly aside: { readonly [place: string]: Json };
    readonly keys: { readonly [pointer: Pointer]: readonly string[] };
  };
  readonly prefill: Prefill;
  readonly components: Given;
  /** What the citizen said to keeping answers; absent where nothing was said. */
  readonly writeBack?: WriteBack;
  /** What others entered in place of the citizen; absent where nobody did. */
  readonly entries?: { readonly [pointer: Pointer]: Entry };
  /** Who did what where and when; absent where no trail was kept. */
  readonly audit?: Audit;
  readonly page: string;
}

/** Writes a state as a draft. History and what was left or attempted are not kept. */
export function serializeDraft(state: FormState): Draft {
  const { values, texts, cleared, branches, aside, keys } = state.read(answersSlot);
  const { id, version, digest } = state.form;
  return {
    format: 'https://onceform.dev/draft/1',
    form: { id, version, digest },
    saved: (state.config.clock ?? (() => new Date()))().toISOString(),
    answers: {
      values,
      texts: record(texts),
      cleared: [...cleared].map(([pointer]) => pointer).sort(),
      branches: record(branches),
      aside: record(aside),
      keys: Object.fromEntries(
        Object.entries(record(keys)).filter(([pointer, names]) => isWorthKeeping(valueAt(values, pointer), names)),
      ),
    },
    prefill: state.read(prefillSlot),
    components: state.read(componentsSlot),
    ...(Object.keys(state.read(writeBackSlot)).length === 0 ? {} : { writeBack: state.read(writeBackSlot) }),
    ...(state.read(entriesSlot).size === 0 ? {} : { entries: record(state.read(entriesSlot)) }),
    ...(state.read(auditSlot).entries.length === 0 ? {} : { audit: state.read(auditSlot) }),
    page: state.read(pagesSlot).current,
  };
}

/**
 * The state a draft stopped at.
 *
 * @throws {OnceFormError} ERR_DRAFT_INCOMPATIBLE when it is no draft, or of another form or version: see `migrateDraft`.
 */
export function resumeDraft(config: StateConfig, draft: Draft): FormState {
  if (
    !isJsonObject(draft)
    || (draft as Draft).format !== 'https://onceform.dev/draft/1'
    || !isJsonObject(draft.answers)
  ) {
    throw new OnceFormError('ERR_DRAFT_INCOMPATIBLE', 'This is not a draft that can be read.');
  }
  if (draft.form.digest !== config.form.digest) {
    throw new OnceFormError('ERR_DRAFT_INCOMPATIBLE', 'The draft belongs to another form or another version of it.', {
      data: { draft: `${draft.form.id}@${draft.form.version}`, form: `${config.form.id}@${config.form.version}` },
    });
  }
  const { values, texts, cleared, branches, aside, keys } = draft.answers;
  const answers: Answers = {
    values,
    texts: PersistentMap.of(Object.entries(texts)),
    cleared: PersistentMap.of(cleared.map(pointer => [pointer, true as const])),
    branches: PersistentMap.of(Object.entries(branches)),
    aside: PersistentMap.of(Object.entries(aside)),
    keys: PersistentMap.of(Object.entries(keys)),
  };
  const initial = new Map<StateSlot<never>, unknown>([
    [answersSlot as unknown as StateSlot<never>, answers],
    [prefillSlot as unknown as StateSlot<never>, draft.prefill],
    [componentsSlot as unknown as StateSlot<never>, draft.components],
    [writeBackSlot as unknown as StateSlot<never>, draft.writeBack ?? {}],
    [entriesSlot as unknown as StateSlot<never>, PersistentMap.of(Object.entries(draft.entries ?? {}))],
  ]);
  if (draft.audit !== undefined) initial.set(auditSlot as unknown as StateSlot<never>, draft.audit);
  const state = FormState.create({ ...config, initial });
  return state.update({ effects: [goToPageEffect.of(draft.page)] }).state;
}

/** Keys of a list that is there, unless they are those that its positions give anyway. */
function isWorthKeeping(list: Json | undefined, keys: readonly string[]): boolean {
  return Array.isArray(list) && list.length === keys.length && keys.some((key, i) => key !== `i${i}`);
}

function record<T>(map: PersistentMap<T>): { readonly [key: string]: T } {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
