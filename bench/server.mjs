// Filing and prefill against a bare Hono route on the same database and disk, interleaved in one run: on PostgreSQL, and
// on the embedded database. The indicators of a year with few and with many dossiers.

import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { substitute } from '@onceform/core';
import { buildDossier } from '@onceform/dossier';
import { readSeal } from '@onceform/store';
import { createPortalClient } from '@onceform/store/client';
import { startPostgresCluster } from '../packages/server/dist/testing/postgres-cluster.js';

/** Both are measured with as many connections at once, and with one: what a busy server does, and what one citizen waits for. */
const CLIENTS = [8, 1];

export default async function bench({ quick }) {
  const cluster = await startPostgresCluster();
  const rows = typeof cluster === 'string' ? [{ name: `PostgreSQL not run: ${cluster}`, ratio: 0, bound: null }] : [];
  try {
    if (typeof cluster !== 'string') {
      rows.push(...(await measure('PostgreSQL', await cluster.database(), quick)));
      rows.push(...(await indicators(cluster, quick)));
    }
    rows.push(...(await measure('PGlite', '', quick)));
    return { rows };
  } finally {
    if (typeof cluster !== 'string') await cluster.stop();
  }
}

/** @param url of a PostgreSQL; empty: the embedded database. */
async function measure(database, url, quick) {
  const server = await start(url);
  try {
    const browser = await createBrowser(server.port);
    const sizes = { ...server, rounds: quick ? 3 : 9, size: quick ? 60 : 200 };
    const rows = [];
    for (const clients of CLIENTS) rows.push(await filing(browser, { ...sizes, clients }));
    for (const clients of CLIENTS) rows.push(...(await prefill(browser, { ...sizes, clients })));
    return rows.map(one => ({ ...one, name: `${database}: ${one.name}` }));
  } finally {
    await server.end();
  }
}

/** A process with the portal and its floor, in a folder of their own. */
async function start(url) {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-bench-'));
  await mkdir(join(folder, 'definitions'));
  await writeFile(join(folder, 'definitions', 'notice.form.json'), '{"version":"1.0.0"}');
  const child = fork(fileURLToPath(new URL('./server-process.mjs', import.meta.url)), [folder, url], {
    execArgv: ['--disallow-code-generation-from-strings', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' }, // as docs/operation.md says, for both
  });
  const { port, floorPort } = await new Promise((resolve, reject) =>
    child.once('message', resolve).once('exit', status => reject(new Error(`The server ended with ${status}.`))),
  );
  return {
    port,
    floorPort,
    async end() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function filing(browser, { port, floorPort, clients, ...sizes }) {
  const prepare = () => browser.prepare('x'.repeat(3000));
  const { bytes, rates } = await byTurns(sizes, clients, prepare, [
    ({ id, body, type }) =>
      send(port, 'PUT', `/api/dossiers/${id}`, body, { 'content-type': type, ...browser.headers() }, 201),
    ({ id, body, type }) => send(floorPort, 'PUT', `/file/${id}`, body, { 'content-type': type }, 201),
  ]);
  return row('filing a dossier, of a bare insert that writes and fsyncs the same bytes', rates, {
    clients,
    bound: { atLeast: 0.5 },
    note: `${bytes} bytes`,
  });
}

async function prefill(browser, { port, floorPort, clients, ...sizes }) {
  const prepare = async () => ({ body: await browser.prefillRequest() });
  const json = { 'content-type': 'application/json' };
  const { rates } = await byTurns(sizes, clients, prepare, [
    ({ body }) => send(port, 'POST', '/api/prefill', body, { ...json, ...browser.headers() }, 200),
    ({ body }) => send(floorPort, 'POST', '/prefill', body, json, 200),
    ({ body }) => send(floorPort, 'POST', '/prefill-logged', body, json, 200),
  ]);
  const [ours, bare, logged] = rates;
  const note = 'offers kept encrypted, usage logged';
  return [
    row('prefill from a register in memory, of a bare route with one query', [ours, bare], {
      clients,
      bound: { atLeast: 0.4 },
      note,
    }),
    row('the same prefill, of a bare route that also logs it with one insert', [ours, logged], {
      clients,
      bound: null,
      note,
    }),
  ];
}

/** Rates of several ways to do the same jobs, round by round. The first round, a longer one, warms up. */
async function byTurns({ rounds, size }, clients, prepare, ways) {
  const rates = ways.map(() => []);
  let bytes = 0;
  for (let round = -1; round < rounds; round++) {
    const jobs = [];
    while (jobs.length < (round < 0 ? 5 * size : size))
      jobs.push(...(await Promise.all(Array.from({ length: 20 }, prepare))));
    bytes = jobs[0].body.length;
    for (const [i, way] of ways.entries()) {
      const one = await rate(jobs, clients, way);
      if (round >= 0) rates[i].push(one);
    }
  }
  return { bytes, rates };
}

/**
 * The page that officers open, of a year, a half and a month of it, and the same year as data: from a portal with few
 * dossiers and from one with many, by turns.
 */
async function indicators(cluster, quick) {
  const sizes = quick ? [10_000, 200_000] : [10_000, 1_000_000];
  const asked = ['/indicators/2026', '/indicators/2026-H1', '/indicators/2026-06', '/api/indicators/2026'];
  const portals = [];
  try {
    for (const count of sizes) {
      const server = await start(await cluster.database());
      portals.push(server);
      server.browser = await createBrowser(server.port);
      await send(server.port, 'POST', `/bench/fill/${count}`, Buffer.alloc(0), server.browser.headers(), 204);
    }
    const times = asked.map(() => portals.map(() => []));
    for (let i = 0; i < (quick ? 20 : 60); i++) {
      for (const [what, path] of asked.entries()) {
        for (const [which, { port, browser }] of portals.entries()) {
          const begun = performance.now();
          await send(port, 'GET', path, Buffer.alloc(0), browser.headers(), 200);
          if (i >= 5) times[what][which].push(performance.now() - begun);
        }
      }
    }
    return asked.map((path, what) => {
      const [few, many] = times[what].map(list => list.sort((a, b) => a - b)[list.length >> 1]);
      return {
        name: `PostgreSQL: ${path}, ${sizes[1].toLocaleString('en')} dossiers of 1,000 procedures, of ${sizes[0].toLocaleString('en')}`,
        ratio: many / few,
        bound: 1.5,
        note: `${few.toFixed(1)} ms and ${many.toFixed(1)} ms`,
      };
    });
  } finally {
    for (const server of portals) await server.end();
  }
}

function row(name, [ours, bare], { clients, bound, note }) {
  const ratios = ours.map((rate, i) => rate / bare[i]).sort((a, b) => a - b);
  const per = list => Math.round([...list].sort((a, b) => a - b)[list.length >> 1]);
  return {
    name: `${name}, ${clients} at a time`,
    ratio: ratios[ratios.length >> 1],
    bound,
    note: `${per(ours)}/s of ${per(bare)}/s, median of ${ratios.length} rounds (${ratios[0].toFixed(2)}–${ratios.at(-1).toFixed(2)}); ${note}`,
  };
}

/** Jobs per second over some connections. */
async function rate(jobs, clients, run) {
  // Connections of an earlier round may have been closed while the next one was prepared.
  agent.destroy();
  agent = new Agent({ keepAlive: true, maxSockets: clients });
  const queue = [...jobs];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let job; (job = queue.pop()) !== undefined;) await run(job);
    }),
  );
  return jobs.length / ((performance.now() - start) / 1000);
}

let agent = new Agent();

function send(port, method, path, body, headers, expected) {
  return new Promise((resolve, reject) => {
    const sending = request(
      { host: '127.0.0.1', port, method, path, agent, headers: { ...headers, 'content-length': body.length } },
      response => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', chunk => {
            text += chunk;
          })
          .on('end', () => {
            if (response.statusCode === expected) resolve();
            else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
          });
      },
    );
    sending.on('error', reject).end(body);
  });
}

async function createBrowser(port) {
  const base = `http://127.0.0.1:${port}`;
  const cookie = (await fetch(`${base}/bench/sign-in`)).headers.get('set-cookie').split(';')[0];
  const own = (path, init = {}) => fetch(base + path, { ...init, headers: { ...init.headers, cookie } });
  const client = createPortalClient({ fetch: own });
  const { csrf, person } = await client.session();
  const info = await client.form('notice');
  const { default: form } = await import(
    `data:text/javascript;base64,${Buffer.from(await (await own(info.module)).text()).toString('base64')}`
  );
  const documents = await form.documents();
  const identity = { id: info.id, digest: info.digest };
  const item = form.reuse[0];
  return {
    headers: () => ({ cookie, 'x-onceform-csrf': csrf }),
    async prefillRequest() {
      const { draft } = await client.openDraft({ form: identity });
      return Buffer.from(
        JSON.stringify({
          draft,
          form: identity,
          consent: { purpose: 'notice', given: true, time: new Date().toISOString() },
          items: [
            {
              item: item.pointer,
              concept: item.concept,
              subject: item.subject,
              members: item.members.map(({ pointer, concept }) => ({ pointer, concept })),
            },
          ],
        }),
      );
    },
    async prepare(filler) {
      const opened = await client.openDraft({ form: identity });
      const { seal: jws } = await client.seal({ draft: opened.draft, decisions: [] });
      const submission = substitute({
        form,
        seal: { ...readSeal(jws), verified: true },
        components: [],
        decisions: [],
        answers: { applicant: { fullName: 'Typed' }, reason: `${randomUUID()}${filler}` },
      });
      const id = `urn:uuid:${randomUUID()}`;
      const dossier = await buildDossier({
        submission,
        form,
        documents,
        files: new Map(),
        id,
        created: new Date().toISOString(),
        language: 'en',
        recipient: { audience: opened.audience, agency: null, nonce: opened.nonce },
        submitter: { id: person.id, identityLevel: person.identityLevel },
      });
      return { id, type: dossier.blob.type, body: Buffer.from(await dossier.bytes()) };
    },
  };
}
