// The OpenAPI 3.1 document, generated from the very operations that are served.

import type { JsonObject } from '@onceform/core';
import * as schemas from './api-schemas.ts';
import { authorizationMatrix } from './authorization.ts';
import type { Operation } from './operation.ts';

/** @see https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(operations: readonly Operation[], origin: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'OnceForm portal', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: origin }],
    paths,
    components: {
      schemas: { Problem: schemas.problem },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: origin.startsWith('https:') ? '__Host-onceform' : 'onceform' },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'X-OnceForm-CSRF',
          description: 'The token of GET /api/session, on every unsafe request',
        },
      },
    },
  };
}

function describe({ method, path, summary, act, query = {}, body, responses }: Operation): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]): JsonObject => ({
    name: name!,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(([name, schema]): JsonObject => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
  const safe = method === 'get';
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z]+(\w?)/g, (_all, first: string) => first.toUpperCase())}`,
    summary,
    ...(act === null ? {} : { 'x-authorization': { act, ...authorizationMatrix[act] } }),
    ...(act === null && safe ? {} : { security: [safe ? { session: [] } : { session: [], csrf: [] }] }),
    ...(inPath.length + inQuery.length === 0 ? {} : { parameters: [...inPath, ...inQuery] }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            description: `At most ${body.limit} bytes`,
            content: Object.fromEntries(
              body.types.map(type => [type, body.schema === undefined ? {} : { schema: body.schema }]),
            ),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, { description, schema, type }]) => [
          status,
          {
            description,
            ...(schema !== undefined
              ? {
                  content: {
                    [schema === schemas.problem ? 'application/problem+json' : 'application/json']: { schema },
                  },
                }
              : type !== undefined
                ? { content: { [type]: {} } }
                : {}),
          },
        ]),
      ),
      default: {
        description: 'Refused, and why (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}
