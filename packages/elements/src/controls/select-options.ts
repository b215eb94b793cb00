// The options of a list, made directly: ten templates for ten options would cost more than the rest of the field.

import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

class SelectOptions extends Directive {
  #labels: readonly string[] = [];

  override render(_labels: readonly string[], _chosen: number, _none: string): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [labels, chosen, none]: [readonly string[], number, string]): unknown {
    const select = element as HTMLSelectElement;
    if (
      labels.length !== this.#labels.length
      || labels.some((label, index) => label !== this.#labels[index])
      || select.options[0]?.text !== none
    ) {
      select.replaceChildren(new Option(none, ''), ...labels.map((label, index) => new Option(label, String(index))));
      this.#labels = labels;
    }
    if (select.selectedIndex !== chosen + 1) select.selectedIndex = chosen + 1;
    return noChange;
  }
}

/** Use in the tag of a `<select>`: labels in order, the index of the chosen one or -1, and the words for none. */
export const selectOptions = directive(SelectOptions);
