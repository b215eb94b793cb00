// `onceform` as tests run it: in a folder, without a terminal, and everything it says is caught.

import { main } from '../index.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runMain(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  let out = '',
    err = '';
  const code = await main(args, {
    stdout: { write: text => (out += text) },
    stderr: { write: text => (err += text) },
    cwd,
    isTTY: false,
    env,
  });
  return { code, out, err };
}
