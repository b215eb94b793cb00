// Publishing forms: an author has a definition judged, a publisher makes it a version, and ends what is not used any more.

import type { JsonObject, LocalizedText } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import type { Audit } from '../audit.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Publications, PublishRequest } from '../publications.ts';

/** Bytes of a definition; the largest of the catalogue has a hundred thousand. */
const LIMIT = 4 << 20;

export function publishingRoutes(
  api: Api,
  {
    publications,
    audit,
    today,
  }: { readonly publications: Publications; readonly audit: Audit; readonly today: () => string },
): void {
  api.on(
    {
      method: 'post',
      path: '/api/form-checks',
      act: 'form.check',
      summary: 'Judges a definition as publishing would, and publishes nothing',
      body: { types: ['application/json'], schema: schemas.formCheck, limit: LIMIT },
      responses: {
        200: { description: 'It may be published; what lint says beside errors', schema: schemas.checkedForm },
        422: { description: 'It may not, and why: `findings`', schema: schemas.problem },
      },
    },
    async (c, { body }) => {
      const { definition } = body as unknown as { definition: JsonObject };
      const { id, version, digest, findings = [] } = await publications.check(definition);
      return c.json({ id, version, digest, findings });
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/forms',
      act: 'form.publish',
      summary: 'Publishes a definition as a numbered version that never changes; the same bytes again change nothing',
      body: { types: ['application/json'], schema: schemas.publishRequest, limit: LIMIT },
      responses: {
        200: { description: 'Published before', schema: schemas.publishedForm },
        201: { description: 'Published now', schema: schemas.publishedForm },
        422: {
          description: 'Refused by lint or compiler (`findings`), or the version is not newer',
          schema: schemas.problem,
        },
      },
    },
    async (c, { body }) => {
      const { id } = c.get('session')!.person!;
      const { form, no, findings, replayed } = await publications.publish(body as unknown as PublishRequest, id);
      if (!replayed) await audit(id, 'form.publish', `${form.info.id} ${form.info.version}`);
      const { validFrom = null, validUntil = null } = form;
      return c.json({ ...form.info, no, validFrom, validUntil, findings }, replayed ? 200 : 201);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/forms/{slug}/versions',
      act: 'form.read',
      summary: 'Every version of a form, with its validity and whether it is used',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.formVersion) } },
    },
    async c => {
      const versions = await publications.versions(c.req.param('slug')!);
      if (versions.length === 0) throw refuse('ERR_NOT_FOUND', 'There is no form of this name.');
      return c.json(versions);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/forms/{slug}/repeal',
      act: 'form.publish',
      summary: 'Ends a form, or one version of it, from a day on; citizens are told why and what to use instead',
      body: { types: ['application/json'], schema: schemas.repealRequest, limit: 1 << 16 },
      responses: { 204: { description: 'From that day it is not offered, and nothing is filed with it' } },
    },
    async (c, { body }) => {
      const { id } = c.get('session')!.person!;
      const slug = c.req.param('slug')!;
      const { version, from, reason, replacedBy } = body as unknown as {
        version?: string;
        from?: string;
        reason: LocalizedText;
        replacedBy?: string;
      };
      await publications.repeal(
        { slug, version: version ?? null, from: from ?? today(), reason, replacedBy: replacedBy ?? null },
        id,
      );
      await audit(id, 'form.repeal', version === undefined ? slug : `${slug} ${version}`);
      return c.body(null, 204);
    },
  );
}
