// Which agencies may decide on a dossier: what the rules of the country say of its answers, among the agencies that the
// dated tables know. The citizen chooses where there are several; intake takes the choice only where it is one of them.

import type { CompetentAgency, CountryPack, JsonObject, LocalizedText } from '@onceform/core';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { AgencyRow, Parameters } from './parameters.ts';
import { refuse } from './problem.ts';

/** An agency of the tables, and why it may decide. */
export interface AgencyOption {
  /** Its code. */
  readonly agency: string;
  readonly found: CompetentAgency;
}

export interface CompetentAgencies {
  /** Who may decide by these answers on this day, the one that is proposed first; empty where the rules say nobody yet. */
  options(procedure: string, data: JsonObject, day: string): Promise<readonly AgencyOption[]>;
  /**
   * Who decides on a dossier: the agency it names, where that one may; else the first that may; else the portal's own,
   * which is also what a dossier names whose citizen did not choose. What follows a dossier that was passed on goes where
   * that one went.
   *
   * @throws {OnceFormError} ERR_DOSSIER_INVALID, with the finding AGENCY_NOT_COMPETENT, when it names one that may not.
   */
  decider(filed: {
    readonly procedure: string | null;
    readonly data: JsonObject;
    readonly named: string | null;
    readonly day: string;
    /** One of several dossiers of a declaration: what was chosen may be for another of them. */
    readonly part: boolean;
    /** The agency that the dossier before this one was passed on to; null: none was. */
    readonly passedOnTo: string | null;
  }): Promise<{ readonly agency: string; readonly found: CompetentAgency | null }>;
  /** What agencies are called, by code: those that the tables of a day know. */
  names(codes: readonly string[], day: string): Promise<Readonly<Record<string, LocalizedText>>>;
}

export function createCompetentAgencies(options: {
  readonly administration: CountryPack['administration'];
  readonly parameters: Parameters;
  /** The portal's own agency. */
  readonly own: string;
}): CompetentAgencies {
  const { administration, parameters, own } = options;
  const rowsOf = async (day: string): Promise<readonly AgencyRow[]> => (await parameters.at('agencies', day)) ?? [];

  async function look(
    procedure: string | null,
    data: JsonObject,
    rows: readonly AgencyRow[],
  ): Promise<{ readonly may: readonly AgencyOption[]; readonly first: CompetentAgency | null }> {
    if (procedure === null || administration === undefined) return { may: [], first: null };
    const competent = await administration.agencies(procedure, data);
    const may = competent.flatMap((found): readonly AgencyOption[] => {
      const row = rows.find(({ kind, area }) => kind === found.kind && area === found.area);
      return row === undefined ? [] : [{ agency: row.code, found }];
    });
    const any = administration.anyOffice?.(procedure) ?? null;
    const others = rows.filter(({ code, kind }) => kind === any && !may.some(({ agency }) => agency === code));
    return {
      may: [
        ...may,
        ...others.map(({ code, kind, area, name }) => ({ agency: code, found: { kind, area, name, because: '' } })),
      ],
      first: competent[0] ?? null,
    };
  }

  return {
    options: async (procedure, data, day) => (await look(procedure, data, await rowsOf(day))).may,
    async decider({ procedure, data, named, day, part, passedOnTo }) {
      const rows = await rowsOf(day);
      if (passedOnTo !== null) {
        const row = rows.find(({ code }) => code === passedOnTo);
        const found = row && { kind: row.kind, area: row.area, name: row.name, because: '' };
        return { agency: passedOnTo, found: found ?? null };
      }
      const { may, first } = await look(procedure, data, rows);
      const chosen = may.find(({ agency }) => agency === named);
      if (chosen !== undefined) return chosen;
      // Where any office may decide, the answers propose one, or none.
      const proposed = may.find(({ found }) => found.because !== '');
      if (named === null || named === own || part) return proposed ?? { agency: own, found: first };
      // Nobody says who decides on such a dossier: it goes where it is addressed to.
      if (first === null && may.length === 0 && rows.some(({ code }) => code === named))
        return { agency: named, found: null };
      throw refuse('ERR_DOSSIER_INVALID', `AGENCY_NOT_COMPETENT ${named}`, {
        issues: [
          {
            pointer: first?.because ?? '',
            keyword: 'server',
            severity: 'error',
            params: { code: 'AGENCY_NOT_COMPETENT', agency: named },
            message: { vi: vi.AGENCY_NOT_COMPETENT, en: en.AGENCY_NOT_COMPETENT },
          },
        ],
      });
    },
    async names(codes, day) {
      const rows = (await rowsOf(day)).filter(({ code }) => codes.includes(code));
      return Object.fromEntries(rows.map(({ code, name }) => [code, name]));
    },
  };
}
