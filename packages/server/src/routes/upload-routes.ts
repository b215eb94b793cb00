// Uploads over tus, and filing a dossier whose files went up before: the server composes the same package.

import type { Hono } from 'hono';
import type { BundleReceipts } from '@onceform/core';
import { composeDossier, readManifest } from '@onceform/dossier';
import * as schemas from '../api-schemas.ts';
import { requireGrant } from '../authorization.ts';
import { isAtDesk } from '../desk.ts';
import type { BundleFiling, Intake } from '../intake.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Person, PortalEnv } from '../session.ts';
import { PATH, type Uploads } from '../uploads.ts';
import { MOST, urnOf } from './dossier-routes.ts';

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
      const parts = await readParts(bytes, c.req.header('content-type')!);
      const filing = await composed(urnOf(c.req.param('id')!), parts, person, maxSize);
      const { answer, replayed } = await intake.file({ ...filing, person, atDesk: isAtDesk(c) });
      return c.json(answer, replayed ? 200 : 201);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/bundles/{id}/compose',
      act: 'dossier.file',
      summary:
        'Files all dossiers of one declaration, or none, whose large files went up before: each part is named by the id of its dossier, a slash, and its path in the package',
      body: { types: ['multipart/form-data'], limit: 8 << 20 },
      responses: {
        200: { description: 'Filed before with the same bytes: the same receipts', schema: schemas.bundleReceipts },
        201: { description: 'Filed now', schema: schemas.bundleReceipts },
        422: {
          description: 'A file is missing, or a package was not accepted: none is filed',
          schema: schemas.problem,
        },
      },
    },
    async (c, { bytes }) => {
      const person = c.get('session')!.person!;
      const bundle = urnOf(c.req.param('id')!);
      const dossiers = new Map<string, Map<string, Blob>>();
      for (const [name, content] of await readParts(bytes, c.req.header('content-type')!)) {
        const [, id, path] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
        if (id === undefined || path === undefined)
          throw refuse('ERR_REQUEST_INVALID', 'Each part is named by the id of its dossier and its path in it.');
        const parts = dossiers.get(urnOf(id)) ?? new Map<string, Blob>();
        dossiers.set(urnOf(id), parts.set(path, content));
      }
      if (dossiers.size > MOST) throw refuse('ERR_REQUEST_INVALID', `A bundle has at most ${MOST} dossiers.`);
      const packages: BundleFiling['packages'][number][] = [];
      let room = maxSize;
      for (const [id, parts] of dossiers) {
        const one = await composed(id, parts, person, room);
        room -= one.bytes.length;
        packages.push(one);
      }
      const { answer, replayed } = await intake.fileBundle({ id: bundle, packages, person, atDesk: isAtDesk(c) });
      return c.json({ bundle, receipts: answer } satisfies BundleReceipts, replayed ? 200 : 201);
    },
  );

  /** The package of a manifest and small files that came now, and of files that the same person sent before. */
  async function composed(
    id: string,
    parts: ReadonlyMap<string, Blob>,
    person: Person,
    room: number,
  ): Promise<BundleFiling['packages'][number]> {
    const contents = new Map(parts);
    const head = contents.get('dossier.json');
    contents.delete('dossier.json');
    if (head === undefined) throw refuse('ERR_REQUEST_INVALID', 'The part dossier.json is missing.');
    const manifest = readManifest(new Uint8Array(await head.arrayBuffer()));
    for (const file of manifest.files) {
      if (contents.has(file.path)) continue;
      const found = await uploads.content(person.id, file.sha256);
      if (found === null) throw refuse('ERR_DOSSIER_INVALID', `The file ${file.path} was not uploaded.`);
      contents.set(file.path, new Blob([found], { type: file.type }));
    }
    const built = await composeDossier(manifest, contents);
    if (built.size > room) throw refuse('ERR_PACKAGE_LIMIT', `What is filed at once has at most ${maxSize} bytes.`);
    return { id, bytes: await built.bytes(), mediaType: built.blob.type };
  }
}

/** Parts of a body by their names; a string is a part without a file name. */
async function readParts(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<ReadonlyMap<string, Blob>> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw refuse('ERR_REQUEST_INVALID', 'The body is no multipart/form-data.', { cause });
  });
  return new Map([...form].map(([name, value]) => [name, value instanceof Blob ? value : new Blob([value])]));
}
