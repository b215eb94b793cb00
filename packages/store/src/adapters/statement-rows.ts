// A statement as a row of the statement table, and back. Values and proofs are encrypted where there is a box, bound to
// the row and the pseudonym: a value moved to another person's row does not open.

import {
  canonicalJson,
  type AssuranceLevel,
  type Json,
  type LocalizedText,
  type SourceKind,
  type Statement,
} from '@onceform/core';
import type { BodyBox } from '../body-box.ts';
import type { About, Person } from '../source.ts';

export interface StatementRow {
  readonly id: string;
  readonly concept: string;
  readonly value: string | null;
  readonly absent_reason: string | null;
  readonly record_ref: string;
  readonly kind: string;
  readonly status: string;
  readonly level: string;
  readonly verified_at: string | null;
  readonly last_updated: string | null;
  readonly retrieved_at: string;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
  readonly revises: string | null;
  readonly proof: string | null;
  /** Value and proof are encrypted; false in rows that were written before there was a box. */
  readonly sealed: boolean;
}

export interface StatementRows {
  read(row: StatementRow, person: Person, about: About, pseudonym: string): Promise<Statement>;
  write(statement: Statement, pseudonym: string): Promise<StatementRow & { readonly about: string }>;
}

export function statementRows({
  id: source,
  name,
  box,
}: {
  readonly id: string;
  readonly name: LocalizedText;
  readonly box: BodyBox | undefined;
}): StatementRows {
  const place = (pseudonym: string, id: string, column: string): string => `statement/${pseudonym}/${id}/${column}`;

  return {
    async read(row, person, about, pseudonym) {
      const open = async (column: 'value' | 'proof'): Promise<unknown> => {
        const text = row[column];
        if (text === null) return undefined;
        if (row.sealed && box === undefined)
          throw new TypeError('These rows are encrypted: pass the box that they were written with.');
        return JSON.parse(row.sealed ? await box!.open(place(pseudonym, row.id, column), text) : text) as unknown;
      };
      const [value, proof] = await Promise.all([open('value'), open('proof')]);
      return {
        id: row.id,
        concept: row.concept,
        ...(value === undefined
          ? { absentReason: (row.absent_reason ?? 'unavailable') as NonNullable<Statement['absentReason']> }
          : { value: value as Json }),
        subject: { id: person.key, role: about },
        source: { id: source, name, kind: row.kind as SourceKind, recordRef: row.record_ref },
        verification: {
          status: row.status as Statement['verification']['status'],
          assuranceLevel: row.level as AssuranceLevel,
          ...(row.verified_at === null ? {} : { time: row.verified_at }),
        },
        lastUpdated: row.last_updated,
        retrievedAt: row.retrieved_at,
        ...(row.valid_from === null ? {} : { validFrom: row.valid_from }),
        ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
        ...(row.revises === null ? {} : { wasRevisionOf: row.revises }),
        ...(proof === undefined ? {} : { proof: proof as NonNullable<Statement['proof']> }),
      };
    },
    async write({ id, concept, value, subject, source: from, verification, proof, ...statement }, pseudonym) {
      const seal = async (column: 'value' | 'proof', text: string | null): Promise<string | null> =>
        text === null || box === undefined ? text : box.seal(place(pseudonym, id, column), text);
      return {
        id,
        about: subject.role,
        concept,
        value: await seal('value', value === undefined ? null : canonicalJson(value)),
        absent_reason: statement.absentReason ?? null,
        record_ref: from.recordRef,
        kind: from.kind,
        status: verification.status,
        level: verification.assuranceLevel,
        verified_at: verification.time ?? null,
        last_updated: statement.lastUpdated,
        retrieved_at: statement.retrievedAt,
        valid_from: statement.validFrom ?? null,
        valid_until: statement.validUntil ?? null,
        revises: statement.wasRevisionOf ?? null,
        proof: await seal('proof', proof ? JSON.stringify(proof) : null),
        sealed: box !== undefined,
      };
    },
  };
}
