// The compiling process: reads a job from its standard input, writes one line for each definition as it is done, ends.

import { text } from 'node:stream/consumers';
import { isOnceFormError, type CountryPack } from '@onceform/core';
import { compileDefinition } from './compile-definition.ts';
import type { CompileJob, CompileOutcome } from './form-compiler.ts';

const { files, folder, pack: where, lint } = JSON.parse(await text(process.stdin)) as CompileJob;
const module = (await import(where.module)) as Record<string, unknown>;
const pack = module[where.export] as CountryPack | undefined;
if (pack === undefined) throw new TypeError(`${where.module} has no export "${where.export}".`);

for (const file of files) {
  let outcome: CompileOutcome;
  try {
    outcome = { ok: true, file, result: await compileDefinition(file, folder, pack, lint) };
  } catch (error) {
    outcome = {
      ok: false,
      file,
      ...(isOnceFormError(error)
        ? {
            code: error.code,
            message: error.message,
            ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
            data: error.data,
          }
        : { code: 'ERR_INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    };
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
