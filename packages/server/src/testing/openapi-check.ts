// Holds every answer that a test gets against the OpenAPI document of the portal that gave it.

import { Validator, type Schema } from '@cfworker/json-schema';
import type { JsonObject } from '@onceform/core';

interface Described {
  readonly responses: {
    readonly [status: string]: { readonly content?: { readonly [type: string]: { readonly schema?: JsonObject } } };
  };
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Described } };
  readonly components: { readonly schemas: { readonly Problem: JsonObject } };
}

/**
 * Makes the check of a portal's answers.
 *
 * @throws {Error} when an answer has a status or a body that the document does not describe.
 */
export function openApiCheck(
  documentOf: () => Promise<Document>,
): (method: string, path: string, response: Response) => Promise<void> {
  let document: Promise<Document> | undefined;
  return async (method, path, response) => {
    const { paths, components } = await (document ??= documentOf());
    const found = Object.entries(paths)
      // `/api/forms/{slug}` also fits longer words of the API: the one with the fewest names is meant.
      .sort(([a], [b]) => a.split('{').length - b.split('{').length)
      .find(([template]) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
    const operation = found?.[1][method.toLowerCase()];
    if (operation === undefined) return; // the portal says 404, or it is tus
    const described = operation.responses[response.status];
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    if (described === undefined && type !== 'application/problem+json')
      throw new Error(`${method} ${path} answered ${response.status}, which OpenAPI does not describe.`);
    const schema =
      type === 'application/problem+json' ? components.schemas.Problem : described?.content?.[type]?.schema;
    if (schema === undefined || !type.endsWith('json')) return;
    const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(await response.clone().json());
    if (!valid)
      throw new Error(
        `${method} ${path} answered what OpenAPI does not describe: ${errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join('; ')}`,
      );
  };
}
