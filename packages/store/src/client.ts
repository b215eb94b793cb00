// The browser's side of the protocol in @onceform/core (protocol.ts). Small: no cryptography, no dependencies.

import type {
  BundleReceipts,
  CodeListPart,
  CompiledForm,
  DraftForm,
  ConceptId,
  DossierManifest,
  DraftOpened,
  FilingResponse,
  FormInfo,
  Json,
  LocalizedText,
  OnceFormErrorCode,
  Pointer,
  PaymentState,
  PrefillRequest,
  PrefillResult,
  Problem,
  Receipt,
  SealRequest,
  SealResponse,
  SessionInfo,
  SourceInfo,
  SourceKind,
} from '@onceform/core';
import { OnceFormError } from '@onceform/core/first';
import type { HeldOffers } from './documents.ts';

export interface PortalClientOptions {
  /** How a compiled form is loaded; by default the browser's own `import()`. */
  readonly importModule?: (url: string) => Promise<{ readonly default: CompiledForm }>;
  /** Where the portal lives, without a slash at the end; `''` for the page's own origin. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** An answer of a filed dossier that may be kept for the next form. */
export interface KeepableAnswer {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly label: LocalizedText;
  readonly value?: Json;
}

/** What is kept, and where it came from: the citizen's own word, or a decision (`officer-entered`). */
export interface KeptAnswer {
  readonly concept: ConceptId;
  readonly label: LocalizedText;
  readonly value: Json;
  /** RFC 3339; null where it is not known. */
  readonly kept: string | null;
  /** The dossier it comes from. */
  readonly dossier: string;
  readonly kind: SourceKind;
  /** Who holds it, and will offer it. */
  readonly source: Pick<SourceInfo, 'id' | 'name'>;
  /** A value of several parts as official paper says it; null for any other. */
  readonly text: string | null;
}

/** Every call throws `ERR_NETWORK` when the portal could not be reached, and the portal's own code when it refused. */
export interface PortalClient {
  session(signal?: AbortSignal): Promise<SessionInfo>;
  forms(signal?: AbortSignal): Promise<readonly FormInfo[]>;
  form(slug: string, signal?: AbortSignal): Promise<FormInfo>;
  /** Imports the compiled module that `form()` or `forms()` named. */
  /**
   * The form, in every language or, where the portal has them apart, in the one that is asked for. Asked again for
   * another language, it adds that one to the same form.
   */
  loadForm(info: Pick<FormInfo, 'module' | 'digest' | 'languages' | 'code'>, locale?: string): Promise<CompiledForm>;
  sources(signal?: AbortSignal): Promise<readonly SourceInfo[]>;
  openDraft(
    request: { readonly form: { readonly id: string; readonly digest: string } },
    signal?: AbortSignal,
  ): Promise<DraftOpened>;
  /** Results as they arrive. Leaving the loop, or aborting, ends the request. */
  prefill(request: PrefillRequest, signal?: AbortSignal): AsyncIterable<PrefillResult>;
  seal(request: SealRequest, signal?: AbortSignal): Promise<SealResponse>;
  /** `id` is `urn:uuid:…`, made before the first send: sending the same bytes again is safe. The blob's type is the package's. */
  fileDossier(id: string, dossier: Blob, signal?: AbortSignal): Promise<FilingResponse>;
  /** What stands at the portal under an id: its receipt and its package. */
  filedDossier(id: string, signal?: AbortSignal): Promise<{ readonly receipt: Receipt; readonly dossier: Blob }>;
  /**
   * Files all dossiers of one declaration, or none. `body` is `multipart/form-data`: each part a package, named by its
   * dossier id; its type has the boundary. Sending the same bytes again is safe.
   */
  fileBundle(id: string, body: Blob, signal?: AbortSignal): Promise<BundleReceipts>;
  /** The receipts of a bundle that was filed. */
  filedBundle(id: string, signal?: AbortSignal): Promise<BundleReceipts>;
  /** What is to be paid for a dossier, and whether it was. */
  payment(dossier: string, signal?: AbortSignal): Promise<PaymentState>;
  /** Begins the payment; gives the address where the citizen pays. They come back to `returnTo`, or where the portal says. */
  beginPayment(dossier: string, returnTo?: string, signal?: AbortSignal): Promise<{ readonly url: string }>;
  /** Which answers of a filed dossier may be kept for the next form: typed by the citizen, about themselves. */
  keepable(dossier: string, signal?: AbortSignal): Promise<readonly KeepableAnswer[]>;
  /** Keeps the named ones; gives back which are kept. */
  keepAnswers(dossier: string, pointers: readonly Pointer[], signal?: AbortSignal): Promise<readonly Pointer[]>;
  /** What the next form would be offered out of earlier answers and decisions. */
  keptAnswers(signal?: AbortSignal): Promise<readonly KeptAnswer[]>;
  /** Forgets everything that was kept, or what was kept about one concept. */
  forgetAnswers(concept?: ConceptId, signal?: AbortSignal): Promise<void>;
  /** Papers the State holds that may stand for a component of a form. */
  heldDocuments(form: string, component: string, signal?: AbortSignal): Promise<HeldOffers>;
  codeList(id: string, within?: string, signal?: AbortSignal): Promise<CodeListPart>;
  /** Moves the end of the sign-in further away: the citizen is still here. */
  renew(signal?: AbortSignal): Promise<SessionInfo>;
  /** The drafts that the portal holds for whoever is signed in, newest first. */
  drafts(signal?: AbortSignal): Promise<readonly DraftSummary[]>;
  loadDraft(draft: string, signal?: AbortSignal): Promise<SavedDraft>;
  /**
   * Saves a draft that grew from `revision` (0 at first), and gives the new revision.
   *
   * @throws {OnceFormError} ERR_PRECONDITION when another device saved in between.
   */
  saveDraft(draft: string, revision: number, body: Json, signal?: AbortSignal): Promise<number>;
  removeDraft(draft: string, signal?: AbortSignal): Promise<void>;
  /**
   * Sends a file ahead of the dossier, and goes on where an earlier try stopped. Resolves when the portal has all of
   * it; a lost connection is waited out.
   */
  upload(file: Blob, options: UploadOptions): Promise<void>;
  /** Files a dossier whose files were sent ahead: `contents` holds the others, by their path in the package. */
  composeDossier(
    id: string,
    manifest: DossierManifest,
    contents: ReadonlyMap<string, Blob>,
    signal?: AbortSignal,
  ): Promise<FilingResponse>;
  /** Files all dossiers of one declaration, or none, whose files were sent ahead. */
  composeBundle(id: string, dossiers: readonly ComposedDossier[], signal?: AbortSignal): Promise<BundleReceipts>;
}

/** A dossier whose files were sent ahead: `contents` holds the others, by their path in the package. */
export interface ComposedDossier {
  readonly id: string;
  readonly manifest: DossierManifest;
  readonly contents: ReadonlyMap<string, Blob>;
}

export interface DraftSummary {
  readonly draft: string;
  readonly form: DraftForm;
  /** RFC 3339. */
  readonly changed: string;
  readonly expires: string;
}

export interface SavedDraft extends DraftOpened {
  readonly form: DraftSummary['form'];
  readonly revision: number;
  /** What was saved; null where nothing was. */
  readonly body: Json;
}

export interface UploadOptions {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** The address of an earlier try, from `onUrl`; with it the upload goes on where that stopped. */
  readonly url?: string;
  readonly onUrl?: (url: string) => void;
  /** Bytes that have arrived. */
  readonly onProgress?: (sent: number) => void;
  /** Aborting takes back what was sent, unless the reason is `keep`. */
  readonly signal?: AbortSignal;
}

export function createPortalClient({
  baseUrl = '',
  fetch = (...args) => globalThis.fetch(...args),
  importModule = url => import(/* @vite-ignore */ url),
}: PortalClientOptions = {}): PortalClient {
  let csrf: string | undefined;

  async function send(
    method: string,
    path: string,
    options: {
      body?: BodyInit;
      /** Null where the browser writes it: parts of a form have a boundary. */
      type?: string | null;
      accept?: string;
      headers?: Readonly<Record<string, string>>;
      signal?: AbortSignal | undefined;
    } = {},
  ): Promise<Response> {
    const { body, type = 'application/json', accept = 'application/json', signal } = options;
    const headers: Record<string, string> = { Accept: accept, ...options.headers };
    if (body !== undefined && type !== null) headers['Content-Type'] = type;
    if (method !== 'GET') headers['X-OnceForm-CSRF'] = csrf ??= (await session(signal)).csrf;
    let response: Response;
    try {
      response = await fetch(baseUrl + path, {
        method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      throw unreachable(cause, signal);
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.code === 'ERR_CSRF' || error.code === 'ERR_UNAUTHENTICATED') csrf = undefined;
    throw error;
  }

  async function json<T>(response: Response, signal?: AbortSignal): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw unreachable(cause, signal);
    }
  }

  const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
    json<T>(await send('GET', path, { signal }), signal);
  const post = async <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    json<T>(await send('POST', path, { body: JSON.stringify(body), signal }), signal);

  async function session(signal?: AbortSignal): Promise<SessionInfo> {
    const info = await get<SessionInfo>('/api/session', signal);
    csrf = info.csrf;
    return info;
  }

  return {
    session,
    forms: signal => get('/api/forms', signal),
    form: (slug, signal) => get(`/api/forms/${encodeURIComponent(slug)}`, signal),
    async loadForm({ module, digest, languages = {}, code }, locale = '') {
      const load = (path: string): ReturnType<typeof importModule> =>
        importModule(new URL(baseUrl + path, globalThis.location?.href).href);
      const own = [locale, locale.split('-')[0]!].find(each => Object.hasOwn(languages, each));
      let loaded: { readonly default: CompiledForm };
      try {
        // Side by side; what fails here fails below.
        if (own !== undefined && code !== undefined) load(code).catch(() => undefined);
        loaded = await load(own === undefined ? module : languages[own]!);
      } catch (cause) {
        throw unreachable(cause);
      }
      if (loaded.default?.digest !== digest)
        throw new OnceFormError('ERR_FORM_UNKNOWN', 'The portal served another form than it announced.');
      return loaded.default;
    },
    sources: signal => get('/api/sources', signal),
    openDraft: (request, signal) => post('/api/drafts', request, signal),
    async *prefill(request, signal) {
      const response = await send('POST', '/api/prefill', {
        body: JSON.stringify(request),
        accept: 'application/x-ndjson',
        signal,
      });
      yield* readLines<PrefillResult>(response, signal);
    },
    seal: (request, signal) => post('/api/seals', request, signal),
    async fileDossier(id, dossier, signal) {
      return json<FilingResponse>(
        await send('PUT', `/api/dossiers/${encodeURIComponent(id)}`, { body: dossier, type: dossier.type, signal }),
        signal,
      );
    },
    keepable: (dossier, signal) => get(`/api/dossiers/${encodeURIComponent(dossier)}/write-back`, signal),
    keepAnswers: async (dossier, writeBack, signal) =>
      (
        await post<{ kept: readonly Pointer[] }>(
          `/api/dossiers/${encodeURIComponent(dossier)}/write-back`,
          { writeBack },
          signal,
        )
      ).kept,
    keptAnswers: signal => get('/api/kept-answers', signal),
    async forgetAnswers(concept, signal) {
      const one = concept === undefined ? '' : `/${encodeURIComponent(concept)}`;
      await send('DELETE', `/api/kept-answers${one}`, { signal });
    },
    heldDocuments: (form, component, signal) =>
      get(`/api/held-documents?${new URLSearchParams({ form, component })}`, signal),
    codeList: (id, within, signal) =>
      get(
        `/api/code-lists/${encodeURIComponent(id)}${within === undefined ? '' : `?within=${encodeURIComponent(within)}`}`,
        signal,
      ),
    async filedDossier(id, signal) {
      const path = `/api/dossiers/${encodeURIComponent(id)}`;
      const { receipt } = await get<{ receipt: Receipt }>(path, signal);
      const response = await send('GET', `${path}/package`, { accept: '*/*', signal });
      return { receipt, dossier: await response.blob() };
    },
    async fileBundle(id, body, signal) {
      return json<BundleReceipts>(
        await send('PUT', `/api/bundles/${encodeURIComponent(id)}`, { body, type: body.type, signal }),
        signal,
      );
    },
    filedBundle: (id, signal) => get(`/api/bundles/${encodeURIComponent(id)}`, signal),
    payment: (dossier, signal) => get(`/api/dossiers/${encodeURIComponent(dossier)}/payment`, signal),
    beginPayment: (dossier, returnTo, signal) =>
      post(`/api/dossiers/${encodeURIComponent(dossier)}/payment`, returnTo === undefined ? {} : { returnTo }, signal),
    renew: async signal => {
      const info = await post<SessionInfo>('/api/session', {}, signal);
      csrf = info.csrf;
      return info;
    },
    drafts: signal => get('/api/drafts', signal),
    async loadDraft(draft, signal) {
      const response = await send('GET', `/api/drafts/${encodeURIComponent(draft)}`, { signal });
      return { ...(await json<Omit<SavedDraft, 'revision'>>(response, signal)), revision: revisionOf(response) };
    },
    async saveDraft(draft, revision, body, signal) {
      const response = await send('PUT', `/api/drafts/${encodeURIComponent(draft)}`, {
        body: JSON.stringify(body),
        headers: { 'If-Match': `"${revision}"` },
        signal,
      });
      return revisionOf(response);
    },
    async removeDraft(draft, signal) {
      await send('DELETE', `/api/drafts/${encodeURIComponent(draft)}`, { signal });
    },
    async upload(file, options) {
      const { uploadFile } = await import('./upload.ts');
      csrf ??= (await session(options.signal)).csrf;
      return uploadFile(file, { ...options, endpoint: `${baseUrl}/api/uploads`, csrf });
    },
    async composeDossier(id, manifest, contents, signal) {
      const body = new FormData();
      appendDossier(body, '', manifest, contents);
      return json<FilingResponse>(
        await send('POST', `/api/dossiers/${encodeURIComponent(id)}/compose`, { body, type: null, signal }),
        signal,
      );
    },
    async composeBundle(id, dossiers, signal) {
      const body = new FormData();
      for (const { id: dossier, manifest, contents } of dossiers)
        appendDossier(body, `${dossier}/`, manifest, contents);
      return json<BundleReceipts>(
        await send('POST', `/api/bundles/${encodeURIComponent(id)}/compose`, { body, type: null, signal }),
        signal,
      );
    },
  };
}

function appendDossier(
  body: FormData,
  prefix: string,
  manifest: DossierManifest,
  contents: ReadonlyMap<string, Blob>,
): void {
  body.append(`${prefix}dossier.json`, new Blob([JSON.stringify(manifest)], { type: 'application/json' }));
  for (const [path, blob] of contents) body.append(prefix + path, blob);
}

/** `"3"` → 3 */
function revisionOf(response: Response): number {
  return Number(/^"(\d+)"$/.exec(response.headers.get('ETag') ?? '')?.[1] ?? 0);
}

/** Reads newline-delimited JSON as it comes in; a stream that breaks off in the middle is an error, not an end. */
async function* readLines<T>(response: Response, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? '')).split('\n');
      rest = done ? '' : lines.pop()!;
      for (const line of lines) if (line.trim() !== '') yield parsed(line);
      if (done) return;
    }
  } catch (cause) {
    throw unreachable(cause, signal);
  } finally {
    await reader.cancel().catch(() => undefined);
  }

  /** A portal that fails in mid-stream says so by a problem on a line of its own. */
  function parsed(line: string): T {
    const value = JSON.parse(line) as T | Problem;
    if (typeof value === 'object' && value !== null && 'code' in value && 'status' in value) throw problemError(value);
    return value as T;
  }
}

async function errorOf(response: Response): Promise<OnceFormError> {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') ?? false;
  const problem = isProblem ? ((await response.json().catch(() => null)) as Problem | null) : null;
  if (problem?.code === undefined)
    return new OnceFormError('ERR_NETWORK', `The portal answered with status ${response.status}.`, {
      data: { status: response.status },
    });
  return problemError(problem);
}

/** `data.problem` has the sentence for the citizen (`message`) and what to put right (`issues`). */
function problemError(problem: Problem): OnceFormError {
  return new OnceFormError(problem.code as OnceFormErrorCode, problem.detail ?? problem.title, {
    data: { status: problem.status, problem },
  });
}

function unreachable(cause: unknown, signal?: AbortSignal): Error {
  if (cause instanceof OnceFormError) return cause;
  if (signal?.aborted)
    return signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError');
  return new OnceFormError('ERR_NETWORK', 'The portal cannot be reached.', { cause });
}

/** What a seal says, without a judgement: for showing it. */
export { readSeal } from './seal-payload.ts';
export type { HeldDocument, HeldOffer, HeldOffers } from './documents.ts';
