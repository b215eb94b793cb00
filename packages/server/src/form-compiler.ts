// Compiling forms away from the serving process, which may not turn strings into code.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OnceFormError, type OnceFormErrorCode } from '@onceform/core';
import type { Compilation } from './compile-definition.ts';

/** Turns a definition file into a folder of modules named by the form's digest. */
export type FormCompiler = (file: string, folder: string) => Promise<Compilation>;

export interface CompileJob {
  readonly file: string;
  readonly folder: string;
  readonly pack: PackModule;
}

/** Where a process of its own finds the pack: a module specifier that Node resolves, usually a `file:` URL. */
export interface PackModule {
  readonly module: string;
  readonly export: string;
}

export type CompileOutcome =
  | { readonly ok: true; readonly result: Compilation }
  | { readonly ok: false; readonly code: OnceFormErrorCode | null; readonly message: string; readonly pointer?: string; readonly data?: Readonly<Record<string, unknown>> };

export interface CompilerLimits {
  /** Milliseconds; 60 s when absent. */
  readonly timeout?: number;
  /** MiB of heap; 512 when absent. */
  readonly memory?: number;
}

/**
 * Compiles each form in a short-lived Node process without the flag that forbids code from strings.
 *
 * @throws {OnceFormError} the compiler's own errors; ERR_LIMIT_EXCEEDED when it took too long or too much memory.
 */
export function childProcessCompiler(pack: PackModule, limits: CompilerLimits = {}): FormCompiler {
  const script = fileURLToPath(new URL('./compile-child.js', import.meta.url));
  const { timeout = 60_000, memory = 512 } = limits;
  return (file, folder) => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${memory}`, script], {
      stdio: ['pipe', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL',
      // Nothing of this process's environment: no secret reaches the compiler, no NODE_OPTIONS either.
      env: { PATH: process.env['PATH'] ?? '' },
    });
    let output = '', errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { output += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors = (errors + chunk).slice(-4000); });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status !== 0 || output === '') {
        reject(new OnceFormError(signal === null && status !== 134 ? 'ERR_INTERNAL' : 'ERR_LIMIT_EXCEEDED',
          `Compiling ${file} ended with ${signal ?? `status ${status}`}. ${errors}`, { data: { file, status, signal } }));
        return;
      }
      const outcome = JSON.parse(output) as CompileOutcome;
      if (outcome.ok) resolve(outcome.result);
      else {
        reject(new OnceFormError(outcome.code ?? 'ERR_INTERNAL', `${file}: ${outcome.message}`, {
          data: { ...outcome.data, file }, ...(outcome.pointer === undefined ? {} : { pointer: outcome.pointer }),
        }));
      }
    });
    const job: CompileJob = { file, folder, pack };
    child.stdin.end(JSON.stringify(job));
  });
}
