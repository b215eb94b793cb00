// Looks for what somebody began before: on this device, in this tab before they signed in, at the portal.

import type { SessionInfo } from '@onceform/core';
import type { DraftStore, KeptDraft } from './draft-store.ts';
import type { FoundDraft } from './draft-sync.ts';
import type { DeskOptions, ReadyForm } from './form-desk.ts';
import { isOf } from './kept.ts';
import type { RememberedSession } from './offline.ts';

/** The draft of a form that can be gone on with; undefined where there is none. */
export async function draftToGoOnWith(
  { form, info }: ReadyForm,
  { drafts, session, client }: DeskOptions,
  key: string,
): Promise<FoundDraft | undefined> {
  if (drafts === undefined || session !== undefined) return undefined;
  // A store that cannot be opened (private window) must not keep anybody from filling in a form.
  const kept =
    (await drafts.load(key).catch(() => undefined))
    ?? (info?.person && !isRemembered(info) ? await takeAlong(drafts, `${form.id} `, key) : undefined);
  const alone = client?.drafts === undefined || !info?.person;
  if (alone && (kept === undefined || isOf(kept, form))) return kept && { kept };
  const { draftPortal, findDraft } = await import('./draft-sync.ts');
  const here = () => findDraft(form, kept, undefined);
  return info?.person ? findDraft(form, kept, draftPortal(client)).catch(here) : here();
}

/** There is no network, and who was signed in last is known: they have not signed in now. */
export function isRemembered(info: SessionInfo): boolean {
  return (info as Partial<RememberedSession>).remembered === true;
}

/** Who signs in on the way takes along what was typed before, in this tab. */
async function takeAlong(drafts: DraftStore, from: string, to: string): Promise<KeptDraft | undefined> {
  if (!cameBack(from)) return undefined;
  try {
    const kept = await drafts.load(from);
    if (kept === undefined) return undefined;
    await drafts.save(to, kept);
    await drafts.remove(from);
    remember(to);
    return kept;
  } catch {
    return undefined;
  }
}

/** The same tab was here before: it was reloaded, or discarded while the camera was open. Then nobody is asked. */
export function cameBack(key: string): boolean {
  try {
    return sessionStorage.getItem('onceform') === key;
  } catch {
    return false;
  }
}

/** Lets a reload of this tab, or its return after the camera, go on without a question. */
export function remember(key: string | undefined): void {
  try {
    if (key === undefined) sessionStorage.removeItem('onceform');
    else sessionStorage.setItem('onceform', key);
  } catch {
    // Without session storage the citizen is asked once more: nothing is lost.
  }
}
