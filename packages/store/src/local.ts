// Prefill without a portal: own earlier answers and a scanned card, offered in the browser by the same rules. Nothing is
// sealed here, so whatever is taken counts as typed.

import type { CountryPack, PrefillRequest, PrefillResult } from '@onceform/core';
import { plainComparable } from './agreement.ts';
import { createBreaker } from './breaker.ts';
import { collect } from './collect.ts';
import { createItemBook } from './item-book.ts';
import { planPrefill, type RegisteredForm } from './plan.ts';
import type { CitizenDataSource, Person } from './source.ts';

export interface LocalPrefillOptions {
  /** Sources in the browser. An authoritative one is refused: it belongs behind a gateway. */
  readonly sources: readonly CitizenDataSource[];
  readonly person: Person;
  readonly form: RegisteredForm;
  readonly pack?: Pick<CountryPack, 'comparable'>;
  readonly clock?: () => Date;
  readonly random?: () => string;
}

/**
 * Streams offers for the applicant's own items.
 *
 * @throws {OnceFormError} ERR_OVER_ASK when an item is not one the form registered.
 * @throws {TypeError} when a source claims to be more than the citizen's own word.
 */
export async function* prefillLocally(
  request: Pick<PrefillRequest, 'draft' | 'items'>,
  { sources, person, form, pack, clock = () => new Date(), random = () => crypto.randomUUID() }: LocalPrefillOptions,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<PrefillResult, void, undefined> {
  for (const source of sources) {
    const { id, kind } = source.describe();
    if (!OWN.has(kind))
      throw new TypeError(`The source "${id}" is of kind "${kind}": without a gateway nobody can seal what it says.`);
  }
  const asked = planPrefill(request, form).filter(({ subject }) => subject === 'applicant');
  const book = createItemBook({
    asked,
    sources,
    trustOf: () => id => sources.findIndex(source => source.describe().id === id),
    accepts: () => true,
    comparable: pack?.comparable?.bind(pack) ?? plainComparable,
    known: [],
    clock,
    random,
  });
  const inquiries = book
    .plan([{ role: 'applicant', person, about: 'self', confirmedBy: null }])
    .map(({ source, items, about }) => ({
      source,
      breaker: createBreaker({ clock }),
      deadline: source.describe().deadline ?? 3000,
      query: {
        id: random(),
        person,
        about,
        items,
        purpose: { code: 'own-use', text: 'own-use', legalBasis: 'explicit-request' } as const,
        requester: 'self',
        issue: request.draft,
      },
    }));
  for await (const { answers } of collect([inquiries], signal)) yield* book.take(answers);
}

const OWN: ReadonlySet<string> = new Set(['self-declared', 'prior-submission', 'citizen-wallet', 'legacy']);
