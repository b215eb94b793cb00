// Uploads over tus, and filing a dossier whose files went up before: the server composes the same package.

import type { Hono } from 'hono';
import { isOnceFormError, type DossierManifest } from '@onceform/core';
import { composeDossier, readManifest } from '@onceform/dossier';
import * as schemas from '../api-schemas.ts';
import { requireGrant } from '../authorization.ts';
import type { Intake } from '../intake.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { PortalEnv } from '../session.ts';
import { PATH, type Uploads } from '../uploads.ts';
import { urnOf } from './dossier-routes.ts';

export function uploadRoutes(
  app: Hono<PortalEnv>,
  api: Api,
  {
    uploads,
    intake,
    maxSize,
  }: {
    readonly uploads: Uploads;
    readonly intake: Intake;
    readonly maxSize: number;
  },
): void {
  const tus = async (
    request: Request,
    session: PortalEnv['Variables']['session'],
    id: string | null,
  ): Promise<Response> => {
    requireGrant(session, 'upload.write');
    if (session === null) throw refuse('ERR_UNAUTHENTICATED', 'An upload belongs to a session.');
    return uploads.handle(request, session.owner, id);
  };
  app.post(PATH, c => tus(c.req.raw, c.get('session'), null));
  // Hono looks for the GET route of a HEAD request. What is uploaded cannot be fetched again, only asked about.
  app.on(['GET', 'PATCH', 'DELETE'], `${PATH}/:id`, c => {
    if (c.req.raw.method === 'GET') throw refuse('ERR_NOT_FOUND', 'Uploads cannot be read.');
    return tus(c.req.raw, c.get('session'), c.req.param('id')!);
  });

  api.on(
    {
      method: 'post',
      path: '/api/dossiers/{id}/compose',
      act: 'dossier.file',
      summary:
        'Files a dossier whose large files went up before: its manifest and small files come here, the rest is found by digest',
      body: { types: ['multipart/form-data'], limit: 8 << 20 },
      responses: {
        200: { description: 'Filed before with the same bytes: the same receipt', schema: schemas.receipt },
        201: {
          description: 'Filed now; the receipt names the digest of the composed package',
          schema: schemas.receipt,
        },
        422: { description: 'A file is missing, or the package was not accepted', schema: schemas.problem },
      },
    },
    async (c, { bytes }) => {
      const person = c.get('session')!.person!;
      const { manifest, contents } = await readParts(bytes, c.req.header('content-type')!);
      for (const file of manifest.files) {
        if (contents.has(file.path)) continue;
        const found = await uploads.content(person.id, file.sha256);
        if (found === null) throw refuse('ERR_DOSSIER_INVALID', `The file ${file.path} was not uploaded.`);
        contents.set(file.path, new Blob([found], { type: file.type }));
      }
      const built = await composeDossier(manifest, contents);
      if (built.size > maxSize) throw refuse('ERR_PACKAGE_LIMIT', `A dossier has at most ${maxSize} bytes.`);
      const { answer, replayed } = await intake.file({
        id: urnOf(c.req.param('id')!),
        bytes: await built.bytes(),
        mediaType: built.blob.type,
        person,
      });
      return c.json(answer, replayed ? 200 : 201);
    },
  );
}

/** The part `dossier.json` is the manifest; every other part is named by its path in the package. */
async function readParts(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<{ manifest: DossierManifest; contents: Map<string, Blob> }> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const contents = new Map<string, Blob>();
    for (const [path, value] of form) contents.set(path, value instanceof Blob ? value : new Blob([value]));
    const manifest = contents.get('dossier.json');
    contents.delete('dossier.json');
    if (manifest === undefined) throw refuse('ERR_REQUEST_INVALID', 'The part dossier.json is missing.');
    return { manifest: readManifest(new Uint8Array(await manifest.arrayBuffer())), contents };
  } catch (cause) {
    if (isOnceFormError(cause)) throw cause;
    throw refuse('ERR_REQUEST_INVALID', 'The body is no multipart/form-data.', { cause });
  }
}
