// Compiles one definition into a content-addressed folder. Runs in a process of its own: ajv writes code.

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, OnceFormError, type CountryPack, type Json, type Sha256 } from '@onceform/core';
import { emitModule, lintForm, type LintFinding } from '@onceform/compiler';

export interface Compilation {
  readonly digest: Sha256;
  /** Of its modules: the name of their folder. The same form compiled by another compiler has another. */
  readonly address: Sha256;
  readonly id: string;
  readonly version: string;
  /** What lint says beside errors, when it was asked. */
  readonly findings?: readonly LintFinding[];
}

/**
 * Compiles the definition in `file` and writes its modules to `<folder>/<address>/`. A folder that stands already is
 * left alone: the same address is the same bytes.
 *
 * @throws {OnceFormError} what `emitModule` throws; ERR_DEFINITION_INVALID with `data.findings` when lint finds errors; ERR_JSON_INVALID when the file is no JSON object.
 */
export async function compileDefinition(
  file: string,
  folder: string,
  pack: CountryPack,
  lint = false,
): Promise<Compilation> {
  let definition: Json;
  try {
    definition = JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (cause) {
    throw new OnceFormError('ERR_JSON_INVALID', `${file} is not JSON.`, { cause });
  }
  if (!isJsonObject(definition)) throw new OnceFormError('ERR_JSON_INVALID', `${file} does not hold a definition.`);
  const findings = lint ? await lintForm(definition, { pack }) : undefined;
  const errors = findings?.filter(({ severity }) => severity === 'error') ?? [];
  if (errors.length > 0) {
    throw new OnceFormError('ERR_DEFINITION_INVALID', `Lint refuses the definition: ${errors[0]!.message}`, {
      pointer: errors[0]!.pointer,
      data: { findings: findings as unknown },
    });
  }
  const { digest, address, id, version, files } = await emitModule(definition, { pack });
  const target = join(folder, address);
  const temporary = join(folder, `${address}.${randomUUID()}.part`);
  await mkdir(temporary, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(temporary, name), text);
  // The modules are ES modules wherever the folder lies.
  await writeFile(join(temporary, 'package.json'), '{"type":"module"}\n');
  try {
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return { digest, address, id, version, ...(findings === undefined ? {} : { findings }) };
}
