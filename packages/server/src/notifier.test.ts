import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifierReceiver, smtpNotifier, webhookNotifier, type Notice } from './notifier.ts';
import type { OutboxMessage } from './outbox.ts';

const message = (kind = 'dossier.accepted'): OutboxMessage => ({
  id: '17',
  kind,
  subject: 'urn:uuid:x',
  created: '2026-11-23T02:00:00Z',
  body: { code: 'H27.25-261123-0001' },
});

const texts = {
  'dossier.accepted': {
    subject: { vi: 'Hồ sơ {code} đã được tiếp nhận', en: 'Dossier {code} is accepted' },
    text: { vi: 'Xem tại {link}', en: 'See {link}' },
  },
};

describe('notices to citizens', () => {
  it('are worded in their language, with the code and where to look, and hold nothing else', async () => {
    const sent: Notice[] = [];
    const receiver = notifierReceiver({
      notifier: { id: 'test', send: async notice => void sent.push(notice) },
      addressOf: async () => ({ to: 'a@example.test', language: 'vi' }),
      texts,
      link: 'https://portal.example/dossiers',
    });
    await receiver.deliver(message(), new AbortController().signal);
    await receiver.deliver(message('dossier.unheard-of'), new AbortController().signal);
    expect(sent).toEqual([
      {
        id: '17',
        to: 'a@example.test',
        subject: 'Hồ sơ H27.25-261123-0001 đã được tiếp nhận',
        text: 'Xem tại https://portal.example/dossiers',
      },
    ]);
  });

  it('go to nobody who did not ask for them', async () => {
    const receiver = notifierReceiver({
      notifier: { id: 'test', send: () => Promise.reject(new Error('sent')) },
      addressOf: async () => null,
      texts,
      link: '',
    });
    await receiver.deliver(message(), new AbortController().signal);
  });
});

describe('e-mail', () => {
  let server: SMTPServer, url: string;
  const mails: { from: string; to: string[]; data: string }[] = [];
  let busy = false;
  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, done) =>
        done(busy ? Object.assign(new Error('Try again later'), { responseCode: 451 }) : null),
      onData(stream, { envelope }, done) {
        let data = '';
        stream.setEncoding('utf8').on('data', chunk => (data += chunk));
        stream.on('end', () => {
          mails.push({
            from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
            data,
          });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>(resolve => server.close(resolve)));

  const notice: Notice = { id: '17', to: 'citizen@example.test', subject: 'Hồ sơ đã nhận', text: 'Xem tại đây' };
  const notifier = (): ReturnType<typeof smtpNotifier> =>
    smtpNotifier({ url, from: 'portal@example.test', plain: true });

  it('reaches a mail server, as plain text from the portal, under an id that does not change', async () => {
    await notifier().send(notice, new AbortController().signal);
    await notifier().send(notice, new AbortController().signal);
    expect(mails.map(({ from, to }) => [from, to])).toEqual([
      ['portal@example.test', ['citizen@example.test']],
      ['portal@example.test', ['citizen@example.test']],
    ]);
    const [first, second] = mails.map(({ data }) => /^Message-ID: (.*)$/im.exec(data)![1]);
    expect(first).toBe(second);
    expect(mails[0]!.data).toContain('text/plain');
    expect(mails[0]!.data).toContain('Auto-Submitted: auto-generated');
  });

  it('says that it did not go when the server does not take it', async () => {
    busy = true;
    await expect(notifier().send(notice, new AbortController().signal)).rejects.toThrow(/451/);
    busy = false;
  });

  it('sends nothing to an address that smuggles in another one', async () => {
    const before = mails.length;
    for (const to of ['a@example.test, b@example.test', 'a@example.test\r\nBcc: b@example.test', 'a <b@example.test>'])
      await expect(notifier().send({ ...notice, to }, new AbortController().signal)).rejects.toMatchObject({
        code: 'ERR_REQUEST_INVALID',
      });
    await notifier().send({ ...notice, subject: 'x\r\nBcc: b@example.test' }, new AbortController().signal);
    expect(mails.slice(before).flatMap(({ to }) => to)).toEqual(['citizen@example.test']);
  });

  it('does not leave this machine without TLS', async () => {
    expect(() => smtpNotifier({ url: 'smtp://mail.example', from: 'a@example.test', plain: true })).toThrow(/TLS/);
    await expect(
      smtpNotifier({ url, from: 'a@example.test' }).send(notice, new AbortController().signal),
    ).rejects.toThrow(/STARTTLS|TLS/i);
  });
});

describe('a notice service over HTTP', () => {
  const options = { id: 'sms', url: 'https://sms.example/send', allowedHosts: ['sms.example'] };
  const notice: Notice = { id: '17', to: '+84900000000', subject: 's', text: 't' };

  it('gets the notice with a key by which it knows a repeated one', async () => {
    let got: [string, RequestInit] | undefined;
    const fetch = (async (url: string, init: RequestInit) => {
      got = [url, init];
      return new Response(null, { status: 202 });
    }) as typeof globalThis.fetch;
    await webhookNotifier({ ...options, fetch }).send(notice, new AbortController().signal);
    expect(got![0]).toBe(options.url);
    expect(got![1]).toMatchObject({ redirect: 'error', headers: { 'idempotency-key': '17' } });
  });

  it('is spoken to only when its host is listed, and is not believed when it refuses', async () => {
    expect(() => webhookNotifier({ ...options, allowedHosts: [] })).toThrow(RangeError);
    const fetch = (async () => new Response(null, { status: 500 })) as typeof globalThis.fetch;
    await expect(
      webhookNotifier({ ...options, fetch }).send(notice, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'ERR_NETWORK' });
  });
});
