// Papers that the State holds about the citizen already: asked for once for each component, when its place is drawn.

import type { HeldOffers } from '@onceform/store/client';
import type { Journey } from './journey.ts';
import { slugOf } from './portal.ts';

export type Held = HeldOffers | 'asking' | 'failed';

const asked = new WeakMap<Journey, Map<string, Held>>();

/** What the State holds for a component; undefined where the portal has no such store. */
export function heldPapers(journey: Journey, component: string, changed: () => void): Held | undefined {
  const { portal, person, session } = journey;
  if (portal?.heldDocuments === undefined || person === null) return undefined;
  const known = asked.get(journey) ?? new Map<string, Held>();
  asked.set(journey, known);
  const held = known.get(component);
  if (held !== undefined) return held;
  known.set(component, 'asking');
  void portal.heldDocuments(slugOf(session.form.id), component).then(
    offers => tell(offers),
    () => tell('failed'),
  );
  return 'asking';

  function tell(now: Held): void {
    known.set(component, now);
    changed();
  }
}

/** Asks again for what could not be asked. */
export function askAgain(journey: Journey, component: string): void {
  asked.get(journey)?.delete(component);
}

/** The paper that a reference names, as far as this page knows it. */
export function paperOf(
  journey: Journey,
  component: string,
  documentId: string,
): HeldOffers['offers'][number] | undefined {
  const held = asked.get(journey)?.get(component);
  return typeof held === 'object' ? held.offers.find(({ document }) => document.id === documentId) : undefined;
}
