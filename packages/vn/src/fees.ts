// What a procedure costs: by procedure, commune, channel, date of receipt, exemption and number of copies.
// Inside one province communes can have different tables, so a province alone never decides.

import table from './data/fees.json' with { type: 'json' };
import { formerCommunes } from './units.ts';
import { codeLists } from './code-lists.ts';

export interface FeeRule {
  /** A procedure code, or `*`. */
  readonly procedure: string;
  readonly charge: 'base' | 'inTime' | 'late' | 'copy' | 'furtherCopy';
  /** Dong. */
  readonly amount: number;
  readonly per?: 'copy';
  /** With `furtherCopy`: so many are in the base fee, and only those after them are charged. */
  readonly included?: number;
  /** Only payers of one of these groups: a reduced amount. */
  readonly groups?: readonly string[];
  /** Absent: every channel. */
  readonly channel?: 'online' | 'in-person';
  /** The group of communes: the province their area belonged to before July 2025. Absent: everywhere. */
  readonly formerProvince?: string;
  readonly from: string;
  readonly until?: string;
  readonly basis: string;
  readonly confidence: 'certain' | 'likely' | 'check';
}

export interface FeeQuestion {
  readonly procedure: string;
  readonly communeCode: string;
  /** Remote and postal filing pay as online and as in person. */
  readonly channel: 'online' | 'in-person' | 'remote' | 'post';
  /** Date of receipt: a fee changed in between counts by this day, not by the day the form was begun. */
  readonly date: string;
  /** Filed after the legal time (birth: 60 days, death: 15 days). */
  readonly late?: boolean;
  readonly copies?: number;
  /** Codes of `fee-exemptions` that apply to the payer and were proven. */
  readonly exemptions?: readonly string[];
}

export interface FeeLine {
  readonly charge: FeeRule['charge'];
  /** Dong; `null` where only the province knows. */
  readonly amount: number | null;
  readonly quantity: number;
  readonly basis: string;
  readonly confidence: FeeRule['confidence'];
  /** The group that made it nothing, or less, and the rule that says so. */
  readonly exemption?: { readonly code: string; readonly basis: string };
}

export interface Fee {
  /** Dong; `null` while one line is not known. Never shown as certain then. */
  readonly total: number | null;
  readonly lines: readonly FeeLine[];
}

const RULES = table.rows as unknown as readonly FeeRule[];
const EXEMPTIONS: { readonly [procedure: string]: readonly string[] } = table.exemptions;
const EXEMPTION_BASIS: { readonly [procedure: string]: string } = table.exemptionBasis;

/** Works out the fee; a line without a rule stays `null` and says who sets it. */
export async function feeFor(question: FeeQuestion, rules: readonly FeeRule[] = RULES): Promise<Fee> {
  const { procedure, copies = 0, late } = question;
  const group = await formerProvinceOf(question.communeCode);
  const channel = question.channel === 'online' || question.channel === 'remote' ? 'online' : 'in-person';
  const payer = question.exemptions ?? [];
  const find = (charge: FeeRule['charge'], reduced = false): FeeRule | undefined =>
    rules.find(
      rule =>
        (rule.procedure === procedure || rule.procedure === '*')
        && rule.charge === charge
        && (reduced ? rule.groups?.some(code => payer.includes(code)) === true : rule.groups === undefined)
        && (rule.channel === undefined || rule.channel === channel)
        && (rule.formerProvince === undefined || rule.formerProvince === group)
        && rule.from <= question.date
        && (rule.until === undefined || question.date <= rule.until),
    );

  const timed = rules.some(rule => rule.procedure === procedure && rule.charge === 'inTime');
  const further = find('furtherCopy');
  const charged = copies - (further?.included ?? 0);
  const lines: FeeLine[] = [];
  if (procedure !== '2.000635') lines.push(line(timed ? (late ? 'late' : 'inTime') : 'base', 1));
  if (charged > 0) lines.push(line(further === undefined ? 'copy' : 'furtherCopy', charged));
  return {
    total: lines.some(each => each.amount === null)
      ? null
      : lines.reduce((sum, each) => sum + each.amount! * each.quantity, 0),
    lines,
  };

  function line(charge: FeeRule['charge'], quantity: number): FeeLine {
    const { amount, basis, confidence }: Pick<FeeLine, 'amount' | 'basis' | 'confidence'> = find(charge) ?? {
      amount: null,
      basis: 'Hội đồng nhân dân cấp tỉnh quy định',
      confidence: 'check',
    };
    const full = { charge, quantity, amount, basis, confidence };
    if (amount === 0 || charge === 'copy' || charge === 'furtherCopy') return full;
    // Whoever is exempt pays nothing, whatever the amount that nobody told us.
    const exempt = payer.find(code => EXEMPTIONS[procedure]?.includes(code));
    if (exempt !== undefined)
      return {
        ...full,
        amount: 0,
        exemption: { code: exempt, basis: EXEMPTION_BASIS[procedure] ?? EXEMPTION_BASIS['*']! },
      };
    const less = find(charge, true);
    return less === undefined
      ? full
      : {
          ...full,
          amount: less.amount,
          basis: less.basis,
          confidence: less.confidence,
          exemption: { code: payer.find(code => less.groups!.includes(code))!, basis: less.basis },
        };
  }
}

let formerProvinces: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * The former province most of a present commune's parts belonged to; `undefined` for an unknown code. This is what
 * groups of communes with one fee table go by.
 */
export async function formerProvinceOf(communeCode: string): Promise<string | undefined> {
  formerProvinces ??= (async () => {
    const [{ rows }, districts] = await Promise.all([formerCommunes(), codeLists['former-districts']!.load()]);
    const provinceOf = new Map(districts.map(entry => [entry.code, entry.within!]));
    const votes = new Map<string, Map<string, number>>();
    for (const [, , district, successors] of rows) {
      const province = provinceOf.get(district)!;
      for (const successor of successors) {
        const counts = votes.get(successor) ?? new Map<string, number>();
        votes.set(successor, counts.set(province, (counts.get(province) ?? 0) + 1));
      }
    }
    return new Map(
      [...votes].map(([commune, counts]) => [commune, [...counts].toSorted((a, b) => b[1] - a[1])[0]![0]]),
    );
  })();
  return (await formerProvinces).get(communeCode);
}
