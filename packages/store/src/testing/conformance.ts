// The acceptance suite of the source port. Framework-free: each case has a name and throws when the source fails it.
//
//   for (const { name, run } of sourceConformance(fixture)) it(name, run);

import { canonicalJson, jsonEqual, type ConceptId, type Json, type Statement } from '@onceform/core';
import type { About, CitizenDataSource, ItemResult, Person, SourceQuery } from '../source.ts';

export interface ConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What the suite must know of the data behind a source. */
export interface ConformanceFixture {
  /** A fresh source over the same data. */
  create(): CitizenDataSource | Promise<CitizenDataSource>;
  /** Someone it knows, and all it says about them. */
  readonly known: {
    readonly person: Person;
    readonly about?: About;
    readonly values: { readonly [concept: ConceptId]: Json };
  };
  /** Someone else it knows, for sources with more than one person. */
  readonly other?: { readonly person: Person; readonly values: { readonly [concept: ConceptId]: Json } };
  readonly unknown: Person;
  /** The optional parts of the port it has. */
  readonly has?: readonly ('relations' | 'put' | 'report' | 'usage')[];
  /** The same source with nothing behind it that works. */
  broken?(): CitizenDataSource;
}

export function sourceConformance(fixture: ConformanceFixture): ConformanceCase[] {
  const { known, other, unknown } = fixture;
  const about = known.about ?? 'self',
    concepts = Object.keys(known.values);
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: (source: CitizenDataSource) => Promise<void>): void => {
    cases.push({ name, run: async () => run(await fixture.create()) });
  };

  add('describes itself, the same every time', async source => {
    const { id, name, concepts: given, assuranceLevel } = source.describe();
    check(id !== '' && name !== '' && new Set(given).size === given.length, 'id, name and distinct concepts');
    check(['low', 'substantial', 'high'].includes(assuranceLevel), 'an assurance level');
    check(
      jsonEqual(source.describe() as unknown as Json, source.describe() as unknown as Json),
      'the same description',
    );
    check(
      concepts.every(concept => given.includes(concept)),
      'every concept of the fixture is described',
    );
  });

  add('gives the values it has, each in a whole statement', async source => {
    const [result] = await answers(source, queryFor(known.person, about, [concepts]));
    const statements = result?.statements ?? [];
    for (const [concept, value] of Object.entries(known.values)) {
      const statement = statements.find(one => one.concept === concept);
      check(statement !== undefined && jsonEqual(statement.value, value), `the value of ${concept}`);
    }
    for (const statement of statements) wholeStatement(statement, source, known.person, about);
    check(new Set(statements.map(({ id }) => id)).size === statements.length, 'distinct statement ids');
  });

  add('answers every item once, and only what was asked', async source => {
    const results = await answers(
      source,
      queryFor(
        known.person,
        about,
        concepts.map(concept => [concept]),
      ),
    );
    check(
      jsonEqual(results.map(({ item }) => item).sort(), concepts.map((_, i) => `item-${i}`).sort()),
      'each item exactly once',
    );
    for (const result of results) {
      const asked = concepts[Number(result.item.slice(5))];
      check(
        result.statements.every(({ concept }) => concept === asked),
        'no statement that was not asked for',
      );
    }
  });

  add('says not-found about a person it does not know, never an empty value', async source => {
    for (const result of await answers(source, queryFor(unknown, about, [concepts]))) {
      check(result.statements.length === 0 && result.absent === 'not-found', 'absent: not-found');
    }
  });

  add('has nothing to say about a concept it did not describe', async source => {
    const results = await answers(source, queryFor(known.person, about, [['no.such.concept']]));
    check(
      results.every(({ statements }) => statements.length === 0),
      'no statement',
    );
  });

  add('does not answer for the person when asked about somebody else', async source => {
    const results = await answers(source, queryFor(known.person, 'nobody-in-particular', [concepts]));
    check(
      results.every(({ statements }) => statements.length === 0),
      'no statement',
    );
  });

  if (other) {
    add('keeps people apart when asked about two at once', async source => {
      const [mine, theirs] = await Promise.all(
        [known, other].map(async ({ person, values }) => ({
          person,
          values,
          statements: (await answers(source, queryFor(person, about, [Object.keys(values)]))).flatMap(
            result => result.statements,
          ),
        })),
      );
      for (const { person, values, statements } of [mine!, theirs!]) {
        check(
          statements.length > 0 && statements.every(({ subject }) => subject.id === person.key),
          'statements about the asked person only',
        );
        check(
          statements.every(({ concept, value }) => value === undefined || jsonEqual(value, values[concept])),
          'the values of the asked person only',
        );
      }
    });
  }

  add('leaves the query alone, and its answers do not leak into the next', async source => {
    const query = frozen(queryFor(known.person, about, [concepts]));
    const first = await answers(source, query);
    const before = canonicalJson(first.map(({ statements }) => statements.map(({ value }) => value ?? null)));
    for (const { statements } of first) {
      for (const statement of statements)
        try {
          (statement as { value?: Json }).value = 'tampered';
        } catch {
          /* frozen is fine */
        }
    }
    const second = await answers(source, query);
    check(
      canonicalJson(second.map(({ statements }) => statements.map(({ value }) => value ?? null))) === before,
      'the same values again',
    );
  });

  add('ends soon when it is told to stop', async source => {
    const controller = new AbortController();
    controller.abort();
    const ended = answers(source, queryFor(known.person, about, [concepts]), controller.signal).then(
      () => true,
      () => true,
    );
    check(
      await Promise.race([ended, new Promise<boolean>(resolve => setTimeout(() => resolve(false), 500))]),
      'an end within half a second',
    );
  });

  add('tells its health', async source => {
    check(typeof (await source.health()).healthy === 'boolean', 'healthy or not');
  });

  if (fixture.broken) {
    const broken = fixture.broken.bind(fixture);
    cases.push({
      name: 'fails aloud when what is behind it fails, and names no person and no value in the error',
      async run() {
        let failure: unknown;
        const results = await answers(broken(), queryFor(known.person, about, [concepts])).catch((error: unknown) => {
          failure = error;
          return [];
        });
        check(
          failure !== undefined || results.every(({ absent }) => absent !== undefined && absent !== 'not-found'),
          'an error or a reason, not "not found"',
        );
        for (let error = failure; error !== undefined; error = (error as { cause?: unknown }).cause) {
          const text = String(error) + JSON.stringify(error);
          const secrets = [
            known.person.key,
            ...Object.values(known.values).map(value => (typeof value === 'string' ? value : canonicalJson(value))),
          ];
          check(
            secrets.every(secret => !text.includes(secret)),
            'no key and no value in the error',
          );
        }
      },
    });
  }

  const has = new Set(fixture.has ?? []);
  add('has the optional parts it is said to have, and no other', async source => {
    for (const part of ['relations', 'put', 'report', 'usage'] as const)
      check((source[part] !== undefined) === has.has(part), `${part}: ${has.has(part)}`);
  });

  if (has.has('relations'))
    add('confirms only relations it described, and itself only for the asked person', async source => {
      const described = source.describe().relations ?? [];
      for (const { relation, person } of await source.relations!(known.person, new AbortController().signal)) {
        check(
          relation === 'self' ? person.key === known.person.key : described.includes(relation),
          'a described relation',
        );
      }
      check(
        (await source.relations!(unknown, new AbortController().signal)).every(({ relation }) => relation === 'self'),
        'no relations of a stranger',
      );
    });

  if (has.has('put'))
    add('keeps what is put as a new revision, refuses to overwrite unseen changes, upgrades nothing', async source => {
      const concept = concepts[0]!;
      const statement = (id: string, value: Json, revises?: string): Statement => ({
        id,
        concept,
        value,
        subject: { id: known.person.key, role: about },
        source: { id: source.describe().id, name: source.describe().name, kind: 'self-declared', recordRef: 'told-1' },
        verification: { status: 'unverified', assuranceLevel: 'low' },
        lastUpdated: '2026-11-22',
        retrievedAt: '2026-11-22T08:00:00Z',
        ...(revises ? { wasRevisionOf: revises } : {}),
      });
      const told = async (): Promise<readonly Statement[]> =>
        (await answers(source, queryFor(known.person, about, [[concept]])))
          .flatMap(({ statements }) => statements)
          .filter(({ source: { recordRef } }) => recordRef === 'told-1');
      const { revision } = await source.put!(known.person, [statement('told:1', 'first')]);
      check(
        (await told()).every(({ verification }) => verification.status === 'unverified') && (await told()).length === 1,
        'what was told, unverified',
      );
      const next = await source.put!(known.person, [statement('told:2', 'second', 'told:1')], revision);
      check(next.revision > revision, 'a later revision');
      check(
        jsonEqual(
          (await told()).map(({ value }) => value ?? null),
          ['second'],
        ),
        'the revision in place of what it revises',
      );
      const refused = await source.put!(known.person, [statement('told:3', 'third', 'told:1')], revision).then(
        () => null,
        (error: unknown) => error,
      );
      check((refused as { code?: string } | null)?.code === 'ERR_CONFLICT', 'ERR_CONFLICT for an outdated revision');
      check(
        jsonEqual(
          (await told()).map(({ value }) => value ?? null),
          ['second'],
        ),
        'nothing written by a refused put',
      );
    });

  if (has.has('report'))
    add('opens one ticket for one report, however often it is sent', async source => {
      const report = { id: 'r-1', person: known.person, concept: concepts[0]!, recordRef: 'x', reason: 'It is wrong.' };
      const [first, second] = [await source.report!(report), await source.report!(report)];
      check(first.ticket !== '' && first.ticket === second.ticket, 'the same ticket');
      check(
        (await source.report!({ ...report, id: 'r-2' })).ticket !== first.ticket,
        'another ticket for another report',
      );
    });

  if (has.has('usage'))
    add('shows the use of a person\u2019s data newest first, in the findUsage shape', async source => {
      const times: string[] = [];
      for await (const { logtime, action, receiverCode } of source.usage!(known.person)) {
        check(
          action !== '' && receiverCode !== '' && !Number.isNaN(Date.parse(logtime)),
          'logtime, action and receiverCode',
        );
        times.push(logtime);
      }
      check(jsonEqual(times, times.toSorted().reverse()), 'newest first');
    });

  return cases;
}

export function queryFor(person: Person, about: About, items: readonly (readonly ConceptId[])[]): SourceQuery {
  return {
    id: 'q-1',
    person,
    about,
    items: items.map((members, i) => ({ id: `item-${i}`, concept: members[0] ?? 'record', members })),
    purpose: { code: 'test', text: 'Test', legalBasis: 'explicit-request' },
    requester: 'https://portal.example',
    issue: 'draft-1',
  };
}

async function answers(
  source: CitizenDataSource,
  query: SourceQuery,
  signal = new AbortController().signal,
): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for await (const result of source.query(query, signal)) results.push(result);
  return results;
}

function wholeStatement(statement: Statement, source: CitizenDataSource, person: Person, about: About): void {
  const { subject, source: from, verification, lastUpdated, retrievedAt, value, absentReason } = statement;
  check(subject.id === person.key && subject.role === about, 'the asked person and aspect as subject');
  check(from.id === source.describe().id && from.recordRef !== '', 'its own id and a record reference');
  check(verification.status !== undefined && verification.assuranceLevel !== undefined, 'a verification');
  check(lastUpdated === null || !Number.isNaN(Date.parse(lastUpdated)), 'a date of last change, or null');
  check(!Number.isNaN(Date.parse(retrievedAt)), 'a time of retrieval');
  check((value === undefined) === (absentReason !== undefined), 'a value or a reason, not both');
  check(value !== null && value !== '', 'no empty value in place of a reason');
  if (value !== undefined) canonicalJson(value);
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`The source does not conform: expected ${what}.`);
}
