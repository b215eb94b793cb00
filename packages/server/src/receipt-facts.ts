// What a receipt says beside code and digest: who decides, who took it in, when the citizen hears of it, when the result is
// due, and what it costs. All of it comes from the country pack and from dated tables; the server knows no procedure.

import type {
  Administration,
  CountryPack,
  FormContext,
  JsonObject,
  ProcedurePart,
  ProcedureQuestion,
  ProcedureSpec,
  Proven,
  Receipt,
  ReceiptFee,
} from '@onceform/core';
import type { DossierVerdict } from '@onceform/dossier';
import type { CompetentAgencies } from './competent-agencies.ts';
import type { Parameters } from './parameters.ts';
import { addWorkingHours, dateIn, localTime, OFFICE_HOURS, zonedTime, type WorkingHours } from './working-time.ts';

/** The receipt before it has a code, and before it is signed. */
export type ReceiptFacts = Pick<
  Receipt,
  'agency' | 'receivingAgency' | 'agencyNames' | 'procedure' | 'receivedAt' | 'noticeBy' | 'title' | 'due' | 'fee'
>;

export interface FiledFacts {
  readonly procedure: ProcedureSpec | null;
  /** Of a linked procedure, the one that this dossier is for. */
  readonly part: ProcedurePart | null;
  readonly data: JsonObject;
  readonly channel: FormContext['channel'];
  /** The agency that the dossier itself names to decide. */
  readonly named: string | null;
  /** Whose desk took it in, as the seal says; null: no desk did. */
  readonly receivingAgency: string | null;
  /** The agency that the dossier it follows was passed on to. */
  readonly passedOnTo: string | null;
  readonly proven: Proven;
  readonly now: Date;
}

export interface ReceiptFactsOptions {
  readonly pack: Pick<CountryPack, 'timeZone' | 'calendar' | 'administration'>;
  readonly parameters: Parameters;
  readonly agencies: CompetentAgencies;
  /** Where no table gives office hours. */
  readonly workingHours?: WorkingHours;
  /** Working hours until the citizen is told whether the dossier is accepted; 8 when absent. */
  readonly noticeWithin?: number;
}

export function createReceiptFacts(options: ReceiptFactsOptions): (filed: FiledFacts) => Promise<ReceiptFacts> {
  const { pack, parameters, noticeWithin = 8 } = options;
  const { timeZone, administration } = pack;

  return async ({ procedure, part, data, channel, named, receivingAgency, passedOnTo, proven, now }) => {
    const code = part === null ? (procedure?.code ?? null) : part.code;
    const title = part?.name ?? procedure?.name;
    const day = dateIn(timeZone, now);
    const { agency, found } = await options.agencies.decider({
      procedure: code,
      data,
      named,
      day,
      part: part !== null,
      passedOnTo,
    });
    const receivedAt = zonedTime(timeZone, now);
    const passedOn = receivingAgency === null || receivingAgency === agency ? {} : { receivingAgency };
    const agencyNames = await options.agencies.names([agency, ...Object.values(passedOn)], day);
    return {
      agency,
      ...passedOn,
      ...(Object.keys(agencyNames).length === 0 ? {} : { agencyNames }),
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
            proven,
          })),
    };
  };

  async function hoursOf(agency: string, day: string): Promise<WorkingHours> {
    const rows = (await parameters.at('hours', day)) ?? [];
    const row = rows.find(one => one.agency === agency) ?? rows.find(one => one.agency === '*');
    return row?.hours ?? options.workingHours ?? OFFICE_HOURS;
  }

  async function rulesFor(rules: Administration, question: ProcedureQuestion): Promise<Pick<Receipt, 'due' | 'fee'>> {
    const day = question.received.slice(0, 10);
    const [fees, areas] = await Promise.all([parameters.at('fees', day), parameters.at('areas', day)]);
    const [due, fee] = await Promise.all([
      rules.due(question),
      rules.fee({ ...question, areas: areas ?? [] }, fees ?? undefined),
    ]);
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

/** Who gives a dossier its code, and counts it: whoever took it in. `''` for nobody. */
export function givesCodeOf({ agency, receivingAgency }: Pick<Receipt, 'agency' | 'receivingAgency'>): string {
  return receivingAgency ?? agency ?? '';
}

/** What a fee may rely on: sealed and verified answers, and papers that came with the dossier. */
export function provenBy({ origins, manifest }: Pick<DossierVerdict, 'origins' | 'manifest'>): Proven {
  return {
    answers: new Set(
      Object.entries(origins ?? {}).flatMap(([pointer, { origin, verification }]) =>
        origin === 'auto' && verification?.status === 'verified' ? [pointer] : [],
      ),
    ),
    components: new Set(
      (manifest?.components ?? []).flatMap(({ id, fulfilledBy }) =>
        fulfilledBy === 'file' || fulfilledBy === 'issued-document' || fulfilledBy === 'both' ? [id] : [],
      ),
    ),
  };
}
