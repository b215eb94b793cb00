// The papers that are held about a citizen: all of them, those that may stand for a component, and their bytes.

import * as schemas from '../api-schemas.ts';
import type { HeldPapers } from '../held-papers.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Person, Session } from '../session.ts';

export function heldPaperRoutes(api: Api, { papers }: { readonly papers: HeldPapers }): void {
  const known = (session: Session | null): Person => {
    const person = session!.person!;
    if (person.identityLevel < 2)
      throw refuse('ERR_IDENTITY_LEVEL', 'Papers are shown only to a person whom an identity provider verified.');
    return person;
  };

  api.on(
    {
      method: 'get',
      path: '/api/held-documents',
      act: 'paper.read',
      summary: 'Lists the papers of the asker that may stand for a component of a form',
      query: { form: { type: 'string', maxLength: 200 }, component: { type: 'string', minLength: 1, maxLength: 200 } },
      responses: { 200: { description: 'Offers, and holders that did not answer', schema: { type: 'object' } } },
    },
    async c => {
      const component = c.req.query('component');
      if (component === undefined) throw refuse('ERR_REQUEST_INVALID', 'Say which component the paper is for.');
      c.header('cache-control', 'no-store');
      return c.json(await papers.offers(component, known(c.get('session'))));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/documents',
      act: 'paper.read',
      summary: 'Lists everything that is held about the asker: results, copies, issued papers, earlier dossiers',
      responses: {
        200: {
          description: 'Newest first, and holders that did not answer',
          schema: schemas.openObject({ papers: schemas.arrayOf(schemas.heldDocument) }),
        },
      },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json(await papers.list(known(c.get('session'))));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/documents/{source}/{id}',
      act: 'paper.read',
      summary: 'Gives the bytes of a paper of the asker',
      responses: { 200: { description: 'The paper', type: 'application/octet-stream' } },
    },
    async c => {
      const bytes = await papers.open(c.req.param('source')!, c.req.param('id')!, known(c.get('session')));
      return c.body(await bytes.arrayBuffer(), 200, {
        'content-type': bytes.type === '' ? 'application/octet-stream' : bytes.type,
        'cache-control': 'private, no-store',
        // Nothing that somebody filed or an office sent is ever shown as a page of the portal.
        'content-disposition': 'attachment',
      });
    },
  );
}
