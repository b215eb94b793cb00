// The papers of the dossier: which are needed, what stands in their place, and why not.

import type { AssuranceLevel, ComponentSpec, FileReference } from './compiled.ts';
import { derivedSlot } from './derived.ts';
import { evidenceNeeded } from './missing.ts';
import { originAt } from './provenance.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import type { ComponentAnswer } from './submission.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';

export interface ComponentState {
  readonly spec: ComponentSpec;
  /** Whether this case asks for it at all. */
  readonly needed: boolean;
  /** How it is met; null where nothing meets it yet. */
  readonly answer: ComponentAnswer | null;
  /** Data of a source stand in its place, so no file is asked for. */
  readonly replacedByData: boolean;
  /** It has to show what the citizen typed where no source gave it (`onMissing: ask-with-evidence`). */
  readonly evidence: boolean;
  /** Why data could not stand in its place: an AbsentReason, `not-sealed`, `changed` or `low-assurance`. */
  readonly reason?: string;
}

/** What was given for components, by id: files, or a paper the State holds. */
export type Given = {
  readonly [id: string]: {
    readonly files: readonly FileReference[];
    readonly reference?: ComponentAnswer['reference'];
    readonly waived?: string;
  };
};

export const addFileEffect = StateEffectType.define<{ id: string; file: FileReference }>('addComponentFile');
export const removeFileEffect = StateEffectType.define<{ id: string; sha256: string }>('removeComponentFile');
export const referenceEffect = StateEffectType.define<{
  id: string;
  reference: NonNullable<ComponentAnswer['reference']> | null;
}>('referComponent');
export const waiveEffect = StateEffectType.define<{ id: string; reason: string | null }>('waiveComponent');

export const componentsSlot: StateSlot<Given> = StateSlot.define<Given>({
  create: () => ({}),
  update(given, tr) {
    let next = given;
    for (const effect of tr.effects) {
      if (addFileEffect.is(effect)) {
        const { id, file } = effect.value,
          files = next[id]?.files ?? [];
        if (!files.some(old => old.sha256 === file.sha256))
          next = { ...next, [id]: { ...next[id], files: [...files, file] } };
      } else if (removeFileEffect.is(effect)) {
        const { id, sha256 } = effect.value,
          files = next[id]?.files ?? [];
        if (files.some(old => old.sha256 === sha256))
          next = { ...next, [id]: { ...next[id], files: files.filter(old => old.sha256 !== sha256) } };
      } else if (referenceEffect.is(effect)) {
        const { id, reference } = effect.value,
          { reference: _old, ...rest } = next[id] ?? { files: [] };
        next = { ...next, [id]: { ...rest, ...(reference === null ? {} : { reference }) } };
      } else if (waiveEffect.is(effect)) {
        const { id, reason } = effect.value,
          { waived: _old, ...rest } = next[id] ?? { files: [] };
        next = { ...next, [id]: { ...rest, ...(reason === null ? {} : { waived: reason }) } };
      }
    }
    return next;
  },
});

// ---- commands ------------------------------------------------------------------------------------

/** Adds a file to a component. The bytes travel beside the data. */
export function addComponentFile(id: string, file: FileReference): TransactionSpec {
  return { effects: [addFileEffect.of({ id, file })], userEvent: 'component.add' };
}

/** Takes a file away, by its digest. */
export function removeComponentFile(id: string, file: Pick<FileReference, 'sha256'>): TransactionSpec {
  return { effects: [removeFileEffect.of({ id, sha256: file.sha256 })], userEvent: 'component.remove' };
}

/** Names a paper that the State holds already, in place of a file; null takes it back. */
export function referComponent(
  id: string,
  reference: NonNullable<ComponentAnswer['reference']> | null,
): TransactionSpec {
  return { effects: [referenceEffect.of({ id, reference })], userEvent: 'component.refer' };
}

/** An authority's word that a component is not asked for in this case; null takes it back. */
export function waiveComponent(id: string, reason: string | null): TransactionSpec {
  return { effects: [waiveEffect.of({ id, reason })], userEvent: 'component.waive' };
}

// ---- questions -----------------------------------------------------------------------------------

const RANK: Readonly<Record<AssuranceLevel, number>> = { low: 0, substantial: 1, high: 2 };

/** Every component of the procedure, with what meets it. */
export function componentStates(state: FormState): readonly ComponentState[] {
  const given = state.read(componentsSlot);
  const evidence = evidenceNeeded(state.form, state.data, pointer => originAt(state, pointer));
  return state.form.components.map((spec): ComponentState => {
    const asEvidence = evidence.has(spec.id);
    const needed = asEvidence || spec.guard === undefined || spec.guard(state.read(derivedSlot).data);
    const mine = Object.hasOwn(given, spec.id) ? given[spec.id]! : { files: [] };
    const failure = spec.replacedBy === undefined ? 'no-data' : whyNotReplaced(state, spec.replacedBy);
    const replacedByData = needed && failure === null;
    const reason = spec.replacedBy !== undefined && failure !== null ? { reason: failure } : {};
    return {
      spec,
      needed,
      replacedByData,
      evidence: asEvidence,
      answer: needed ? answerOf(spec, mine, replacedByData, failure) : null,
      ...reason,
    };
  });
}

function answerOf(
  spec: ComponentSpec,
  mine: Given[string],
  replaced: boolean,
  failure: string | null,
): ComponentAnswer | null {
  const { id } = spec,
    { files, reference, waived } = mine;
  const data = replaced ? { data: spec.replacedBy!.pointers } : {};
  const why = spec.replacedBy !== undefined && failure !== null ? { reason: failure } : {};
  if (replaced) return { id, fulfilledBy: files.length > 0 ? 'both' : 'data', files, ...data };
  if (reference !== undefined) return { id, fulfilledBy: 'issued-document', files, reference, ...why };
  if (files.length > 0) return { id, fulfilledBy: 'file', files, ...why };
  if (waived !== undefined) return { id, fulfilledBy: 'waived', files, reason: waived };
  return null;
}

function whyNotReplaced(state: FormState, by: NonNullable<ComponentSpec['replacedBy']>): string | null {
  for (const pointer of by.pointers) {
    const entry = originAt(state, pointer);
    if (entry === undefined) return 'not-found';
    if (entry.origin === 'override') return 'changed';
    if (entry.origin !== 'auto') return 'not-sealed';
    if (RANK[entry.verification?.assuranceLevel ?? 'low'] < RANK[by.minAssurance]) return 'low-assurance';
    if (entry.verification !== undefined && entry.verification.status !== 'verified') return 'disputed';
  }
  return null;
}

/** The answers of the components that are needed and met: what the dossier builder is given. */
export function componentAnswers(state: FormState): readonly ComponentAnswer[] {
  return componentStates(state).flatMap(({ answer }) => (answer === null ? [] : [answer]));
}

/** Components that still have to be met before filing; of those that share a `oneOf`, one is enough. */
export function missingComponents(state: FormState): readonly ComponentSpec[] {
  const states = componentStates(state).filter(one => one.needed && one.spec.handling === 'submit');
  const met = new Set(
    states
      .filter(one => one.answer !== null)
      .map(one => one.spec.oneOf)
      .filter(name => name !== undefined),
  );
  return states
    .filter(
      ({ spec, answer, evidence }) =>
        (spec.required || evidence) && answer === null && (spec.oneOf === undefined || !met.has(spec.oneOf)),
    )
    .map(({ spec }) => spec);
}
