// The steps of a journey: which there are now, how far each is, and on which an answer is given.

import type { Issue, OutlinePage, Pointer } from '@onceform/core';
import { isRelevant, pagesIn } from './engine.ts';
import type { Journey } from './journey.ts';

export type StepKind = 'start' | 'page' | 'papers' | 'review' | 'receipt';

export interface Step {
  readonly kind: StepKind;
  /** `start`, `papers`, `review`, `receipt`, or `page:` + the page's id. */
  readonly id: string;
  readonly page?: OutlinePage;
  readonly status: 'not-started' | 'in-progress' | 'done' | 'blocked';
}

/** Pages whose questions are not asked are left out. */
export function listSteps(journey: Pick<Journey, 'session' | 'filing' | 'prefill' | 'papersDone'>): readonly Step[] {
  const { form, state } = journey.session;
  const filed = journey.filing.kind === 'filed';
  const pages = pagesIn(state);
  const steps: Step[] = [];
  if (journey.prefill !== undefined || form.procedure !== null) {
    steps.push({
      kind: 'start',
      id: 'start',
      status: journey.prefill === undefined || journey.prefill.status === 'idle' ? 'in-progress' : 'done',
    });
  }
  for (const page of form.outline.pages) {
    const how = pages.find(({ id }) => id === page.id);
    if (how?.relevant !== false)
      steps.push({ kind: 'page', id: `page:${page.id}`, page, status: how?.status ?? 'not-started' });
  }
  if (form.components.length > 0)
    steps.push({ kind: 'papers', id: 'papers', status: journey.papersDone ? 'done' : 'not-started' });
  steps.push({ kind: 'review', id: 'review', status: filed ? 'done' : 'not-started' });
  if (filed) steps.push({ kind: 'receipt', id: 'receipt', status: 'done' });
  return steps;
}

/** The pointer a missing paper's issue carries: not an answer, so under a name no answer has. */
export function paperPointer(id: string): Pointer {
  return `#paper/${id}`;
}

export function paperIssue(id: string): Issue {
  return { pointer: paperPointer(id), keyword: 'paper', severity: 'error', params: { component: id } };
}

/** The step on which a pointer is answered, for links from the summary and the review. */
export function stepOf(journey: Journey, pointer: Pointer): Step | undefined {
  if (pointer.startsWith('#paper/')) return journey.steps.find(({ kind }) => kind === 'papers');
  let best: Step | undefined,
    length = -1;
  for (const step of journey.steps) {
    for (const section of step.page?.sections ?? []) {
      for (const node of section.nodes) {
        if (
          node.length > length
          && (pointer === node || pointer.startsWith(node + '/') || node.startsWith(pointer + '/'))
          && isRelevant(journey.session.state, node)
        ) {
          best = step;
          length = node.length;
        }
      }
    }
  }
  return best;
}
