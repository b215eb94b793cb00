// What a receipt says beside code and digest: who received it, when the citizen hears of it, when the result is due, and
// what it costs. All of it comes from the country pack and from dated tables; the server knows no procedure.

import type {
  Administration,
  CompetentAgency,
  CountryPack,
  FormContext,
  JsonObject,
  ProcedurePart,
  ProcedureQuestion,
  ProcedureSpec,
  Receipt,
  ReceiptFee,
} from '@onceform/core';
import type { AgencyRow, Parameters } from './parameters.ts';
import { addWorkingHours, dateIn, localTime, OFFICE_HOURS, zonedTime, type WorkingHours } from './working-time.ts';

/** The receipt before it has a code, and before it is signed. */
export type ReceiptFacts = Pick<Receipt, 'agency' | 'procedure' | 'receivedAt' | 'noticeBy' | 'title' | 'due' | 'fee'>;

export interface FiledFacts {
  readonly procedure: ProcedureSpec | null;
  /** Of a linked procedure, the one that this dossier is for. */
  readonly part: ProcedurePart | null;
  readonly data: JsonObject;
  readonly channel: FormContext['channel'];
  /** The agency that the dossier itself names. */
  readonly recipient: string | null;
  readonly now: Date;
}

export interface ReceiptFactsOptions {
  readonly pack: Pick<CountryPack, 'timeZone' | 'calendar' | 'administration'>;
  readonly parameters: Parameters;
  /** Where no table names a competent agency. */
  readonly agency: string;
  /** Where no table gives office hours. */
  readonly workingHours?: WorkingHours;
  /** Working hours until the citizen is told whether the dossier is accepted; 8 when absent. */
  readonly noticeWithin?: number;
}

export function createReceiptFacts(options: ReceiptFactsOptions): (filed: FiledFacts) => Promise<ReceiptFacts> {
  const { pack, parameters, noticeWithin = 8 } = options;
  const { timeZone, administration } = pack;

  return async ({ procedure, part, data, channel, recipient, now }) => {
    const code = part === null ? (procedure?.code ?? null) : part.code;
    const title = part?.name ?? procedure?.name;
    const day = dateIn(timeZone, now);
    const agencies = (await parameters.at('agencies', day)) ?? [];
    const competent = code === null ? [] : ((await administration?.agencies(code, data)) ?? []);
    const { agency, found } = receiverOf(competent, agencies, recipient, options.agency);
    const receivedAt = zonedTime(timeZone, now);
    return {
      agency,
      procedure: code,
      receivedAt,
      ...(title === undefined ? {} : { title }),
      noticeBy: zonedTime(
        timeZone,
        addWorkingHours(now, noticeWithin, pack.calendar, timeZone, await hoursOf(agency, day)),
      ),
      ...(administration === undefined || code === null
        ? {}
        : await rulesFor(administration, {
            procedure: code,
            received: receivedAt.slice(0, 16),
            channel,
            agency: found,
            data,
          })),
    };
  };

  async function hoursOf(agency: string, day: string): Promise<WorkingHours> {
    const rows = (await parameters.at('hours', day)) ?? [];
    const row = rows.find(one => one.agency === agency) ?? rows.find(one => one.agency === '*');
    return row?.hours ?? options.workingHours ?? OFFICE_HOURS;
  }

  async function rulesFor(rules: Administration, question: ProcedureQuestion): Promise<Pick<Receipt, 'due' | 'fee'>> {
    const fees = await parameters.at('fees', question.received.slice(0, 10));
    const [due, fee] = await Promise.all([rules.due(question), rules.fee(question, fees ?? undefined)]);
    return {
      ...(due === null
        ? {}
        : {
            due: {
              channel: question.channel,
              by: localTime(timeZone, due.by),
              workingDays: due.workingDays,
              counterWorkingDays: due.counterWorkingDays,
            },
          }),
      ...(fee === null ? {} : { fee: { currency: rules.currency, ...fee } satisfies ReceiptFee }),
    };
  }
}

/**
 * Who takes a dossier in: a competent agency that the tables know, the one the dossier names before others; else the
 * one the dossier names, where the tables know it; else the portal's own.
 */
function receiverOf(
  competent: readonly CompetentAgency[],
  agencies: readonly AgencyRow[],
  recipient: string | null,
  own: string,
): { readonly agency: string; readonly found: CompetentAgency | null } {
  const pairs = competent.flatMap(found => {
    const row = agencies.find(({ kind, area }) => kind === found.kind && area === found.area);
    return row === undefined ? [] : [{ agency: row.code, found }];
  });
  const chosen = pairs.find(({ agency }) => agency === recipient) ?? pairs[0];
  if (chosen !== undefined) return chosen;
  const named = recipient !== null && agencies.some(({ code }) => code === recipient);
  return { agency: named ? recipient : own, found: competent[0] ?? null };
}
