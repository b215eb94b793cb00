// The papers that show why a value of the State is reported as wrong: files of the dossier, named by the decision.

import type { Decision } from '@onceform/core';
import type { ExtraFile } from '@onceform/dossier';
import type { FileShelf } from './file-shelf.ts';

/** In the order of the reports, each once. A file that is on no device any more is left out: the report stands without. */
export async function evidenceOf(decisions: readonly Decision[], files: FileShelf): Promise<readonly ExtraFile[]> {
  const named = decisions.flatMap(decision => (decision.action === 'dispute' ? (decision.evidence ?? []) : []));
  const once = new Map(named.map(file => [file.sha256, file]));
  const found = await Promise.all(
    [...once.values()].map(async ({ name, sha256 }, index): Promise<ExtraFile[]> => {
      const content = await files.get(sha256);
      if (content === undefined) return [];
      const ending = /\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? 'bin';
      const path = `data/evidence/${String(index + 1).padStart(3, '0')}.${ending}`;
      return [{ path, role: 'evidence', type: content.type, content, name }];
    }),
  );
  return found.flat();
}
