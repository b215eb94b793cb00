// After filing: which answers the citizen wants the next form to offer again, and forgetting them.

import { isJsonObject, localize, type CountryPack, type Json, type LabelOf } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { Database } from '../database.ts';
import type { EndingNotices } from '../ending-notices.ts';
import type { KeepableDossier, KeptAnswers } from '../kept-answers.ts';
import type { Api } from '../operation.ts';
import type { Session } from '../session.ts';
import { urnOf } from './dossier-routes.ts';

export function keptAnswerRoutes(
  api: Api,
  {
    kept,
    db,
    pack,
    standing,
  }: {
    readonly kept: KeptAnswers;
    readonly db: Database;
    readonly standing: EndingNotices['standing'];
    readonly pack: Pick<CountryPack, 'concepts' | 'codeLists' | 'locales' | 'paper'>;
  },
): void {
  const labelOf: LabelOf = async (list, code, within) => {
    const entry = (await pack.codeLists[list]?.load(within))?.find(one => one.code === code);
    return entry === undefined ? undefined : localize(entry.label, pack.locales[0]!);
  };
  /** A value of several parts as official paper says it, in the official language. */
  const textOf = async (value: Json | undefined): Promise<string | null> =>
    isJsonObject(value) ? ((await pack.paper?.whole(value, labelOf).catch(() => undefined)) ?? null) : null;
  const find = async (session: Session | null, path: string): Promise<KeepableDossier> => {
    const [row] = await db.query<KeepableDossier & { owner: string }>(
      'SELECT id, owner, sha256, form_digest AS "formDigest", received FROM dossier WHERE id = $1',
      [urnOf(path)],
    );
    requireOwn(session, row?.owner);
    return row!;
  };

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}/write-back',
      act: 'answer.keep',
      summary: 'Lists the answers of a dossier that may be kept for the next form',
      responses: {
        200: { description: 'Typed by the citizen, about themselves', schema: schemas.arrayOf(schemas.keepableAnswer) },
      },
    },
    async c => {
      const session = c.get('session');
      const answers = await kept.keepable(await find(session, c.req.param('id')!), session!.person!);
      c.header('cache-control', 'no-store');
      return c.json(
        answers.map(answer => ({ ...answer, label: pack.concepts[answer.concept]?.label ?? answer.concept })),
      );
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/dossiers/{id}/write-back',
      act: 'answer.keep',
      summary: "Keeps the named answers: the next form offers them as the citizen's own word",
      body: { types: ['application/json'], schema: schemas.writeBack, limit: 1 << 17 },
      responses: { 200: { description: 'Which of them are kept', schema: schemas.kept } },
    },
    async (c, { body }) => {
      const session = c.get('session');
      const { writeBack } = body as unknown as { writeBack: readonly string[] };
      return c.json({ kept: await kept.keep(await find(session, c.req.param('id')!), session!.person!, writeBack) });
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/kept-answers',
      act: 'answer.read',
      summary: 'Lists what the next form would be offered out of earlier answers and decisions of the asker',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.keptAnswer) } },
    },
    async c => {
      const { person } = c.get('session')!;
      const statements = person!.identityLevel < 2 ? [] : await kept.present(person!);
      c.header('cache-control', 'no-store');
      return c.json(
        await Promise.all(
          statements.map(async ({ concept, value, source, lastUpdated, validUntil }) => ({
            concept,
            label: pack.concepts[concept]?.label ?? concept,
            value: value ?? null,
            text: await textOf(value),
            kept: lastUpdated,
            validUntil: validUntil ?? null,
            standing: standing({ validUntil }),
            dossier: source.recordRef,
            kind: source.kind,
            source: { id: source.id, name: source.name },
          })),
        ),
      );
    },
  );

  api.on(
    {
      method: 'delete',
      path: '/api/kept-answers/{concept}',
      act: 'answer.forget',
      summary: 'Forgets what was kept for the asker about one concept',
      responses: { 204: { description: 'None of it is left' } },
    },
    async c => {
      await kept.forget(c.get('session')!.person!, c.req.param('concept')!);
      return c.body(null, 204);
    },
  );

  api.on(
    {
      method: 'delete',
      path: '/api/kept-answers',
      act: 'answer.forget',
      summary: 'Forgets every answer that was kept for the asker',
      responses: { 204: { description: 'None is left' } },
    },
    async c => {
      await kept.forget(c.get('session')!.person!);
      return c.body(null, 204);
    },
  );
}
