// Loads a form's module as a browser would: with the files beside it that it imports. Node imports no https: addresses,
// so they are put into a folder for as long as they are needed.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { must } from './back-end.ts';

/** Files of one form: its code, its texts in each language, its documents. */
const MOST = 100;
/** `from './code.js'`, `import './form.vi.js'`, `import('./documents.js')` */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*['"]\.\/([\w.-]+)['"]/g;

/**
 * @param name of the module's file; `load` gets each file by its name.
 * @returns the module, and `forget`, to be called when nothing of it is loaded any more.
 * @throws {Deviation} when it imports more than a form has.
 */
export async function importModule<T>(
  name: string,
  load: (name: string) => Promise<Uint8Array>,
): Promise<{ readonly module: T; forget(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-module-'));
  const forget = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const names = new Set([name]);
    for (const each of names) {
      must(names.size <= MOST, `The module imports more than ${MOST} files.`);
      const bytes = await load(each);
      await writeFile(join(folder, each), bytes);
      for (const [, found] of Buffer.from(bytes).toString('utf8').matchAll(SPECIFIER)) names.add(found!);
    }
    return { module: (await import(pathToFileURL(join(folder, name)).href)) as T, forget };
  } catch (error) {
    await forget();
    throw error;
  }
}
