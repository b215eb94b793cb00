// Tables that change without a new form: everybody may read them, a publisher adds editions.

import type { Json } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import type { Audit } from '../audit.ts';
import type { Api } from '../operation.ts';
import { parameterSchemas, type Parameters, type ParameterTable } from '../parameters.ts';
import { refuse } from '../problem.ts';

export function parameterRoutes(
  api: Api,
  { parameters, audit }: { readonly parameters: Parameters; readonly audit: Audit },
): void {
  const tableOf = (name: string): ParameterTable => {
    if (!Object.hasOwn(parameterSchemas, name))
      throw refuse('ERR_NOT_FOUND', `The tables are ${Object.keys(parameterSchemas).join(', ')}.`);
    return name as ParameterTable;
  };

  api.on(
    {
      method: 'get',
      path: '/api/parameters/{table}',
      act: 'parameter.read',
      summary: 'All editions of a table: fees, hours, agencies or areas. The newest whose day has come counts',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.parameterEdition) } },
    },
    async c => {
      c.header('cache-control', 'no-cache');
      return c.json(await parameters.editions(tableOf(c.req.param('table')!)));
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/parameters/{table}',
      act: 'parameter.publish',
      summary: 'Publishes an edition of a whole table, valid from today or later; earlier editions stay as they were',
      body: { types: ['application/json'], schema: schemas.parameterRequest, limit: 4 << 20 },
      responses: { 201: { description: 'The edition with its number', schema: schemas.parameterEdition } },
    },
    async (c, { body }) => {
      const table = tableOf(c.req.param('table')!);
      const { id } = c.get('session')!.person!;
      const edition = await parameters.publish(table, body as unknown as { validFrom: string; rows: Json }, id);
      await audit(id, 'parameter.publish', `${table} ${edition.no}`);
      return c.json(edition, 201);
    },
  );
}
