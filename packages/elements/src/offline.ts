// Forms without a network, for citizens who ask for it: registers the service worker of once-offline.ts, and gives the
// portal's client a word for who is signed in while nobody can be asked.

import type { SessionInfo } from '@onceform/core';
import { isOnceFormError } from '@onceform/core/engine';
import type { KeptForOffline } from './once-offline.ts';
import type { Portal } from './portal.ts';

export interface OfflineOptions {
  /** The address of the service worker, at the top of the site: `/once-offline.js`. */
  readonly worker: string;
  /** The address of a `KeptForOffline`: `/assets/offline.json`. */
  readonly list: string;
}

/**
 * From now on the forms that are visited on this device can be opened without a network. Resolves when everything they run
 * on is kept; false where the browser has no service workers, or may not use them.
 *
 * Needs `worker-src 'self'`, and `trusted-types onceform` where Trusted Types are required.
 */
export async function keepForms({ worker, list }: OfflineOptions): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return false;
  try {
    const { version } = (await (await fetch(list, { cache: 'no-cache' })).json()) as KeptForOffline;
    const query = new URLSearchParams({ list, version });
    await serviceWorker.register(trusted(`${worker}?${query}`), { scope: '/' });
    await serviceWorker.ready;
    // It takes this page over by itself, too.
    if (serviceWorker.controller === null)
      await new Promise(taken => serviceWorker.addEventListener('controllerchange', taken, { once: true }));
    return true;
  } catch {
    return false; // no network now, or a private window: the next visit tries again
  }
}

/** Nothing is kept any more. */
export async function forgetForms(): Promise<void> {
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? [])
    if (registration.active?.scriptURL.includes('list=') === true) await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith('onceform ')) await caches.delete(name);
}

/**
 * A client whose form opens without a network as far as this tab has been signed in: it remembers the pairwise id and the
 * identity level, in this tab alone, so that the draft is found. Whoever files is asked to be signed in as ever.
 */
export function offlineClient<P extends Portal>(client: P): P {
  return {
    ...client,
    async session(signal?: AbortSignal): Promise<SessionInfo> {
      try {
        const info = await client.session(signal);
        remember(info);
        return info;
      } catch (error) {
        const before = isOnceFormError(error, 'ERR_NETWORK') ? remembered() : null;
        if (before === null) throw error;
        return before;
      }
    },
  };
}

const KEY = 'onceform-offline';

function remember({ person, signInPath, signOutPath }: SessionInfo): void {
  const known: SessionInfo = {
    csrf: '',
    person: person === null ? null : { id: person.id, name: '', identityLevel: person.identityLevel },
    signInPath,
    signOutPath,
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // Storage is switched off: a reload without a network finds nothing.
  }
}

function remembered(): SessionInfo | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as SessionInfo | null;
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
  policy ??= trustedTypes.createPolicy('onceform', {
    createScriptURL(address) {
      if (new URL(address, location.href).origin !== location.origin)
        throw new TypeError('Only a worker of this site.');
      return address;
    },
  });
  return policy.createScriptURL(url) as string;
}
