// The browser's side of the protocol in @onceform/core (protocol.ts). Small: no cryptography, no dependencies.

import {
  OnceFormError,
  type CodeListPart,
  type CompiledForm,
  type DraftOpened,
  type FilingResponse,
  type FormInfo,
  type OnceFormErrorCode,
  type PrefillRequest,
  type PrefillResult,
  type Problem,
  type SealRequest,
  type SealResponse,
  type SessionInfo,
  type SourceInfo,
} from '@onceform/core';

export interface PortalClientOptions {
  /** How a compiled form is loaded; by default the browser's own `import()`. */
  readonly importModule?: (url: string) => Promise<{ readonly default: CompiledForm }>;
  /** Where the portal lives, without a slash at the end; `''` for the page's own origin. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** Every call throws `ERR_NETWORK` when the portal could not be reached, and the portal's own code when it refused. */
export interface PortalClient {
  session(signal?: AbortSignal): Promise<SessionInfo>;
  forms(signal?: AbortSignal): Promise<readonly FormInfo[]>;
  form(slug: string, signal?: AbortSignal): Promise<FormInfo>;
  /** Imports the compiled module that `form()` or `forms()` named. */
  loadForm(info: Pick<FormInfo, 'module' | 'digest'>): Promise<CompiledForm>;
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
  codeList(id: string, within?: string, signal?: AbortSignal): Promise<CodeListPart>;
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
    options: { body?: BodyInit; type?: string; accept?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<Response> {
    const { body, type = 'application/json', accept = 'application/json', signal } = options;
    const headers: Record<string, string> = { Accept: accept };
    if (body !== undefined) headers['Content-Type'] = type;
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
    async loadForm({ module, digest }) {
      let loaded: { readonly default: CompiledForm };
      try {
        loaded = await importModule(new URL(baseUrl + module, globalThis.location?.href).href);
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
    codeList: (id, within, signal) =>
      get(
        `/api/code-lists/${encodeURIComponent(id)}${within === undefined ? '' : `?within=${encodeURIComponent(within)}`}`,
        signal,
      ),
  };
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
