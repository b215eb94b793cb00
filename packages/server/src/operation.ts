// One description per operation: what enforces access, limits and body shapes is also what OpenAPI is generated from.

import { Validator, type Schema } from '@cfworker/json-schema';
import type { Context, Hono } from 'hono';
import { isOnceFormError, type Json, type JsonObject, type OnceFormError } from '@onceform/core';
import { requireGrant, type Act, type Grant } from './authorization.ts';
import { refuse } from './problem.ts';
import type { PortalEnv, SessionRow, Sessions } from './session.ts';

export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  /** OpenAPI notation: `/api/drafts/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** The row of the authorisation matrix; null: anybody, there is nothing to protect. */
  readonly act: Act | null;
  /**
   * Its handler asks the database who asks together with what it needs itself, and admits them: one question less. Until
   * then nobody is signed in, so it has to be an operation that visitors may not do.
   */
  readonly admits?: true;
  /** Each at most once; read from the query and from nowhere else. */
  readonly query?: { readonly [name: string]: JsonObject };
  readonly body?: OperationBody;
  /** By status; the schema of a JSON body, a media type, or null for no body. */
  readonly responses: {
    readonly [status: number]: { readonly description: string; readonly schema?: JsonObject; readonly type?: string };
  };
}

export interface OperationBody {
  /** Media types; a JSON body is parsed and judged by `schema`. */
  readonly types: readonly string[];
  readonly schema?: JsonObject;
  /** Bytes. */
  readonly limit: number;
}

export type Handler = (
  c: Context<PortalEnv>,
  given: {
    readonly body: Json;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly grant: Grant;
    /** Of an operation that admits, where the cookie has not been looked up: says what was found, or refuses. */
    readonly claim: { readonly id: string; admit(row: SessionRow | null): void } | null;
  },
) => Response | Promise<Response>;

/** Binds operations to handlers, and remembers them for the OpenAPI document. */
export interface Api {
  readonly operations: readonly Operation[];
  on(operation: Operation, handler: Handler): void;
}

/** Bytes of a body that is read before it is known who sends it. */
const SMALL = 1 << 20;

/** Who is admitted, and what is asked of everybody once that is known. Absent: nobody claims anything. */
export interface Admission extends Pick<Sessions, 'admit' | 'look'> {
  readonly limit: (c: Context<PortalEnv>) => void;
}

export function createApi(app: Hono<PortalEnv>, admission: Admission | null = null): Api {
  const operations: Operation[] = [];
  return {
    operations,
    on(operation, handler) {
      operations.push(operation);
      const { act, body: spec } = operation;
      const validator = spec?.schema === undefined ? null : new Validator(spec.schema as Schema, '2020-12');
      const query = Object.entries(operation.query ?? {}).map(
        ([name, schema]) => [name, new Validator(schema as Schema, '2020-12')] as const,
      );
      const grantTo = (c: Context<PortalEnv>): Grant => (act === null ? 'yes' : requireGrant(c.get('session'), act));
      const handle = async (
        c: Context<PortalEnv>,
        grant: Grant,
        claim: Parameters<Handler>[1]['claim'],
      ): Promise<Response> => {
        for (const [name, judge] of query) requireOne(name, c.req.queries(name), judge);
        if (spec === undefined) return handler(c, { body: null, bytes: new Uint8Array(0), grant, claim });
        const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
        if (!spec.types.includes(type))
          throw refuse('ERR_UPLOAD_TYPE', `The body has to be ${spec.types.join(' or ')}.`);
        const bytes = await readBody(c.req.raw, spec.limit);
        if (validator === null) return handler(c, { body: null, bytes, grant, claim });
        const body = parseJson(bytes);
        const { valid, errors } = validator.validate(body);
        if (!valid) {
          const worst = errors.at(-1);
          throw refuse(
            'ERR_REQUEST_INVALID',
            `The body does not have the shape of the API at "${worst?.instanceLocation.slice(1) ?? ''}" (${worst?.keyword ?? 'schema'}).`,
          );
        }
        return handler(c, { body, bytes, grant, claim });
      };
      app.on(operation.method.toUpperCase(), operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async c => {
        const claim = admission === null ? null : (c.get('claim') ?? null);
        if (claim === null) return handle(c, grantTo(c), null);
        let known = false;
        const judge = (): Grant => {
          known = true;
          admission!.limit(c);
          return grantTo(c);
        };
        const look = async (): Promise<Grant> => {
          await admission!.look(c);
          return judge();
        };
        const isSmall = Number(c.req.header('content-length') ?? Infinity) <= SMALL;
        if (operation.admits !== true || !isSmall) return handle(c, await look(), null);
        const admit = (row: SessionRow | null): void => {
          admission!.admit(c, row);
          judge();
        };
        try {
          return await handle(c, 'no', { id: claim.id, admit });
        } catch (error) {
          // Whoever may not do it learns that, and nothing of what else is wrong.
          if (!known) await look();
          throw error;
        }
      });
    },
  };
}

/** A parameter that is there twice means one thing to a filter in front of us and another thing to us. */
function requireOne(name: string, values: readonly string[] = [], judge: Validator): void {
  if (values.length > 1) throw refuse('ERR_REQUEST_INVALID', `"${name}" is in the query more than once.`);
  if (values.length === 1 && !judge.validate(values[0]).valid)
    throw refuse('ERR_REQUEST_INVALID', `"${name}" in the query is not what the API takes.`);
}

/**
 * Reads a body of at most `limit` bytes; a longer one is not read to its end.
 *
 * @throws {OnceFormError} ERR_UPLOAD_SIZE; ERR_PACKAGE_TRUNCATED when it ended before its announced length.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > limit) throw tooLong(limit);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    // HTTP ends a body at its announced length, so then nothing has to be counted.
    bytes = announced === null ? await readCounting(request, limit) : new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    if (isOnceFormError(cause)) throw cause;
    throw refuse('ERR_PACKAGE_TRUNCATED', 'The connection ended before the body did.', { cause });
  }
  if (announced !== null && Number(announced) !== bytes.length)
    throw refuse('ERR_PACKAGE_TRUNCATED', 'The body is not as long as announced.');
  return bytes;
}

async function readCounting(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    if ((size += chunk.length) > limit) throw tooLong(limit); // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function tooLong(limit: number): OnceFormError {
  return refuse('ERR_UPLOAD_SIZE', `At most ${limit} bytes are accepted here.`);
}

function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (cause) {
    throw refuse('ERR_REQUEST_INVALID', 'The body is not JSON.', { cause });
  }
}
