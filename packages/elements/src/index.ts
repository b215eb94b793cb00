// @onceform/elements: the elements, unregistered, and what hosts and widgets need. A table of contents.

export { OnceForm, type OnceFormEvents } from './once-form.ts';
export { registerWidget, type RenderControl, type Tester, type Widget } from './widget.ts';
export type { Control } from './control.ts';
export { domId, titleOf, type View } from './view.ts';
export { liveText } from './live-text.ts';
export { openDraftStore, type DraftStore, type KeptDraft } from './draft-store.ts';
export type { Portal } from './portal.ts';
export type { Pack } from './form-desk.ts';
export type { Params, Words, WordTable, WordTables } from './words.ts';
export { createSearch, fold } from './code-lists.ts';
