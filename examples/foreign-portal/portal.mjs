// A portal of another make: plain Node, no line of @onceform/server. It signs people in (here: by picking one), keeps its own
// sessions, passes what the page asks about forms, drafts and data on to the gateway with a token of its own, and takes the
// dossiers in itself. `@onceform/dossier` says whether one is sound; in another language, that is what a verifier is for.

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Validator } from '@cfworker/json-schema';
import { checkPublishedRules } from '@onceform/core/cel';
import { UNSIGNED_TYPE, verifyDossier } from '@onceform/dossier';
import { createReceiptSigner } from '@onceform/dossier/receipt';
import { openSeal } from '@onceform/store';
import { lagoonaPack } from '../second-country/pack.js';
import { personas } from '../second-country/people.js';

/** What is asked of the gateway, as the page asks us. Everything else is our own business. */
const GATEWAY = /^\/(?:api\/(?:forms|code-lists|sources|drafts|prefill|seals|usage|disputes|consents)|forms)(?:\/|$)/;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    + "font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    + "require-trusted-types-for 'script'; trusted-types onceform lit-html",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * @param {object} options
 * @param {string} options.web the folder of the built page.
 * @param {string} options.folder where dossiers are kept.
 * @param {number} [options.port] 0 takes a free one.
 */
export async function startPortal({ web, folder, port = 0 }) {
  await mkdir(folder, { recursive: true });
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'portal-1', alg: 'ES256', use: 'sig' }] };
  const receipts = await generateKeyPair('EdDSA', { extractable: true });
  const sign = await createReceiptSigner({ ...(await exportJWK(receipts.privateKey)), kid: 'receipts-1' });
  const receiptKey = { ...(await exportJWK(receipts.publicKey)), kid: 'receipts-1', use: 'sig', alg: 'EdDSA' };
  const secret = randomBytes(32);
  const sessions = new Map();
  const filed = new Map();
  let origin, gateway;

  const sessionOf = ({ headers: { cookie = '' } }) => /(?:^|; )island=([\w-]{43})/.exec(cookie)?.[1];
  const csrfOf = token => createHmac('sha256', secret).update(token).digest('base64url');
  const isOurs = (request, token) => {
    const given = Buffer.from(request.headers['x-onceform-csrf'] ?? '');
    const expected = Buffer.from(token === undefined ? '' : csrfOf(token));
    return token !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
  };

  const keysOf = async () => {
    const { keys } = await (await fetch(`${gateway.url}/api/keys`)).json();
    return { keys: [...keys, receiptKey] };
  };

  /** Who is asking, for the gateway: short-lived, signed by us, and never seen by a browser. */
  const tokenOf = ({ claims: { sub, name, personal_id, identity_level } }) =>
    new SignJWT({ name, person_key: personal_id, identity_level })
      .setProtectedHeader({ alg: 'ES256', kid: 'portal-1' })
      .setIssuer(origin)
      .setAudience(gateway.audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(privateKey);

  async function passOn(request, response, person) {
    const { method, url, headers } = request;
    const kept = ['content-type', 'if-match', 'if-none-match', 'accept'].flatMap(name =>
      headers[name] === undefined ? [] : [[name, headers[name]]],
    );
    const answer = await fetch(gateway.url + url, {
      method,
      redirect: 'error',
      headers: [...kept, ...(person === null ? [] : [['authorization', `Bearer ${await tokenOf(person)}`]])],
      ...(['GET', 'HEAD'].includes(method) ? {} : { body: await bytesOf(request) }),
    });
    const back = ['content-type', 'cache-control', 'etag', 'retry-after'].flatMap(name =>
      answer.headers.has(name) ? [[name, answer.headers.get(name)]] : [],
    );
    response.writeHead(answer.status, { ...HEADERS, ...Object.fromEntries(back) });
    if (answer.body === null) return response.end();
    Readable.fromWeb(answer.body).pipe(response); // offers come line by line
  }

  /** One after the other: the same dossier sent five times at once is one dossier. */
  let taking = Promise.resolve();
  const takeIn = (...filing) => {
    const taken = taking.then(() => takeOne(...filing));
    taking = taken.catch(() => undefined);
    return taken;
  };

  async function takeOne(request, response, id, person) {
    const type = (request.headers['content-type'] ?? '').split(';')[0];
    if (type !== UNSIGNED_TYPE) return refuse(response, 415, 'ERR_UPLOAD_TYPE', `A dossier is ${UNSIGNED_TYPE}.`);
    const bytes = await bytesOf(request);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const before = filed.get(id);
    if (before !== undefined) {
      if (before.owner !== person.claims.sub || before.receipt.dossier.sha256 !== sha256)
        return refuse(response, 422, 'ERR_CONFLICT', 'A dossier of this id was filed with other content.');
      return json(response, 200, before.receipt);
    }
    const keys = await keysOf();
    const forms = await (await fetch(`${gateway.url}/api/forms`)).json();
    const now = new Date();
    const { ok, manifest, findings } = await verifyDossier(bytes, {
      now,
      audience: origin,
      submitter: person.claims.sub,
      knownForms: new Set(forms.map(({ digest }) => digest)),
      // Pure JSON Schema and CEL: any validator of any language gives the same verdict.
      validateData: judge,
      checkRules: (rules, data, { dataSchema }) =>
        checkPublishedRules(rules, data, { dataSchema, functions: lagoonaPack.functions }),
      openSeal: (jws, { form }) =>
        openSeal(jws, { keys, audience: origin, subject: person.claims.sub, draft: null, form, now }),
    });
    const failed = findings.filter(({ status }) => status === 'failed');
    if (!ok || manifest.id !== id || manifest.recipient.nonce === null)
      return refuse(
        response,
        422,
        'ERR_DOSSIER_INVALID',
        failed.map(({ code, at = '' }) => `${code} ${at}`).join(', '),
        {
          issues: failed.map(({ code, at, message }) => ({
            pointer: at?.startsWith('/') ? at : '',
            keyword: 'portal',
            severity: 'error',
            params: { code },
            message,
          })),
        },
      );
    // The seal binds the nonce to a draft of this person; each draft is filed once.
    if ([...filed.values()].some(({ nonce }) => nonce === manifest.recipient.nonce))
      return refuse(response, 422, 'ERR_CONFLICT', 'This draft has been filed already.');
    // On the disk before anybody hears of it.
    const file = await open(join(folder, `${sha256}.zip`), 'w');
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    const receipt = await sign({
      format: 'https://onceform.dev/receipt/1',
      code: `ISLE-${String(filed.size + 1).padStart(4, '0')}`,
      dossier: { id, sha256, size: bytes.length },
      receivedAt: now.toISOString(),
      agency: 'LG',
      procedure: null,
      noticeBy: null,
    });
    const { form, recipient } = manifest;
    const title = forms.find(({ digest }) => digest === form.digest).title;
    filed.set(id, { owner: person.claims.sub, nonce: recipient.nonce, form, title, receipt });
    return json(response, 201, receipt);
  }

  /** What the page shows of somebody's own dossiers. */
  async function readBack(response, id, isPackage, owner) {
    const summary = ([urn, { form, title, receipt }]) => ({ id: urn, status: 'received', title, receipt, form });
    const own = [...filed].filter(([, one]) => one.owner === owner);
    if (id === undefined) return json(response, 200, own.map(summary).reverse());
    const found = own.find(([urn]) => urn === id);
    if (found === undefined)
      return refuse(response, 404, 'ERR_NOT_FOUND', 'There is no such dossier, or it is not yours.');
    if (!isPackage) return json(response, 200, summary(found));
    const { sha256 } = found[1].receipt.dossier;
    response.writeHead(200, {
      ...HEADERS,
      'content-type': UNSIGNED_TYPE,
      'cache-control': 'private, no-store',
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    });
    return response.end(await readFile(join(folder, `${sha256}.zip`)));
  }

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, origin);
    const method = request.method;
    let token = sessionOf(request);
    if (pathname === '/.well-known/jwks.json') return json(response, 200, jwks);
    if (method === 'GET' && pathname === '/sign-in') return signIn(response, searchParams.get('as'));
    if (method === 'GET' && (pathname === '/' || pathname.startsWith('/assets/'))) return page(response, web, pathname);
    const person = sessions.get(token) ?? null;
    if (pathname === '/api/session') {
      const cookie = token === undefined ? { 'set-cookie': cookieOf((token = newToken())) } : {};
      const { sub: id, name, identity_level: identityLevel } = person?.claims ?? {};
      return json(
        response,
        200,
        {
          csrf: csrfOf(token),
          person: person === null ? null : { id, name, identityLevel },
          signInPath: '/sign-in',
          signOutPath: '/sign-out',
        },
        { ...cookie, 'cache-control': 'no-store' },
      );
    }
    if (!['GET', 'HEAD'].includes(method) && !isOurs(request, token))
      return refuse(response, 403, 'ERR_CSRF', 'The request does not repeat the token of the session.');
    if (pathname === '/sign-out') {
      sessions.delete(token);
      return json(response, 200, { goTo: '/' }, { 'clear-site-data': '"cache", "storage"' });
    }
    // What our receipts are signed with stands beside the keys of the seals.
    if (pathname === '/api/keys') return json(response, 200, await keysOf());
    if (GATEWAY.test(pathname)) return passOn(request, response, person);
    const [, uuid, rest] =
      /^\/api\/dossiers(?:\/(?:urn:uuid:|urn%3Auuid%3A)?([0-9a-f-]{36})(\/package)?)?$/i.exec(pathname) ?? [];
    if (!pathname.startsWith('/api/dossiers') || (uuid === undefined && pathname !== '/api/dossiers'))
      return refuse(response, 404, 'ERR_NOT_FOUND', 'There is nothing at this address.');
    if (person === null) return refuse(response, 401, 'ERR_UNAUTHENTICATED', 'Sign in first.');
    const id = uuid === undefined ? undefined : `urn:uuid:${uuid.toLowerCase()}`;
    if (method === 'PUT' && id !== undefined) return takeIn(request, response, id, person);
    return readBack(response, id, rest !== undefined, person.claims.sub);
  }

  /** Stands in for the sign-in that the portal has. */
  function signIn(response, slug) {
    const person = personas.find(one => one.slug === slug);
    if (person === undefined) {
      const links = personas.map(one => `<li><a href="/sign-in?as=${one.slug}">${one.name}</a></li>`).join('');
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' });
      return response.end(
        `<!doctype html><html lang="en"><title>Who are you?</title><h1>Who are you?</h1><ul>${links}</ul>`,
      );
    }
    const token = newToken();
    sessions.set(token, person);
    return response.writeHead(303, { ...HEADERS, location: '/', 'set-cookie': cookieOf(token) }).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(error => {
      console.error(`${request.method} ${request.url}:`, error);
      if (response.headersSent) response.destroy();
      else refuse(response, 503, 'ERR_SOURCE_UNAVAILABLE', 'The gateway does not answer.');
    });
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  origin = `http://localhost:${server.address().port}`;
  return {
    url: origin,
    /** @param {{ url: string, audience: string }} found where the gateway answers, and what its tokens are for. */
    connect: found => (gateway = found),
    close: () =>
      new Promise(done => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

/** The schema of the package, by whatever validator one has. */
function judge(dataSchema, data) {
  return new Validator(dataSchema, '2020-12', false)
    .validate(data)
    .errors.map(({ instanceLocation, keyword }) => ({ instancePath: instanceLocation.slice(1), keyword, params: {} }));
}

const newToken = () => randomBytes(32).toString('base64url');
const cookieOf = token => `island=${token}; Path=/; HttpOnly; SameSite=Lax`; // and Secure, over https

function json(response, status, body, headers = {}) {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { ...HEADERS, 'cache-control': 'no-store', 'content-type': type, ...headers });
  response.end(JSON.stringify(body));
}

function refuse(response, status, code, detail, more = {}) {
  json(response, status, {
    type: 'about:blank',
    title: detail,
    status,
    code,
    detail,
    message: { en: detail },
    ...more,
  });
}

async function page(response, web, pathname) {
  const name = pathname === '/' ? 'index.html' : pathname.slice('/assets/'.length);
  if (!/^[\w-]+\.(?:html|js|css)$/.test(name)) return refuse(response, 404, 'ERR_NOT_FOUND', 'There is no such file.');
  const type = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' }[name.split('.').at(-1)];
  const content = await readFile(join(web, name)).catch(() => null);
  if (content === null) return refuse(response, 404, 'ERR_NOT_FOUND', 'There is no such file.');
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(content);
}

/** Bytes of a body; more than a dossier of this portal has are not read. */
async function bytesOf(request, limit = 8 << 20) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    if ((size += part.length) > limit) throw new RangeError('The body is too long.');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
