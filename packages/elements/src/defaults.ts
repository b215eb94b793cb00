// What elements use when a page gives them nothing else. Empty when installed from npm: the host decides.

import type { RuleEvaluator } from '@onceform/core';
import type { DraftStore } from './draft-store.ts';
import type { Pack } from './form-desk.ts';
import type { Portal } from './portal.ts';

export interface Defaults {
  /** Made for each element that has `src` and no `client`. */
  client?: (src: string) => Portal;
  rules?: RuleEvaluator;
  drafts?: DraftStore;
  pack?: Pack;
  /** The stylesheet of shadow mode. */
  theme?: string | CSSStyleSheet;
}

export const defaults: Defaults = {};
