// The gallery: `?form=every-control&state=locked&locale=en&dark&shadow`; see states.ts. Without a form, the birth
// registration as a citizen meets it, with a fake portal's answers (`?alone`: without).

import '../src/register.ts';
import { type CompiledForm } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { formats, functions } from '@onceform/vn/browser';
import { openDraftStore } from '../src/draft-store.ts';
import type { OnceForm } from '../src/once-form.ts';
import { createFakePortal } from './portal.ts';
import { birthResults, codeLists } from './birth.ts';
import { goToStep, show, type State } from './states.ts';

const query = new URLSearchParams(location.search);
const name = query.get('form') ?? 'birth-registration';
const locale = query.get('locale') ?? 'vi';
document.documentElement.lang = locale;
document.documentElement.classList.toggle('dark', query.has('dark'));
document.documentElement.classList.toggle('big', query.has('big'));

const module = (await import(/* @vite-ignore */ `${location.origin}/forms/${name}/form.js`)) as {
  default: CompiledForm;
};
const { title } = module.default;
document.title = (typeof title === 'string' ? title : title[locale]) ?? name;
const state = query.get('state') as State | null;
if (state === null) asCitizenMeetsIt();
else {
  const step = query.get('step');
  const element = await show({
    form: module.default,
    state,
    locale,
    shadow: query.has('shadow'),
    drafts: query.has('drafts'),
    ...(step === null ? {} : { step }),
  });
  Object.assign(globalThis, { goToStep: (id: string) => goToStep(element, state, id) });
  document.documentElement.dataset['ready'] = '';
}

function asCitizenMeetsIt(): void {
  const element = document.createElement('once-form') as OnceForm;
  element.locale = locale;
  element.form = module.default;
  element.rules = celEvaluator({ functions });
  element.pack = { formats, functions };
  if (!query.has('alone'))
    element.client = createFakePortal({ results: birthResults, delay: Number(query.get('delay') ?? 0), codeLists });
  if (query.has('drafts')) element.drafts = openDraftStore();
  if (query.has('shadow')) {
    element.isolation = 'shadow';
    element.theme = '/once.css';
  }
  document.querySelector('main')!.append(element);
}
