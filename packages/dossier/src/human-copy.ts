// What a person reads of a dossier: the official form with its answers, an annex that says where each came from, and
// what ties the paper to the package. One model; html.ts and pdf.ts lay it out.

import {
  localize,
  pointerContains,
  type DossierComponent,
  type DossierManifest,
  type LocalizedText,
  type OriginEntry,
  type OriginMap,
  type Pointer,
  type PrintSpec,
} from '@onceform/core';
import qrcode from 'qrcode-generator';
import { words, type HumanCopyWords } from './locales/human-copy.ts';
import type { DossierTexts, TextRow } from './texts.ts';

export interface HumanCopyInput {
  readonly texts: DossierTexts;
  readonly origins: OriginMap;
  readonly print: PrintSpec | null;
  /** Lines over the title; a rule goes under the last. From the country pack. */
  readonly letterhead?: readonly string[];
  readonly components: readonly Pick<DossierComponent, 'title' | 'fulfilledBy' | 'reason'>[];
  /** What was filed; null for a draft, which says so across the page. */
  readonly filed: Pick<DossierManifest, 'id' | 'created' | 'reviewDigest'> | null;
  /** `vi` or `en`, for the words of ours; the language of the texts when left out. */
  readonly language?: string;
}

export interface HumanCopy {
  readonly language: string;
  readonly letterhead: readonly string[];
  readonly title: string;
  readonly subtitle: string;
  readonly addressee: string;
  readonly blocks: readonly HumanCopyBlock[];
  readonly commitment: string;
  readonly signer: string;
  readonly completed: string;
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

export type HumanCopyBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  /** An empty `text` is a line to write on. */
  | { readonly kind: 'line'; readonly label: string; readonly text: string };

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
    title: say(print?.title) || texts.title,
    subtitle: say(print?.subtitle),
    addressee: say(print?.addressee),
    blocks:
      print === null
        ? bySection(texts)
        : print.lines.map((line): HumanCopyBlock =>
            'text' in line
              ? { kind: 'text', text: say(line.text) }
              : { kind: 'line', label: say(line.label), text: textAt(rows, line.pointers) },
          ),
    commitment: say(print?.commitment),
    signer: own.signer,
    completed: filed === null ? '' : `${own.completed} ${dateTime(filed.created)}`,
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
        : `${own.package} ${filed.id} · ${own.digest} ${filed.reviewDigest.slice(0, 16)} · ${dateTime(filed.created)}`,
    note: own.copy,
    watermark: filed === null ? own.draft : '',
    code: filed === null ? null : qrCode(`${filed.id}?digest=${filed.reviewDigest}`),
  };
}

function bySection(texts: DossierTexts): HumanCopyBlock[] {
  return texts.sections.flatMap(({ title, rows }): HumanCopyBlock[] => [
    { kind: 'heading', text: title },
    ...rows.map((row): HumanCopyBlock => ({ kind: 'line', label: titleOf(row), text: row.text })),
  ]);
}

function titleOf({ within, label }: TextRow): string {
  return [...within, label].join(' – ');
}

/** The texts at and below pointers, in the order of the form. */
function textAt(rows: readonly TextRow[], pointers: readonly Pointer[]): string {
  return pointers
    .flatMap(pointer => rows.filter(row => pointerContains(pointer, row.pointer)))
    .map(({ text }) => text)
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
