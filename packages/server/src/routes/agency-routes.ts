// Which agency decides on a dossier: who may by the answers so far, and the citizen's choice among them.

import type { JsonObject } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { AgencyOption, CompetentAgencies } from '../competent-agencies.ts';
import type { DraftRow, Drafts } from '../drafts.ts';
import type { FormRegistry } from '../form-registry.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Session } from '../session.ts';

export function agencyRoutes(
  api: Api,
  {
    agencies,
    drafts,
    registry,
    today,
  }: {
    readonly agencies: CompetentAgencies;
    readonly drafts: Drafts;
    readonly registry: FormRegistry;
    readonly today: () => string;
  },
): void {
  const own = async (session: Session | null, id: string): Promise<DraftRow> => {
    const draft = session === null ? null : await drafts.find(id, session.owner);
    requireOwn(session, draft?.owner);
    return draft!;
  };

  api.on(
    {
      method: 'post',
      path: '/api/drafts/{id}/agencies',
      act: 'draft.read',
      summary:
        'Who may decide on what is declared: of the answers, those that say where suffice. Nothing is kept of them',
      body: {
        types: ['application/json'],
        schema: schemas.agencyQuestion,
        limit: 1 << 16,
      },
      responses: { 200: { description: 'The proposed one first, and what was chosen', schema: schemas.agencyChoice } },
    },
    async (c, { body }) => {
      const draft = await own(c.get('session'), c.req.param('id')!);
      const { procedure } = registry.byDigest(draft.formDigest)?.compiled ?? {};
      const codes = procedure?.parts?.map(({ code }) => code) ?? [procedure?.code ?? null];
      const found = new Map<string, AgencyOption>();
      for (const code of codes) {
        const options = code === null ? [] : await agencies.options(code, (body as { data: JsonObject }).data, today());
        // Of a declaration with several parts, an office that is the only one for its part is no choice.
        if (codes.length === 1 || options.length > 1) for (const one of options) found.set(one.agency, one);
      }
      c.header('cache-control', 'no-store');
      return c.json({
        chosen: draft.agency,
        agencies: [...found.values()].map(({ agency, found: { name, because } }) => ({ code: agency, name, because })),
      });
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/drafts/{id}/agency',
      act: 'draft.write',
      summary:
        'Chooses the agency that decides on the dossier; whether it may decide is judged when the dossier is filed',
      body: { types: ['application/json'], schema: schemas.chosenAgency, limit: 1024 },
      responses: { 204: { description: 'Seals and the session name it from now on' } },
    },
    async (c, { body }) => {
      const draft = await own(c.get('session'), c.req.param('id')!);
      const { agency } = body as { agency: string | null };
      if (agency !== null && (await agencies.names([agency], today()))[agency] === undefined)
        throw refuse('ERR_NOT_FOUND', 'The tables of today know no agency of this code.');
      await drafts.choose(draft.id, draft.owner, agency);
      return c.body(null, 204);
    },
  );
}
