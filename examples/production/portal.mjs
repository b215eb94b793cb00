// A portal for production, wired from the environment: your database, your object store, your identity provider, your
// registers. Copy it and change what is yours; README.md says what each variable is.

import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  childProcessCompiler,
  clamdScanner,
  createPortal,
  loadKeys,
  openObjectStore,
  openPostgres,
  serve,
} from '@onceform/server';
import { SERVICE_HOURS, vnPack } from '@onceform/vn';

const { env } = process;
const lacking = ['ORIGIN', 'AGENCY', 'DATABASE_URL', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'].filter(
  name => !env[name],
);
if (lacking.length > 0) {
  console.error(`The environment lacks ${lacking.join(', ')}: README.md says what each of them is.`);
  process.exit(2);
}
const optional = (name, other) => env[name] || other;
/** Lines of JSON, for whatever collects them. */
const log = (kind, line) => process.stdout.write(`${JSON.stringify({ kind, ...line })}\n`);

const data = optional('DATA_DIR', '/data');
// A module of yours: `export const sources = [createHttpSource(…)]`, `export const relations`, `export const receivers`.
const own = env.PORTAL_MODULE ? await import(pathToFileURL(resolve(env.PORTAL_MODULE)).href) : {};

const portal = await createPortal({
  pack: vnPack,
  origin: env.ORIGIN,
  agency: env.AGENCY,
  sources: own.sources ?? [],
  ...(own.relations === undefined ? {} : { gateway: { relations: own.relations } }),
  receivers: own.receivers ?? [],
  database: await openPostgres({ url: env.DATABASE_URL }),
  objectStore: openObjectStore(optional('OBJECT_STORE_URL', `${data}/objects`), env),
  keys: await loadKeys(optional('KEYS_FILE', `${data}/keys.json`)),
  forms: {
    definitions: optional('FORMS_DIR', fileURLToPath(new URL('../../packages/vn/forms/', import.meta.url))),
    folder: `${data}/forms`,
    toolchain: optional('TOOLCHAIN', 'onceform-0.1.0'),
    compile: childProcessCompiler({ module: import.meta.resolve('@onceform/vn'), export: 'vnPack' }),
    onCompiled: name => log('compiled', { name }),
    onRefused: (_file, error) => log('not-offered', { message: error.message }),
  },
  oidc: {
    issuer: new URL(env.OIDC_ISSUER),
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: env.OIDC_CLIENT_SECRET,
    personOf: own.personOf ?? citizenOf,
  },
  workingHours: SERVICE_HOURS,
  uploads: {
    staging: `${data}/staging`,
    ...(env.CLAMD_HOST
      ? {
          scan: clamdScanner({
            host: env.CLAMD_HOST,
            port: Number(optional('CLAMD_PORT', '3310')),
          }),
        }
      : {}),
  },
  rateLimit: {
    perMinute: Number(optional('REQUESTS_PER_MINUTE', '600')),
    // Only where a proxy of yours sets it and removes what a visitor sends.
    ...(env.ADDRESS_HEADER
      ? { addressOf: c => c.req.header(env.ADDRESS_HEADER)?.split(',').at(-1)?.trim() ?? 'unknown' }
      : {}),
  },
  telemetry: true,
  onRequest: line => log('request', line),
  onSecurity: event => log('security', event),
  onError: (error, { method, path }) => log('error', { method, path, message: String(error?.stack ?? error) }),
});

/** Names of the claims are those of the demonstration's identity provider: yours may differ. */
function citizenOf(claims) {
  const key = typeof claims.personal_id === 'string' ? claims.personal_id : '';
  return {
    key,
    name: String(claims.name ?? ''),
    roles: ['citizen'],
    identityLevel: claims.identity_level === 2 && key !== '' ? 2 : 1,
  };
}

const listener = await serve(portal.app, {
  port: Number(optional('PORT', '8080')),
  hostname: optional('LISTEN', '::'), // IPv6 and IPv4
});
log('listening', { port: listener.port });
const repeat = (work, milliseconds) =>
  setInterval(() => work().catch(error => log('error', { message: String(error?.stack ?? error) })), milliseconds);
const timers = [
  repeat(() => portal.purge(), 3_600_000),
  repeat(() => portal.remind(), 3_600_000),
  repeat(() => portal.outbox.run(), 2000),
];
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, async () => {
    timers.forEach(clearInterval);
    await listener.close(10_000);
    await portal.close();
    // Whoever was started beside it, such as telemetry, may send what is left.
    setTimeout(() => process.exit(0), 5000).unref();
  });
