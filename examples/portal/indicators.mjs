// Which of the pack's indicators this portal counts from its own events, and from which counts. Every form here is fully
// online and its procedure eligible, so the shares of all dossiers and of eligible ones have the same counts. The rest
// of the own-events indicators needs due dates, places or catalogues that this demonstration does not have: they stay
// without a value, and say so.

import { indicators } from '@onceform/vn';

const all = ['filed'];
const counted = {
  K1: { numerator: ['filed:online'], denominator: all },
  K2: { numerator: ['filed:online'], denominator: all },
  K8: { numerator: ['filed:online'], denominator: all },
  K9: { numerator: ['filed:remote'], denominator: all },
  K12: { numerator: ['noticed'], denominator: all },
  K22: { numerator: ['noticed:in-time'], denominator: ['noticed'] },
};

export const portalIndicators = indicators.map(indicator =>
  Object.hasOwn(counted, indicator.id) ? { ...indicator, counted: counted[indicator.id] } : indicator,
);
