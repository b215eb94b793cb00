// The elements beside `<once-form>`, loaded after it: see registry.ts.

import { OnceDossier } from './once-dossier.ts';
import {
  OnceComponents,
  OnceErrorSummary,
  OnceField,
  OnceOrigin,
  OncePage,
  OncePrefill,
  OnceProgress,
  OnceReceipt,
  OnceReview,
  OnceTaskList,
} from './once-parts.ts';
import { OnceProvider } from './once-provider.ts';
import type { OtherName } from './registry.ts';

export const others: { readonly [name in OtherName]: CustomElementConstructor } = {
  provider: OnceProvider,
  page: OncePage,
  field: OnceField,
  'task-list': OnceTaskList,
  progress: OnceProgress,
  'error-summary': OnceErrorSummary,
  prefill: OncePrefill,
  origin: OnceOrigin,
  components: OnceComponents,
  review: OnceReview,
  receipt: OnceReceipt,
  dossier: OnceDossier,
};
