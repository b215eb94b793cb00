// The engine's own slots, in the order they are made: each reads those before it. They stand on the same extension
// point as a third party's, which come after them; audit and history are last.

import { answersSlot } from './answers.ts';
import { auditSlot } from './audit.ts';
import { componentsSlot } from './components.ts';
import { contextSlot } from './context.ts';
import { derivedSlot } from './derived.ts';
import { actorSlot, entriesSlot } from './entries.ts';
import { historySlot } from './history.ts';
import { localeSlot } from './locale.ts';
import { pagesSlot } from './pages.ts';
import { prefillSlot } from './prefill.ts';
import { recheckedSlot } from './recheck.ts';
import type { StateSlot } from './slot.ts';
import { prefillExtender } from './take-offers.ts';
import { serverIssuesSlot, visibilitySlot } from './visibility.ts';
import { writeBackSlot } from './write-back.ts';

export const coreSlots: readonly StateSlot<never>[] = [
  localeSlot,
  prefillSlot,
  recheckedSlot,
  contextSlot,
  answersSlot,
  actorSlot,
  entriesSlot,
  derivedSlot,
  serverIssuesSlot,
  visibilitySlot,
  pagesSlot,
  componentsSlot,
  writeBackSlot,
] as readonly StateSlot<unknown>[] as readonly StateSlot<never>[];

/** After everything else, a third party's slots included: what they have to say about a step is kept with it. */
export const lastSlots: readonly StateSlot<never>[] = [
  auditSlot,
  historySlot,
] as readonly StateSlot<unknown>[] as readonly StateSlot<never>[];

export const coreExtenders = [prefillExtender] as const;
