// The engine's own slots, in the order they are made: each reads those before it. They stand on the same extension
// point as a third party's, which come after them.

import { answersSlot } from './answers.ts';
import { componentsSlot } from './components.ts';
import { contextSlot } from './context.ts';
import { derivedSlot } from './derived.ts';
import { historySlot } from './history.ts';
import { localeSlot } from './locale.ts';
import { pagesSlot } from './pages.ts';
import { prefillExtender, prefillSlot } from './prefill.ts';
import type { StateSlot } from './slot.ts';
import { serverIssuesSlot, visibilitySlot } from './visibility.ts';

export const coreSlots: readonly StateSlot<never>[] = [
  localeSlot,
  prefillSlot,
  contextSlot,
  answersSlot,
  derivedSlot,
  serverIssuesSlot,
  visibilitySlot,
  pagesSlot,
  componentsSlot,
  historySlot,
] as readonly StateSlot<unknown>[] as readonly StateSlot<never>[];

export const coreExtenders = [prefillExtender] as const;
