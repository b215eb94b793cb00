import { describe, expect, it } from 'vitest';
import { isOnceFormError, type CompiledForm, type PrefillRequest } from '@onceform/core';
import { createPortalClient } from './client.ts';

const SESSION = { csrf: 'token-1', person: null, signInPath: '/in', signOutPath: '/out' };
const REQUEST = {
  draft: 'd',
  form: { id: 'f', digest: 'x' },
  items: [],
  consent: { purpose: 'p', given: true, time: 't' },
} satisfies PrefillRequest;
const problem = (code: string, status = 403): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'No', status, code, message: { en: 'Not allowed.' } }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

function portal(routes: { readonly [route: string]: (init: RequestInit) => Response | Promise<Response> }) {
  const seen: { readonly route: string; readonly init: RequestInit }[] = [];
  const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const route = `${init.method} ${String(input)}`;
    seen.push({ route, init });
    init.signal?.throwIfAborted();
    return (routes[route] ?? (() => new Response('', { status: 404 })))(init);
  };
  return { seen, client: createPortalClient({ fetch: fetch as typeof globalThis.fetch }) };
}

/** A stream that gives these pieces one after the other. */
const stream = (...pieces: (string | Error)[]): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await Promise.resolve();
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    }),
    { headers: { 'Content-Type': 'application/x-ndjson' } },
  );

const collect = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of results) all.push(one);
  return all;
};

describe('the portal client', () => {
  it('gets what is public without a token, and repeats the session\u2019s token with what changes something', async () => {
    const { seen, client } = portal({
      'GET /api/session': () => Response.json(SESSION),
      'GET /api/forms': () => Response.json([]),
      'GET /api/sources': () => Response.json([]),
      'POST /api/drafts': () => Response.json({ draft: 'd' }, { status: 201 }),
      'POST /api/seals': () => Response.json({ seal: 's', keys: { keys: [] }, tickets: [] }),
    });
    await client.forms();
    await client.sources();
    expect(await client.openDraft({ form: { id: 'f', digest: 'x' } })).toEqual({ draft: 'd' });
    await client.seal({ draft: 'd', decisions: [] });
    expect(seen.map(({ route }) => route)).toEqual([
      'GET /api/forms',
      'GET /api/sources',
      'GET /api/session',
      'POST /api/drafts',
      'POST /api/seals',
    ]);
    expect(seen.map(({ init }) => new Headers(init.headers).get('X-OnceForm-CSRF'))).toEqual([
      null,
      null,
      null,
      'token-1',
      'token-1',
    ]);
    expect(seen.every(({ init }) => init.credentials === 'same-origin')).toBe(true);
  });

  it('fetches a new token after the portal refused the old one', async () => {
    let tokens = 0;
    const { client } = portal({
      'GET /api/session': () => Response.json({ ...SESSION, csrf: `token-${++tokens}` }),
      'POST /api/seals': init =>
        new Headers(init.headers).get('X-OnceForm-CSRF') === 'token-2'
          ? Response.json({ seal: 's' })
          : problem('ERR_CSRF'),
    });
    await expect(client.seal({ draft: 'd', decisions: [] })).rejects.toMatchObject({ code: 'ERR_CSRF' });
    expect(await client.seal({ draft: 'd', decisions: [] })).toEqual({ seal: 's' });
  });

  it('reads results as they come, wherever the stream is cut, letters included', async () => {
    const bytes = new TextEncoder().encode(
      '{"item":"/a","offers":[],"misses":[]}\n\n{"item":"/\u1ed9","offers":[],"misses":[]}',
    );
    const { client } = portal({
      'GET /api/session': () => Response.json(SESSION),
      'POST /api/prefill': () =>
        new Response(
          new ReadableStream({
            start(controller) {
              for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
              controller.close();
            },
          }),
        ),
    });
    expect((await collect(client.prefill(REQUEST))).map(({ item }) => item)).toEqual(['/a', '/\u1ed9']);
  });

  it('throws what the portal says in the middle of a stream, after what came before', async () => {
    const { client } = portal({
      'GET /api/session': () => Response.json(SESSION),
      'POST /api/prefill': () =>
        stream(
          '{"item":"/a","offers":[],"misses":[]}\n',
          '{"type":"about:blank","title":"Stop","status":500,"code":"ERR_INTERNAL","message":"x"}\n',
        ),
    });
    const items: string[] = [];
    await expect(
      (async () => {
        for await (const { item } of client.prefill(REQUEST)) items.push(item);
      })(),
    ).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    expect(items).toEqual(['/a']);
  });

  it.each<[string, () => Response]>([
    ['a stream that breaks off', () => stream('{"item":"/a","offers":[],"misses":[]}\n', new TypeError('reset'))],
    ['half a line at the end', () => stream('{"item":"/a","off')],
    ['a stream that is no JSON', () => stream('<html>\n')],
  ])('%s is a network error, not an end', async (_name, response) => {
    const { client } = portal({ 'GET /api/session': () => Response.json(SESSION), 'POST /api/prefill': response });
    await expect(collect(client.prefill(REQUEST))).rejects.toMatchObject({ code: 'ERR_NETWORK' });
  });

  it('ends the request when nobody listens any more, and when it is aborted', async () => {
    let cancelled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new TextEncoder().encode('{"item":"/a","offers":[],"misses":[]}\n'));
            return new Promise(resolve => setTimeout(resolve, 5));
          },
          cancel() {
            cancelled++;
          },
        }),
      );
    const { client } = portal({ 'GET /api/session': () => Response.json(SESSION), 'POST /api/prefill': endless });
    for await (const _result of client.prefill(REQUEST)) break;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(cancelled).toBe(1);
    const gone = AbortSignal.abort(new Error('left the page'));
    await expect(collect(client.prefill(REQUEST, gone))).rejects.toThrow('left the page');
  });

  it('turns a problem into an error with its code and the sentence for the citizen', async () => {
    const { client } = portal({ 'GET /api/forms/birth': () => problem('ERR_FORM_UNKNOWN', 404) });
    const error = await client.form('birth').catch((thrown: unknown) => thrown);
    expect(isOnceFormError(error, 'ERR_FORM_UNKNOWN') && error.data).toMatchObject({
      status: 404,
      problem: { message: { en: 'Not allowed.' } },
    });
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['no answer', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a page of a proxy', () => new Response('<html>', { status: 502 })],
    [
      'a problem that is none',
      () => new Response('{', { status: 500, headers: { 'Content-Type': 'application/problem+json' } }),
    ],
    ['JSON that is none', () => new Response('{')],
  ])('%s is ERR_NETWORK', async (_name, response) => {
    const { client } = portal({ 'GET /api/forms': response });
    await expect(client.forms()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
  });

  it('files a package under its id, as the type it is', async () => {
    const { seen, client } = portal({
      'GET /api/session': () => Response.json(SESSION),
      'PUT /api/dossiers/urn%3Auuid%3A1': () => Response.json({ code: 'H-1' }, { status: 201 }),
    });
    expect(await client.fileDossier('urn:uuid:1', new Blob(['zip'], { type: 'application/x-dossier' }))).toEqual({
      code: 'H-1',
    });
    expect(new Headers(seen.at(-1)!.init.headers).get('Content-Type')).toBe('application/x-dossier');
  });

  it('asks for the part of a list', async () => {
    const { seen, client } = portal({
      'GET /api/code-lists/communes?within=01%2F2': () => Response.json({ entries: [] }),
    });
    await client.codeList('communes', '01/2');
    expect(seen).toHaveLength(1);
  });

  it('loads the form that was announced, and no other', async () => {
    const load = (digest: string) =>
      createPortalClient({
        baseUrl: 'https://portal.example',
        importModule: async () => ({ default: { digest } as CompiledForm }),
      }).loadForm({ module: '/forms/x/form.js', digest: 'x' });
    expect((await load('x')).digest).toBe('x');
    await expect(load('y')).rejects.toMatchObject({ code: 'ERR_FORM_UNKNOWN' });
  });
});
