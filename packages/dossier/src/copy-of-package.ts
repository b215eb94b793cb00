// The input of a human copy, taken from a package: what `onceform print` prints and what a verifier makes again.

import {
  isJsonObject,
  joinPointer,
  parsePointer,
  valueAt,
  type Json,
  type JsonObject,
  type OriginMap,
  type PrintSpec,
} from '@onceform/core';
import type { HumanCopySource } from './check-components.ts';
import type { HumanCopyInput } from './human-copy.ts';
import { isTexts, TEXTS_FORMAT, type DossierTexts, type TextRow } from './texts.ts';

/**
 * A package without texts is printed with the titles of its definition and the answers as they are.
 *
 * @param letterhead for a package whose texts have none.
 */
export function copyInputOf(
  { manifest, data, origins, documents, texts }: HumanCopySource,
  letterhead: readonly string[] = [],
): HumanCopyInput {
  const { definition } = documents;
  const form = definition['form'];
  const own = isTexts(texts) ? texts : plainTexts(definition, data, origins, manifest.language);
  return {
    texts: own.official ?? own,
    data,
    origins,
    letterhead: own.letterhead ?? letterhead,
    ...(own.addressee === undefined ? {} : { addressee: own.addressee }),
    components: manifest.components,
    filed: manifest,
    print: isJsonObject(form) && isPrint(form['print']) ? (form['print'] as unknown as PrintSpec) : null,
  };
}

function plainTexts(definition: JsonObject, data: JsonObject, origins: OriginMap, language: string): DossierTexts {
  const title = typeof definition['title'] === 'string' ? definition['title'] : '';
  const rows = Object.keys(origins)
    .flatMap(pointer => leaves(pointer, valueAt(data, pointer)))
    .map(([pointer, value]): TextRow => {
      const titles = titlesAt(definition, parsePointer(pointer));
      return {
        pointer,
        label: titles.at(-1) ?? pointer,
        within: titles.slice(0, -1),
        text: typeof value === 'string' ? value : JSON.stringify(value),
      };
    });
  return { format: TEXTS_FORMAT, language, title, sections: [{ title, rows }] };
}

/** The answers below a sealed whole. */
function leaves(pointer: string, value: Json | undefined): [string, Json][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[pointer, value]];
  return Object.entries(value).flatMap(([key, member]) => leaves(joinPointer(pointer, key), member as Json));
}

/** Titles on the way to an answer; its name where a definition has none or is behind a `$ref`. */
function titlesAt(definition: JsonObject, path: readonly string[]): string[] {
  let schema: Json | undefined = definition;
  return path.map(segment => {
    const object: JsonObject = isJsonObject(schema) ? schema : {};
    schema = isJsonObject(object['properties']) ? object['properties'][segment] : object['items'];
    const title = isJsonObject(schema) && object['items'] !== schema ? schema['title'] : undefined;
    return typeof title === 'string' ? title : segment;
  });
}

/** Only what a layout needs is looked at: the rest of the definition is of whoever made the package. */
function isPrint(value: Json | undefined): boolean {
  const text = (member: Json | undefined): boolean =>
    typeof member === 'string'
    || (isJsonObject(member) && Object.values(member).every(item => typeof item === 'string'));
  const maybe = (member: Json | undefined): boolean => member === undefined || text(member);
  const list = (member: Json | undefined, fits: (item: Json) => boolean): boolean =>
    member === undefined || (Array.isArray(member) && member.every(fits));
  const pointers = (member: Json | undefined): boolean => list(member, pointer => typeof pointer === 'string');
  const answer = (item: Json | undefined): boolean =>
    isJsonObject(item)
    && text(item['label'])
    && Array.isArray(item['pointers'])
    && pointers(item['pointers'])
    && pointers(item['unless'])
    && maybe(item['sentence'])
    && (item['length'] === undefined || (Number.isInteger(item['length']) && Number(item['length']) <= 100))
    && list(item['choices'], choice => isJsonObject(choice) && text(choice['text']));
  const line = (item: Json): boolean =>
    isJsonObject(item)
    && (text(item['text'])
      || (Array.isArray(item['row']) && item['row'].every(answer))
      || (typeof item['table'] === 'string'
        && maybe(item['count'])
        && Array.isArray(item['columns'])
        && item['columns'].every(answer))
      || answer(item));
  const signature = (item: Json): boolean =>
    isJsonObject(item)
    && text(item['title'])
    && maybe(item['dateline'])
    && maybe(item['note'])
    && pointers(item['pointers']);
  return (
    isJsonObject(value)
    && text(value['title'])
    && ['formNumber', 'subtitle', 'addressee', 'commitment', 'dateline'].every(key => maybe(value[key]))
    && Array.isArray(value['lines'])
    && value['lines'].every(line)
    && list(value['signatures'], signature)
    && list(value['footnotes'], text)
  );
}
