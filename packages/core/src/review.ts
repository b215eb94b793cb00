// The review: exactly what will be filed, in the order of the pages, and its digest.

import { textOf, branchAt } from './answers.ts';
import { reviewDigest, substitute, type VerifiedSubmission } from './submission.ts';
import type { FieldNode, OutlineNode } from './compiled.ts';
import type { Sha256 } from './canonical.ts';
import { componentAnswers } from './components.ts';
import { localize, type LocalizedText } from './issue.ts';
import type { Json, JsonObject } from './json.ts';
import { localeSlot } from './locale.ts';
import type { OriginEntry } from './origin.ts';
import { officerEntries } from './entries.ts';
import { nodeAt, walkOutline } from './outline.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { isRelevant } from './derived.ts';
import { currentSeal, prefillSlot } from './prefill.ts';
import { originAt } from './provenance.ts';
import type { FormState } from './state.ts';
import { writeBackPointers } from './write-back.ts';

export interface ReviewRow {
  readonly pointer: Pointer;
  /** The field's own title; for an item of a list, the titles on the way are in `within`. */
  readonly label: string;
  /** Titles of the groups between the section and the field, outermost first; items say their number. */
  readonly within: readonly string[];
  /** As people read it; an option by its label, a code of a long list by its code. Empty where nothing is answered. */
  readonly text: string;
  readonly value: Json | undefined;
  readonly node: FieldNode;
  readonly origin: OriginEntry | undefined;
}

export interface ReviewSection {
  /** The id of the page. */
  readonly page: string;
  readonly title: string;
  readonly rows: readonly ReviewRow[];
}

export interface Review {
  readonly sections: readonly ReviewSection[];
  readonly data: JsonObject;
}

/**
 * Lists every answer that is asked, answered or not, and the data that will be filed.
 *
 * @param locale of the labels and options; the citizen's when left out.
 */
export function reviewOf(state: FormState, locale = state.read(localeSlot)): Review {
  const fallback = state.form.locale;
  const words = (text: LocalizedText | undefined): string => localize(text, locale, fallback);
  const sections = state.form.outline.pages.flatMap(page =>
    page.sections.map((section): ReviewSection => ({
      page: page.id,
      title: words(section.title ?? page.title),
      rows: section.nodes.flatMap(top => rowsAt(state, top, words)),
    })),
  );
  return { sections: sections.filter(section => section.rows.length > 0), data: state.data };
}

function rowsAt(state: FormState, top: Pointer, words: (text: LocalizedText | undefined) => string): ReviewRow[] {
  const branchOf = (at: Pointer): number | null => branchAt(state, at);
  const node = nodeAt(state.form, top, branchOf);
  if (node === undefined) return [];
  const rows: ReviewRow[] = [],
    titles = new Map<Pointer, string>();
  walkOutline(state.form, node, top, valueAt(state.data, top), branchOf, (found: OutlineNode, pointer, value) => {
    if (!isRelevantHere(state, pointer, value, found)) return false;
    const number = /\/([0-9]+)$/u.exec(pointer)?.[1];
    const title =
      words(found.title) || (found.key === '[]' && number !== undefined ? String(Number(number) + 1) : found.key);
    if (found.kind !== 'field') {
      titles.set(pointer, title);
      return true;
    }
    rows.push({
      pointer,
      label: title,
      node: found,
      value,
      within: [...titles].filter(([at]) => at !== pointer && pointer.startsWith(at + '/')).map(([, text]) => text),
      text: optionLabel(found, value, words) ?? textOf(state, pointer, value),
      origin: originAt(state, pointer),
    });
    return true;
  });
  return rows;
}

function isRelevantHere(state: FormState, pointer: Pointer, value: Json | undefined, node: OutlineNode): boolean {
  return value !== undefined || (isRelevant(state, pointer) && node.kind === 'field');
}

function optionLabel(
  field: FieldNode,
  value: Json | undefined,
  words: (text: LocalizedText | undefined) => string,
): string | undefined {
  const option = field.options?.find(one => one.value === value);
  return option && words(option.label);
}

/** What this session would file: locked and sealed values in place, origins worked out. */
export function submissionOf(state: FormState): VerifiedSubmission {
  return substitute({
    form: state.form,
    answers: state.data,
    seal: currentSeal(state),
    components: componentAnswers(state),
    decisions: state.read(prefillSlot).decisions,
    officerEntered: officerEntries(state),
    writeBack: writeBackPointers(state),
  });
}

/** The digest of what the review shows; what is filed has to have the same. */
export function reviewDigestOf(state: FormState): Promise<Sha256> {
  return reviewDigest(submissionOf(state));
}
