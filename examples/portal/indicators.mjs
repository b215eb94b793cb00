// How this portal counts each indicator of the pack that its own events can tell. Every form here is fully online and its
// procedure eligible, so the shares of all dossiers and of the eligible ones have the same counts. What the pack marks
// `imported-counts` is given by others over the API; what it marks `not-ours` is never shown as measured.

import { indicators } from '@onceform/vn';

const share = (of, among) => ({ kind: 'share', of: [of], among: [among] });

const counted = {
  K1: share('filed:online', 'filed'),
  K2: share('filed:online', 'filed'),
  K8: share('filed:online', 'filed'),
  K9: share('filed:remote', 'filed'),
  K10: { kind: 'procedures', among: 'offered' },
  K11: share('filed:online', 'filed'),
  K12: share('noticed', 'filed'),
  // Results delivered by the promised time, of those that had one.
  K20: share('done:in-time', 'done:due'),
  // Minutes from opening a declaration at a desk to filing it.
  K21: { kind: 'mean', total: ['desk:minutes'], of: ['desk'] },
  K22: share('noticed:in-time', 'noticed'),
  // Sign-ins, not people: nobody is followed from one to the next.
  K23: share('signed-in:identified', 'signed-in'),
  K24: { kind: 'reduction', of: ['due:half-days'], against: ['due:counter-half-days'] },
  K25: { kind: 'procedures', among: 'filed' },
  K26: { kind: 'fewest', atLeast: 1000 },
};

// The pack expects ratings from a service beside the portal; this portal asks for them itself.
const ratings = { basis: 'own-events', counted: share('rated:satisfied', 'rated') };

// The pack expects payments to be made in another system; this portal knows what was paid, online and at its counters, and
// which of its dossiers cost something.
const payments = {
  K3: { basis: 'own-events', counted: { kind: 'share', of: ['paid:online'], among: ['paid:online', 'paid:counter'] } },
  K17: { basis: 'own-events', counted: share('paid:online', 'fee:due') },
};

export const portalIndicators = indicators.map(indicator => {
  if (indicator.id === 'K4') return { ...indicator, ...ratings, why: undefined };
  if (Object.hasOwn(payments, indicator.id)) return { ...indicator, ...payments[indicator.id], why: undefined };
  return Object.hasOwn(counted, indicator.id) ? { ...indicator, counted: counted[indicator.id] } : indicator;
});
