// A service worker that lets a form be opened without a network. A portal bundles it as one file, serves it from the top of
// its site, and registers it with `keepForms` (offline.ts) for whoever wants that. It keeps what is the same for everybody
// – pages, code, forms, code lists – and nothing that is anybody's: no session, no draft, no answer of any other address.

import { isAmong } from './offline-paths.ts';

/** What there is to keep, written by the portal's build. */
export interface KeptForOffline {
  /** Another one for every build: what an earlier build left is deleted. */
  readonly version: string;
  /** Paths of code and style sheets, kept at once. */
  readonly files: readonly string[];
  /** How the paths of pages begin that are the same for everybody; `/` is the first page only. Kept when they are visited. */
  readonly pages: readonly string[];
  /** How the paths of public answers begin: forms and code lists. Kept when they are asked for. */
  readonly data: readonly string[];
}

/** What of a worker's global is used here: the library of types for workers and that for pages exclude each other. */
interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: AskEvent) => void): void;
}
interface LifeEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface AskEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const asked = new URL(scope.location.href).searchParams;
const PREFIX = 'onceform ';
const name = PREFIX + asked.get('version');
const list = asked.get('list') ?? '';
let kept: Promise<KeptForOffline> | undefined;

scope.addEventListener('install', event =>
  event.waitUntil(
    (async () => {
      const cache = await caches.open(name);
      await cache.add(list);
      await cache.addAll((await read()).files);
      await scope.skipWaiting();
    })(),
  ),
);

scope.addEventListener('activate', event =>
  event.waitUntil(
    (async () => {
      for (const other of await caches.keys())
        if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
      await scope.clients.claim();
    })(),
  ),
);

scope.addEventListener('fetch', event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== scope.location.origin) return;
  event.respondWith(answer(request, pathname));
});

function read(): Promise<KeptForOffline> {
  kept ??= (async () => {
    const held = await (await caches.open(name)).match(list);
    if (held === undefined) throw new Error('The list of what to keep is gone.');
    return (await held.json()) as KeptForOffline;
  })();
  kept.catch(() => (kept = undefined));
  return kept;
}

async function answer(request: Request, path: string): Promise<Response> {
  const known = await read().catch(() => null);
  if (known === null) return fetch(request);
  if (known.files.includes(path)) return (await (await caches.open(name)).match(path)) ?? fetch(request);
  // A page is the same whatever its query says; what is asked for is not.
  if (isAmong(known.pages, path)) return fresh(request, path);
  return isAmong(known.data, path) ? fresh(request, request) : fetch(request);
}

/**
 * From the network, and from before where there is none. An answer that its sender calls private is not kept; of a page the
 * list says that it is the same for everybody, whatever a proxy may do with it.
 */
async function fresh(request: Request, key: Request | string): Promise<Response> {
  const cache = await caches.open(name);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    const before = await cache.match(key);
    if (before === undefined) throw error;
    return before;
  }
  const control = response.headers.get('cache-control') ?? '';
  if (response.ok && response.type === 'basic' && (typeof key === 'string' || !/no-store|private/.test(control)))
    await cache.put(key, response.clone());
  return response;
}
