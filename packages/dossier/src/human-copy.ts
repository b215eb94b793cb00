// What a person reads of a dossier: the official form with its answers, an annex that says where each came from, and
// what ties the paper to the package. One model; html.ts and pdf.ts lay it out.

import {
  jsonEqual,
  localize,
  pointerContains,
  valueAt,
  type DossierComponent,
  type DossierManifest,
  type JsonObject,
  type LocalizedText,
  type OriginEntry,
  type OriginMap,
  type Pointer,
  type PrintAnswer,
  type PrintLine,
  type PrintSpec,
  type PrintTable,
} from '@onceform/core';
import qrcode from 'qrcode-generator';
import { words, type HumanCopyWords } from './locales/human-copy.ts';
import type { SpokenTexts, TextRow } from './texts.ts';

export interface HumanCopyInput {
  readonly texts: SpokenTexts;
  /** The answers themselves, for what is ticked rather than written. */
  readonly data: JsonObject;
  readonly origins: OriginMap;
  readonly print: PrintSpec | null;
  /** Lines over the title; a rule goes under the last. From the country pack. */
  readonly letterhead?: readonly string[];
  /** Who decides: takes the place of `{agency}`. */
  readonly addressee?: string;
  /** Prints also what the paper leaves empty where a number was given, for offices that want it. */
  readonly printRetrieved?: boolean;
  readonly components: readonly Pick<DossierComponent, 'title' | 'fulfilledBy' | 'reason'>[];
  /** What was filed; null for a draft, which says so across the page. */
  readonly filed: Pick<DossierManifest, 'id' | 'created' | 'reviewDigest'> | null;
  /** `vi` or `en`, for the words of ours; the language of the texts when left out. */
  readonly language?: string;
}

export interface HumanCopy {
  readonly language: string;
  readonly letterhead: readonly string[];
  readonly formNumber: string;
  readonly title: string;
  readonly subtitle: string;
  readonly addressee: string;
  readonly blocks: readonly HumanCopyBlock[];
  readonly commitment: string;
  readonly dateline: string;
  /** Side by side; the last one is the declarant's where a form names none. */
  readonly signatures: readonly HumanCopySignature[];
  readonly footnotes: readonly string[];
  readonly annex: {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  readonly components: { readonly title: string; readonly items: readonly string[] };
  /** One line at the foot of each page. */
  readonly footer: string;
  readonly note: string;
  /** Across the page; empty for what was filed. */
  readonly watermark: string;
  /** Rows of dark and light squares; null for a draft. */
  readonly code: readonly (readonly boolean[])[] | null;
}

export interface HumanCopySignature {
  /** Where each signer has a day of their own. */
  readonly dateline: string;
  readonly title: string;
  readonly note: string;
  readonly name: string;
}

export type HumanCopyBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  /** Answers on one line of the paper. */
  | { readonly kind: 'line'; readonly items: readonly HumanCopyAnswer[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface HumanCopyAnswer {
  readonly label: string;
  /** Empty where there is no answer: a line to write on. */
  readonly text: string;
  /** One character or an empty string for each printed box. */
  readonly boxes?: readonly string[];
  readonly choices?: readonly { readonly text: string; readonly chosen: boolean }[];
}

/** Pure: the same input gives the same copy. */
export function humanCopy(input: HumanCopyInput): HumanCopy {
  const { texts, print, filed, components } = input;
  const language = input.language ?? texts.language;
  const own = words[language.startsWith('vi') ? 'vi' : 'en'];
  const say = (text: LocalizedText | undefined): string => localize(text, texts.language).normalize('NFC');
  const rows = texts.sections.flatMap(section => section.rows);
  return {
    language: texts.language,
    letterhead: input.letterhead ?? [],
    formNumber: say(print?.formNumber),
    title: say(print?.title) || texts.title,
    subtitle: say(print?.subtitle),
    addressee: say(print?.addressee).replace('{agency}', () => input.addressee ?? DOTS),
    blocks: print === null ? bySection(texts) : print.lines.map(line => blockOf(line, { ...input, rows, say })),
    commitment: say(print?.commitment),
    dateline: dateline(say(print?.dateline), filed?.created),
    signatures: (print?.signatures ?? [{ title: own.signer }]).map((each, i, { length }) => ({
      dateline: dateline(say(each.dateline), i + 1 === length ? filed?.created : undefined),
      title: say(each.title),
      note: say(each.note),
      name: textAt(texts, rows, each.pointers ?? []),
    })),
    footnotes: (print?.footnotes ?? []).map(say),
    annex: {
      title: own.sources,
      columns: own.columns,
      rows: rows
        .filter(({ text }) => text !== '')
        .map(row => [titleOf(row), row.text, originText(originOf(input.origins, row.pointer), own, texts.language)]),
    },
    components: {
      title: own.components,
      items: components.map(
        ({ title, fulfilledBy, reason }) =>
          `${say(title)} – ${own.fulfilledBy[fulfilledBy]}${reason === undefined ? '' : ` (${reason})`}`,
      ),
    },
    footer:
      filed === null
        ? own.draft
        : `${own.package} ${filed.id} · ${own.digest} ${filed.reviewDigest.slice(0, 16)} · ${own.completed} ${dateTime(filed.created)}`,
    note: own.copy,
    watermark: filed === null ? own.draft : '',
    code: filed === null ? null : qrCode(`${filed.id}?digest=${filed.reviewDigest}`),
  };
}

function bySection(texts: SpokenTexts): HumanCopyBlock[] {
  return texts.sections.flatMap(({ title, rows }): HumanCopyBlock[] => [
    { kind: 'heading', text: title },
    ...rows.map((row): HumanCopyBlock => ({ kind: 'line', items: [{ label: titleOf(row), text: row.text }] })),
  ]);
}

/** Room to write a name. */
const DOTS = '.'.repeat(60);

interface Answers extends Pick<HumanCopyInput, 'texts' | 'data' | 'printRetrieved'> {
  readonly rows: readonly TextRow[];
  readonly say: (text: LocalizedText | undefined) => string;
}

function blockOf(line: PrintLine, answers: Answers): HumanCopyBlock {
  if ('text' in line) return { kind: 'text', text: answers.say(line.text) };
  if ('table' in line) return tableOf(line, answers);
  const items = 'row' in line ? line.row : [line];
  return { kind: 'line', items: items.map(item => answerOf(item, answers)) };
}

function answerOf(item: PrintAnswer, answers: Answers, within: Pointer = ''): HumanCopyAnswer {
  const { data, rows, say, texts } = answers;
  const needless =
    answers.printRetrieved !== true
    && (item.unless ?? []).some(pointer => valueAt(data, within + pointer) !== undefined);
  const pointers = needless ? [] : item.pointers.map(pointer => within + pointer);
  const written = item.sentence === undefined ? textAt(texts, rows, pointers) : sentenceOf(item, pointers, answers);
  const text = item.as === 'capitals' ? capitals(written, texts.language) : written;
  const boxes = item.as === 'boxes' ? [...text.replaceAll(' ', '')] : null;
  return {
    label: say(item.label),
    text,
    ...(boxes === null
      ? {}
      : { boxes: [...boxes, ...Array<string>(Math.max(0, (item.length ?? 0) - boxes.length)).fill('')] }),
    ...(item.choices === undefined
      ? {}
      : {
          choices: item.choices.map(choice => ({
            text: say(choice.text),
            chosen: pointers.some(pointer => jsonEqual(valueAt(data, pointer), choice.value)),
          })),
        }),
  };
}

/** Empty where nothing was answered: a line to write on. */
function sentenceOf({ sentence }: PrintAnswer, pointers: readonly Pointer[], { texts, rows, say }: Answers): string {
  if (textAt(texts, rows, pointers) === '') return '';
  return say(sentence).replace(/\{(\/[^{}]*)\}/g, (_, pointer: string) => textAt(texts, rows, [pointer]) || '……');
}

function tableOf({ table, count, columns }: PrintTable, answers: Answers): HumanCopyBlock {
  const list = valueAt(answers.data, table);
  const items = Array.isArray(list) ? list.length : 0;
  const rows = Array.from({ length: items }, (_, index) => [
    ...(count === undefined ? [] : [String(index + 1)]),
    ...columns.map(column => {
      const { text, choices } = answerOf(column, answers, `${table}/${index}`);
      return choices === undefined ? text : choices.flatMap(choice => (choice.chosen ? choice.text : [])).join(', ');
    }),
  ]);
  const titles = columns.map(({ label }) => answers.say(label));
  return { kind: 'table', columns: count === undefined ? titles : [answers.say(count), ...titles], rows };
}

function capitals(text: string, language: string): string {
  return text.toLocaleUpperCase(/^[a-z]{2,3}(?=-|$)/.exec(language)?.[0]);
}

/** Day and month of one digit have a zero before them, as official paper asks; dots where nothing was filed yet. */
function dateline(text: string, created: string | undefined): string {
  const [, year = '……', month = '…', day = '…'] = /^(\d{4})-(\d\d)-(\d\d)/.exec(created ?? '') ?? [];
  return text.replace(/\{(day|month|year)\}/g, (_, part: string) => ({ day, month, year })[part]!);
}

function titleOf({ within, label }: TextRow): string {
  return [...within, label].join(' – ');
}

/** The texts at and below pointers, in the order of the form; one that is said as a whole is not taken apart. */
function textAt({ wholes = {} }: SpokenTexts, rows: readonly TextRow[], pointers: readonly Pointer[]): string {
  return pointers
    .flatMap(pointer =>
      Object.hasOwn(wholes, pointer)
        ? [wholes[pointer]!]
        : rows.filter(row => pointerContains(pointer, row.pointer)).map(({ text }) => text),
    )
    .filter(Boolean)
    .join(', ');
}

/** The origin of an answer, or of the sealed whole it is part of. */
function originOf(origins: OriginMap, pointer: Pointer): OriginEntry | undefined {
  if (Object.hasOwn(origins, pointer)) return origins[pointer];
  const outer = Object.keys(origins).find(at => pointerContains(at, pointer) || pointerContains(pointer, at));
  return outer === undefined ? undefined : origins[outer];
}

function originText(entry: OriginEntry | undefined, own: HumanCopyWords, language: string): string {
  if (entry === undefined) return '';
  if (entry.source === undefined) return own.origins[entry.origin];
  const dated =
    entry.lastUpdated === null || entry.lastUpdated === undefined
      ? own.noDate
      : `${own.updated} ${dateTime(entry.lastUpdated)}`;
  return `${own.origins[entry.origin]}: ${localize(entry.source.name, language)}, ${dated}`;
}

/** `15:00:00, 22/11/2026` as it was written, in its own offset; a plain date without the time. */
function dateTime(text: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d:\d\d))?/.exec(text) ?? [];
  if (day === undefined) return text;
  return `${time === undefined ? '' : `${time}, `}${day}/${month}/${year}`;
}

function qrCode(text: string): boolean[][] {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => code.isDark(row, column)),
  );
}
