// Kills, lost writes, races and broken network calls against the real server: `npm run test:faults [-- --short]`. An acknowledged dossier is
// never lost and never doubled.

import { fork, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { substitute } from '@onceform/core';
import { buildDossier } from '@onceform/dossier';
import { readSeal } from '@onceform/store';
import { createPortalClient } from '@onceform/store/client';
import { networkFaults } from './dist/testing/network-faults.js';
import { startPostgresCluster } from './dist/testing/postgres-cluster.js';

const script = fileURLToPath(new URL('./faults-server.mjs', import.meta.url));

/** @returns {AsyncGenerator<{ name: string, result: string, ok: boolean }>} */
export default async function* faults({ short, kills: all, only }) {
  // A half on each database, a quarter of them while bundles are filed.
  const bundleKills = Math.ceil(all / 8),
    kills = Math.ceil((all * 3) / 8),
    filed = short ? 20 : 500;
  const proofs = {
    'kill -9 on PGlite': () => killed(kills, null),
    'kill -9 on PGlite, three dossiers at once': () => killed(bundleKills, null, 3),
    'kill -9 on PostgreSQL': () => onPostgres(url => killed(kills, url)),
    'kill -9 on PostgreSQL, three dossiers at once': () => onPostgres(url => killed(bundleKills, url, 3)),
    'power loss: the embedded database falls back to an earlier state': () => powerLoss(filed, false),
    'power loss: the embedded database is damaged': () => powerLoss(filed, true),
    'a second process on the same folder': () => openers(short ? 25 : 200),
    [`the ${short ? 'first' : 'n-th'} network call of each kind`]: () => network(!short),
  };
  for (const [name, prove] of Object.entries(proofs)) {
    if (!name.includes(only)) continue;
    console.log(`  ${name} …`);
    yield { name, ...(await prove()) };
  }
}

async function onPostgres(prove) {
  const cluster = await startPostgresCluster();
  if (typeof cluster === 'string') return { result: `not run: ${cluster}`, ok: true };
  try {
    return await prove(await cluster.database());
  } finally {
    await cluster.stop();
  }
}

/** Each network call breaks once: unheard, with its answer lost, and taken without an answer; in short: together, without waits. */
async function network(every) {
  const { calls, runs, failures } = await networkFaults({ every }, (done, of) => {
    if (done % 20 === 0) console.log(`  network calls: ${done} of ${of} broken`);
  });
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  return {
    result: `${runs} journeys, ${total} calls of ${calls.size} kinds: ${failures.length === 0 ? 'nothing lost, nothing doubled' : failures.join('; ')}`,
    ok: failures.length === 0 && calls.size > 20,
  };
}

/**
 * Clients file and retry while the server is killed at random moments; then every acknowledgement is looked up.
 *
 * @param {number} parts dossiers of one declaration: all of them are there afterwards, or none.
 */
async function killed(kills, url, parts = 1) {
  const folder = await dataFolder(parts);
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = mulberry(seed);
  let server = await start(folder, url),
    filing = true,
    givenUp = Infinity, // when clients stop asking for what they sent: a minute after the last kill
    doubtful = 0,
    retries = 0;
  const acknowledged = new Map(),
    bundles = new Set();
  const client = async () => {
    const browser = createBrowser(() => server.port);
    await browser.signIn();
    while (filing) {
      let prepared = null;
      try {
        prepared = await browser.prepare(parts);
        if (parts > 1) bundles.add(prepared.id);
      } catch {
        await pause(20); // the server is away
        continue;
      }
      for (;;) {
        try {
          for (const receipt of await browser.file(prepared)) acknowledged.set(receipt.dossier.id, receipt);
          break;
        } catch (error) {
          if (!isAway(error)) throw error;
          if (Date.now() > givenUp) {
            doubtful++;
            break;
          }
          retries++;
          await pause(20);
        }
      }
    }
  };
  const clients = Array.from({ length: 6 }, client);
  try {
    for (let i = 0; i < kills; i++) {
      // In the midst of work: after a few more acknowledgements, at a random moment of the next filing.
      const enough = acknowledged.size + 1 + Math.floor(random() * 6);
      for (const late = Date.now() + 20_000; acknowledged.size < enough && Date.now() < late;) await pause(2);
      await pause(random() * 25);
      await server.kill();
      server = await start(folder, url);
      if ((i + 1) % 50 === 0) console.log(`  ${i + 1} of ${kills} kills, ${acknowledged.size} acknowledged`);
    }
    filing = false;
    givenUp = Date.now() + 60_000;
    await Promise.all(clients);
    const index = await (await fetch(`http://127.0.0.1:${server.port}/fault/index`)).json();
    const byId = Map.groupBy?.(index, row => row.id) ?? groupBy(index, row => row.id);
    let lost = 0,
      doubled = index.length - new Set(index.map(row => row.code)).size,
      wrong = 0;
    for (const [id, receipt] of acknowledged) {
      const rows = byId.get(id) ?? [];
      if (rows.length === 0) lost++;
      if (rows.length > 1) doubled++;
      if (rows[0] && (rows[0].code !== receipt.code || rows[0].sha256 !== receipt.dossier.sha256)) wrong++;
      const bytes = await readFile(
        join(folder, 'objects', 'packages', receipt.dossier.sha256.slice(0, 2), receipt.dossier.sha256),
      ).catch(() => Buffer.alloc(0));
      if (createHash('sha256').update(bytes).digest('hex') !== receipt.dossier.sha256) lost++;
    }
    // Also of those that were never acknowledged: a part alone is there of none.
    const torn = [...bundles].filter(id => ![0, parts].includes(index.filter(({ bundle }) => bundle === id).length));
    return {
      result: `${kills} kills, ${acknowledged.size} acknowledged, ${retries} retries: ${lost} lost, ${doubled} doubled, ${wrong} with another code, ${doubtful} never answered${parts > 1 ? `, ${torn.length} of ${bundles.size} declarations in pieces` : ''} (seed ${seed})`,
      ok: lost === 0 && doubled === 0 && wrong === 0 && doubtful === 0 && torn.length === 0 && acknowledged.size > 0,
    };
  } finally {
    filing = false;
    givenUp = 0;
    await server.kill();
    await Promise.allSettled(clients);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The embedded database does not fsync: after a power cut its files are those of some time ago, or garbage. */
async function powerLoss(count, isDamaged) {
  const folder = await dataFolder();
  let server = await start(folder, null);
  try {
    const browser = createBrowser(() => server.port);
    await browser.signIn();
    // Six at once, each sent twice: their receipts are written together, and again.
    const file = async () => {
      const prepared = await Promise.all(Array.from({ length: 6 }, () => browser.prepare()));
      const twice = await Promise.all(prepared.flatMap(each => [browser.file(each), browser.file(each)]));
      return twice.filter((_receipt, i) => i % 2 === 0).map(([receipt]) => receipt);
    };
    const receipts = await file();
    await server.kill();
    await cp(join(folder, 'database'), join(folder, 'earlier'), { recursive: true });
    server = await start(folder, null);
    await browser.signIn();
    while (receipts.length < count) receipts.push(...(await file()));
    await server.kill();
    await rm(join(folder, 'database', 'data'), { recursive: true });
    if (isDamaged) {
      await mkdir(join(folder, 'database', 'data', 'base'), { recursive: true });
      await writeFile(join(folder, 'database', 'data', 'PG_VERSION'), 'garbage');
    } else {
      await cp(join(folder, 'earlier', 'data'), join(folder, 'database', 'data'), { recursive: true });
    }
    server = await start(folder, null);
    await browser.signIn();
    const [next] = await file();
    const index = await (await fetch(`http://127.0.0.1:${server.port}/fault/index`)).json();
    const found = receipts.filter(receipt =>
      index.some(row => row.id === receipt.dossier.id && row.code === receipt.code),
    ).length;
    const fresh = !receipts.some(receipt => receipt.code === next.code);
    return {
      result: `${found} of ${receipts.length} acknowledged dossiers found again; the next code is ${fresh ? 'new' : 'A CODE GIVEN BEFORE'}`,
      ok: found === receipts.length && fresh,
    };
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Many processes want one data folder at once; in half of the tries a dead one's lock is there already. */
async function openers(tries) {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-lock-'));
  const lock = fileURLToPath(new URL('./dist/directory-lock.js', import.meta.url));
  const code = `const { lockDirectory } = await import(${JSON.stringify(lock)}); process.stdin.once('data', async () => {
    try { await lockDirectory(process.argv[1]); console.log('in'); setTimeout(() => {}, 60000); } catch (error) { console.log(error.code); process.exit(); } }); console.log('ready');`;
  let both = 0,
    none = 0;
  for (let i = 0; i < tries; i++) {
    const directory = join(folder, String(i));
    await mkdir(directory);
    if (i % 2 === 0)
      await writeFile(
        join(directory, 'lock'),
        JSON.stringify({ pid: 999_999_999, host: (await import('node:os')).hostname(), started: '1' }),
      );
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', code, directory], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const words = children.map(child => reader(child.stdout));
    await Promise.all(words.map(next => next()));
    for (const child of children) child.stdin.write('go\n');
    const results = await Promise.all(words.map(next => next()));
    const won = results.filter(word => word === 'in').length;
    if (won > 1) both++;
    if (won === 0) none++;
    for (const child of children) child.kill('SIGKILL');
  }
  await rm(folder, { recursive: true, force: true });
  return {
    result: `${tries} races of 3 processes: ${both} let two in, ${none} let nobody in`,
    ok: both === 0 && none === 0,
  };
}

function reader(stream) {
  let text = '';
  const waiting = [];
  const lines = [];
  stream.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    for (let end; (end = text.indexOf('\n')) !== -1; text = text.slice(end + 1))
      (waiting.shift() ?? (line => lines.push(line)))(text.slice(0, end));
  });
  return () => new Promise(resolve => (lines.length > 0 ? resolve(lines.shift()) : waiting.push(resolve)));
}

async function dataFolder(parts = 1) {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-kill-'));
  await mkdir(join(folder, 'definitions'));
  const procedure =
    parts === 1
      ? {}
      : { parts: Array.from({ length: parts }, (_, i) => ({ code: `1.${i}`, name: `Part ${i + 1}`, components: [] })) };
  await writeFile(join(folder, 'definitions', 'notice.form.json'), JSON.stringify({ version: '1.0.0', procedure }));
  return folder;
}

async function start(folder, url) {
  const child = fork(script, [folder, url ?? ''], {
    execArgv: ['--disallow-code-generation-from-strings', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', chunk => {
    errors = (errors + chunk).slice(-3000);
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', message => resolve(message.port));
    child.once('exit', status => reject(new Error(`The server ended with status ${status}: ${errors}`)));
  });
  return {
    port,
    kill: () =>
      new Promise(resolve => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

function createBrowser(port) {
  let cookie = '',
    form = null;
  const own = (path, init = {}) =>
    fetch(`http://127.0.0.1:${port()}${path}`, {
      ...init,
      headers: { ...init.headers, cookie },
      signal: AbortSignal.timeout(10_000),
    });
  const client = createPortalClient({
    fetch: own,
    importModule: async () => {
      throw new Error('not used');
    },
  });
  return {
    async signIn() {
      for (;;) {
        try {
          const response = await own('/fault/sign-in');
          cookie = response.headers.get('set-cookie').split(';')[0];
          // The client remembers a CSRF token; this makes it ask for the one of the new session.
          await client.session();
          return;
        } catch {
          await pause(20);
        }
      }
    },
    async prepare(parts = 1) {
      const info = await client.form('notice');
      form ??= await import(
        `data:text/javascript;base64,${Buffer.from(await (await own(info.module)).text()).toString('base64')}`
      ).then(module => module.default);
      const { person } = await client.session();
      const opened = await client.openDraft({ form: { id: info.id, digest: info.digest } });
      const { seal: jws } = await client.seal({ draft: opened.draft, decisions: [] });
      const submission = substitute({
        form,
        seal: { ...readSeal(jws), verified: true },
        components: [],
        decisions: [],
        answers: { applicant: { fullName: 'Typed' }, reason: randomUUID() },
      });
      const build = async (id, bundle) =>
        (
          await buildDossier({
            submission,
            form,
            documents: await form.documents(),
            files: new Map(),
            id,
            created: new Date().toISOString(),
            language: 'en',
            recipient: { audience: opened.audience, agency: null, nonce: opened.nonce },
            submitter: { id: person.id, identityLevel: person.identityLevel },
            ...(bundle === undefined ? {} : { bundle }),
          })
        ).blob;
      const id = newId();
      if (parts === 1) return { id, blob: await build(id) };
      const body = new FormData();
      for (let no = 1; no <= parts; no++) {
        const part = newId();
        body.append(part, await build(part, { id, no, of: parts }));
      }
      const whole = new Response(body);
      return { id, body: new Blob([await whole.arrayBuffer()], { type: whole.headers.get('content-type') }) };
    },
    /** Gives back the receipts. */
    file: async ({ id, blob, body }) =>
      body === undefined ? [await client.fileDossier(id, blob)] : (await client.fileBundle(id, body)).receipts,
  };
}

const newId = () => `urn:uuid:${randomUUID()}`;

/** The server was killed, is starting, or lost its database in mid-request: a retry is right. */
function isAway(error) {
  return error.code === 'ERR_NETWORK' || error.code === 'ERR_INTERNAL' || error.data?.status >= 500;
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

function groupBy(list, key) {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** A seeded generator, so that a failing run can be repeated. */
function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
