// Compiling forms away from the serving process, which may not turn strings into code.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OnceFormErrorCode } from '@onceform/core';
import type { Compilation } from './compile-definition.ts';

/**
 * Turns definition files into folders of modules, each named by the digest of its modules. One outcome for each file, in
 * order. With `lint`, a definition with a finding of severity `error` is refused, and the others come with the result.
 */
export type FormCompiler = (
  files: readonly string[],
  folder: string,
  options?: { readonly lint?: boolean },
) => AsyncIterable<CompileOutcome>;

export interface CompileJob {
  readonly files: readonly string[];
  readonly folder: string;
  readonly pack: PackModule;
  readonly lint: boolean;
}

/** Where a process of its own finds the pack: a module specifier that Node resolves, usually a `file:` URL. */
export interface PackModule {
  readonly module: string;
  readonly export: string;
}

export type CompileOutcome =
  | { readonly ok: true; readonly file: string; readonly result: Compilation }
  | {
      readonly ok: false;
      readonly file: string;
      readonly code: OnceFormErrorCode;
      readonly message: string;
      readonly pointer?: string;
      readonly data?: Readonly<Record<string, unknown>>;
    };

export interface CompilerLimits {
  /** Milliseconds for one form; 60 s when absent. */
  readonly timeout?: number;
  /** MiB of heap; 512 when absent. */
  readonly memory?: number;
}

/**
 * Compiles forms in a short-lived Node process without the flag that forbids code from strings. A form that takes too
 * long or too much memory is refused with ERR_LIMIT_EXCEEDED, and the others go on in another process.
 */
export function childProcessCompiler(pack: PackModule, limits: CompilerLimits = {}): FormCompiler {
  return async function* compile(files, folder, { lint = false } = {}) {
    for (let left = files; left.length > 0;) {
      let done = 0,
        trouble = '';
      for await (const line of runChild({ files: left, folder, pack, lint }, limits, text => {
        trouble = text;
      })) {
        done++;
        yield JSON.parse(line) as CompileOutcome;
      }
      if (done === left.length) return;
      yield { ok: false, file: left[done]!, code: 'ERR_LIMIT_EXCEEDED', message: `Compiling ended early. ${trouble}` };
      left = left.slice(done + 1);
    }
  };
}

async function* runChild(
  job: CompileJob,
  { timeout = 60_000, memory = 512 }: CompilerLimits,
  onTrouble: (text: string) => void,
): AsyncIterable<string> {
  const script = fileURLToPath(new URL('./compile-child.js', import.meta.url));
  const child = spawn(process.execPath, [`--max-old-space-size=${memory}`, script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of this process's environment: no secret reaches the compiler, no NODE_OPTIONS either.
    env: { PATH: process.env['PATH'] ?? '' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => onTrouble((errors = (errors + chunk).slice(-4000))));
  const ended = new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  let clock = setTimeout(() => child.kill('SIGKILL'), timeout);
  child.stdin.on('error', () => undefined); // it died before it read its job: that is seen by its end
  child.stdin.end(JSON.stringify(job));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(clock);
      clock = setTimeout(() => child.kill('SIGKILL'), timeout);
      yield line;
    }
    await ended;
  } finally {
    clearTimeout(clock);
    child.kill('SIGKILL');
  }
}
