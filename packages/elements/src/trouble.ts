// A failure that is no issue, as a sentence: what the portal itself said, else what we know of it.

import type { View } from './view.ts';

export function troubleText({ words }: Pick<View, 'words'>, trouble: unknown): string {
  const error = trouble as { code?: string; data?: { problem?: { message?: Parameters<typeof words.l>[0] } } };
  const said = words.l(error.data?.problem?.message);
  if (said) return said;
  if (error.code === 'ERR_NETWORK') return words.t('trouble.network');
  return words.t('error.technical', { code: error.code ?? (trouble instanceof Error ? trouble.name : 'ERR_UNKNOWN') });
}
