// What is kept of a form that is being filled in, and what of it tells where to go on.

import type { CompiledForm, DraftOpened, Json } from '@onceform/core';
import type { KeptDraft } from './draft-store.ts';
import type { FileShelf } from './file-shelf.ts';

/** What is kept of a journey in a draft, beside the engine's own part. */
export interface Kept {
  readonly form: string;
  readonly draft: Json;
  readonly opened: DraftOpened | null;
  readonly step: string;
  readonly confirmed: boolean;
  readonly dossierId: string;
  /** The citizen has submitted it, and it is not acknowledged yet. */
  readonly waiting?: boolean;
  readonly uploads?: FileShelf['kept'];
}

/** The part of a kept draft that the engine opens, when it is of this form. */
export function engineDraft(kept: KeptDraft, digest: string): { draft: Json; opened: DraftOpened | null } | null {
  const content = kept.content as unknown as Kept;
  return content.form === digest ? { draft: content.draft, opened: content.opened } : null;
}

/** It is of this very version of the form. */
export function isOf({ content }: KeptDraft, { digest }: CompiledForm): boolean {
  return (content as unknown as Kept).form === digest;
}

/** It was submitted, and not acknowledged yet. */
export function isWaiting({ content }: KeptDraft): boolean {
  return (content as unknown as Kept).waiting === true;
}
