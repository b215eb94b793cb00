// What citizens are told of their dossiers, as the inbox of an identity app would get it: a notifier that keeps notices in
// memory, for the panel of the demonstration to show. It calls itself a simulator; production has `smtpNotifier` or
// `webhookNotifier` here.

import { notifierReceiver } from '@onceform/server';

const code = (vi, en) => ({ vi: `${vi} – hồ sơ {code}`, en: `${en} – dossier {code}` });
const look = { vi: 'Xem tại {link}', en: 'See {link}' };
const TEXTS = {
  'dossier.accepted': { subject: code('Đã thụ lý', 'Accepted'), text: look },
  'dossier.refused': { subject: code('Bị từ chối', 'Refused'), text: look },
  'dossier.supplement': { subject: code('Cần bổ sung', 'To be supplemented'), text: look },
  'dossier.done': { subject: code('Đã có kết quả', 'The result is there'), text: look },
  'dossier.passed-on': {
    subject: code('Đã chuyển cơ quan có thẩm quyền', 'Passed on to the competent agency'),
    text: {
      vi: 'Một cơ quan khác giải quyết hồ sơ {code}. Lý do: xem tại {link}',
      en: 'Another agency decides on dossier {code}. For the reason see {link}',
    },
  },
  'dossier.ending': {
    subject: code('Sắp hết hạn', 'Ends soon'),
    text: {
      vi: 'Kết quả của hồ sơ {code} hết hạn ngày {until}. Xem tại {link}',
      en: 'What came of dossier {code} is good until {until}. See {link}',
    },
  },
};

/** @param {{ database: import('@onceform/server').Database, link: string }} options */
export function simulatedInbox({ database, link }) {
  /** Notices by whose they are; the same one twice is one. */
  const inboxes = new Map();
  return {
    receiver: notifierReceiver({
      notifier: {
        id: 'inbox',
        send: async ({ id, to, subject, text }) => {
          const inbox = inboxes.get(to) ?? new Map();
          inboxes.set(to, inbox.set(id, { subject, text }));
        },
      },
      addressOf: async ({ subject }) => {
        const [row] = await database.query('SELECT owner FROM dossier WHERE id = $1', [subject]);
        return row === undefined ? null : { to: row.owner, language: 'vi' };
      },
      texts: TEXTS,
      link,
    }),
    /** Newest first. */
    of: owner => [...(inboxes.get(owner)?.values() ?? [])].reverse(),
  };
}
