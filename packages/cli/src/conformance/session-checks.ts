// Sessions, and the one rule for every unsafe request.

import type { SessionInfo } from '@onceform/core';
import { sessionInfo } from '@onceform/server/api-schemas';
import { answered, must, refused } from './back-end.ts';
import type { Check } from './conformance.ts';

export const sessionChecks: readonly Check[] = [
  {
    id: 'session.visitor',
    rule: 'GET /api/session gives anybody a CSRF token and says that nobody is signed in',
    async run({ visitor }) {
      const session = answered<SessionInfo>(await visitor.call('GET', '/api/session'), 200, sessionInfo);
      must(session.csrf.length >= 16, 'The CSRF token is short enough to be guessed.');
      must(session.person === null, 'Somebody is signed in who gave no session.');
    },
  },
  {
    id: 'session.not-stored',
    rule: 'no cache may keep the answer of GET /api/session',
    async run({ visitor }) {
      const { headers } = await visitor.call('GET', '/api/session');
      must(/no-store/.test(headers.get('cache-control') ?? ''), 'There is no Cache-Control: no-store.');
    },
  },
  {
    id: 'session.citizen',
    rule: 'GET /api/session says who is signed in, and how surely they are known',
    needs: ['citizen'],
    async run({ citizen }) {
      const { person } = answered<SessionInfo>(await citizen!.call('GET', '/api/session'), 200, sessionInfo);
      must(person !== null, 'The cookie that was given is of no session: nobody is signed in.');
      must(person.identityLevel >= 2, 'The test citizen needs identity level 2, so that sources may be asked.');
    },
  },
  {
    id: 'csrf.missing',
    rule: 'an unsafe request without X-OnceForm-CSRF is refused, before anything else is looked at',
    async run({ visitor, citizen = visitor }) {
      refused(await citizen.call('POST', '/api/drafts', { body: {}, csrf: false }), 403, 'ERR_CSRF');
    },
  },
  {
    id: 'csrf.wrong',
    rule: 'an unsafe request with another token is refused',
    async run({ visitor, citizen = visitor }) {
      refused(await citizen.call('POST', '/api/drafts', { body: {}, csrf: 'x'.repeat(43) }), 403, 'ERR_CSRF');
    },
  },
  {
    id: 'problem.unknown-address',
    rule: 'an address that does not exist is answered with a problem',
    async run({ visitor }) {
      refused(await visitor.call('GET', '/api/there-is-no-such-thing'), 404, 'ERR_NOT_FOUND');
    },
  },
];
