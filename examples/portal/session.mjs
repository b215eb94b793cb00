// Signs an invented citizen in and prints the Cookie header of the session: for `onceform conformance` and for curl.
//   node examples/portal/session.mjs http://localhost:8080 me-tre

import { pathToFileURL } from 'node:url';

/**
 * Walks through the sign-in as a browser would, with a cookie jar for each origin.
 *
 * @param {string} portal its address
 * @param {string} persona slug of one
 * @returns {Promise<string>} the Cookie header
 */
export async function signIn(portal, persona) {
  const jars = new Map();
  let url = new URL('/auth/sign-in', portal),
    form;
  for (let step = 0; step < 12; step++) {
    const jar = jars.get(url.origin) ?? new Map();
    jars.set(url.origin, jar);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(pair => pair.join('=')).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    const next = response.headers.get('location');
    if (form === undefined && response.status === 200) {
      form = new URLSearchParams({ persona }); // the page on which one picks an invented person
      continue;
    }
    form = undefined;
    if (next === null) throw new Error(`The sign-in stopped at ${url.pathname} with status ${response.status}.`);
    const called = url.pathname.endsWith('/callback');
    url = new URL(next, url);
    if (called) {
      const session = [...jars.get(new URL(portal).origin)].find(([name]) => name.endsWith('onceform'));
      if (session === undefined) throw new Error(`There is no persona "${persona}".`);
      return session.join('=');
    }
  }
  throw new Error('The sign-in goes round in circles.');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [portal, persona] = process.argv.slice(2);
  if (persona === undefined) {
    console.error('Usage: node examples/portal/session.mjs URL PERSONA');
    process.exit(2);
  }
  console.log(await signIn(portal, persona));
}
