// The API of a running portal as its staff use it: a session that somebody signed in, its CSRF token, refusals in words.

import { isJsonObject, type Json, type JsonObject } from '@onceform/core';
import { type CommandIo, UsageError } from './command.ts';

/** What a portal answered: its JSON, and whether it did what was asked. Null where it answered without a body. */
export interface StaffAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: Json;
}

/** Sends a request as the person of the session. @throws {UsageError} when the portal cannot be reached, or wants another session. */
export type StaffPortal = (method: 'GET' | 'POST', path: string, body?: Json) => Promise<StaffAnswer>;

const PATIENCE = 120_000;

/**
 * Opens the portal with the session of `--cookie` or ONCEFORM_COOKIE. What everybody may read needs none.
 *
 * @throws {UsageError} for an address that is none, and for one over which a session could be read on the way.
 */
export function openStaffPortal(address: string, cookie: string | undefined, io: CommandIo): StaffPortal {
  const base = addressOf(address);
  const session = cookie ?? (io.env['ONCEFORM_COOKIE'] || undefined);
  let csrf: Promise<string> | undefined;

  const send = async (method: string, path: string, headers: Record<string, string>, body?: Json) => {
    try {
      return await fetch(base + path, {
        method,
        redirect: 'error', // the cookie goes to this portal and nowhere else
        signal: AbortSignal.timeout(PATIENCE),
        headers: { ...headers, ...(session === undefined ? {} : { cookie: session }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { cause, message } = error as Error;
      throw new UsageError(
        `${base} does not answer: ${cause instanceof Error ? cause.message || cause.name : message}.`,
      );
    }
  };
  const tokenOf = async (): Promise<string> => {
    if (session === undefined)
      throw new UsageError('This needs the session of a signed-in publisher: --cookie, or ONCEFORM_COOKIE.');
    const { body } = await answerOf(await send('GET', '/api/session', {}), base);
    const token = isJsonObject(body) ? body['csrf'] : undefined;
    if (!isJsonObject(body) || typeof token !== 'string')
      throw new UsageError(`${base} is no portal: it has no /api/session.`);
    if (body['person'] === null)
      throw new UsageError('Nobody is signed in with this session any more: sign in anew and pass on its cookie.');
    return token;
  };

  return async (method, path, body) => {
    const headers: Record<string, string> =
      method === 'GET' ? {} : { 'content-type': 'application/json', 'x-onceform-csrf': await (csrf ??= tokenOf()) };
    const answer = await answerOf(await send(method, path, headers, body), base);
    if (answer.ok || !isAboutUs(answer.status)) return answer;
    throw new UsageError(`${base} says: ${wordsOf(answer.body, answer.status)}`);
  };
}

/** Not what was sent is wrong, but who sent it, or the portal itself. */
function isAboutUs(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

async function answerOf(response: Response, base: string): Promise<StaffAnswer> {
  const text = await response.text();
  const { ok, status } = response;
  if (text === '') return { ok, status, body: null };
  try {
    return { ok, status, body: JSON.parse(text) as Json };
  } catch {
    throw new UsageError(`${base} is no portal: it answered with status ${status} and no JSON.`);
  }
}

/** The sentence of a problem (RFC 9457) that says most. */
export function wordsOf(problem: Json, status: number): string {
  const { detail, title }: JsonObject = isJsonObject(problem) ? problem : {};
  return typeof detail === 'string' ? detail : typeof title === 'string' ? title : `status ${status}`;
}

function addressOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`"${address}" is no address such as https://dvc.example.gov.`);
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    throw new UsageError(`A session is sent over https only, but for a portal on this machine: ${address}`);
  return url.origin;
}
