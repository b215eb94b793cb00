// The demonstration's identity provider, a process of its own: OpenID Connect by oidc-provider, with our own sign-in
// page on which one picks an invented person. Started by start-identity.mjs.

import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { errorPage, signInPage, signOutPage } from './pages.mjs';

const { redirect, client, people } = JSON.parse(process.argv[2]);
const { personas } = await import(people);
const portal = new URL(redirect).origin;
const style = await readFile(new URL('./sign-in.css', import.meta.url));
const stylePath = `/sign-in-${createHash('sha256').update(style).digest('hex').slice(0, 8)}.css`;

// oidc-provider needs to know its address before it can be made; so the port is taken first.
let handler = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => handler(request, response));
await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
const issuer = `http://localhost:${server.address().port}`;

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [redirect],
      post_logout_redirect_uris: [`${portal}/`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
  claims: {
    openid: ['sub'],
    profile: ['name', 'birthdate', 'gender', 'locale', 'personal_id', 'identity_level', 'updated_at'],
    // What a portal's staff may do, and for whom a citizen may act.
    mandates: ['roles', 'agency', 'mandates'],
    phone: ['phone_number'],
  },
  // The portal reads everything from the ID token, so that no second call is needed.
  conformIdTokenClaims: false,
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      // Our own page in place of the library's: one button, no script.
      async logoutSource(ctx, form) {
        ctx.type = 'html';
        ctx.set(headers());
        ctx.body = signOutPage({ form, stylePath });
      },
    },
  },
  interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
  pkce: { required: () => true },
  findAccount: (_ctx, id) => {
    const persona = personas.find(({ claims }) => claims.sub === id);
    return persona && { accountId: id, claims: async () => persona.claims };
  },
  // Invented people have agreed to everything: no consent page.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile phone mandates');
    await grant.save();
    return grant;
  },
  renderError(ctx, { error, error_description: description }) {
    ctx.type = 'html';
    ctx.set(headers());
    ctx.body = errorPage({ error, description, portal, stylePath });
  },
  ttl: { Interaction: 600, Session: 600, Grant: 600, AuthorizationCode: 60, IdToken: 600, AccessToken: 600 },
});

const openid = provider.callback();
handler = (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === stylePath)
    return response
      .writeHead(200, { 'content-type': 'text/css', 'cache-control': 'public, max-age=31536000, immutable' })
      .end(style);
  if (/^\/sign-in\/[\w-]+$/.test(pathname))
    return void interaction(request, response).catch(error => {
      response.writeHead(400, { ...headers(), 'content-type': 'text/html; charset=utf-8' });
      response.end(errorPage({ error: 'invalid_request', description: error.message, portal, stylePath }));
    });
  openid(request, response);
};

async function interaction(request, response) {
  if (request.method === 'POST') {
    const body = new URLSearchParams(await text(request));
    const persona = personas.find(({ slug }) => slug === body.get('persona'));
    const result =
      persona === undefined
        ? { error: 'access_denied', error_description: 'The sign-in was cancelled.' }
        : { login: { accountId: persona.claims.sub, remember: false } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const { params } = await provider.interactionDetails(request, response);
  response.writeHead(200, { ...headers(), 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  const asked = params.ui_locales?.startsWith('en') ? 'en' : 'vi';
  const spoken = Object.keys(personas[0].about);
  response.end(signInPage({ personas, locale: spoken.includes(asked) ? asked : spoken[0], stylePath }));
}

/** Chromium follows `form-action` through redirects, so the portal stands in it. */
function headers() {
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${portal}`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

async function text(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 10_000) throw new Error('The form is too large.');
  }
  return body;
}

process.on('disconnect', () => process.exit(0));
process.send?.({ issuer });
