// The published table of which data stand in for which paper, for the law and for the counter.

import { localize, type CompiledForm } from '@onceform/core';

const HEADER = ['procedure', 'form', 'component', 'title', 'needed', 'data', 'assurance', 'scope'];

/** Writes RFC 4180 with a header line; components that only a paper can meet have empty columns. */
export function replacementsCsv(
  forms: readonly Pick<CompiledForm, 'id' | 'procedure' | 'components'>[],
  locale: string,
): string {
  const rows = forms.flatMap(form =>
    form.components.map(({ id, title, required, replacedBy }) => [
      form.procedure?.code ?? '',
      form.id,
      id,
      localize(title, locale),
      required ? 'required' : 'optional',
      replacedBy?.pointers.join(' ') ?? '',
      replacedBy?.minAssurance ?? '',
      localize(replacedBy?.scope, locale),
    ]),
  );
  return [HEADER, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A spreadsheet must not take a text for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
