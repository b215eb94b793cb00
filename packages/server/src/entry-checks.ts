// Answers that a desk copied from paper are marked until an officer has compared them with it. The package is never
// touched: what was found stands beside it, with who found it and why something else is right, and what is computed from
// a corrected answer is computed again.

import {
  jsonEqual,
  parsePointer,
  valueAt,
  withValueAt,
  type CountryPack,
  type Issue,
  type Json,
  type JsonObject,
  type Pointer,
  type PublishedRule,
} from '@onceform/core';
import { checkPublishedRules, recompute } from '@onceform/core/cel';
import { CONTENT_FILES, readPackage, type Provenance } from '@onceform/dossier';
import type { Audit } from './audit.ts';
import type { Database, Queryable } from './database.ts';
import { packageKey } from './dossier-index.ts';
import type { FormRegistry } from './form-registry.ts';
import { agencyOf } from './handling.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import { secretBox } from './secret-box.ts';
import type { Person } from './session.ts';

/** What an officer says of one marked answer: as on the paper, or what the paper says instead. */
export interface EntryVerdict {
  readonly pointer: Pointer;
  /** Another value, with the reason; absent: the answer is as on the paper. */
  readonly value?: Json;
  readonly reason?: string;
}

/** An answer that a desk entered, and what became of its mark; or a value that the corrections make another. */
export interface MarkedEntry {
  readonly pointer: Pointer;
  /** Nobody entered it: it is computed from what was corrected, and `check` is the latest of the corrections. */
  readonly computed?: true;
  /** As it was filed. */
  readonly filed: Json;
  /** Null while the answer is marked. */
  readonly check: {
    /** RFC 3339. */
    readonly at: string;
    /** The pairwise id of the officer, as in the audit, and the name the agency knows. */
    readonly by: string;
    readonly name: string;
    /** What stands there now; null for a computed value that has nothing to be computed from any more. */
    readonly value?: Json;
    readonly reason?: string;
  } | null;
}

export interface EntryChecks {
  /**
   * The answers of a dossier that a desk entered, in the order of their pointers, then the computed values that the
   * corrections change. Looking is written down.
   */
  list(officer: Person, dossier: string): Promise<readonly MarkedEntry[]>;
  /**
   * Takes the marks away: all of the verdicts, or none. A later verdict on the same answer replaces the earlier one, and
   * both stay in the audit.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when another agency decides on it; ERR_REQUEST_INVALID for an answer that no desk
   *   entered, or a correction without a reason; ERR_DOSSIER_INVALID with issues when the form does not take the value.
   */
  check(officer: Person, dossier: string, verdicts: readonly EntryVerdict[]): Promise<readonly MarkedEntry[]>;
  /** @throws {OnceFormError} ERR_CONFLICT while answers of the dossier are marked. */
  requireChecked(officer: Person, dossier: string): Promise<void>;
}

interface Filed {
  readonly data: JsonObject;
  readonly entered: readonly Pointer[];
  readonly digest: string;
  /** The package's own. */
  rules(): Promise<{ readonly rules: readonly PublishedRule[]; readonly dataSchema: JsonObject }>;
}

export function createEntryChecks(options: {
  readonly db: Database;
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly registry: Pick<FormRegistry, 'byDigest'>;
  readonly pack: Pick<CountryPack, 'functions'>;
  readonly secret: Uint8Array;
  readonly audit: Audit;
  readonly clock: () => Date;
}): EntryChecks {
  const { db, objects, registry, pack, audit, clock } = options;
  const box = secretBox(options.secret, 'entry-check');

  async function filed(officer: Person, dossier: string): Promise<Filed> {
    const [row] = await db.query<{ sha256: string; digest: string; channel: string }>(
      'SELECT sha256, form_digest AS digest, channel FROM dossier WHERE id = $1 AND agency = $2',
      [dossier, agencyOf(officer)],
    );
    if (row === undefined) throw refuse('ERR_NOT_FOUND', 'Your agency decides on no such dossier.');
    // Intake takes entries of officers from desks only.
    if (row.channel === 'online')
      return { data: {}, entered: [], digest: row.digest, rules: async () => ({ rules: [], dataSchema: {} }) };
    const bytes = await objects.get(packageKey(row.sha256));
    if (bytes === null) throw refuse('ERR_INTERNAL', 'The package is not in the object store.');
    const reader = await readPackage(bytes);
    const read = async (path: string): Promise<Json> =>
      JSON.parse(new TextDecoder().decode(await reader.bytes(path))) as Json;
    const { answers } = (await read(CONTENT_FILES.provenance)) as unknown as Provenance;
    const entered = Object.keys(answers).filter(pointer => answers[pointer]!.origin === 'officer-entered');
    return {
      data: (await read(CONTENT_FILES.data)) as JsonObject,
      entered: entered.sort(),
      digest: row.digest,
      rules: async () => ({
        rules: (await read(CONTENT_FILES.rules)) as unknown as readonly PublishedRule[],
        dataSchema: (await read(CONTENT_FILES.schema)) as JsonObject,
      }),
    };
  }

  /** The answers with what officers put in place of some of them, and every computed value computed again. */
  async function corrected({ data, rules }: Filed, corrections: ReadonlyMap<Pointer, Json>) {
    const put = [...corrections].reduce<JsonObject>(
      (all, [pointer, value]) => withValueAt(all, parsePointer(pointer), value) as JsonObject,
      data,
    );
    const published = await rules();
    return recompute(published.rules, put, { dataSchema: published.dataSchema, functions: pack.functions });
  }

  /** As {@link marked}, with the computed values that the corrections change. */
  async function listed(filed: Filed, dossier: string, tx?: Queryable): Promise<readonly MarkedEntry[]> {
    const entries = await marked(filed, dossier, tx);
    const corrections = entries.filter(({ check }) => check?.value !== undefined);
    if (corrections.length === 0) return entries;
    const { data, changed } = await corrected(filed, valuesOf(corrections));
    const { at, by, name } = corrections.map(({ check }) => check!).reduce((a, b) => (b.at > a.at ? b : a));
    const computed = changed.toSorted().map((pointer): MarkedEntry => ({
      pointer,
      computed: true,
      filed: valueAt(filed.data, pointer) ?? null,
      check: { at, by, name, value: valueAt(data, pointer) ?? null },
    }));
    return [...entries, ...computed];
  }

  async function marked(
    { data, entered }: Filed,
    dossier: string,
    tx: Queryable = db,
  ): Promise<readonly MarkedEntry[]> {
    const rows = await tx.query<{ pointer: Pointer; at: Date; by: string; body: Uint8Array }>(
      'SELECT DISTINCT ON (pointer) pointer, at, by, body FROM entry_check WHERE dossier = $1 ORDER BY pointer, id DESC',
      [dossier],
    );
    const found = new Map(rows.map(row => [row.pointer, row]));
    return entered.map(pointer => {
      const row = found.get(pointer);
      return {
        pointer,
        filed: valueAt(data, pointer) ?? null,
        check:
          row === undefined
            ? null
            : {
                at: row.at.toISOString(),
                by: row.by,
                ...box.open<Said & JsonObject>(`${dossier}${pointer}`, row.body),
              },
      };
    });
  }

  /** The form judges the answers as they are with every correction in place. */
  async function judge(filed: Filed, entries: readonly MarkedEntry[], verdicts: readonly EntryVerdict[]) {
    const form = registry.byDigest(filed.digest)?.compiled;
    if (form === undefined)
      throw refuse('ERR_FORM_UNKNOWN', 'This portal does not hold the form of the dossier any more.');
    const corrections = valuesOf(entries);
    for (const { pointer, value } of verdicts) {
      if (value === undefined) corrections.delete(pointer);
      else corrections.set(pointer, value);
    }
    const { data: now } = await corrected(filed, corrections);
    const { rules, dataSchema } = await form.documents();
    const checks = rules.filter(({ kind }) => kind === 'check');
    const issues = [
      ...form.validators.whole(now).map(({ instancePath, keyword, params }): Issue => ({
        pointer: instancePath,
        keyword,
        severity: 'error',
        params: params as Issue['params'],
      })),
      ...checkPublishedRules(checks, now, { dataSchema, functions: pack.functions }),
    ].filter(({ severity }) => severity === 'error');
    if (issues.length > 0)
      throw refuse('ERR_DOSSIER_INVALID', 'The form does not take the corrected value.', {
        issues,
        message: { vi: vi.CORRECTION_REFUSED, en: en.CORRECTION_REFUSED },
      });
  }

  return {
    async list(officer, dossier) {
      const entries = await listed(await filed(officer, dossier), dossier);
      await audit(officer.id, 'entries.list', dossier);
      return entries;
    },
    async check(officer, dossier, verdicts) {
      const now = await filed(officer, dossier);
      for (const { pointer, value, reason } of verdicts) {
        if (!now.entered.includes(pointer))
          throw refuse('ERR_REQUEST_INVALID', `No desk entered the answer at "${pointer}".`);
        if ((value === undefined) !== ((reason ?? '').trim() === ''))
          throw refuse('ERR_REQUEST_INVALID', 'A correction is a value with a reason.');
      }
      return db.transaction(async tx => {
        // Two officers at the same dossier: the corrections of one are judged with those of the other.
        await tx.query('SELECT 1 FROM dossier WHERE id = $1 FOR UPDATE', [dossier]);
        if (verdicts.some(({ value }) => value !== undefined))
          await judge(now, await marked(now, dossier, tx), verdicts);
        for (const { pointer, value, reason } of verdicts) {
          const said: Said = {
            name: officer.name,
            ...(value === undefined || jsonEqual(value, valueAt(now.data, pointer)) ? {} : { value, reason: reason! }),
          };
          const at = clock();
          await tx.query('INSERT INTO entry_check (dossier, pointer, at, by, body) VALUES ($1, $2, $3, $4, $5)', [
            dossier,
            pointer,
            at,
            officer.id,
            box.seal(`${dossier}${pointer}`, said as unknown as Json),
          ]);
          if (said.value !== undefined)
            await tx.query(
              `INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'corrected', $3, $4::jsonb)`,
              [dossier, at, officer.id, JSON.stringify({ pointer, reason })],
            );
          await audit(
            officer.id,
            said.value === undefined ? 'entry.check' : 'entry.correct',
            `${dossier}${pointer}`,
            tx,
          );
        }
        return listed(now, dossier, tx);
      });
    },
    async requireChecked(officer, dossier) {
      const waiting = (await marked(await filed(officer, dossier), dossier)).filter(({ check }) => check === null);
      if (waiting.length > 0)
        throw refuse('ERR_CONFLICT', `${waiting.length} answers that a desk entered have not been checked yet.`, {
          message: { vi: vi.ENTRIES_UNCHECKED, en: en.ENTRIES_UNCHECKED },
        });
    },
  };
}

const valuesOf = (entries: readonly MarkedEntry[]): Map<Pointer, Json> =>
  new Map(entries.flatMap(({ pointer, check }) => (check?.value === undefined ? [] : [[pointer, check.value]])));

interface Said {
  readonly name: string;
  readonly value?: Json;
  readonly reason?: string;
}
