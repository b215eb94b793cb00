// Who is meant by a role of a form: the applicant, or someone a register confirms a relation to. Nobody else.

import type { LocalizedText, SourceRef, SubjectRole } from '@onceform/core';
import { withDeadline } from './deadline.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { About, CitizenDataSource, ConfirmedRelation, Person } from './source.ts';

/** One person who may be meant by a role; several make several offers, and the citizen chooses. */
export interface RelatedPerson {
  readonly role: SubjectRole;
  readonly person: Person;
  readonly about: About;
  /** What the citizen calls them: "yourself", "your spouse". Absent for the applicant's own role. */
  readonly label?: LocalizedText;
  /** The register that confirmed it; null for the person who signed in. */
  readonly confirmedBy: SourceRef | null;
}

/** `incomplete` names the sources that could not be asked: a missing relation may be their fault. */
export interface Relations {
  readonly people: readonly RelatedPerson[];
  readonly incomplete: readonly SourceRef[];
}

/** Resolves the roles of a form for the person who signed in. */
export type RelationsPort = (person: Person, signal: AbortSignal) => Promise<Relations>;

/** How a role may be met: by the relation a register confirms, narrowed by sex, seen as itself or as its child. */
export interface RoleRule {
  readonly relation: string;
  readonly sex?: 'female' | 'male';
  readonly about?: About;
  /** Absent: the usual word for the relation, where there is one. */
  readonly label?: LocalizedText;
}

/**
 * The usual roles of civil-status forms. A mother is the applicant or the spouse; a child is one that the civil
 * register knows, or the newborn of a birth notice under the applicant's or the spouse's key.
 */
export const CIVIL_ROLES: { readonly [role: SubjectRole]: readonly RoleRule[] } = {
  applicant: [{ relation: 'self' }],
  spouse: [{ relation: 'spouse' }],
  mother: [
    { relation: 'self', sex: 'female' },
    { relation: 'spouse', sex: 'female' },
  ],
  father: [
    { relation: 'self', sex: 'male' },
    { relation: 'spouse', sex: 'male' },
  ],
  child: [{ relation: 'self', about: 'child' }, { relation: 'spouse', about: 'child' }, { relation: 'child' }],
  organisation: [{ relation: 'represents' }],
};

/**
 * Asks every source that confirms relations, in parallel, each within `deadline` milliseconds. The applicant is always
 * resolved; a rule that asks for a sex is met while no source contradicts it.
 */
export function createRelations(
  sources: readonly CitizenDataSource[],
  roles: { readonly [role: SubjectRole]: readonly RoleRule[] } = CIVIL_ROLES,
  { deadline = 3000, clock = () => new Date() }: { readonly deadline?: number; readonly clock?: () => Date } = {},
): RelationsPort {
  const able = sources.filter(
    source => source.relations !== undefined && (source.describe().relations?.length ?? 0) > 0,
  );
  return async (person, signal) => {
    const incomplete: SourceRef[] = [];
    const confirmed: (ConfirmedRelation & { readonly by: SourceRef | null })[] = [];
    await Promise.all(
      able.map(async source => {
        const { id, name, kind, relations } = source.describe();
        try {
          const found = await withDeadline(
            inner => source.relations!(person, inner),
            source.describe().deadline ?? deadline,
            signal,
          );
          const today = clock().toISOString();
          for (const relation of found) {
            if (relation.validUntil !== undefined && relation.validUntil < today.slice(0, relation.validUntil.length))
              continue;
            const honest =
              relation.relation === 'self'
                ? relation.person.key === person.key
                : relations!.includes(relation.relation);
            if (honest) confirmed.push({ ...relation, by: { id, name, kind } });
          }
        } catch {
          incomplete.push({ id, name, kind });
        }
      }),
    );
    if (!confirmed.some(({ relation }) => relation === 'self')) confirmed.push({ relation: 'self', person, by: null });

    const people = Object.entries(roles).flatMap(([role, rules]) =>
      rules.flatMap(rule =>
        confirmed
          .filter(
            ({ relation, sex }) =>
              relation === rule.relation && (rule.sex === undefined || sex === undefined || sex === rule.sex),
          )
          .map((found): RelatedPerson => ({
            role,
            about: rule.about ?? 'self',
            person: found.person.key === person.key ? person : found.person,
            ...labelled(role, rule),
            confirmedBy: found.relation === 'self' ? null : found.by,
          })),
      ),
    );
    return { people: people.filter((one, i) => people.findIndex(other => samePerson(one, other)) === i), incomplete };
  };
}

function labelled(
  role: SubjectRole,
  { relation, about = 'self', label }: RoleRule,
): { readonly label?: LocalizedText } {
  const key = about === 'self' ? relation : about;
  const [english, vietnamese] = [en.relations[key], vi.relations[key]];
  const usual = english === undefined || vietnamese === undefined ? undefined : { en: english, vi: vietnamese };
  const said = label ?? usual;
  return role === 'applicant' || said === undefined ? {} : { label: said };
}

function samePerson(a: RelatedPerson, b: RelatedPerson): boolean {
  return a.role === b.role && a.about === b.about && a.person.key === b.person.key;
}
