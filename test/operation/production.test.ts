// The command of examples/production/Containerfile, run by hand: no container, but the same process over a PostgreSQL.

import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { startPostgresCluster } from '../../packages/server/src/testing/postgres-cluster.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`The portal for production is not tried: ${cluster}.`);
afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.stop();
});

const command = async (instruction = 'CMD'): Promise<readonly string[]> => {
  const file = await readFile(join(root, 'examples/production/Containerfile'), 'utf8');
  return JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(file)![1]!) as string[];
};

it('names all that the environment lacks, and does not start', async () => {
  const [, ...args] = await command();
  const child = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env['PATH'], AGENCY: 'H27' } });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', chunk => (errors += chunk));
  expect(await new Promise(resolve => child.once('exit', resolve))).toBe(2);
  expect(errors).toMatch(/^The environment lacks ORIGIN, DATABASE_URL, OIDC_ISSUER, .*: README\.md says/);
}, 60_000);

it.skipIf(typeof cluster === 'string')(
  'serves over PostgreSQL, logs lines of JSON, and ends when it is told to',
  async () => {
    if (typeof cluster === 'string') return;
    const folder = await mkdtemp(join(tmpdir(), 'onceform-production-'));
    const form = 'civil-status-extract.form.json';
    await mkdir(join(folder, 'definitions'));
    await cp(join(root, 'packages/vn/forms', form), join(folder, 'definitions', form));
    const [, ...args] = await command();
    // Beside it, as examples/telemetry says, the official SDK of OpenTelemetry, which sends to a collector by OTLP.
    const collected = await startCollector();
    const child = spawn(process.execPath, ['--import', './examples/telemetry/register.mjs', ...args], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        OTEL_EXPORTER_OTLP_ENDPOINT: collected.url,
        ORIGIN: 'https://dvc.example',
        AGENCY: 'H27.25',
        DATABASE_URL: await cluster.database(),
        OIDC_ISSUER: 'https://id.example',
        OIDC_CLIENT_ID: 'client',
        OIDC_CLIENT_SECRET: 'secret',
        DATA_DIR: folder,
        FORMS_DIR: join(folder, 'definitions'),
        LISTEN: '127.0.0.1',
        PORT: '0',
      },
    });
    try {
      let output = '';
      const port = await new Promise<number>((resolve, reject) => {
        child.stdout.setEncoding('utf8').on('data', chunk => {
          output += chunk;
          const line = output.split('\n').find(each => each.includes('"listening"') && each.endsWith('}'));
          if (line !== undefined) resolve((JSON.parse(line) as { port: number }).port);
        });
        child.stderr.on('data', chunk => (output += chunk));
        child.once('exit', code => reject(new Error(`It ended with ${code}: ${output}`)));
      });
      const ready = await fetch(`http://127.0.0.1:${port}/ready`);
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
      const [, ...check] = await command('HEALTHCHECK CMD');
      const healthy = (at: number): Promise<unknown> =>
        new Promise(resolve =>
          spawn(process.execPath, check, { env: { PORT: String(at) } }).once('exit', code => resolve(code)),
        );
      expect([await healthy(port), await healthy(1)]).toEqual([0, 1]);
      const forms = (await (await fetch(`http://127.0.0.1:${port}/api/forms`)).json()) as { slug: string }[];
      expect(forms.map(({ slug }) => slug)).toEqual(['civil-status-extract']);
      expect((await fetch(`http://127.0.0.1:${port}/api/usage?name=secret`)).status).toBe(401);
      // Everything that a request can carry of a person: address, header, cookie, body.
      const said = { id: '042196000017', agent: 'agent-of-an', cookie: 'c00kie'.padEnd(43, 'x'), name: 'An Secretly' };
      const headers = {
        cookie: `__Host-onceform=${said.cookie}`,
        'user-agent': said.agent,
        'content-type': 'application/json',
      };
      await fetch(`http://127.0.0.1:${port}/api/dossiers/${said.id}`, { headers });
      await fetch(`http://127.0.0.1:${port}/api/drafts`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ name: said.name }),
      });
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      expect(await new Promise(resolve => child.once('exit', resolve))).toBe(0);
      const lines = output
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as { kind: string; route?: string });
      expect(lines.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['compiled', 'listening', 'request', 'security']),
      );
      expect(output).not.toContain('name=secret');
      // The last ones leave when it ends.
      expect([...collected.bodies.keys()].sort()).toEqual(['/v1/metrics', '/v1/traces']);
      expect(collected.bodies.get('/v1/traces')).toContain('GET /api/usage');
      expect(collected.bodies.get('/v1/metrics')).toContain('http.server.request.duration');
      expect(collected.bodies.get('/v1/traces')).toContain('GET /api/dossiers/:id');
      for (const value of ['name=secret', '127.0.0.1', ...Object.values(said)])
        expect([...collected.bodies.values()].join()).not.toContain(value);
    } finally {
      child.kill('SIGKILL');
      await collected.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

/** A collector that keeps what comes to it, by path. */
async function startCollector(): Promise<{ url: string; bodies: Map<string, string>; stop(): Promise<unknown> }> {
  const bodies = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', chunk => (body += chunk));
    request.on('end', () => {
      bodies.set(request.url!, (bodies.get(request.url!) ?? '') + body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop: () => new Promise(done => server.close(done)),
  };
}
