// Who else holds papers about the invented citizens: a wallet, a store, a notary register. Nothing of it is part of the product.

import { createMemoryHoldings } from '@onceform/store';
import { heldPapers } from '@onceform/vn/personas';

const HOLDERS = {
  vneid: { vi: 'Ví giấy tờ VNeID (mô phỏng)', en: 'VNeID wallet (simulated)' },
  dossierStore: { vi: 'Kho dữ liệu điện tử (mô phỏng)', en: 'Electronic data store (simulated)' },
  notary: { vi: 'Cơ sở dữ liệu công chứng (mô phỏng)', en: 'Notary register (simulated)' },
};

export async function simulatedHoldings() {
  const holdings = Object.fromEntries(
    Object.entries(HOLDERS).map(([id, name]) => [id, createMemoryHoldings({ id, name, kind: 'issued-document' })]),
  );
  for (const { holder, personalId, text, ...paper } of heldPapers)
    await holdings[holder].put({ key: personalId }, paper, new Blob([text], { type: 'text/plain' }));
  return Object.values(holdings);
}
