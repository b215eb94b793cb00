// Forms, their compiled modules, and code lists.

import type { Hono } from 'hono';
import type { CodeListPart, CountryPack } from '@onceform/core';
import { arrayOf, codeListPart, formInfo, problem } from '../api-schemas.ts';
import { answerCompressed } from '../compressed.ts';
import type { FormRegistry } from '../form-registry.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import { repealed } from '../repeal-notice.ts';
import type { PortalEnv } from '../session.ts';

export function formRoutes(
  app: Hono<PortalEnv>,
  api: Api,
  portal: {
    readonly registry: FormRegistry;
    readonly pack: Pick<CountryPack, 'codeLists'>;
    readonly today: () => string;
  },
): void {
  const { registry, pack, today } = portal;

  api.on(
    {
      method: 'get',
      path: '/api/forms',
      act: 'form.read',
      summary: 'Lists the forms offered today',
      responses: { 200: { description: 'Sorted by slug', schema: arrayOf(formInfo) } },
    },
    c => c.json(registry.offered(today()).map(form => form.info)),
  );

  api.on(
    {
      method: 'get',
      path: '/api/forms/{slug}',
      act: 'form.read',
      summary: 'Gives the current version of one form',
      responses: {
        200: { description: 'The form', schema: formInfo },
        410: { description: 'It is not used any more: since when, why, and what to use instead', schema: problem },
      },
    },
    c => {
      const slug = c.req.param('slug')!;
      const form = registry.bySlug(slug, today());
      const repeal = form === undefined ? registry.repealOf(slug, today()) : undefined;
      if (repeal !== undefined) throw repealed(repeal, registry);
      if (form === undefined) throw refuse('ERR_NOT_FOUND', 'No form of this name is offered today.');
      return c.json(form.info);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/code-lists/{id}',
      act: 'code-list.read',
      summary: 'Gives a code list, or the part of it within a code',
      query: { within: { type: 'string', maxLength: 40 } },
      responses: {
        200: { description: 'Entries, sorted for reading', schema: codeListPart },
        304: { description: 'Unchanged' },
      },
    },
    async c => {
      const name = c.req.param('id')!;
      const list = Object.hasOwn(pack.codeLists, name) ? pack.codeLists[name] : undefined;
      if (list === undefined) throw refuse('ERR_CODE_LIST_UNKNOWN', 'There is no such code list.');
      const within = c.req.query('within');
      const etag = `"${list.digest}"`;
      c.header('etag', etag);
      c.header('cache-control', 'public, max-age=300, must-revalidate');
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
      const part: CodeListPart = { id: list.id, digest: list.digest, entries: await list.load(within) };
      return c.json(part);
    },
  );

  app.get('/forms/:address{[0-9a-f]{64}}/:module', c => {
    const module = registry.modulesAt(c.req.param('address'))?.get(c.req.param('module'));
    if (module === undefined) throw refuse('ERR_NOT_FOUND', 'There is no such module.');
    c.header('content-type', 'text/javascript; charset=utf-8');
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return answerCompressed(c, module);
  });
}
