// A draft that follows the citizen to another device: kept by the portal too, and merged where two devices changed it.

import {
  isOnceFormError,
  mergeDrafts,
  migrateDraft,
  type CompiledForm,
  type Draft,
  type DraftConflict,
  type Json,
  type MigrationReport,
} from '@onceform/core';
import type { KeptDraft } from './draft-store.ts';
import type { Kept } from './kept.ts';
import type { Portal } from './portal.ts';

type DraftPortal = Required<Pick<Portal, 'drafts' | 'loadDraft' | 'saveDraft' | 'removeDraft'>>;

/** What both sides last agreed on. */
type Agreed = NonNullable<KeptDraft['synced']>;

/** Two devices changed one draft: what came of it, and what each had said where they differ. */
export interface Merged {
  readonly kept: KeptDraft;
  readonly conflicts: readonly DraftConflict[];
}

/** A draft to go on with. */
export interface FoundDraft extends Partial<Merged> {
  readonly kept: KeptDraft;
  /** It was saved on another device. */
  readonly elsewhere?: boolean;
  /** It was begun with an older version of the form: what could not be carried over. */
  readonly migrated?: MigrationReport;
}

/** The portal's side of drafts; undefined where it has none. */
export function draftPortal(portal: Portal | undefined): DraftPortal | undefined {
  return portal?.drafts && portal.loadDraft && portal.saveDraft && portal.removeDraft
    ? (portal as DraftPortal)
    : undefined;
}

/** Brings together what this device and the portal hold of a form. */
export async function findDraft(
  form: CompiledForm,
  local: KeptDraft | undefined,
  portal: DraftPortal | undefined,
): Promise<FoundDraft | undefined> {
  const here = local === undefined ? undefined : inVersion({ kept: local }, form);
  if (portal === undefined) return here;
  const [newest] = (await portal.drafts()).filter(draft => draft.form.id === form.id);
  if (newest === undefined) return here;
  const mine = here && contentOf(here.kept);
  const same = mine?.opened?.draft === newest.draft;
  if (here !== undefined && !same && here.kept.savedAt >= newest.changed) return here;
  const { body, revision, draft, nonce, audience, context } = await portal.loadDraft(newest.draft);
  if (body === null) return here;
  const opened = { draft, nonce, audience, context };
  // The day, and the desk that this machine may have become, are those of now.
  if (same && here?.kept.synced?.revision === revision)
    return { ...here, kept: { ...here.kept, content: { ...mine, opened } as unknown as Json } };
  const content = { ...(body as unknown as Kept), opened };
  const theirs: KeptDraft = {
    savedAt: newest.changed,
    content: content as unknown as Json,
    synced: { revision, content: content as unknown as Json },
  };
  if (here !== undefined && same) {
    const { kept, conflicts } = merge(here.kept, theirs);
    return { kept, conflicts, elsewhere: true };
  }
  const there = inVersion({ kept: theirs, elsewhere: true }, form);
  return there ?? here;
}

/** The draft in the version of the form that is open; undefined where it is another form's. */
function inVersion(found: FoundDraft, form: CompiledForm): FoundDraft | undefined {
  const content = contentOf(found.kept);
  if (content.form === form.digest) return found;
  if (content.typed !== undefined)
    return { ...found, kept: { ...found.kept, content: { ...content, form: form.digest } as unknown as Json } };
  try {
    const { draft, report } = migrateDraft(content.draft as unknown as Draft, form);
    // Data of the State were sealed for the older version: the new one begins a draft of its own.
    const moved: Kept = { ...content, form: form.digest, draft: draft as unknown as Json, opened: null, step: 'start' };
    return { ...found, kept: { savedAt: found.kept.savedAt, content: moved as unknown as Json }, migrated: report };
  } catch (error) {
    if (isOnceFormError(error, 'ERR_DRAFT_INCOMPATIBLE')) return undefined;
    throw error;
  }
}

/** Field by field, against what both last agreed on. */
function merge(mine: KeptDraft, theirs: KeptDraft): Merged {
  const [m, t] = [contentOf(mine), contentOf(theirs)];
  // Drafts of two versions have no places in common: the one on the screen stays.
  if (m.form !== t.form) return { kept: { ...mine, synced: theirs.synced! }, conflicts: [] };
  // Without a common past theirs stands for it: what differs here was changed here.
  const base = mine.synced === undefined ? t : (mine.synced.content as unknown as Kept);
  const { draft, conflicts } = mergeDrafts(asDraft(base), asDraft(m), asDraft(t));
  const content: Kept = { ...m, opened: t.opened, draft: draft as unknown as Json };
  return {
    kept: { savedAt: mine.savedAt, content: content as unknown as Json, synced: theirs.synced! },
    conflicts,
  };
}

const asDraft = (content: Kept): Draft => content.draft as unknown as Draft;
const contentOf = (kept: KeptDraft): Kept => kept.content as unknown as Kept;

export class DraftSync {
  readonly #portal: DraftPortal;
  readonly #draft: string;
  #agreed: Agreed | undefined;

  constructor(portal: DraftPortal, draft: string, agreed: Agreed | undefined) {
    this.#portal = portal;
    this.#draft = draft;
    this.#agreed = agreed;
  }

  get agreed(): Agreed | undefined {
    return this.#agreed;
  }

  /**
   * Brings the portal up to date; gives what two devices' work became together where another one was quicker.
   *
   * @param keep The draft of this moment: asked again for a merge, so that what was typed meanwhile is in it.
   * @throws what the portal answered; ERR_NETWORK.
   */
  async push(keep: () => KeptDraft): Promise<Merged | null> {
    // Where parts of files stand is this device's business.
    const { uploads: _uploads, ...content } = contentOf(keep());
    try {
      const sent = content as unknown as Json;
      const revision = await this.#portal.saveDraft(this.#draft, this.#agreed?.revision ?? 0, sent);
      this.#agreed = { revision, content: sent };
      return null;
    } catch (error) {
      if (!isOnceFormError(error, 'ERR_PRECONDITION')) throw error;
      const { body, revision, form: _form, ...opened } = await this.#portal.loadDraft(this.#draft);
      const theirs = { ...(body as unknown as Kept), opened } as unknown as Json;
      const synced: Agreed = { revision, content: theirs };
      const mine = keep();
      const base = this.#agreed;
      this.#agreed = synced;
      return merge(base === undefined ? mine : { ...mine, synced: base }, { ...mine, content: theirs, synced });
    }
  }

  /** Filed or given up: the portal forgets it. */
  async remove(): Promise<void> {
    await this.#portal.removeDraft(this.#draft);
  }
}
