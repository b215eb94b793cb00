// Complaints about uses of one's data: made out of the own log, followed to their answer, answered by staff.

import type { LocalizedText } from '@onceform/core';
import type { Complaint, ComplaintDesk, UsageEvent } from '@onceform/store';
import * as schemas from '../api-schemas.ts';
import type { Audit } from '../audit.ts';
import type { Api } from '../operation.ts';

export interface ComplaintRoutesOptions {
  readonly complaints: ComplaintDesk;
  /** An entry of the log in words. */
  readonly sayUsage: (event: UsageEvent) => LocalizedText;
  readonly audit: Audit;
}

export function complaintRoutes(api: Api, { complaints, sayUsage, audit }: ComplaintRoutesOptions): void {
  /** Without the pairwise id: who answers needs no name, and the citizen knows theirs. */
  const shown = ({ id, entry, event, text, status, opened, answer, answered }: Complaint): object => ({
    id,
    entry,
    time: event.time,
    said: sayUsage(event),
    text,
    status,
    opened,
    answer: answer ?? null,
    answered: answered ?? null,
  });

  api.on(
    {
      method: 'post',
      path: '/api/complaints',
      act: 'complaint.make',
      summary: 'Complains about an entry of the own usage log',
      body: { types: ['application/json'], schema: schemas.complaint, limit: 16_384 },
      responses: {
        201: { description: 'As it is kept; the same again is the same', schema: schemas.complaintSummary },
      },
    },
    async (c, { body }) => {
      const { entry, text } = body as unknown as Pick<Complaint, 'entry' | 'text'>;
      return c.json(shown(await complaints.open({ subject: c.get('session')!.owner, entry, text: text.trim() })), 201);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/complaints',
      act: 'complaint.read',
      summary: 'Lists the complaints of the asker, and what was answered',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.complaintSummary) } },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json((await complaints.of(c.get('session')!.owner)).map(shown));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/agency/complaints',
      act: 'complaint.answer',
      summary: 'Lists the complaints that wait for an answer, without who made them',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.complaintSummary) } },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json((await complaints.waiting()).map(shown));
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/agency/complaints/{id}/answer',
      act: 'complaint.answer',
      summary: 'Answers a complaint; the citizen reads it beside their words',
      body: { types: ['application/json'], schema: schemas.complaintAnswer, limit: 16_384 },
      responses: { 200: { description: 'As it is kept', schema: schemas.complaintSummary } },
    },
    async (c, { body }) => {
      const id = c.req.param('id')!;
      const answered = await complaints.answer(id, (body as unknown as { text: string }).text.trim());
      await audit(c.get('session')!.person!.id, 'complaint.answer', id);
      return c.json(shown(answered));
    },
  );
}
