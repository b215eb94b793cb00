// Finds the words that a dossier and its paper hold: the labels of the view, the pack's official paper, code lists.

import { localize } from '@onceform/core/first';
import type { CodeLists } from './code-lists.ts';
import type { Speaker } from './dossier-texts.ts';
import type { FormDesk } from './form-desk.ts';
import { pieceOf } from './late.ts';
import { outOfReach } from './out-of-reach.ts';
import { createWords, loadWords } from './words.ts';

/** @param codeLists those of the form that is open. */
export function speakerOf(desk: FormDesk, codeLists: () => CodeLists): Speaker {
  const { pack, texts } = desk.options;
  return {
    letterhead: pack?.letterhead,
    paper: pack?.paper,
    say({ pointer, value }, locale) {
      const { view } = desk;
      if (view === undefined || value === undefined) return undefined;
      const words =
        locale === view.words.locale ? view.words : createWords(locale, view.form.locale, texts, pack?.timeZone);
      return pieceOf('records')?.showValue({ ...view, words }, view.nodes.at(pointer), value);
    },
    // Whoever has the documents has the form in every language.
    learn: locale => Promise.all([loadWords(locale), desk.view?.form.documents()]).catch(outOfReach),
    async labelOf(list, code, within) {
      const entry = (await codeLists().load(list, within)).find(one => one.code === code);
      return entry && localize(entry.label, desk.view!.form.locale);
    },
  };
}
