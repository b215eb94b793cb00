// `@onceform/core/engine`: the engine, as a face asks it while a form is filled in. A bundler that divides a program by
// files puts all that a table of contents names into one piece; papers, review and filing are not among it. Everything
// here is exported by `@onceform/core` too.

export { answerAt, branchAt, itemKeys, rawTextAt } from './answers.ts';
export { componentStates } from './components.ts';
export { contextSlot, setContext } from './context.ts';
export { isRelevant, isRequired } from './derived.ts';
export { serializeDraft } from './draft.ts';
export { isOnceFormError, OnceFormError } from './errors.ts';
export { localize } from './issue.ts';
export { isJsonObject, jsonEqual } from './json.ts';
export { localeSlot } from './locale.ts';
export { actorSlot, entryAt } from './entries.ts';
export { historySlot } from './history.ts';
export { isBlocked } from './missing.ts';
export { missingComponents } from './components.ts';
export { nodeAt } from './outline.ts';
export { goToPage, progress } from './pages.ts';
export { joinPointer, parentPointer, parsePointer, pointerContains } from './pointer.ts';
export { decisions, isLocked, missAt, offersAt, prefillSlot, recordAt } from './prefill.ts';
export { originAt } from './provenance.ts';
export { openForm } from './session.ts';
export { isLocaleLoaded, loadLocale, text } from './texts.ts';
export {
  allIssues,
  attemptPage,
  attemptSubmit,
  errorCount,
  markTouched,
  mergeServerIssues,
  pageIssues,
  visibleIssuesAt,
} from './visibility.ts';
