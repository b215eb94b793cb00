// Forms without a network, for citizens who ask for it: registers the service worker of once-offline.ts, and gives the
// portal's client a word for who is signed in while nobody can be asked.

import type { Json, SessionInfo } from '@onceform/core';
import { isOnceFormError } from '@onceform/core/first';
import type { DraftStore } from './draft-store.ts';
import { isAmong } from './offline-paths.ts';
import type { KeptForOffline } from './once-offline.ts';
import type { Portal } from './portal.ts';

export interface OfflineOptions {
  /** The address of the service worker, at the top of the site: `/once-offline.js`. */
  readonly worker: string;
  /** The address of a `KeptForOffline`: `/assets/offline.json`. */
  readonly list: string;
}

/**
 * From now on the forms that are visited on this device can be opened without a network, the one on this page among them.
 * Resolves when everything they run on is kept; false where the browser has no service workers, or may not use them.
 *
 * Needs `worker-src 'self'`, and `trusted-types onceform` where Trusted Types are required.
 */
export async function keepForms({ worker, list }: OfflineOptions): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return false;
  try {
    const wanted = (await (await fetch(list, { cache: 'no-cache' })).json()) as KeptForOffline;
    const { version } = wanted;
    const query = new URLSearchParams({ list, version });
    const { installing, waiting } = await serviceWorker.register(trusted(`${worker}?${query}`), { scope: '/' });
    const coming = installing ?? waiting;
    if (coming === null) return true; // it is there already, in this version
    await new Promise<void>((resolve, reject) => {
      // It takes this page over by itself, too.
      serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
      coming.addEventListener('statechange', () => {
        if (coming.state === 'redundant') reject(new Error('Something of the list could not be kept.'));
      });
    });
    await visitAgain(wanted);
    return true;
  } catch {
    return false; // no network now, or a private window: the next visit tries again
  }
}

/** What this page was made of before there was a worker goes past it once more. */
async function visitAgain({ pages, data }: KeptForOffline): Promise<void> {
  const asked = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const again = asked.filter(({ origin, pathname }) => origin === location.origin && isAmong(data, pathname));
  if (isAmong(pages, location.pathname)) again.push(new URL(location.pathname, location.href));
  await Promise.all(Array.from(new Set(again.map(({ href }) => href)), href => fetch(href)));
}

/** Whether a worker of ours keeps the forms of this page. */
function keepsForms(): boolean {
  return navigator.serviceWorker?.controller?.scriptURL.includes('list=') === true;
}

/** Nothing is kept any more; with the draft store, not who was signed in either. Drafts stay. */
export async function forgetForms(drafts?: DraftStore): Promise<void> {
  await drafts?.remove(KEY).catch(() => undefined);
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? [])
    if (registration.active?.scriptURL.includes('list=') === true) await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith('onceform ')) await caches.delete(name);
}

/** Who was signed in when there was a network. Nobody has signed in now: the portal takes nothing from them. */
export interface RememberedSession extends SessionInfo {
  readonly remembered: true;
}

/**
 * A client whose form opens without a network for who was signed in last: it remembers their pairwise id and identity level,
 * so that their draft is found. In this tab alone; on this device too where a draft store is given and the citizen has asked
 * for forms to be kept: encrypted there like the drafts, and gone with them at sign-out. Whoever files has to be signed in
 * as ever.
 */
export function offlineClient<P extends Portal>(client: P, drafts?: DraftStore): P {
  let last: SessionInfo | undefined;
  const rememberHere = async (): Promise<void> => {
    if (last === undefined || drafts === undefined || !keepsForms()) return;
    // A sign-in that has run out is not a sign-out: whose drafts are here stays known until then.
    if (last.person === null && (await drafts.load(KEY)) !== undefined) return;
    await drafts.save(KEY, { savedAt: new Date().toISOString(), content: known(last) as unknown as Json });
  };
  const remember = (): void => void rememberHere().catch(() => undefined);
  // The citizen may ask for it only now.
  navigator.serviceWorker?.addEventListener('controllerchange', remember);
  return {
    ...client,
    async session(signal?: AbortSignal): Promise<SessionInfo> {
      try {
        last = await client.session(signal);
      } catch (error) {
        if (!isOnceFormError(error, 'ERR_NETWORK')) throw error;
        const inTab = rememberedInTab();
        const here = inTab?.person ? undefined : await drafts?.load(KEY).catch(() => undefined);
        const before = (here?.content as unknown as RememberedSession | undefined) ?? inTab;
        if (before === null) throw error;
        return before;
      }
      rememberInTab(known(last));
      remember();
      return last;
    },
  };
}

const KEY = 'onceform-offline';

function known({ person, signInPath, signOutPath }: SessionInfo): RememberedSession {
  const who = person && { id: person.id, name: '', identityLevel: person.identityLevel };
  return { csrf: '', person: who, signInPath, signOutPath, remembered: true };
}

function rememberInTab(session: RememberedSession): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // Storage is switched off: a reload without a network finds nothing.
  }
}

function rememberedInTab(): RememberedSession | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as RememberedSession | null;
  } catch {
    return null;
  }
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}
let policy: ReturnType<Policies['createPolicy']> | undefined;

/** The worker's own address, for browsers that want to know that somebody looked at it. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  if (trustedTypes === undefined) return url;
  const rules = {
    createScriptURL(address: string): string {
      if (new URL(address, location.href).origin !== location.origin)
        throw new TypeError('Only a worker of this site.');
      return address;
    },
  };
  policy ??= trustedTypes.createPolicy('onceform', rules);
  return policy.createScriptURL(url) as string;
}
