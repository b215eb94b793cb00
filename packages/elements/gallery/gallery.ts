// The gallery: one form under `?form=`, in `?locale=`, dark under `?dark`, with the fake portal's answers.

import '../src/register.ts';
import { type CompiledForm } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { formats, functions } from '@onceform/vn/browser';
import { openDraftStore } from '../src/draft-store.ts';
import type { OnceForm } from '../src/once-form.ts';
import { createFakePortal } from './portal.ts';
import { birthResults, codeLists } from './birth.ts';

const query = new URLSearchParams(location.search);
const name = query.get('form') ?? 'birth-registration';
document.documentElement.classList.toggle('dark', query.has('dark'));
document.documentElement.classList.toggle('big', query.has('big'));

const module = (await import(/* @vite-ignore */ `${location.origin}/forms/${name}/form.js`)) as {
  default: CompiledForm;
};
const element = document.createElement('once-form') as OnceForm;
element.locale = query.get('locale') ?? 'vi';
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
