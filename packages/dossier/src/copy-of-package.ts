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

/** A package without texts is printed with the titles of its definition and the answers as they are. */
export function copyInputOf(
  { manifest, data, origins, documents, texts }: HumanCopySource,
  letterhead: readonly string[] = [],
): HumanCopyInput {
  const { definition } = documents;
  const form = definition['form'];
  return {
    texts: isTexts(texts) ? texts : plainTexts(definition, data, origins, manifest.language),
    origins,
    letterhead,
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

function isPrint(value: Json | undefined): boolean {
  const text = (member: Json | undefined): boolean => typeof member === 'string' || isJsonObject(member);
  return (
    isJsonObject(value)
    && text(value['title'])
    && Array.isArray(value['lines'])
    && value['lines'].every(
      (line: Json) =>
        isJsonObject(line)
        && (text(line['text'])
          || (text(line['label'])
            && Array.isArray(line['pointers'])
            && line['pointers'].every(pointer => typeof pointer === 'string'))),
    )
  );
}
