// The one file for a script tag: elements, portal client, rules, drafts and theme, ready without a line of code:
// `<script type="module" src="/onceform/0.1.0/once-form.js" integrity="…"></script><once-form src="/api/forms/x">`.

import { celEvaluator } from '@onceform/core/cel';
import { createPortalClient } from '@onceform/store/client';
import { defaults } from './defaults.ts';
import { DeskRun, engine } from './desk-run.ts';
import { openDraftStore } from './draft-store.ts';
import { takeRun } from './load-run.ts';
import { offlineClient } from './offline.ts';
import { register } from './registry.ts';

export { celEvaluator } from '@onceform/core/cel';
export { createPortalClient } from '@onceform/store/client';
export { defaults } from './defaults.ts';
export { answerFrame } from './frame-guest.ts';
export { forgetForms, keepForms } from './offline.ts';
export * as elements from './index.ts';

/** The theme's text; the bundler puts it here. */
declare const ONCE_CSS: string;

const sheet = new CSSStyleSheet();
sheet.replaceSync(ONCE_CSS);
document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];

/** `/portal/api/forms/x` belongs to the portal at `/portal`. */
defaults.client = src =>
  offlineClient(createPortalClient({ baseUrl: src.replace(/\/api\/forms\/[^/]*\/?$/, '') }), defaults.drafts);
defaults.rules = celEvaluator();
defaults.drafts = openDraftStore();
defaults.theme = sheet;

// A form that stands in the page already opens in this moment, so what it needs is there before: the engine too, which
// is in this very file.
takeRun({ DeskRun, engine });
// A second version on the page is loaded as `once-form.js?prefix=later`, and its elements are `<later-form>`.
register(new URL(import.meta.url).searchParams.get('prefix') ?? 'once');
