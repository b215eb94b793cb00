// The `print` part of the `form` object: the layout of the paper form that the law prescribes.

import {
  isJsonObject,
  joinPointer,
  OnceFormError,
  type Json,
  type JsonObject,
  type LocalizedText,
  type Pointer,
  type PrintAnswer,
  type PrintLine,
  type PrintSignature,
  type PrintSpec,
} from '@onceform/core';
import type { Texts } from './texts.ts';

const PRINT = '/form/print';

/** `null` where a form has no layout of its own. @throws `ERR_DEFINITION_INVALID` at what is not as the language says. */
export function readPrint({ value, texts }: { readonly value: JsonObject; readonly texts: Texts }): PrintSpec | null {
  if (value.print === undefined) return null;
  const own = objectAt(value.print, PRINT);
  const list = <T>(key: string, read: (item: Json, at: Pointer) => T): T[] =>
    listAt(own[key], joinPointer(PRINT, key), read);
  const text = (owner: JsonObject, at: Pointer, key: string): { [key: string]: LocalizedText } => {
    const found = texts.member(owner, at, key);
    return found === undefined ? {} : { [key]: found };
  };
  const needed = (owner: JsonObject, at: Pointer, key: string): LocalizedText => {
    const found = texts.member(owner, at, key);
    if (found === undefined) throw invalid(`"${key}" is missing.`, at);
    return found;
  };

  const answer = (item: Json, at: Pointer): PrintAnswer => {
    const written = objectAt(item, at);
    return {
      label: needed(written, at, 'label'),
      pointers: listAt(written.pointers, joinPointer(at, 'pointers'), pointer => pointer as Pointer),
      ...(written.unless === undefined
        ? {}
        : { unless: listAt(written.unless, joinPointer(at, 'unless'), pointer => pointer as Pointer) }),
      ...(written.as === 'capitals' || written.as === 'boxes' ? { as: written.as } : {}),
      ...(typeof written.length === 'number' ? { length: written.length } : {}),
      ...text(written, at, 'sentence'),
      ...(written.choices === undefined
        ? {}
        : {
            choices: listAt(written.choices, joinPointer(at, 'choices'), (choice, place) => {
              const owner = objectAt(choice, place);
              return { value: owner.value ?? null, text: needed(owner, place, 'text') };
            }),
          }),
    };
  };
  const line = (item: Json, at: Pointer): PrintLine => {
    const written = objectAt(item, at);
    if (written.row !== undefined) return { row: listAt(written.row, joinPointer(at, 'row'), answer) };
    if (typeof written.table === 'string') {
      return {
        table: written.table,
        ...text(written, at, 'count'),
        columns: listAt(written.columns, joinPointer(at, 'columns'), answer),
      };
    }
    const own = texts.member(written, at, 'text');
    if (own !== undefined) return { text: own };
    if (written.label === undefined) throw invalid('"text", "label", "row" or "table" is missing.', at);
    return answer(item, at);
  };
  const signature = (item: Json, at: Pointer): PrintSignature => {
    const written = objectAt(item, at);
    return {
      title: needed(written, at, 'title'),
      ...text(written, at, 'dateline'),
      ...text(written, at, 'note'),
      ...(written.pointers === undefined
        ? {}
        : { pointers: listAt(written.pointers, joinPointer(at, 'pointers'), pointer => pointer as Pointer) }),
    };
  };

  return {
    ...text(own, PRINT, 'formNumber'),
    title: needed(own, PRINT, 'title'),
    ...text(own, PRINT, 'subtitle'),
    ...text(own, PRINT, 'addressee'),
    lines: list('lines', line),
    ...text(own, PRINT, 'commitment'),
    ...text(own, PRINT, 'dateline'),
    ...(own.signatures === undefined ? {} : { signatures: list('signatures', signature) }),
    ...(own.footnotes === undefined
      ? {}
      : {
          footnotes: list('footnotes', (item, at) => {
            const note = texts.localized(item, at);
            if (note === undefined) throw invalid('A note is a text.', at);
            return note;
          }),
        }),
  };
}

function listAt<T>(value: Json | undefined, pointer: Pointer, read: (item: Json, at: Pointer) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('A list belongs here.', pointer);
  return value.map((item: Json, i) => read(item, joinPointer(pointer, i)));
}

function objectAt(value: Json | undefined, pointer: Pointer): JsonObject {
  if (!isJsonObject(value)) throw invalid('An object belongs here.', pointer);
  return value;
}

function invalid(message: string, pointer: Pointer): OnceFormError {
  return new OnceFormError('ERR_DEFINITION_INVALID', message, { pointer });
}
