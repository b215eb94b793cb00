// The whole demonstration as one function: registers, identity provider, portal. `start.mjs` and the journey test use it.

import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  childProcessCompiler,
  createPortal,
  directoryStore,
  encryptedStore,
  loadKeys,
  openPglite,
  openPostgres,
  serve,
} from '@onceform/server';
import { createHttpSource } from '@onceform/store/http';
import { createStatusLists, withCredentialStatus } from '@onceform/store/status-list';
import { createUserinfoSource } from '@onceform/store/userinfo';
import { createRelations } from '@onceform/store';
import { coDeclarants, paperTypes, SERVICE_HOURS, vnPack } from '@onceform/vn';
import { registerDataOn, registerPaths } from '@onceform/vn/personas';
import { normalizers, population, registers as registerSources, roles, signInClaims } from '@onceform/vn/sources';
import { CENTRE, demoAgencies, demoAreas } from './agencies.mjs';
import { demoRoutes } from './demo-routes.mjs';
import { freePort } from './free-port.mjs';
import { startIdentity } from './identity/start-identity.mjs';
import { simulatedInbox } from './inbox.mjs';
import { portalIndicators } from './indicators.mjs';
import { nationalPortal, startNationalPortal } from './national-portal.mjs';
import { simulatedPayments, startPayments } from './payments/simulator.mjs';
import { startRegister } from './registers/simulator.mjs';
import { startStatusList } from './registers/status-list.mjs';
import { simulatedHoldings } from './simulated-holdings.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Starts everything and resolves when the portal answers.
 *
 * @param {object} [options]
 * @param {number} [options.port] of the portal; 0 takes a free one. A taken port is passed over for the next.
 * @param {string} [options.dataDir] where keys, database and dossiers are kept.
 * @param {boolean} [options.quiet] no progress on the console.
 * @param {() => Date} [options.clock] of the portal and of what it asks; whoever signs in has the real one.
 * @param {number} [options.deadline] milliseconds a register may take.
 * @returns {Promise<{ url: string, issuer: string, registers: Record<keyof import('@onceform/vn/personas').RegisterData,
 *   { stop(): Promise<void>, start(): Promise<void>, misbehave(kind: 'well' | 'slow' | 'nonsense' | 'error'): void }>,
 *   portal: import('@onceform/server').Portal, close(): Promise<void> }>}
 */
export async function startStack({
  port = 8080,
  dataDir = join(here, '..', '..', '.onceform'),
  quiet = false,
  clock = () => new Date(),
  deadline = 4000,
} = {}) {
  const say = quiet ? () => {} : text => console.log(`  ${text}`);
  const closing = [];
  const close = async () => {
    for (const stop of closing.splice(0).reverse()) await stop();
  };
  try {
    // One simulated register for each that the pack describes; the population database calls itself by another id.
    const described = new Map(
      registerSources.map(source => [source.id === population.id ? 'population' : source.id, source]),
    );
    const registers = {};
    const held = registerDataOn(clock().toISOString().slice(0, 10));
    // Each licence names its place in its issuer's list, which says whether it was revoked or suspended since.
    const credentials = await startStatusList({ clock });
    closing.push(credentials.stop);
    const licences = Object.entries(held.drivingLicence).map(([person, records]) => [
      person,
      records.map(record => ({ ...record, TrangThai: credentials.add(`${record.Hang} ${record.SoGPLX}`) })),
    ]);
    held.drivingLicence = Object.fromEntries(licences);
    for (const [name, { path, none }] of Object.entries(registerPaths)) {
      registers[name] = await startRegister({ name, clock, lookups: { [path]: { records: held[name], none } } });
    }
    closing.push(() => Promise.all(Object.values(registers).map(register => register.stop())));
    say(`${Object.keys(registers).length} registers (simulated): ${Object.keys(registers).join(', ')}`);

    const chosen = await freePort(port, taken => say(`Port ${taken} is taken; trying ${taken + 1}.`));
    const origin = `http://localhost:${chosen}`;
    const client = { id: 'onceform-portal', secret: randomBytes(24).toString('base64url') };
    const identity = await startIdentity({
      redirect: `${origin}/auth/callback`,
      client,
      people: new URL('./people.mjs', import.meta.url).href,
    });
    closing.push(identity.stop);
    say(`Identity provider (simulated): ${identity.issuer}`);

    const payments = await startPayments();
    closing.push(payments.stop);
    say(`Payment service (simulated): ${payments.origin}`);

    const standing = createStatusLists({ allowedHosts: [credentials.host], keys: credentials.keys, clock });
    const sources = [
      ...[...described].map(([name, { id, name: title, kind, assuranceLevel, mapping }]) => {
        const source = createHttpSource({
          id,
          name: title,
          kind,
          assuranceLevel,
          mapping,
          normalizers,
          deadline,
          clock,
          baseUrl: registers[name].url,
          allowedHosts: [`127.0.0.1:${registers[name].port}`],
        });
        return name === 'drivingLicence' ? withCredentialStatus(source, standing, licenceName) : source;
      }),
      // Asked anew each time, with the citizen's own token: the sign-in may be hours old.
      createUserinfoSource({
        ...signInClaims,
        url: `${identity.issuer}/me`,
        allowedHosts: [new URL(identity.issuer).host],
        deadline,
        clock,
      }),
    ];
    const database = process.env.DATABASE_URL
      ? await openPostgres({ url: process.env.DATABASE_URL })
      : await openPglite({
          directory: join(dataDir, 'database'),
          onDamaged: movedTo =>
            console.warn(`  The database was damaged and begun anew; what was left of it is in ${movedTo}.`),
        });
    closing.push(() => database.close());
    say(database.kind === 'pglite' ? 'Database: PGlite (embedded)' : 'Database: PostgreSQL');

    const keys = await loadKeys(join(dataDir, 'keys.json'));
    const national = await startNationalPortal(async () => (await fetch(`${origin}/api/keys`)).json());
    closing.push(national.stop);
    say(`National portal (simulated), which is told of each dossier: ${national.url}`);

    const inbox = simulatedInbox({ database, link: `${origin}/papers` });
    const portal = await createPortal({
      pack: vnPack,
      origin,
      agency: CENTRE,
      sources,
      database,
      objectStore: encryptedStore(directoryStore(join(dataDir, 'vault')), keys.secret),
      keys,
      forms: {
        definitions: fileURLToPath(new URL('../../packages/vn/forms/', import.meta.url)),
        folder: join(dataDir, 'forms'),
        toolchain: await toolchainDigest(),
        compile: childProcessCompiler({ module: import.meta.resolve('@onceform/vn'), export: 'vnPack' }),
        onCompiled: name => say(`Compiled ${name}`),
        onRefused: (_file, error) => console.warn(`  Not offered: ${error.message}`),
      },
      // Asked about whatever the forms on offer let citizens keep (`writeBack` of a reuse policy).
      citizenStore: {
        id: 'dossierStore',
        name: { vi: 'Thông tin Ông/Bà đã khai lần trước', en: 'What you answered before' },
        decisions: {
          id: 'decisionStore',
          name: { vi: 'Kết quả thủ tục đã giải quyết cho Ông/Bà', en: 'Results of your earlier procedures' },
        },
      },
      papers: {
        id: 'papers',
        name: { vi: 'Kho giấy tờ của Ông/Bà', en: 'Papers held for you' },
        types: paperTypes,
        holdings: await simulatedHoldings(clock?.() ?? new Date()),
      },
      coDeclarants,
      name: { vi: 'Cổng dịch vụ công mẫu', en: 'The sample public-service portal' },
      gateway: { relations: createRelations(sources, roles, { deadline, clock }), deadline },
      oidc: {
        issuer: new URL(identity.issuer),
        clientId: client.id,
        clientSecret: client.secret,
        scope: 'openid profile phone mandates',
        parameters: { prompt: 'login' },
        personOf,
      },
      workingHours: SERVICE_HOURS,
      receivers: [nationalPortal({ url: national.url, database, key: keys.receipt }), inbox.receiver],
      payments: simulatedPayments(payments.origin),
      dossierPage: '/dossiers#{id}',
      indicators: portalIndicators,
      uploads: { staging: join(dataDir, 'staging') },
      rateLimit: { perMinute: 1200 },
      trustedTypes: ['lit-html'],
      web: {
        root: join(here, 'dist'),
        assets: '/assets',
        pages: {
          '/': 'index.html',
          '/forms/:slug': 'form.html',
          '/dossiers': 'dossiers.html',
          '/usage': 'usage.html',
          '/papers': 'papers.html',
          '/invitation': 'invitation.html',
          '/reuse': 'reuse.html',
          '/officer': 'officer.html',
          '/once-offline.js': 'once-offline.js',
        },
      },
      onError: (error, { method, path }) => console.error(`${method} ${path}:`, error),
      clock,
    });
    demoRoutes(portal.app, registers, name => described.get(name).name, credentials, inbox);
    const listener = await serve(portal.app, { port: chosen, hostname: '127.0.0.1' });
    closing.push(() => listener.close(1000));
    const purge = setInterval(
      () => portal.purge().catch(error => console.error('Purging failed:', error)),
      3_600_000,
    ).unref();
    const reminding = () => portal.remind().catch(error => console.error('Reminding failed:', error));
    const remind = setInterval(reminding, 3_600_000).unref();
    void reminding();
    for (const [table, rows] of Object.entries({ agencies: await demoAgencies(), areas: demoAreas })) {
      if ((await portal.parameters.editions(table)).length === 0)
        await portal.parameters.publish(table, { validFrom: portal.today(), rows }, 'demo');
    }
    const settle = setInterval(
      () => portal.payments.settle().catch(error => console.error('Asking about payments failed:', error)),
      15_000,
    ).unref();
    const outbox = setInterval(
      () => portal.outbox.run().catch(error => console.error('The outbox failed:', error)),
      2000,
    ).unref();
    const soon = new Date(Date.parse(portal.today()) + 120 * 86_400_000).toISOString().slice(0, 10);
    for (const { form, end } of portal.registry.endings(portal.today(), soon))
      say(`Ends on ${form.validUntil ?? end.from}, and nothing comes after it yet: ${form.info.slug}`);
    closing.push(async () => [purge, remind, settle, outbox].forEach(clearInterval));
    return { url: origin, issuer: identity.issuer, registers, portal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a licence is called when it was revoked: its class and the end of its number. */
function licenceName(record) {
  const valueOf = concept => record.find(statement => statement.concept === concept)?.value;
  const [kind, number] = [valueOf('person.drivingLicence.class'), valueOf('person.drivingLicence.number')];
  if (kind === undefined && number === undefined) return undefined;
  return [kind, number === undefined ? undefined : `•••${String(number).slice(-4)}`].filter(Boolean).join(' ');
}

/** @param {import('@onceform/core').JsonObject} claims */
function personOf(claims) {
  return {
    key: typeof claims.personal_id === 'string' ? claims.personal_id : '',
    name: String(claims.name),
    roles: Array.isArray(claims.roles) ? claims.roles : ['citizen'],
    ...(typeof claims.agency === 'string' ? { agency: claims.agency } : {}),
    ...(Array.isArray(claims.mandates) ? { mandates: claims.mandates } : {}),
    // Without a personal id nobody is known surely enough for the registers to be asked.
    identityLevel: claims.identity_level === 2 && typeof claims.personal_id === 'string' ? 2 : 1,
  };
}

/** Changes with every build of what a compiled form is made from. */
async function toolchainDigest() {
  const hash = createHash('sha256');
  for (const name of ['compiler', 'core', 'vn']) {
    const folder = fileURLToPath(new URL(`../../packages/${name}/dist/`, import.meta.url));
    for (const file of (await readdir(folder, { recursive: true })).filter(path => path.endsWith('.js')).sort()) {
      if ((await stat(join(folder, file))).isFile()) hash.update(file).update(await readFile(join(folder, file)));
    }
  }
  return hash.digest('hex');
}
