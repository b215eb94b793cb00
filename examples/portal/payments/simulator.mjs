// A simulated payment service: a small HTTP server of its own with one page on which an invented citizen pays with
// nothing. It calls itself a simulator wherever it is read. Nothing of it is part of the product.

import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

export const SIMULATOR = {
  id: 'payment-simulator',
  name: { vi: 'Cổng thanh toán mô phỏng (không có tiền thật)', en: 'Payment simulator (no real money)' },
};

const words = {
  vi: {
    title: 'Thanh toán mô phỏng',
    lead: 'Đây là trang thanh toán giả lập: không có tiền nào được chuyển.',
    what: 'Nội dung',
    reference: 'Mã thanh toán',
    amount: 'Số tiền',
    pay: 'Thanh toán (mô phỏng)',
    cancel: 'Để sau, quay lại cổng',
    paid: 'Đã thanh toán.',
    back: 'Quay lại cổng',
  },
  en: {
    title: 'Simulated payment',
    lead: 'This is a pretend payment page: no money moves.',
    what: 'For',
    reference: 'Payment reference',
    amount: 'Amount',
    pay: 'Pay (simulated)',
    cancel: 'Later, back to the portal',
    paid: 'Paid.',
    back: 'Back to the portal',
  },
};

/** Starts the service on a free port. The style is that of the simulated sign-in page. */
export async function startPayments() {
  const style = await readFile(new URL('../identity/sign-in.css', import.meta.url));
  const stylePath = `/pay-${createHash('sha256').update(style).digest('hex').slice(0, 8)}.css`;
  /** Orders by reference; the page's address is a secret of its own. */
  const orders = new Map();
  const byKey = key => [...orders.values()].find(order => order.key === key);

  const answer = async (request, response) => {
    const url = new URL(request.url, 'http://payments');
    const json = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === stylePath) return response.writeHead(200, { 'content-type': 'text/css' }).end(style);
    if (request.method === 'POST' && url.pathname === '/orders') {
      const order = JSON.parse(await text(request));
      const known = orders.get(order.reference) ?? { ...order, key: randomUUID(), paid: false };
      orders.set(order.reference, { ...known, returnTo: order.returnTo });
      return json(200, { url: `${origin}/pay/${known.key}` });
    }
    const [, kind, name = ''] = url.pathname.split('/');
    if (request.method === 'GET' && kind === 'orders') {
      const order = orders.get(name);
      return json(200, { status: order === undefined ? 'unknown' : order.paid ? 'paid' : 'begun' });
    }
    const order = kind === 'pay' ? byKey(name) : undefined;
    if (order === undefined) return json(404, { error: 'not-found' });
    if (request.method === 'POST') {
      orders.set(order.reference, { ...order, paid: true });
      return response.writeHead(303, { location: order.returnTo }).end();
    }
    const locale = url.searchParams.get('lang') === 'en' ? 'en' : 'vi';
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${new URL(order.returnTo).origin}`,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .end(page(order, locale, stylePath));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${server.address().port}`;
  return {
    origin,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The portal's side of it: what `createPortal` takes as `payments`. */
export function simulatedPayments(origin, fetch = globalThis.fetch) {
  const call = async (path, init) => {
    const response = await fetch(origin + path, { redirect: 'error', ...init });
    if (!response.ok) throw new Error(`The payment service answered with status ${response.status}.`);
    return response.json();
  };
  return {
    ...SIMULATOR,
    begin: (order, signal) =>
      call('/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
        signal,
      }),
    status: async (reference, signal) => (await call(`/orders/${encodeURIComponent(reference)}`, { signal })).status,
  };
}

function page({ reference, amount, currency, title, returnTo, paid }, locale, stylePath) {
  const w = words[locale];
  const money = new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', { style: 'currency', currency }).format(
    amount,
  );
  const what = typeof title === 'string' ? title : (title[locale] ?? Object.values(title)[0]);
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${w.title}</title><link rel="stylesheet" href="${stylePath}"></head><body><main>
<p class="badge">OnceForm · demo</p> <a href="?lang=${locale === 'vi' ? 'en' : 'vi'}">${locale === 'vi' ? 'English' : 'Tiếng Việt'}</a><h1>${w.title}</h1><p class="lead">${w.lead}</p>
<dl><div><dt>${w.what}</dt><dd>${escape(what)}</dd></div><div><dt>${w.reference}</dt><dd>${escape(reference)}</dd></div><div><dt>${w.amount}</dt><dd>${escape(money)}</dd></div></dl>
${
  paid
    ? `<p>${w.paid} <a href="${escape(returnTo)}">${w.back}</a></p>`
    : `<form method="post"><button class="pay">${w.pay}</button></form><p><a href="${escape(returnTo)}">${w.cancel}</a></p>`
}</main></body></html>`;
}

function escape(value) {
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

async function text(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 10_000) throw new Error('The order is too large.');
  }
  return body;
}
