// Publishing: a definition comes over the API, is judged and compiled in a process of its own, and becomes a numbered
// version that never changes. Definitions and modules are objects, so every node offers the same.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OnceFormError, sha256, type JsonObject, type LocalizedText } from '@onceform/core';
import type { LintFinding } from '@onceform/compiler';
import type { Compilation } from './compile-definition.ts';
import type { Database } from './database.ts';
import {
  compareVersions,
  loadForm,
  slugOf,
  type FormRegistry,
  type RegisteredForm,
  type RegistryOptions,
  type Repeal,
} from './form-registry.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse, refuseChange } from './problem.ts';

/** A version as the registry tells it. */
export interface PublishedVersion {
  /** Counts the publications of a form; null for one that came with the portal. */
  readonly no: number | null;
  readonly version: string;
  readonly digest: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly state: 'current' | 'superseded' | 'not-valid' | 'repealed';
}

export interface PublishRequest {
  readonly definition: JsonObject;
  /** First day it is offered; today when absent. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface Publications {
  /**
   * Judges a definition without publishing it.
   *
   * @throws {OnceFormError} ERR_DEFINITION_INVALID and others, with what lint found in `data.findings`.
   */
  check(definition: JsonObject): Promise<Compilation>;
  /**
   * @returns the version with its number; `replayed` when these very bytes stand under it already.
   * @throws {OnceFormError} as `check`; ERR_CONFLICT when the version is not newer than all before, or another form has
   *   the same last segment of its `$id`.
   */
  publish(
    request: PublishRequest,
    by: string,
  ): Promise<{
    readonly form: RegisteredForm;
    readonly no: number;
    readonly findings: readonly LintFinding[];
    readonly replayed: boolean;
  }>;
  /** @throws {OnceFormError} ERR_NOT_FOUND; ERR_CONFLICT when it was repealed before, or for a day that is over. */
  repeal(repeal: Repeal, by: string): Promise<void>;
  versions(slug: string): Promise<readonly PublishedVersion[]>;
  /**
   * Takes in what other nodes published; asks at most every two seconds. A version that cannot be had now is offered later;
   * a node that has only begun fails instead.
   */
  fresh(): Promise<void>;
}

interface Row {
  readonly form_id: string;
  readonly no: number;
  readonly version: string;
  readonly slug: string;
  readonly digest: string;
  readonly address: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
}

const FRESH = 2000;
const ROWS = `SELECT form_id, no, version, slug, digest, address, valid_from::text, valid_until::text FROM form_version`;

export function createPublications({
  db,
  objects,
  registry,
  forms: { folder, compile },
  clock,
  today,
  onError = () => undefined,
}: {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly registry: FormRegistry;
  readonly forms: Pick<RegistryOptions, 'folder' | 'compile'>;
  /** Told why a version of another node is not offered yet. */
  readonly onError?: (error: unknown) => void;
  readonly clock: () => Date;
  readonly today: () => string;
}): Publications {
  let seen = '',
    asked = 0,
    asking: Promise<void> | null = null;

  async function check(definition: JsonObject): Promise<Compilation> {
    const file = join(folder, 'incoming', `${randomUUID()}.form.json`);
    await mkdir(join(folder, 'incoming'), { recursive: true });
    await writeFile(file, JSON.stringify(definition)); // the order of members is the order of the questions
    try {
      for await (const outcome of compile([file], folder, { lint: true })) {
        if (outcome.ok) return outcome.result;
        const { code, message, pointer, data } = outcome;
        throw new OnceFormError(code, message, { data: { ...data }, ...(pointer === undefined ? {} : { pointer }) });
      }
      throw new OnceFormError('ERR_INTERNAL', 'The compiler said nothing.');
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The form of a row, from this node's folder, or from the object store when another node compiled it. */
  async function load({
    digest,
    address,
    valid_from,
    valid_until,
  }: Omit<Row, 'no' | 'form_id'>): Promise<RegisteredForm> {
    const local = join(folder, address);
    const there = await readdir(local).catch((): string[] => []);
    if (!there.includes('form.js')) {
      // All of it or nothing: what a broken call leaves half would be taken for the form ever after.
      const incoming = join(folder, 'incoming', randomUUID());
      await mkdir(incoming, { recursive: true });
      try {
        for await (const key of objects.list(`forms/${address}/`))
          await writeFile(join(incoming, key.split('/').at(-1)!), (await objects.get(key))!);
        await writeFile(join(incoming, 'package.json'), '{"type":"module"}\n');
        await rm(local, { recursive: true, force: true });
        await rename(incoming, local);
      } finally {
        await rm(incoming, { recursive: true, force: true });
      }
    }
    const form = await loadForm(local, { digest, address });
    const validFrom = [form.validFrom ?? '', valid_from].sort().at(-1)!;
    const validUntil = [form.validUntil, valid_until ?? undefined].filter(day => day !== undefined).sort()[0];
    return { ...form, validFrom, ...(validUntil === undefined ? {} : { validUntil }) };
  }

  /** @returns why a version could not be had; null: everything is there. */
  async function refresh(): Promise<unknown> {
    const [revision] = await db.query<{ versions: number; repeals: number }>(
      'SELECT (SELECT count(*) FROM form_version)::int AS versions, (SELECT count(*) FROM form_repeal)::int AS repeals',
    );
    asked = clock().getTime();
    const now = JSON.stringify(revision);
    if (now === seen) return null;
    let missing: unknown = null;
    for (const row of await db.query<Row>(`${ROWS} ORDER BY form_id, no`)) {
      if (registry.byDigest(row.digest) !== undefined) continue;
      await load(row).then(
        form => registry.admit(form),
        (error: unknown) => (missing = error),
      );
    }
    registry.setRepeals(
      await db.query<Repeal>(
        `SELECT slug, nullif(version, '*') AS version, from_day::text AS "from", reason, replaced_by AS "replacedBy" FROM form_repeal`,
      ),
    );
    if (missing === null) seen = now;
    return missing;
  }

  const fresh = (): Promise<void> => {
    if (clock().getTime() - asked < FRESH && asked !== 0) return Promise.resolve();
    return (asking ??= refresh()
      .then(missing => {
        if (missing === null) return;
        if (seen === '') throw missing;
        onError(missing);
      })
      .finally(() => (asking = null)));
  };
  /** Before a version is published all others have to be known. */
  const freshWhole = async (): Promise<void> => {
    const missing = await refresh();
    if (missing !== null) throw missing;
  };

  return {
    check,
    fresh,
    async publish({ definition, validFrom = today(), validUntil }, by) {
      if (validFrom < today()) throw refuseChange('A form cannot be published for a day that is over.');
      await freshWhole();
      const compilation = await check(definition);
      const { id, version, digest, address, findings = [] } = compilation;
      const slug = slugOf(id);
      const versions = registry.versions(slug);
      const same = versions.find(({ info }) => info.version === version);
      if (same?.info.digest === digest) {
        const [row] = await db.query<{ no: number }>(
          'SELECT no FROM form_version WHERE form_id = $1 AND version = $2',
          [id, version],
        );
        return { form: same, no: row?.no ?? 0, findings, replayed: true };
      }
      if (versions.some(({ info }) => info.id !== id))
        throw refuseChange(`Another form is called "${slug}" already: ${versions[0]!.info.id}.`);
      if (versions[0] !== undefined && compareVersions(version, versions[0].info.version) <= 0)
        throw refuseChange(
          `Version ${version} is not newer than ${versions[0].info.version}. A published version never changes.`,
        );
      const bytes = new TextEncoder().encode(JSON.stringify(definition));
      const key = `definitions/${await sha256(bytes)}.json`;
      await objects.put(key, bytes);
      const local = join(folder, address);
      for (const name of await readdir(local))
        if (name.endsWith('.js')) await objects.put(`forms/${address}/${name}`, await readFile(join(local, name)));
      const [row] = await db.query<{ no: number }>(
        `INSERT INTO form_version (form_id, no, version, slug, digest, address, definition, valid_from, valid_until, published, by)
         SELECT $1, coalesce(max(no), 0) + 1, $2, $3, $4, $5, $6, $7::date, $8::date, $9, $10 FROM form_version WHERE form_id = $1
         ON CONFLICT DO NOTHING RETURNING no`,
        [id, version, slug, digest, address, key, validFrom, validUntil ?? null, clock(), by],
      );
      if (row === undefined) throw refuseChange('Somebody else published a version of it a moment ago.');
      await refresh();
      return { form: registry.byDigest(digest)!, no: row.no, findings, replayed: false };
    },
    async repeal({ slug, version, from, reason, replacedBy }, by) {
      if (from < today()) throw refuseChange('What was offered on a day that is over stays so.');
      const versions = registry.versions(slug);
      if (versions.length === 0 || (version !== null && !versions.some(({ info }) => info.version === version)))
        throw refuse('ERR_NOT_FOUND', 'There is no such form, or no such version of it.');
      if (replacedBy !== null && registry.versions(replacedBy).length === 0)
        throw refuse('ERR_NOT_FOUND', `There is no form "${replacedBy}" to use instead.`);
      const rows = await db.query(
        `INSERT INTO form_repeal (slug, version, from_day, reason, replaced_by, published, by)
         VALUES ($1, $2, $3::date, $4::jsonb, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1`,
        [slug, version ?? '*', from, JSON.stringify(reason satisfies LocalizedText), replacedBy, clock(), by],
      );
      if (rows.length === 0) throw refuseChange('This has been repealed already.');
      await refresh();
    },
    async versions(slug) {
      const rows = await db.query<Row>(`${ROWS} WHERE slug = $1`, [slug]);
      return registry.versions(slug).map(form => ({
        no: rows.find(({ version }) => version === form.info.version)?.no ?? null,
        version: form.info.version,
        digest: form.info.digest,
        validFrom: form.validFrom ?? null,
        validUntil: form.validUntil ?? null,
        state: registry.standing(form, today()).state,
      }));
    },
  };
}
