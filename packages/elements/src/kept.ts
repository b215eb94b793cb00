// What is kept of a form that is being filled in, and what of it tells where to go on.

import type { ChangeSpec, CompiledForm, DraftOpened, Json } from '@onceform/core';
import type { KeptDraft } from './draft-store.ts';
import type { FileShelf } from './file-shelf.ts';

/** What is kept of a journey in a draft, beside the engine's own part. */
export interface Kept {
  readonly form: string;
  /** Null where the engine had not come yet: then there is `typed`. */
  readonly draft: Json;
  readonly opened: DraftOpened | null;
  readonly step: string;
  readonly confirmed: boolean;
  readonly dossierId: string;
  /** The citizen has submitted it, and it is not acknowledged yet. */
  readonly waiting?: boolean;
  readonly uploads?: FileShelf['kept'];
  /** What was typed on a first page that its engine did not reach. */
  readonly typed?: readonly ChangeSpec[];
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

/** What was typed on a first page before there was an engine to make a draft of it, and where. */
export type TypedFirst = Required<Pick<Kept, 'typed' | 'step'>>;

/** Undefined where the engine has made a draft. */
export function typedFirst({ content }: KeptDraft): TypedFirst | undefined {
  const { typed, step } = content as unknown as Kept;
  return typed && { typed, step };
}

/** It was submitted, and not acknowledged yet. */
export function isWaiting({ content }: KeptDraft): boolean {
  return (content as unknown as Kept).waiting === true;
}
