// The back end under test as a browser sees it: one visitor, who keeps cookies and the CSRF token. Nothing is believed
// that was not asked of it over HTTP.

import { validateAgainst } from '@onceform/compiler';
import type { Json, JsonObject, SessionInfo } from '@onceform/core';
import { problem as problemSchema } from '@onceform/server/api-schemas';

/** What is wrong, in a sentence. Anything else that is thrown is a fault of the test itself or of the connection. */
export class Deviation extends Error {
  static {
    this.prototype.name = 'Deviation';
  }
}

/** @throws {Deviation} */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Deviation(otherwise);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** @throws {Deviation} when the body is not JSON. */
  json<T = Json>(): T;
}

export interface Call {
  readonly body?: Json | Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `false` leaves the header out; a string is sent in its place. */
  readonly csrf?: false | string;
}

export interface Visitor {
  /** Null while nobody is signed in. */
  readonly person: SessionInfo['person'];
  call(method: string, path: string, call?: Call): Promise<Answer>;
}

export interface VisitorOptions {
  /** Without a slash at the end. */
  readonly base: string;
  readonly fetch: typeof globalThis.fetch;
  /** The `Cookie` header of a session; '' for somebody who is not signed in. */
  readonly cookie: string;
  /** Milliseconds for one call. */
  readonly timeout: number;
}

/** Opens a visitor: asks for the session first, as every page does. */
export async function openVisitor(options: VisitorOptions): Promise<Visitor> {
  const cookies = new Map<string, string>();
  for (const pair of options.cookie.split(';')) keep(cookies, pair);
  let csrf = '';
  const call: Visitor['call'] = async (method, path, { body, headers = {}, csrf: given } = {}) => {
    const raw = body instanceof Uint8Array || typeof body === 'string';
    const token = given === false ? {} : { 'x-onceform-csrf': given ?? csrf };
    const response = await options.fetch(options.base + path, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeout),
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      headers: {
        ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(method === 'GET' ? {} : token),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie.split(';')[0]!);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      json<T>() {
        try {
          return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as T;
        } catch {
          throw new Deviation(`${method} ${path} answered ${response.status} with a body that is not JSON.`);
        }
      },
    };
  };
  const session = await call('GET', '/api/session');
  const info = session.status === 200 ? session.json<Partial<SessionInfo>>() : {};
  csrf = info.csrf ?? '';
  return { person: info.person ?? null, call };
}

function keep(cookies: Map<string, string>, pair: string): void {
  const at = pair.indexOf('=');
  if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
}

/** @throws {Deviation} unless the answer is JSON of that shape with that status. */
export function answered<T>(answer: Answer, status: number | readonly number[], schema: JsonObject): T {
  expectStatus(answer, status);
  const type = answer.headers.get('content-type') ?? '';
  must(/^application\/(?:json|.+\+json)\b/.test(type), `The media type is "${type}" where JSON was expected.`);
  const body = answer.json<Json>();
  shaped(body, schema);
  return body as T;
}

/** @throws {Deviation} unless the value has the shape that the protocol gives it. */
export function shaped(value: Json, schema: JsonObject): void {
  const [error] = validateAgainst(schema, value);
  must(
    error === undefined,
    `The body does not have the shape of the protocol: ${error?.instancePath || 'the whole'} fails "${error?.keyword}" ${JSON.stringify(error?.params)}.`,
  );
}

/** @throws {Deviation} unless the answer is a problem (RFC 9457) with that status and code, worded for the citizen. */
export function refused(answer: Answer, status: number | readonly number[], ...codes: readonly string[]): void {
  expectStatus(answer, status);
  const type = answer.headers.get('content-type') ?? '';
  must(type.startsWith('application/problem+json'), `A refusal is application/problem+json, not "${type}".`);
  const body = answer.json<JsonObject>();
  shaped(body, problemSchema);
  must(
    body['status'] === answer.status,
    `The problem says status ${String(body['status'])}, HTTP says ${answer.status}.`,
  );
  must(
    codes.length === 0 || codes.includes(String(body['code'])),
    `The code is ${String(body['code'])} where ${codes.join(' or ')} was expected.`,
  );
}

export function expectStatus(answer: Answer, status: number | readonly number[]): void {
  const allowed = typeof status === 'number' ? [status] : status;
  if (allowed.includes(answer.status)) return;
  let said = '';
  try {
    const { code = '', detail } = answer.json<{ code?: string; detail?: string }>();
    said = ` (${code}${detail === undefined ? '' : `: ${detail}`})`;
  } catch {
    // the sentence does without it
  }
  throw new Deviation(`It answered ${answer.status}${said} where ${allowed.join(' or ')} was expected.`);
}
