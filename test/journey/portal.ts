// A demonstration portal as a person starts it: its own process, no code from strings, its own data folder.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { personas } from '@onceform/vn/personas';
import { now } from './clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Portal {
  readonly url: string;
  readonly dataDir: string;
  /** What it wrote to its console so far. */
  printed(): string;
  /** @throws when its console said anything about the people it served (P8). */
  close(): Promise<void>;
}

/** What `npm start` runs. */
const DEMONSTRATION = 'examples/portal/start.mjs';

/** @param script of the demonstration, or of another example. */
export async function startPortal(script = DEMONSTRATION): Promise<Portal> {
  // While a journey is being written: a portal that runs already, named by its address.
  const running = process.env['ONCEFORM_PORTAL'];
  if (running !== undefined) return { url: running, dataDir: '', printed: () => '', close: async () => undefined };
  const dataDir = await newDataDir(script);
  const child = spawn(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      script,
      '--port',
      '0',
      '--data',
      dataDir,
      '--date',
      now().toISOString(),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const [, found] = /OnceForm portal: (http:\/\/\S+)/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', code => reject(new Error(`The portal ended with ${code} before it answered:\n${output}`)));
  });
  const compiled = compiledBy(script);
  if (!existsSync(compiled)) await keep(compiled, copy => cp(join(dataDir, 'forms'), copy, { recursive: true }));
  return {
    url,
    dataDir,
    printed: () => output,
    async close() {
      const ended = new Promise(resolve => child.on('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
      await rm(dataDir, { recursive: true, force: true });
      const said = VALUES.filter(value => output.includes(value));
      if (said.length > 0) throw new Error(`The portal's console holds ${said.join(', ')}:\n${output}`);
    },
  };
}

/**
 * A folder for the data of a portal, with an empty database as the portal would make it, and the forms that another portal
 * of this build compiled, which the portal itself makes sure of: copies, because making them costs more than the rest of
 * its start.
 */
export async function newDataDir(script = DEMONSTRATION): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onceform-journey-'));
  const library = await readFile(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  const { version } = JSON.parse(library) as { version: string };
  const empty = join(root, 'test-results', `empty-database-${version}`);
  if (!existsSync(empty)) await keep(empty, async copy => (await PGlite.create({ dataDir: copy })).close());
  await cp(empty, join(dataDir, 'database', 'data'), { recursive: true });
  const compiled = compiledBy(script);
  if (existsSync(compiled)) await cp(compiled, join(dataDir, 'forms'), { recursive: true });
  return dataDir;
}

const compiledBy = (script: string): string => join(root, 'test-results', `forms-of-${basename(dirname(script))}`);

/** Makes a folder that later portals copy from. Files of journeys run side by side: it is there whole, or not at all. */
async function keep(folder: string, fill: (copy: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const copy = await mkdtemp(`${folder}-`);
  await fill(copy);
  await rename(copy, folder).catch(() => rm(copy, { recursive: true }));
}

/** By what the registers and the sign-in know the invented people. */
const VALUES = personas.flatMap(({ name, personalId, claims }) =>
  [name, personalId, claims['phone_number']].filter((value): value is string => typeof value === 'string'),
);
