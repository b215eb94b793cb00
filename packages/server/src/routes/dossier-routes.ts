// Filing, and reading what one filed.

import type { BundleReceipts, FilingResponse, LocalizedText, Receipt } from '@onceform/core';
import { SIGNED_TYPE, UNSIGNED_TYPE } from '@onceform/dossier';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { Database } from '../database.ts';
import type { FormRegistry } from '../form-registry.ts';
import { findFiled, packageKey } from '../dossier-index.ts';
import { isAtDesk } from '../desk.ts';
import type { BundleFiling, Intake } from '../intake.ts';
import type { ObjectStore } from '../object-store.ts';
import type { Api } from '../operation.ts';
import type { PassedOn, PassingOn } from '../passing-on.ts';
import { refuse } from '../problem.ts';
import type { Session } from '../session.ts';

interface DossierRow {
  readonly id: string;
  readonly owner: string;
  readonly sha256: string;
  readonly media_type: string;
  readonly status: string;
  readonly form_id: string;
  readonly form_version: string;
  readonly form_digest: string;
  readonly agency: string | null;
  readonly receipt: Receipt;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function dossierRoutes(
  api: Api,
  portal: {
    readonly intake: Intake;
    readonly db: Database;
    readonly objects: ObjectStore;
    readonly registry: FormRegistry;
    readonly passingOn: Pick<PassingOn, 'last'>;
    readonly maxSize: number;
  },
): void {
  const { intake, db, objects, registry, passingOn } = portal;

  const find = async (session: Session | null, path: string): Promise<DossierRow> => {
    const [row] = await db.query<DossierRow>('SELECT * FROM dossier WHERE id = $1', [urnOf(path)]);
    requireOwn(session, row?.owner);
    return row!;
  };
  interface Summary {
    readonly id: string;
    readonly status: string;
    readonly title: LocalizedText;
    readonly receipt: Receipt;
    readonly form: object;
    /** Another agency decides than the receipt says. */
    readonly passedOn?: PassedOn;
  }
  const summaries = async (rows: readonly DossierRow[]): Promise<readonly Summary[]> => {
    const elsewhere = rows.filter(({ agency, receipt }) => agency !== receipt.agency).map(({ id }) => id);
    const last = await passingOn.last(elsewhere);
    return rows.map(row => {
      const passedOn = last.get(row.id);
      return { ...summary(row), ...(passedOn === undefined ? {} : { passedOn }) };
    });
  };
  const summary = (row: DossierRow): Summary => ({
    id: row.id,
    status: row.status,
    title: row.receipt.title ?? registry.byDigest(row.form_digest)?.info.title ?? row.form_id,
    receipt: row.receipt,
    form: { id: row.form_id, version: row.form_version, digest: row.form_digest },
  });

  api.on(
    {
      method: 'put',
      path: '/api/dossiers/{id}',
      act: 'dossier.file',
      summary:
        'Files a dossier package under the id it was given in the browser; may be repeated until it is acknowledged',
      admits: true,
      body: { types: [UNSIGNED_TYPE, SIGNED_TYPE], limit: portal.maxSize },
      responses: {
        200: { description: 'Filed before with the same bytes: the same receipt', schema: schemas.receipt },
        201: { description: 'Filed now', schema: schemas.receipt },
        422: { description: 'Not accepted, or this id was filed with other bytes', schema: schemas.problem },
      },
    },
    async (c, { bytes, claim }) => {
      const { answer, replayed } = await intake.file({
        id: urnOf(c.req.param('id')!),
        bytes,
        mediaType: c.req.header('content-type')!.split(';')[0]!.trim(),
        get person() {
          return c.get('session')?.person ?? null;
        },
        atDesk: isAtDesk(c),
        ...(claim === null ? {} : { claim }),
      });
      return c.json(answer satisfies FilingResponse, replayed ? 200 : 201);
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/bundles/{id}',
      act: 'dossier.file',
      summary:
        'Files all dossiers of one declaration, or none: each part of the body is a package, named by its id. May be repeated until it is acknowledged',
      body: { types: ['multipart/form-data'], limit: portal.maxSize },
      responses: {
        200: { description: 'Filed before with the same bytes: the same receipts', schema: schemas.bundleReceipts },
        201: { description: 'Filed now', schema: schemas.bundleReceipts },
        422: {
          description: 'Not accepted, or an id was filed with other bytes: none is filed',
          schema: schemas.problem,
        },
      },
    },
    async (c, { bytes }) => {
      const bundle = urnOf(c.req.param('id')!);
      const packages = await readPackages(bytes, c.req.header('content-type')!);
      const { answer, replayed } = await intake.fileBundle({
        id: bundle,
        packages,
        person: c.get('session')!.person!,
        atDesk: isAtDesk(c),
      });
      return c.json({ bundle, receipts: answer } satisfies BundleReceipts, replayed ? 200 : 201);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/bundles/{id}',
      act: 'dossier.read',
      summary: 'Gives the receipts of a bundle that the asker filed',
      responses: { 200: { description: 'In the order of the bundle', schema: schemas.bundleReceipts } },
    },
    async c => {
      const bundle = urnOf(c.req.param('id')!);
      const rows = await findFiled(db, [], bundle);
      requireOwn(c.get('session'), rows[0]?.owner);
      c.header('cache-control', 'no-store');
      return c.json({ bundle, receipts: rows.map(({ receipt }) => receipt) } satisfies BundleReceipts);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/dossiers',
      act: 'dossier.read',
      summary: 'Lists the dossiers of the asker',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.dossierSummary) } },
    },
    async c => {
      const rows = await db.query<DossierRow>(
        'SELECT * FROM dossier WHERE owner = $1 ORDER BY received DESC LIMIT 200',
        [c.get('session')!.owner],
      );
      c.header('cache-control', 'no-store');
      return c.json(await summaries(rows));
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}',
      act: 'dossier.read',
      summary: 'Gives the state and receipt of one dossier',
      responses: { 200: { description: 'The dossier', schema: schemas.dossierSummary } },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json((await summaries([await find(c.get('session'), c.req.param('id')!)]))[0]!);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}/package',
      act: 'dossier.read',
      summary: 'Gives the package as it was filed, byte for byte',
      responses: { 200: { description: 'The package', type: UNSIGNED_TYPE } },
    },
    async c => {
      const row = await find(c.get('session'), c.req.param('id')!);
      const bytes = await objects.get(packageKey(row.sha256));
      if (bytes === null) throw refuse('ERR_INTERNAL', 'The package is not in the object store.');
      const extension = row.media_type === SIGNED_TYPE ? 'asice' : 'zip';
      return c.body(bytes, 200, {
        'content-type': row.media_type,
        'cache-control': 'private, no-store',
        'content-disposition': `attachment; filename="${row.receipt.code.replaceAll(/[^\w.-]/g, '_')}.${extension}"`,
        'repr-digest': `sha-256=:${Buffer.from(row.sha256, 'hex').toString('base64')}:`,
      });
    },
  );
}

/** A declaration has a handful of dossiers; more is an attack. */
export const MOST = 20;

async function readPackages(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<BundleFiling['packages']> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw refuse('ERR_REQUEST_INVALID', 'The body is no multipart/form-data.', { cause });
  });
  const parts = [...form];
  if (parts.length > MOST) throw refuse('ERR_REQUEST_INVALID', `A bundle has at most ${MOST} dossiers.`);
  return Promise.all(
    parts.map(async ([id, part]) => {
      if (typeof part === 'string' || ![UNSIGNED_TYPE, SIGNED_TYPE].includes(part.type as never))
        throw refuse('ERR_UPLOAD_TYPE', `The part "${id}" is no dossier package.`);
      return { id: urnOf(id), bytes: new Uint8Array(await part.arrayBuffer()), mediaType: part.type };
    }),
  );
}

/** Addresses hold the bare UUID or the whole URN. */
export function urnOf(path: string): string {
  const uuid = path.replace(/^urn:uuid:/, '').toLowerCase();
  if (!UUID.test(uuid)) throw refuse('ERR_NOT_FOUND', 'This is no dossier id.');
  return `urn:uuid:${uuid}`;
}
