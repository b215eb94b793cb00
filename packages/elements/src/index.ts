// @onceform/elements: the elements, unregistered, and what hosts and widgets need. A table of contents.

export { OnceForm } from './once-form.ts';
export { OnceProvider } from './once-provider.ts';
export {
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
export { OnceDossier } from './once-dossier.ts';
export type { OnceEvents } from './desk-host.ts';
export { registerWidget, type RenderControl, type Tester, type Widget } from './widget.ts';
export type { Control } from './control.ts';
export { domId, titleOf, type View } from './view.ts';
export { liveText } from './live-text.ts';
export { openDraftStore, type DraftStore, type KeptDraft } from './draft-store.ts';
export type { Portal } from './portal.ts';
export type { Pack } from './form-desk.ts';
export type { Params, Words, WordTable, WordTables } from './words.ts';
export { createSearch, fold } from './code-lists.ts';
