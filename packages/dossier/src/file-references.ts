// The files a submission names: those of components, and those that are answers themselves.

import {
  isJsonObject,
  joinPointer,
  type ComponentAnswer,
  type FileReference,
  type Json,
  type Pointer,
} from '@onceform/core';

const DIGEST = /^[0-9a-f]{64}$/;

/** Tells whether a value is a file reference: exactly `name`, `type`, `size` and `sha256`. */
export function isFileReference(value: unknown): value is FileReference & { [key: string]: Json } {
  return (
    isJsonObject(value)
    && Object.keys(value).length === 4
    && typeof value['name'] === 'string'
    && typeof value['type'] === 'string'
    && Number.isSafeInteger(value['size'])
    && (value['size'] as number) >= 0
    && typeof value['sha256'] === 'string'
    && DIGEST.test(value['sha256'])
  );
}

/** Lists the answers that are files, with their pointers, in document order. */
export function answerFiles(data: Json): { readonly pointer: Pointer; readonly file: FileReference }[] {
  const found: { pointer: Pointer; file: FileReference }[] = [];
  const visit = (pointer: Pointer, value: Json): void => {
    if (isFileReference(value)) found.push({ pointer, file: value });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(joinPointer(pointer, key), member as Json);
    }
  };
  visit('', data);
  return found;
}

/** One file of the package per name, type and content, in the order they are first named. */
export function namedFiles(
  components: readonly ComponentAnswer[],
  data: Json,
): { readonly role: 'component' | 'answer-file'; readonly file: FileReference }[] {
  const seen = new Set<string>();
  const files: { role: 'component' | 'answer-file'; file: FileReference }[] = [];
  const add = (role: 'component' | 'answer-file', file: FileReference): void => {
    const key = fileKey(file);
    if (seen.has(key)) return;
    seen.add(key);
    files.push({ role, file });
  };
  for (const component of components) for (const file of component.files) add('component', file);
  for (const { file } of answerFiles(data)) add('answer-file', file);
  return files;
}

export function fileKey(file: FileReference): string {
  return JSON.stringify([file.name.normalize('NFC'), file.type, file.size, file.sha256]);
}
