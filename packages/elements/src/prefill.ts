// What the State already knows, in one piece: it is asked for, shown, chosen, objected to, and asked again before filing.
// One piece is loaded sooner than six, and compresses better.

export { disputeDialog } from './parts/dispute.ts';
export { prefillActions, prefillStep } from './parts/prefill-step.ts';
export { PrefillFlow } from './prefill-flow.ts';
export { candidates, missNote, openChoice, originNote, recordCard, showValue, shownValue } from './record.ts';
