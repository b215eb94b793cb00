// The compiling process: reads a job from its standard input, writes the outcome to its standard output, ends.

import { text } from 'node:stream/consumers';
import { isOnceFormError, type CountryPack } from '@onceform/core';
import { compileDefinition } from './compile-definition.ts';
import type { CompileJob, CompileOutcome } from './form-compiler.ts';

const job = JSON.parse(await text(process.stdin)) as CompileJob;
let outcome: CompileOutcome;
try {
  const module = await import(job.pack.module) as Record<string, unknown>;
  const pack = module[job.pack.export] as CountryPack | undefined;
  if (pack === undefined) throw new TypeError(`${job.pack.module} has no export "${job.pack.export}".`);
  outcome = { ok: true, result: await compileDefinition(job.file, job.folder, pack) };
} catch (error) {
  outcome = isOnceFormError(error)
    ? { ok: false, code: error.code, message: error.message, ...(error.pointer === undefined ? {} : { pointer: error.pointer }), data: error.data }
    : { ok: false, code: null, message: error instanceof Error ? error.stack ?? error.message : String(error) };
}
process.stdout.write(JSON.stringify(outcome));
