// `@onceform/core/first`: what a face draws a first page with before the engine has come. A bundler that divides a program
// by files puts all that a table of contents names into one piece, so this one names little. Everything here but the
// first look is exported by `@onceform/core` too.

export { isOnceFormError, OnceFormError } from './errors.ts';
export { firstLook, type FirstLook, type FirstLookConfig } from './first-look.ts';
export { localize } from './issue.ts';
export { jsonEqual } from './json.ts';
export { joinPointer, parentPointer, parsePointer, pointerContains } from './pointer.ts';
export { isLocaleLoaded, loadLocale, text } from './texts.ts';
