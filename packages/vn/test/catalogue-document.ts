// Works out docs/catalogue.md: for every form what is prefilled, chosen, computed, typed and removed, papers before and
// after, and keystrokes for the first, second and tenth form of one person. All measured by running the form tests.

import {
  componentStates,
  isJsonObject,
  isRelevant,
  offersAt,
  originAt,
  useOffer,
  valueAt,
  type CompiledForm,
  type FormSession,
  type GroupNode,
  type Json,
  type JsonObject,
  type LocalizedText,
  type OutlineNode,
  type Pointer,
} from '@onceform/core';
import { createMemorySource } from '@onceform/store/memory';
import { HOLIDAY_YEARS } from '../src/calendar.ts';
import { vnPack } from '../src/index.ts';
import { personas } from '../src/personas.ts';
import { testsOf, type FormTest } from './form-tests.ts';
import { definitionOf, formOf, open, prefill } from './open.ts';

type OwnStore = ReturnType<typeof createMemorySource>;

interface Tally {
  readonly asked: number;
  readonly filled: number;
  readonly chosen: number;
  readonly computed: number;
  readonly typed: number;
  readonly left: number;
  readonly removed: number;
  readonly keys: number;
  readonly papersBefore: number;
  readonly papersAfter: number;
}

/** Counts one run of a form's ordinary test. `connected` false: no register answers and nothing is known. */
async function measure(slug: string, test: FormTest, own: OwnStore, connected: boolean): Promise<Tally> {
  const session = await open(slug, undefined, test.context ?? {});
  let keys = 0;
  for (const step of test.steps ?? []) {
    if ('answer' in step) keys += type(session, step.answer);
    else if ('prefill' in step && connected) {
      keys += 1;
      await prefill(session, test.persona!, { own });
      for (const item of offered(session, own)) {
        session.dispatch(useOffer(item));
        keys += 1;
      }
    } else if ('use' in step && connected) {
      const offer = offersAt(session.state, step.use)[step.nth ?? 0];
      if (offer !== undefined) {
        session.dispatch(useOffer(offer.id));
        keys += 1;
      }
    }
  }
  if (!connected) keys += await typeWhatRegistersKnow(session, slug, test);
  if (connected) await remember(session, test, own);
  return tally(session, keys);
}

/** Sets answers that are not there yet, and counts what that takes by hand. */
function type(session: FormSession, answers: JsonObject, at: Pointer = ''): number {
  let keys = 0;
  for (const [key, value] of Object.entries(answers)) {
    const pointer = `${at}/${key}`;
    if (isJsonObject(value)) {
      keys += type(session, value, pointer);
      continue;
    }
    const present = valueAt(session.state.data, pointer);
    if (JSON.stringify(present) === JSON.stringify(value)) continue;
    session.dispatch({ changes: { set: pointer, value: value as Json } });
    keys += effort(session.form, pointer, value as Json);
  }
  return keys;
}

/** A choice is one key, a date eight, a code from a searched list four, text as many as it has letters. */
function effort(form: CompiledForm, pointer: Pointer, value: Json): number {
  const node = nodeAt(form.outline.root, pointer);
  if (typeof value === 'boolean' || node?.kind !== 'field' || node.options !== undefined)
    return node?.kind === 'field' || typeof value !== 'string' ? 1 : value.length;
  if (node.codeList !== undefined) return 4;
  if (node.format === 'date' || node.format === 'vn-partial-date') return 8;
  return Array.isArray(value) ? JSON.stringify(value).replace(/[[\]{}":,]/g, '').length : String(value).length;
}

/** Without registers a person types what they would have given: the final answers of the connected run. */
async function typeWhatRegistersKnow(session: FormSession, slug: string, test: FormTest): Promise<number> {
  const connected = await open(slug, undefined, test.context ?? {});
  for (const step of test.steps ?? []) {
    if ('answer' in step) type(connected, step.answer);
    else if ('prefill' in step) await prefill(connected, test.persona!, { own: emptyStore() });
    else if ('use' in step) {
      const offer = offersAt(connected.state, step.use)[step.nth ?? 0];
      if (offer) connected.dispatch(useOffer(offer.id));
    }
  }
  const { $context: _context, ...answers } = connected.state.data;
  let keys = 0;
  for (const { pointer, node } of leaves(session.form)) {
    const value = valueAt(answers, pointer);
    if (value === undefined || (node.kind === 'field' && node.computed)) continue;
    keys += type(
      session,
      pointer
        .slice(1)
        .split('/')
        .reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject,
    );
  }
  return keys;
}

/** Offers of the person's own earlier answers, one for each item that has no better one. */
function offered(session: FormSession, own: OwnStore): string[] {
  return session.form.reuse.flatMap(item => {
    const offers = offersAt(session.state, item.pointer);
    const taken = item.members.length === 0 ? [item.pointer] : item.members.map(member => member.pointer);
    if (taken.some(pointer => originAt(session.state, pointer)?.origin === 'auto')) return [];
    return offers.length > 0 && offers.every(offer => offer.source.id === own.describe().id) ? [offers[0]!.id] : [];
  });
}

/** Keeps what the citizen typed about themselves, whole records only, as the personal data store does. */
async function remember(session: FormSession, test: FormTest, own: OwnStore): Promise<void> {
  const key = keyOf(test);
  const statements = session.form.reuse
    .filter(item => ['applicant', 'contact'].includes(item.subject))
    .flatMap(item => {
      const members = item.members.length === 0 ? [{ pointer: item.pointer, concept: item.concept }] : item.members;
      return members.flatMap(({ pointer, concept }) => {
        const value = valueAt(session.state.data, pointer);
        if (value === undefined || pointer.includes('[]') || originAt(session.state, pointer)?.origin === 'auto')
          return [];
        const recordRef = `${session.form.id}${item.pointer}`;
        return [
          {
            id: `${recordRef}${concept}`,
            concept,
            value,
            subject: { id: key, role: 'self' },
            source: { id: 'dossierStore', name: 'own', kind: 'prior-submission' as const, recordRef },
            verification: { status: 'unverified' as const, assuranceLevel: 'low' as const },
            lastUpdated: '2026-11-22',
            retrievedAt: '2026-11-22T08:00:00+07:00',
          },
        ];
      });
    });
  if (statements.length > 0) await own.put!({ key }, statements);
}

function keyOf(test: FormTest): string {
  return personas.find(persona => persona.slug === test.persona)!.personalId!;
}

function emptyStore(): OwnStore {
  return createMemorySource({
    id: 'dossierStore',
    name: { vi: 'Kho quản lý dữ liệu điện tử', en: 'Personal data store' },
    kind: 'prior-submission',
    assuranceLevel: 'low',
    concepts: Object.keys(vnPack.concepts),
    records: [],
  });
}

interface Leaf {
  readonly pointer: Pointer;
  readonly node: OutlineNode;
}

/** Answers as a person counts them: an address is one. */
function leaves(form: CompiledForm): readonly Leaf[] {
  const out: Leaf[] = [];
  const visit = (node: OutlineNode, pointer: Pointer): void => {
    if (node.kind === 'group' && !isAddress(node))
      for (const child of node.children) visit(child, `${pointer}/${child.key}`);
    else out.push({ pointer, node });
  };
  if (form.outline.root.kind === 'group')
    for (const child of form.outline.root.children) if (child.key !== '$context') visit(child, `/${child.key}`);
  return out;
}

function isAddress(node: GroupNode): boolean {
  return node.children.some(child => child.key === 'scheme');
}

function nodeAt(root: OutlineNode, pointer: Pointer): OutlineNode | undefined {
  return pointer
    .slice(1)
    .split('/')
    .reduce<OutlineNode | undefined>(
      (node, key) => (node?.kind === 'group' ? node.children.find(child => child.key === key) : undefined),
      root,
    );
}

function tally(session: FormSession, keys: number): Tally {
  const { state, form } = session;
  let asked = 0,
    filled = 0,
    chosen = 0,
    computed = 0,
    typed = 0,
    left = 0,
    removed = 0;
  for (const { pointer, node } of leaves(form)) {
    if (!isRelevant(state, pointer)) {
      removed++;
      continue;
    }
    asked++;
    const value = valueAt(state.data, pointer);
    const origin = originAt(state, pointer)?.origin ?? originAt(state, `${pointer}/scheme`)?.origin;
    const item = form.reuse.find(
      each => each.pointer === pointer || each.members.some(member => member.pointer === pointer),
    );
    if (node.kind === 'field' && node.computed) computed++;
    else if (origin === 'auto') {
      if (item?.policy.mode === 'choose') chosen++;
      else filled++;
    } else if (value === undefined || (Array.isArray(value) && value.length === 0)) left++;
    else typed++;
  }
  const papers = componentStates(state).filter(component => component.needed && component.spec.handling === 'submit');
  return {
    asked,
    filled,
    chosen,
    computed,
    typed,
    left,
    removed,
    keys,
    papersBefore: papers.length,
    papersAfter: papers.filter(component => !component.replacedByData).length,
  };
}

/** One person's forms in a row, over one personal data store: what a form still costs when others came before it. */
async function lifeOf(persona: string, slugs: readonly string[]): Promise<readonly string[]> {
  const own = emptyStore();
  const rows: string[] = [];
  for (const slug of slugs) {
    const test = testsOf(slug)!.tests.find(each => each.kind === 'ordinary' && each.persona === persona)!;
    const alone = await measure(slug, test, emptyStore(), true);
    const inLife = await measure(slug, test, own, true);
    const { asked, removed, filled, chosen, computed, typed, left, papersBefore, papersAfter, keys } = inLife;
    rows.push(
      `| ${rows.length + 1} | ${((await formOf(slug)).title as { vi: string }).vi} | ${asked + removed} | ${filled} | ${chosen} | ${computed} | ${typed} | ${left} | ${removed} | ${papersBefore} → ${papersAfter} | ${alone.keys} | ${keys} |`,
    );
  }
  return rows;
}

async function endings(slugs: readonly string[]): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const slug of slugs) {
    const { title, procedure } = await formOf(slug);
    if (procedure?.validUntil === undefined) continue;
    rows.push(`| ${vietnamese(title)} | ${procedure.validUntil} | ${vietnamese(procedure.endReason!)} |`);
  }
  return rows;
}

async function marks(slugs: readonly string[]): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const slug of slugs) {
    const { form } = definitionOf(slug) as { form: { print: JsonObject } };
    const { footnotes = [], ...paper } = form.print;
    const marksIn = (value: Json): string[] => JSON.stringify(value).match(/\(\d\)/g) ?? [];
    const explained = new Set((footnotes as readonly string[]).map(note => note.slice(0, 3)));
    const left = [...new Set(marksIn(paper))].filter(mark => !explained.has(mark)).sort();
    if (left.length > 0) rows.push(`| ${vietnamese((await formOf(slug)).title)} | ${left.join(' ')} |`);
  }
  return rows;
}

function vietnamese(text: LocalizedText): string {
  return (text as { vi: string }).vi;
}

/** The whole document. */
export async function catalogueDocument(slugs: readonly string[]): Promise<string> {
  const rows: string[] = [];
  const effortRows: string[] = [];
  for (const slug of slugs) {
    const form = await formOf(slug);
    const test = testsOf(slug)!.tests.find(each => each.kind === 'ordinary')!;
    const own = emptyStore();
    const byHand = await measure(slug, test, emptyStore(), false);
    const runs: Tally[] = [];
    // Once a run leaves nothing new to remember, every later one begins as it did: it need not be run again.
    for (let before = -1; runs.length < 10 && own.revision(keyOf(test)) !== before;) {
      before = own.revision(keyOf(test));
      runs.push(await measure(slug, test, own, true));
    }
    const first = runs[0]!,
      second = runs[1] ?? first,
      tenth = runs.at(-1)!;
    const title = (form.title as { vi: string }).vi;
    rows.push(
      `| ${title} | \`${form.procedure!.code}\` | ${first.asked + first.removed} | ${first.filled} | ${first.chosen} | ${first.computed} | ${first.typed} | ${first.left} | ${first.removed} | ${first.papersBefore} → ${first.papersAfter} |`,
    );
    effortRows.push(
      `| ${title} | ${byHand.keys} | ${first.keys} | ${second.keys} | ${tenth.keys} | ${Math.round((1 - tenth.keys / byHand.keys) * 100)} % |`,
    );
  }
  const five = [
    'household-business',
    'permanent-residence',
    'birth-registration',
    'driving-licence-exchange',
    'criminal-record-certificate',
  ];
  const life = await lifeOf('cha-tre', [...five, ...five]);
  return `# The catalogue, measured

Written by \`node packages/vn/scripts/documents.mjs\`; a test keeps it in step with the forms. Every number comes from running
the form's first *ordinary* form test (\`packages/vn/forms/*.tests.json\`) over the simulated registers, whose people are invented.

## What happens to each answer

*Answers* are those of the legal form and our questions about the case; an address is one answer. *Filled* came from a register
without a question, *chosen* as a whole record, *computed* by the engine; *open* is what may stay empty; *removed* is what the case
makes needless. *Papers* are those to be submitted, before and after data took their place.

| Form | Procedure | Answers | Filled | Chosen | Computed | Typed or ticked | Open | Removed | Papers |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## Keystrokes

*By hand*: no register answers, everything is typed once. *First*: the registers are connected. *Second* and *tenth*: the same
person files again and the personal data store remembers what they typed about themselves; once a run leaves nothing new to
remember, every later one begins as it did, so the tenth is that run. A choice or taking an offer counts 1,
a date 8, a code from a searched list 4, text its letters. The person chooses anew what is new each time: who is born, what is asked for.

| Form | By hand | First | Second | Tenth | Saved |
|---|---|---|---|---|---|
${effortRows.join('\n')}

### One person's forms in a row

The same father founds a shop, moves, registers a birth, exchanges his licence and asks for a criminal record certificate, and
begins again: the first, the second, up to the tenth form of one person. The last two columns are keystrokes, of the form alone and after those before it.

| | Form | Answers | Filled | Chosen | Computed | Typed or ticked | Open | Removed | Papers | Alone | In this order |
|---|---|---|---|---|---|---|---|---|---|---|---|
${life.join('\n')}

## What ends, and what is known only for a time

A form that has ended is answered with its reason; \`npx onceform lint\`, the portal's list of endings and the start of the
demonstration say it 120 days ahead. \`npm start -- --date 2027-03-01\` shows the portal on another day.

| What | Until | Why, and what is needed |
|---|---|---|
${(await endings(slugs)).join('\n')}
| Shorter times of online filing in Hà Tĩnh | 2026-12-31 | the plan names a year's cut at a time; after the last the full time of the law counts |
| Holidays of the calendar | ${HOLIDAY_YEARS.to}-12-31 | each year is announced by the Prime Minister; after it only weekends are known |

## Marks on the paper whose note is not printed

The legal forms explain their marks (1), (2), … in notes. Only notes whose wording the domain papers hold are printed; these
marks stand without theirs until somebody has compared them with the circular. Where no mark is printed, none is known.

| Form | Marks without their note |
|---|---|
${(await marks(slugs)).join('\n')}

## Not in the catalogue

Of the fourteen procedures of the domain pack these have no form here yet: monthly social allowance (NĐ 335/2026 may renumber its
forms), land change, construction permit.

Of the criminal record certificate form 04/2024/LLTP is not here: who asks through an authorised person, and parents of a child
under 18, declare on it, and the domain papers do not hold its items. The first page of form 03/2024/LLTP says so, nobody under 14
gets past it, and whoever is under 18 is warned. So the component "written authorisation" never applies here. (One definition for
both would need a group that is filled from a register or typed, by an answer: whose record fills it is fixed in a definition.) Its time limit of the law of 2009 is told, but no date is promised: what Law 107/2025/QH15 made of it could not be
read, nor could the code and the form of the Ministry of Public Security.
`;
}
