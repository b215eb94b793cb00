// A simulated State register: an HTTP server of its own that answers from invented records. It can be stopped, started
// again on the same port, and told to misbehave. Nothing of it is part of the product.

import { createServer } from 'node:http';

/** What a register can be told to do: answer as it should, not at all for a while, with nonsense, or with an error. */
export const MOODS = ['well', 'slow', 'nonsense', 'error'];

/**
 * @param {{ name: string, lookups: Record<string, { records: Record<string, unknown>, none: unknown }>, port?: number, slowness?: number,
 *   clock?: () => Date }} options
 *   `lookups` by path; `none` is the answer for a person the register does not know.
 */
export async function startRegister({ name, lookups, port = 0, slowness = 10_000, clock = () => new Date() }) {
  let server = null,
    mood = 'well',
    at = port,
    tickets = 0;
  const usage = new Map();

  const answer = async (request, response) => {
    const path = new URL(request.url, 'http://register').pathname;
    const send = (status, body, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.method === 'GET' && path === '/health') return send(mood === 'error' ? 503 : 200, { status: mood });
    if (mood === 'slow') await new Promise(resolve => setTimeout(resolve, slowness));
    if (mood === 'error') return send(500, { loi: 'He thong dang bao tri' });
    if (mood === 'nonsense') return send(200, '<html><body>Trang tạm thời</body></html>', 'text/html');

    const body = await readJson(request);
    if (request.method !== 'POST' || body === null) return send(400, { loi: 'POST JSON' });
    if (path === '/reports') return send(200, { MaPhieu: `${name}-${String(++tickets).padStart(4, '0')}` });
    if (path === '/usage') return send(200, usage.get(body.person) ?? []);
    const lookup = lookups[path];
    if (lookup === undefined) return send(404, { loi: path });
    const key = String(body.SoDinhDanh ?? '');
    const rows = usage.get(key) ?? [];
    rows.unshift({
      logtime: clock().toISOString(),
      action: { vi: 'Tra cứu', en: 'Lookup' },
      receiverCode: 'onceform-portal',
    });
    usage.set(key, rows.slice(0, 50));
    send(200, { KetQua: Object.hasOwn(lookup.records, key) ? lookup.records[key] : lookup.none });
  };

  const register = {
    name,
    get port() {
      return at;
    },
    get url() {
      return `http://127.0.0.1:${at}`;
    },
    get running() {
      return server !== null;
    },
    get mood() {
      return mood;
    },
    async start() {
      if (server !== null) return;
      const starting = createServer((request, response) => {
        answer(request, response).catch(() => response.destroy());
      });
      await new Promise((resolve, reject) => starting.once('error', reject).listen(at, '127.0.0.1', resolve));
      at = starting.address().port;
      server = starting;
    },
    async stop() {
      const stopping = server;
      server = null;
      if (stopping === null) return;
      stopping.closeAllConnections();
      await new Promise(resolve => stopping.close(resolve));
    },
    misbehave(kind) {
      if (!MOODS.includes(kind)) throw new RangeError(`A register can be told: ${MOODS.join(', ')}.`);
      mood = kind;
    },
  };
  await register.start();
  return register;
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 100_000) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
