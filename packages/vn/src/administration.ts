// What the procedures of this pack cost, when their results are due and who decides, asked with the answers of a dossier.

import {
  valueAt,
  type Administration,
  type AreaRow,
  type FeeRow,
  type Json,
  type JsonObject,
  type Pointer,
  type Proven,
} from '@onceform/core';
import exemptionList from './data/fee-exemptions.json' with { type: 'json' };
import feeTable from './data/fees.json' with { type: 'json' };
import { competentAgencies } from './agencies.ts';
import { AGENCY_RULES } from './agency-rules.ts';
import { standsAs } from './areas.ts';
import { daysBetween } from './calendar.ts';
import { codeLists } from './code-lists.ts';
import { DURATIONS, dueFor } from './deadlines.ts';
import { feeFor, type FeeLine, type FeeRule } from './fees.ts';
import { ageAt } from './functions.ts';
import { lastPossibleDay } from './partial-date.ts';

/** The answers a fee depends on, by procedure code. */
interface FeeFacts {
  /** The event (a partial date counts as late as it can mean), and how many days after it registration is in time. */
  readonly event?: { readonly at: Pointer; readonly within: number };
  readonly copies?: Pointer;
  /** Whose age exempts from the fee: children and the elderly. */
  readonly bornAt?: readonly Pointer[];
  /** Where the form says which groups the payer belongs to (`schemas/fee-exemption`, `schemas/civil-status-fee`). */
  readonly groups?: Pointer;
  /** What the register has of them when the group is one of residents (`schemas/fee-residence`). */
  readonly resident?: { readonly address: Pointer; readonly ethnicity: Pointer };
}

/** The components that prove a group no register spoke of, and an ethnic group. */
const PROOF = 'feeProof';
const ETHNICITY_PROOF = 'ethnicityProof';
const MAJORITY = 'kinh';

/** A group that pays nothing, and by whose decision their commune counts for it. */
interface Exempt {
  readonly code: string;
  readonly basis?: string;
}

const RESIDENT = {
  address: '/situation/feeResidence/permanentAddress',
  ethnicity: '/situation/feeEthnicity/ethnicity',
};
const FACTS: { readonly [procedure: string]: FeeFacts } = {
  // Of a late birth the requester pays: the child whose birth it is makes no exemption, or nobody late would ever pay.
  '1.001193': {
    event: { at: '/child/birthDate', within: 60 },
    copies: '/copies/count',
    bornAt: ['/requester/birthDate'],
    groups: '/feeExemption',
  },
  '1.000656': {
    event: { at: '/death/date', within: 15 },
    copies: '/copies/count',
    groups: '/feeExemption',
  },
  '2.000635': { copies: '/copies/number' },
  '1.004222': {
    bornAt: ['/person/birthDate', '/child/birthDate'],
    groups: '/situation/feeExemption',
    resident: RESIDENT,
  },
  '1.004194': {
    bornAt: ['/person/birthDate'],
    groups: '/situation/feeExemption',
    resident: RESIDENT,
  },
  '1.004873': { bornAt: ['/subject/birthDate'], groups: '/situation/feeExemption' },
  // The form itself asks for residence and ethnic group, so nobody has to claim what follows from them.
  '2.000488': {
    copies: '/request/copies',
    bornAt: ['/person/birthDate'],
    groups: '/situation/feeExemption',
    resident: { address: '/person/permanentAddress', ethnicity: '/person/ethnicity' },
  },
};

/** Whom a tariff exempts, and those whom only one tariff knows. */
const GROUPS = [...exemptionList.items, ...feeTable.groups];

const CHARGES: { readonly [charge in FeeRule['charge']]: { readonly vi: string; readonly en: string } } = {
  base: { vi: 'Lệ phí', en: 'Fee' },
  inTime: { vi: 'Lệ phí đăng ký đúng hạn', en: 'Fee for registration in time' },
  late: { vi: 'Lệ phí đăng ký quá hạn', en: 'Fee for late registration' },
  copy: { vi: 'Bản sao trích lục', en: 'Copy of the extract' },
  furtherCopy: { vi: 'Phiếu cấp thêm', en: 'Further certificate' },
};

/** What the tariff of a procedure calls it: a fee for information is not a fee for registration. */
const CALLED: { readonly [procedure: string]: Partial<typeof CHARGES> } = {
  '2.000488': {
    base: { vi: 'Phí cung cấp thông tin lý lịch tư pháp', en: 'Fee for information from the judicial records' },
  },
};

export const administration: Administration = {
  currency: 'VND',

  async agencies(procedure, data) {
    if (AGENCY_RULES[procedure] === undefined) return [];
    return (await competentAgencies(procedure, data)).map(({ kind, name, provinceCode, communeCode, because }) => ({
      kind,
      name,
      area: communeCode ?? provinceCode,
      because,
    }));
  },

  anyOffice: procedure => (AGENCY_RULES[procedure]?.anywhere === true ? AGENCY_RULES[procedure].kind : null),

  async due({ procedure, received, channel, agency }) {
    const provinceCode = await provinceOf(agency?.area ?? '');
    const due = dueFor({ procedure, received, channel, provinceCode });
    const counter = dueFor({ procedure, received, channel: 'in-person', provinceCode });
    if (due.resultBy === null || due.workingDays === null || counter.workingDays === null) return null;
    return { by: due.resultBy, workingDays: due.workingDays, counterWorkingDays: counter.workingDays };
  },

  async fee({ procedure, received, channel, agency, data, areas = [], proven }, rows) {
    const facts = FACTS[procedure];
    const date = received.slice(0, 10);
    const event = facts?.event === undefined ? undefined : valueAt(data, facts.event.at);
    const copies = facts?.copies === undefined ? undefined : valueAt(data, facts.copies);
    const question = {
      procedure,
      communeCode: agency?.area ?? '',
      date,
      copies: typeof copies === 'number' ? copies : 0,
      ...(typeof event === 'string' ? { late: daysBetween(lastPossibleDay(event), date) > facts!.event!.within } : {}),
    };
    const rules = rows as readonly (FeeRow & FeeRule)[] | undefined;
    const exempt: readonly Exempt[] = [
      ...[...byAge(facts, data, date), ...byGroup(facts, data, proven)].map(code => ({ code })),
      ...(await byPlace(facts, data, proven, areas)),
    ];
    const exemptions = exempt.map(({ code }) => code);
    const fee = await feeFor({ ...question, channel, exemptions }, rules);
    const isKnown = DURATIONS[procedure] !== undefined || AGENCY_RULES[procedure] !== undefined;
    if (fee.lines.length === 0 || !isKnown) return null;
    const atCounter = { ...question, channel: 'in-person' } as const;
    const counter = await feeFor(atCounter, rules);
    const exemptThere = await feeFor({ ...atCounter, exemptions }, rules);
    return {
      total: fee.total,
      ...savings(fee.total, counter.total, exemptThere.total),
      lines: fee.lines.map((line, i) => lineOf(procedure, line, counter.lines[i], exempt)),
    };
  },
};

/** Areas are provinces or communes; a commune's code says by itself not where it lies. */
async function provinceOf(area: string): Promise<string> {
  return (await codeLists['communes']!.load()).find(({ code }) => code === area)?.within ?? area;
}

/**
 * How much less one pays, and by what. Whoever is exempt is so at the counter, too: filing online spares them only what
 * they would have had to pay there.
 *
 * @param counter what everybody pays at the counter
 * @param exemptThere what this payer would pay there
 */
function savings(
  total: number | null,
  counter: number | null,
  exemptThere: number | null,
): { readonly saved: number | null; readonly savedBy?: { readonly exemption: number; readonly online: number } } {
  if (total === null || counter === null) return { saved: null };
  const saved = Math.max(0, counter - total);
  if (exemptThere === null) return { saved };
  const exemption = Math.min(saved, Math.max(0, counter - exemptThere));
  return { saved, savedBy: { exemption, online: saved - exemption } };
}

/** @param counter the same line at the counter, without exemption */
function lineOf(
  procedure: string,
  { charge, amount, quantity, basis, exemption }: FeeLine,
  counter: FeeLine | undefined,
  exempt: readonly Exempt[],
) {
  const found = GROUPS.find(({ code }) => code === exemption?.code);
  const place = exempt.find(({ code }) => code === exemption?.code)?.basis;
  const bases = [exemption?.basis, place].filter(each => each !== undefined).join('; ');
  const full = counter?.amount ?? null;
  return {
    charge,
    label: CALLED[procedure]?.[charge] ?? CHARGES[charge],
    amount,
    quantity,
    basis,
    ...(found === undefined
      ? {}
      : { exemption: { code: found.code, label: { vi: found.label, en: found.labelEn }, basis: bases } }),
    ...(full === null || amount === null ? {} : { saved: Math.max(0, full - amount) * quantity }),
  };
}

/** A child or an elderly person, by the date of birth that the dossier gives. */
function byAge(facts: FeeFacts | undefined, data: JsonObject, date: string): readonly string[] {
  for (const pointer of facts?.bornAt ?? []) {
    const born = valueAt(data, pointer);
    if (typeof born !== 'string') continue;
    const age = ageAt(born, date);
    if (age >= 60) return ['elderly'];
    // The last day that a year alone can mean makes one younger: enough for the elderly, not for a child.
    return age >= 0 && age < 16 && born.length === 10 ? ['child'] : [];
  }
  return [];
}

/**
 * Groups that a register vouches for, and the one that the payer names and proves by a paper. A word without either
 * exempts nobody: the dossier is taken in, and the fee stands.
 */
function byGroup(facts: FeeFacts | undefined, data: JsonObject, proven: Proven | undefined): readonly string[] {
  const at = facts?.groups;
  if (at === undefined || proven === undefined) return [];
  const told = (member: string): Json | undefined =>
    proven.answers.has(`${at}/${member}`) ? valueAt(data, `${at}/${member}`) : undefined;
  const poverty = told('poverty'),
    disability = told('disabilityLevel'),
    merit = told('meritorious');
  const claimed = proven.components.has(PROOF) ? valueAt(data, `${at}/claimed`) : undefined;
  return [
    ...(poverty === 'poor' || poverty === 'nearPoor' ? [poverty] : []),
    ...(typeof disability === 'string' && disability !== 'none' ? ['disabled'] : []),
    ...(typeof merit === 'string' && merit !== '' ? ['meritorious'] : []),
    ...(typeof claimed === 'string' ? [claimed] : []),
  ];
}

/** Groups of residents: a register says where the payer lives, and the tables what that commune counts as. */
async function byPlace(
  facts: FeeFacts | undefined,
  data: JsonObject,
  proven: Proven | undefined,
  areas: readonly AreaRow[],
): Promise<readonly Exempt[]> {
  const at = facts?.resident;
  if (at === undefined || proven?.answers.has(at.address) !== true) return [];
  const home = valueAt(data, at.address);
  const border = await standsAs(home, ['border', 'island'], areas);
  const difficult = await standsAs(home, ['difficult'], areas);
  const minority = proven.answers.has(at.ethnicity)
    ? valueAt(data, at.ethnicity) !== MAJORITY
    : proven.components.has(ETHNICITY_PROOF);
  return [
    ...(border === null ? [] : [{ code: 'borderCommune', basis: border }]),
    ...(difficult === null || !minority ? [] : [{ code: 'minorityDifficult', basis: difficult }]),
  ];
}
