// A portal of another make with the gateway alone behind it, started by its one command: it keeps every rule of the protocol.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runConformance, type Specimen } from '../../packages/cli/src/conformance/conformance.ts';

const example = fileURLToPath(new URL('../../examples/foreign-portal', import.meta.url));
let child: ChildProcess, folder: string, url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-foreign-'));
  child = spawn(process.execPath, [join(example, 'start.mjs'), '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  url = await new Promise((resolve, reject) => {
    let said = '';
    const listen = (text: string): void => {
      const found = /http:\/\/localhost:\d+/.exec((said += text));
      if (found !== null) resolve(found[0]);
    };
    child.stdout!.setEncoding('utf8').on('data', listen);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('exit', status => reject(new Error(`It ended with ${status}: ${said}`)));
  });
}, 240_000);
afterAll(async () => {
  const ended = new Promise(resolve => child.removeAllListeners('exit').once('exit', resolve));
  if (child.exitCode === null && child.kill()) await ended;
  await rm(folder, { recursive: true, force: true });
});

const signIn = async (who: string): Promise<string> => {
  const response = await fetch(`${url}/sign-in?as=${who}`, { redirect: 'manual' });
  return response.headers.get('set-cookie')!.split(';')[0]!;
};

it('keeps every rule of the protocol: what it passes on to the gateway, and what it does itself', async () => {
  const specimen = JSON.parse(await readFile(join(example, 'conformance.json'), 'utf8')) as Specimen;
  const results = await runConformance({
    base: url,
    cookie: await signIn('ann'),
    otherCookie: await signIn('bo'),
    specimen,
    timeout: 120_000,
  });
  expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(results.length).toBeGreaterThan(40);
}, 240_000);
