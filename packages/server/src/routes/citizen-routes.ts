// What a citizen may see and undo of the use of their data: disputes they opened, consents they gave.

import type { CountryPack, LocalizedText } from '@onceform/core';
import {
  findUsage,
  usageAtSources,
  type CitizenDataSource,
  type Gateway,
  type UsageLog,
  type UsageNames,
} from '@onceform/store';
import * as schemas from '../api-schemas.ts';
import type { CitizenRecords } from '../citizen-records.ts';
import type { Database } from '../database.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import { knownAs } from '../session.ts';

export interface CitizenRoutesOptions {
  readonly records: CitizenRecords;
  readonly gateway: Gateway;
  readonly db: Database;
  readonly pack: Pick<CountryPack, 'concepts'>;
  /** The title of a form by its `$id`. */
  readonly titleOf: (form: string) => LocalizedText;
  readonly log: Pick<UsageLog, 'of'>;
  readonly sources: readonly CitizenDataSource[];
  readonly usageNames: UsageNames;
  /** How the portal calls itself to those who read its rows. */
  readonly system: string;
}

export function citizenRoutes(api: Api, options: CitizenRoutesOptions): void {
  const { records, gateway, db, pack, titleOf, log, sources, usageNames, system } = options;
  const nameOf = (concept: string): LocalizedText => pack.concepts[concept]?.label ?? concept;

  api.on(
    {
      method: 'get',
      path: '/api/disputes',
      act: 'dispute.read',
      summary: 'Lists what the asker reported as wrong, and what became of it',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.disputeSummary) } },
    },
    async c => {
      const disputes = await records.disputes.of(c.get('session')!.owner);
      c.header('cache-control', 'no-store');
      return c.json(
        disputes.map(({ id, draft, pointer, concept, source, ticket, status, opened, closed, discrepancy }) => ({
          id,
          draft,
          pointer,
          concept,
          label: nameOf(concept),
          source: { id: source.id, name: source.name },
          ticket,
          status,
          opened,
          closed: closed ?? null,
          reason: discrepancy.reason,
          value: discrepancy.value ?? null,
        })),
      );
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/usage/find-usage',
      act: 'usage.read',
      summary: "The asker's usage log in the shape of X-tee's findUsage, for other systems to read",
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.usageRow) } },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json(findUsage(await log.of(c.get('session')!.owner), usageNames, system));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/usage/at-sources',
      act: 'usage.read',
      summary: 'What the registers themselves wrote down about uses of data of the asker; asked live, kept nowhere',
      responses: { 200: { description: 'By source: rows, or why there are none', schema: schemas.usageAtSources } },
    },
    async c => {
      const person = c.get('session')!.person!;
      c.header('cache-control', 'no-store');
      return c.json(person.identityLevel < 2 ? [] : await usageAtSources(knownAs(person), sources));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/consents',
      act: 'consent.read',
      summary: 'Lists the consents of the asker, one per draft',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.consentSummary) } },
    },
    async c => {
      const { owner } = c.get('session')!;
      const consents = await records.consents.of(owner);
      const filed = new Set(
        (
          await db.query<{ id: string }>(
            'SELECT draft.id FROM draft JOIN dossier ON dossier.nonce = draft.nonce WHERE draft.owner = $1',
            [owner],
          )
        ).map(({ id }) => id),
      );
      c.header('cache-control', 'no-store');
      return c.json(
        consents.map(({ draft, form, purpose, concepts, state, given, ended, keepUntil }) => ({
          draft,
          form,
          title: titleOf(form),
          purpose: purpose.text,
          concepts: concepts.map(nameOf),
          state,
          given,
          ended: ended ?? null,
          keepUntil,
          filed: filed.has(draft),
        })),
      );
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/consents/{draft}/withdraw',
      act: 'consent.withdraw',
      summary: 'Takes a consent back: the draft and what was offered for it are deleted, its seals are void',
      responses: { 204: { description: 'Nothing fetched for the draft is left; what was filed before stays filed' } },
    },
    async c => {
      if (!(await gateway.withdraw(c.req.param('draft')!, { subject: c.get('session')!.owner }))) {
        throw refuse('ERR_NOT_FOUND', 'There is no consent of yours for this draft that could be taken back.');
      }
      return c.body(null, 204);
    },
  );
}
