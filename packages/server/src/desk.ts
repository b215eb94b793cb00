// A desk where people are helped to declare: an officer opens it on a machine, citizens sign in there one after the other.
// Who helps, and by which way the dossier comes in, stands from then on in the sealed context of what is declared there.

import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { FormContext, Json } from '@onceform/core';
import { secretBox } from './secret-box.ts';
import type { Person, PortalEnv } from './session.ts';

export interface Desk {
  readonly channel: Exclude<FormContext['channel'], 'online'>;
  /** The pairwise id of the officer who opened it: a pseudonym, no name. */
  readonly assistedBy: string;
  /** The officer's agency, which takes in what is declared here; absent for an officer of none. */
  readonly agency?: string;
  /** RFC 3339; an officer opens it anew each working day. */
  readonly until: string;
}

export interface Desks {
  /** Reads the desk of this machine into `c.var.desk`; null where there is none, or its day is over. */
  readonly load: MiddlewareHandler<PortalEnv>;
  open(c: Context<PortalEnv>, officer: Pick<Person, 'id' | 'agency'>, channel: Desk['channel']): Desk;
  close(c: Context<PortalEnv>): void;
}

export const isAtDesk = (c: Context<PortalEnv>): boolean => (c.get('desk') ?? null) !== null;

/** Milliseconds a desk stays open. */
const DAY = 12 * 3_600_000;

export function createDesks({
  secret,
  secure,
  clock,
}: {
  readonly secret: Uint8Array;
  readonly secure: boolean;
  readonly clock: () => Date;
}): Desks {
  const box = secretBox(secret, 'desk');
  const cookie = secure ? '__Host-onceform-desk' : 'onceform-desk';
  const read = (sealed: string): Desk | null => {
    try {
      const desk = box.open<Json>('desk', Buffer.from(sealed, 'base64url')) as unknown as Desk;
      return Date.parse(desk.until) > clock().getTime() ? desk : null;
    } catch {
      return null; // of another portal or key, or changed by hand
    }
  };
  return {
    async load(c, next) {
      const sealed = getCookie(c, cookie);
      c.set('desk', sealed === undefined ? null : read(sealed));
      await next();
    },
    open(c, { id, agency }, channel) {
      const desk: Desk = {
        channel,
        assistedBy: id,
        ...(agency === undefined ? {} : { agency }),
        until: new Date(clock().getTime() + DAY).toISOString(),
      };
      const sealed = Buffer.from(box.seal('desk', desk as unknown as Json)).toString('base64url');
      setCookie(c, cookie, sealed, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: DAY / 1000 });
      c.set('desk', desk);
      return desk;
    },
    close(c) {
      deleteCookie(c, cookie, { path: '/', secure });
      c.set('desk', null);
    },
  };
}
