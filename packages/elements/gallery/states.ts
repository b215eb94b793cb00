// The states that the gallery, its pictures and the accessibility checks show every form in: one function brings a
// form into any of them, by the ways that a citizen and a portal have.

import {
  addComponentFile,
  answerAt,
  attemptSubmit,
  isRelevant,
  joinPointer,
  missingComponents,
  type CodeEntry,
  type CompiledForm,
  type FieldNode,
  type FormatSpec,
  type Json,
  type Miss,
  type Offer,
  type OutlineNode,
  type Pointer,
  type PrefillResult,
  type SourceRef,
} from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { formats, functions } from '@onceform/vn/browser';
import type { OnceForm } from '../src/once-form.ts';
import { openDraftStore } from '../src/draft-store.ts';
import { codeLists } from './birth.ts';
import { createFakePortal, type FakePortalOptions } from './portal.ts';

/**
 * `locked`, `correctable`, `free`: prefilled, with that right to change it. `changed`: prefilled, then typed over.
 * `conflict`: two sources differ. `missing`: the sources did not answer. `loading`: they never do, nor do code lists.
 */
export const states = [
  'empty',
  'filled',
  'error',
  'locked',
  'correctable',
  'free',
  'changed',
  'conflict',
  'missing',
  'loading',
] as const;
export type State = (typeof states)[number];

export interface Shown {
  readonly form: CompiledForm;
  readonly state: State;
  readonly locale?: string;
  readonly shadow?: boolean;
  readonly drafts?: boolean;
  /** `page:<id>`, `start`, `papers`, `review`; the first page when left out. */
  readonly step?: string;
}

/** Makes a form, puts it into the page, and resolves when it stands in the state that was asked for. */
export async function show({ form, state, locale = 'vi', shadow = false, drafts, step }: Shown): Promise<OnceForm> {
  const element = document.createElement('once-form') as OnceForm;
  Object.assign(element, { locale, form, rules: celEvaluator({ functions }), pack: { formats, functions } });
  element.clock = () => new Date('2026-11-22T09:30:00+07:00');
  element.client = createFakePortal(portalFor(form, state));
  if (drafts) element.drafts = openDraftStore();
  if (shadow) {
    element.isolation = 'shadow';
    element.theme = '/once.css';
  }
  document.querySelector('main')!.append(element);
  await until(
    () => element.desk?.journey !== undefined || ['found-draft', 'failed'].includes(element.desk?.status ?? ''),
  );
  const { journey } = element.desk!;
  if (journey === undefined) return element;
  if (state === 'loading') void journey.prefill?.ask();
  else if (journey.prefill !== undefined && !['empty', 'filled', 'error'].includes(state)) {
    await journey.prefill.ask();
    journey.prefill.accept();
    await journey.prefill.seal();
  }
  if (state === 'filled' || state === 'changed' || step === 'review') await fillIn(element, state === 'changed');
  if (state === 'error') journey.session.dispatch(attemptSubmit());
  await goToStep(element, state, step ?? journey.steps.find(({ kind }) => kind === 'page')!.id);
  await until(() => shadow === false || element.shadowRoot!.querySelector('link')!.sheet !== null);
  return element;
}

/** Goes to a step as a citizen in that state would see it: with the error summary, or with the receipt at the end. */
export async function goToStep(element: OnceForm, state: State, step: string): Promise<void> {
  const journey = element.desk!.journey!;
  if (step === 'receipt') {
    for (const { id } of missingComponents(journey.session.state)) {
      const pdf = await journey.files.put(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), `${id}.pdf`);
      journey.session.dispatch(addComponentFile(id, pdf));
    }
    journey.goTo('review');
    journey.confirm(true);
    await journey.submit();
  } else {
    journey.goTo(step);
    if (state === 'error' && step === 'review') await journey.submit();
    else if (state === 'error' && step !== 'start' && (await journey.next())) journey.goTo(step);
  }
  await element.updateComplete;
  // What came late has been drawn by the second frame.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  await element.updateComplete;
}

/** Answers every question that is asked and has no answer, until no further one comes up. Invented, and valid by type. */
export async function fillIn(element: OnceForm, over = false): Promise<void> {
  const { session } = element.desk!.journey!;
  const done = new Set<Pointer>();
  for (let round = 0; round < 8; round += 1) {
    const asked: Pointer[] = [];
    const visit = async (node: OutlineNode, pointer: Pointer): Promise<void> => {
      if (!isRelevant(session.state, pointer) || node.readOnly) return;
      if (node.kind === 'group') for (const child of node.children) await visit(child, joinPointer(pointer, child.key));
      if (node.kind === 'tuple')
        for (const [i, child] of node.children.entries()) await visit(child, `${pointer}/${i}`);
      if (node.kind === 'list') {
        if (answerAt(session.state, `${pointer}/0`) === undefined) session.dispatch({ changes: { insert: pointer } });
        await visit(node.item, `${pointer}/0`);
      }
      if (node.kind === 'choice') {
        if (answerAt(session.state, pointer) === undefined)
          session.dispatch({ changes: { choose: pointer, branch: 0 } });
        await visit(node.branches[0]!.node, pointer);
      }
      if (node.kind !== 'field' || node.computed || done.has(pointer)) return;
      if (answerAt(session.state, pointer) !== undefined && !over) return;
      const value = await sampleOf(node, parent => answerAt(session.state, joinSibling(pointer, parent)));
      done.add(pointer);
      if (value !== undefined) {
        asked.push(pointer);
        session.dispatch({ changes: { set: pointer, value: over ? another(value) : value } });
      }
    };
    await visit(session.form.outline.root, '');
    if (asked.length === 0) return;
  }
}

/** A value that fits a field; undefined for files, and where no list has an entry. */
async function sampleOf(node: FieldNode, sibling: (pointer: Pointer) => Json | undefined): Promise<Json | undefined> {
  const { constraints } = node;
  if (constraints.const !== undefined) return constraints.const;
  if (node.default !== undefined) return node.default;
  if (node.options !== undefined) return node.multiple ? [node.options[0]!.value] : node.options[0]!.value;
  if (node.codeList !== undefined) {
    const within = node.codeList.within === undefined ? undefined : sibling(node.codeList.within);
    const entries = await codeLists(node.codeList.id, typeof within === 'string' ? within : undefined);
    return (entries as readonly CodeEntry[])[0]?.code;
  }
  switch (node.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return constraints.minimum ?? 2;
    case 'string':
      if (node.format === 'date') return '1996-04-05';
      if (node.format === 'email') return 'mau@example.vn';
      if (node.widget === 'time') return '07:30';
      return (
        (formats as Readonly<Record<string, FormatSpec>>)[node.format ?? '']?.example
        ?? node.examples?.[0]
        ?? 'Nguyễn Thị Mẫu'
      );
    default:
      return undefined;
  }
}

function another(value: Json): Json {
  if (typeof value === 'string' && /^\d{4}-/.test(value)) return '1997-06-07';
  return value === 'Nguyễn Thị Mẫu' ? 'Nguyễn Thị Mẫn' : typeof value === 'number' ? value + 1 : value;
}

function joinSibling(pointer: Pointer, relative: Pointer): Pointer {
  return pointer.slice(0, pointer.lastIndexOf('/')) + relative;
}

// ---- what the sources say ----

const register: SourceRef = {
  id: 'npd',
  name: { vi: 'CSDL quốc gia về dân cư', en: 'National population database' },
  kind: 'authoritative',
};
const civil: SourceRef = {
  id: 'civil',
  name: { vi: 'CSDL hộ tịch điện tử', en: 'Civil status database' },
  kind: 'authoritative',
};
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

function portalFor(form: CompiledForm, state: State): FakePortalOptions & { codeLists: typeof codeLists } {
  if (state === 'loading') return { delay: 1e9, codeLists: never };
  if (state === 'missing') return { results: form.reuse.map(missed), codeLists };
  if (state === 'empty' || state === 'error' || state === 'filled') return { codeLists };
  return { results: form.reuse.flatMap(item => found(form, item, state)), codeLists };
}

function missed({ pointer, members }: CompiledForm['reuse'][number], index: number): PrefillResult {
  const reasons: readonly Miss['reason'][] = ['timeout', 'not-found', 'unavailable', 'pending', 'masked'];
  return {
    item: pointer,
    offers: [],
    misses: members.map(member => ({
      pointer: member.pointer,
      concept: member.concept,
      source: register,
      reason: reasons[index % reasons.length]!,
    })),
  };
}

function found(form: CompiledForm, item: CompiledForm['reuse'][number], state: State): PrefillResult[] {
  if (item.pointer.includes('/[]')) return [];
  const edit = state === 'free' || state === 'correctable' ? state : state === 'locked' ? 'locked' : 'correctable';
  const values = item.members.flatMap(({ pointer, concept }) => {
    const value = KNOWN[concept] ?? valueAt(form.outline.root, pointer);
    return value === undefined ? [] : [{ pointer, concept, edit, value } as const];
  });
  if (values.length === 0) return [];
  const offer: Offer = {
    id: `o${item.pointer}`,
    item: item.pointer,
    source: register,
    recordRef: `r${item.pointer}`,
    lastUpdated: '2025-03-14',
    retrievedAt: '2026-11-22T02:10:00Z',
    verification: { status: 'verified', assuranceLevel: 'high' },
    flags: [],
    preferred: true,
    rule: 'only',
    values,
  };
  if (state !== 'conflict') return [{ item: item.pointer, misses: [], offers: [offer] }];
  const other: Offer = {
    ...offer,
    id: `${offer.id}~2`,
    source: civil,
    recordRef: `${offer.recordRef}~2`,
    lastUpdated: null,
    verification: { status: 'unverified', assuranceLevel: 'low' },
    flags: ['conflict', 'stale'],
    preferred: false,
    values: values.map(held => ({ ...held, value: another(held.value) })),
  };
  return [{ item: item.pointer, misses: [], offers: [{ ...offer, flags: ['conflict'] }, other] }];
}

/** Values of concepts whose type alone does not say enough. */
const KNOWN: Readonly<Record<string, Json>> = {
  'gallery.address': {
    scheme: '2-tier-2025',
    provinceCode: '42',
    communeCode: '18073',
    street: 'Số 5, đường Trần Phú',
  },
  'person.residence': {
    scheme: '2-tier-2025',
    provinceCode: '42',
    communeCode: '18073',
    street: 'Số 5, đường Trần Phú',
  },
  'person.nationality': 'VN',
  'person.ethnicity': 'kinh',
};

/** What a source holds for a plain field; nothing for what only a list or the citizen could say. */
function valueAt(root: OutlineNode, pointer: Pointer): Json | undefined {
  let node: OutlineNode | undefined = root;
  for (const key of pointer.split('/').slice(1))
    node = node?.kind === 'group' ? node.children.find(child => child.key === key) : undefined;
  if (node?.kind !== 'field' || node.codeList !== undefined) return undefined;
  if (node.options !== undefined) return node.multiple ? [node.options[0]!.value] : node.options[0]!.value;
  if (node.type === 'boolean') return true;
  if (node.type === 'integer' || node.type === 'number') return node.constraints.minimum ?? 2;
  if (node.type !== 'string') return undefined;
  if (node.format === 'date') return '1996-04-05';
  if (node.widget === 'time') return '07:30';
  return (formats as Readonly<Record<string, FormatSpec>>)[node.format ?? '']?.example ?? 'Nguyễn Thị Mẫu';
}

async function until(holds: () => unknown): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 500) throw new Error(`Waited in vain for: ${holds.toString()}`);
    await new Promise(done => setTimeout(done, 10));
  }
}
