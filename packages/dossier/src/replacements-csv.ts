// The published table of which data stand in for which paper, for the law and for the counter.

import { localize, type ComponentSpec } from '@onceform/core';

/** Writes RFC 4180 with a header line; components that only a paper can meet have empty columns. */
export function replacementsCsv(components: readonly ComponentSpec[], locale: string): string {
  const rows = components.map(({ id, title, required, replacedBy }) => [
    id,
    localize(title, locale),
    required ? 'required' : 'optional',
    replacedBy?.pointers.join(' ') ?? '',
    replacedBy?.minAssurance ?? '',
    localize(replacedBy?.scope, locale),
  ]);
  return (
    [['component', 'title', 'needed', 'data', 'assurance', 'scope'], ...rows]
      .map(row => row.map(cell).join(','))
      .join('\r\n') + '\r\n'
  );
}

/** A spreadsheet must not take a text for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
