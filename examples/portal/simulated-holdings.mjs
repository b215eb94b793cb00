// Who else holds papers about the invented citizens: a wallet, a store, a notary register. Nothing of it is part of the product.

import { createMemoryHoldings } from '@onceform/store';
import { heldPapers } from '@onceform/vn/personas';

const HOLDERS = {
  vneid: { vi: 'Ví giấy tờ VNeID (mô phỏng)', en: 'VNeID wallet (simulated)' },
  dossierStore: { vi: 'Kho dữ liệu điện tử (mô phỏng)', en: 'Electronic data store (simulated)' },
  notary: { vi: 'Cơ sở dữ liệu công chứng (mô phỏng)', en: 'Notary register (simulated)' },
};

/** @param {Date} now from which papers that end soon are reckoned */
export async function simulatedHoldings(now) {
  const holdings = Object.fromEntries(
    Object.entries(HOLDERS).map(([id, name]) => [id, createMemoryHoldings({ id, name, kind: 'issued-document' })]),
  );
  for (const { holder, personalId, text, endsIn, ...paper } of heldPapers) {
    const end = endsIn === undefined ? {} : { validUntil: daysAfter(now, endsIn) };
    await holdings[holder].put({ key: personalId }, { ...paper, ...end }, new Blob([text], { type: 'text/plain' }));
  }
  return Object.values(holdings);
}

function daysAfter(day, days) {
  return new Date(day.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
