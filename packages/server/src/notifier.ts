// Notices to citizens: that something happened to their dossier, and where to look. Never what they answered: e-mail is a
// postcard. A notifier is a receiver of the outbox, so a notice is sent at least once, again later when it fails, and
// laid aside for a human in the end.

import { createTransport } from 'nodemailer';
import { OnceFormError, type LocalizedText } from '@onceform/core';
import { requireListed } from './listed-hosts.ts';
import type { OutboxMessage, Receiver } from './outbox.ts';

export interface Notice {
  /** Of the message: the same notice may come again under it. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Carries notices: e-mail, a message service of the State, a test. */
export interface Notifier {
  readonly id: string;
  /** Resolves when somebody else answers for it. */
  send(notice: Notice, signal: AbortSignal): Promise<void>;
}

export interface NotifierReceiverOptions {
  readonly notifier: Notifier;
  /** Whom a message is for: an address and the language they read; null where nobody asked for notices. */
  readonly addressOf: (message: OutboxMessage) => Promise<{ readonly to: string; readonly language: string } | null>;
  /** What is said of each kind of message; other kinds are not told. `{code}` is the dossier's code, `{link}` where it is seen, `{until}` the last day of what ends (`dossier.ending`). */
  readonly texts: { readonly [kind: string]: { readonly subject: LocalizedText; readonly text: LocalizedText } };
  /** Where a citizen sees their dossiers. */
  readonly link: string;
}

/** Makes a receiver of the outbox of a notifier. */
export function notifierReceiver({ notifier, addressOf, texts, link }: NotifierReceiverOptions): Receiver {
  return {
    id: notifier.id,
    async deliver(message, signal) {
      const wording = texts[message.kind];
      if (wording === undefined) return;
      const address = await addressOf(message);
      if (address === null) return;
      const code = typeof message.body['code'] === 'string' ? message.body['code'] : message.subject;
      const say = (text: LocalizedText): string =>
        inLanguage(text, address.language)
          .replaceAll('{code}', code)
          .replaceAll('{link}', link)
          .replaceAll('{until}', dayIn(message.body['until'], address.language));
      await notifier.send(
        { id: message.id, to: address.to, subject: say(wording.subject), text: say(wording.text) },
        signal,
      );
    },
  };
}

/** A day as its reader writes it: `20/12/2026`. */
function dayIn(day: unknown, language: string): string {
  if (typeof day !== 'string' || Number.isNaN(Date.parse(day))) return '';
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', dateStyle: 'medium' }).format(new Date(day));
}

function inLanguage(text: LocalizedText, language: string): string {
  return typeof text === 'string' ? text : (text[language] ?? Object.values(text)[0] ?? '');
}

export interface SmtpOptions {
  readonly id?: string;
  /** `smtps://user:password@mail.example.gov`, or `smtp://…` where the server then has to offer TLS. */
  readonly url: string;
  readonly from: string;
  /** The server is on this machine and speaks no TLS. */
  readonly plain?: boolean;
}

/** Sends notices as plain text by SMTP, over TLS. The same notice has the same Message-ID, so that mail programs fold it. */
export function smtpNotifier({ id = 'e-mail', url, from, plain = false }: SmtpOptions): Notifier {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (plain && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    throw new RangeError('Mail leaves this machine over TLS only.');
  const secure = protocol === 'smtps:';
  // Member by member: of an address with options beside it, nodemailer takes the address alone.
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ignoreTLS: plain,
    requireTLS: !plain,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    id,
    async send({ id: message, to, subject, text }) {
      if (!/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(to))
        throw new OnceFormError('ERR_REQUEST_INVALID', 'This is no e-mail address.');
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${message}.onceform@${hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}

/** Hands notices to a service over HTTPS: SMS, a messenger, the State's own notice service. Listed hosts only. */
export function webhookNotifier({
  id,
  url,
  allowedHosts,
  headers = {},
  fetch = globalThis.fetch,
}: {
  readonly id: string;
  readonly url: string;
  readonly allowedHosts: readonly string[];
  /** Such as an `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
}): Notifier {
  requireListed(id, url, allowedHosts);
  return {
    id,
    async send(notice, signal) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal,
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': notice.id },
        body: JSON.stringify(notice),
      });
      await response.body?.cancel();
      if (!response.ok) throw new OnceFormError('ERR_NETWORK', `The service answered with status ${response.status}.`);
    },
  };
}
