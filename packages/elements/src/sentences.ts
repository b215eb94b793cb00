// What the citizen reads about an issue: loaded when there is one to read, or when the page has come to rest.

import { branchAt, sentence, type Issue } from '@onceform/core';
import type { View } from './view.ts';

export function sentenceOf(view: View, issue: Issue): string {
  const { state } = view.session;
  return sentence(issue, view.form, view.words.locale, {
    formats: view.formats,
    branchOf: pointer => branchAt(state, pointer),
  });
}
