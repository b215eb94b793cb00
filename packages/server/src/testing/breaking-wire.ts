// Wires between a portal and the services it calls: they count calls by kind, and break some of them once. For tests.

import { createServer, request as send, type IncomingMessage } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * How a call fails: cut before the service hears of it; done, and the answer cut off; or taken, and never answered.
 */
export type Break = 'unheard' | 'answer lost' | 'silent';

export interface BrokenCall {
  /** As in `seen`. */
  readonly kind: string;
  /** Which of the calls of that kind, from 1. */
  readonly nth: number;
  readonly how: Break;
}

export interface Wire {
  readonly port: number;
  close(): Promise<void>;
}

export interface Wires {
  /** Calls since `arm`, by kind: `payments POST /payments/orders`. */
  readonly seen: ReadonlyMap<string, number>;
  /** Counts anew; these calls will fail, the others not. */
  arm(calls: readonly BrokenCall[]): void;
  /** Those of them that have not come. */
  left(): readonly BrokenCall[];
  /** In front of an HTTP service; `kindOf` names a call. */
  http(target: number, kindOf: (method: string, url: URL) => string): Promise<Wire>;
  /** In front of a service that speaks over a socket: a connection is a call, and `isDone` says from when on it is done. */
  socket(target: number, kind: string, isDone: (sent: Buffer) => boolean): Promise<Wire>;
}

export function createWires(): Wires {
  const seen = new Map<string, number>();
  let armed: readonly BrokenCall[] = [];
  const next = (kind: string): Break | null => {
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    const hit = armed.find(call => call.kind === kind && call.nth === nth);
    armed = armed.filter(call => call !== hit);
    return hit?.how ?? null;
  };
  return {
    seen,
    arm(calls) {
      armed = calls;
      seen.clear();
    },
    left: () => armed,
    http(target, kindOf) {
      const server = createServer(async (incoming, answer) => {
        const body = await bytesOf(incoming);
        const how = next(kindOf(incoming.method!, new URL(incoming.url!, 'http://wire')));
        if (how === 'silent') return;
        if (how === 'unheard') return void incoming.socket.destroy();
        const { method, url: path, headers } = incoming;
        const outgoing = send({ port: target, host: '127.0.0.1', method, path, headers, agent: false }, response => {
          void bytesOf(response).then(told => {
            if (how === 'answer lost') return incoming.socket.destroy();
            answer.writeHead(response.statusCode!, response.headers).end(told);
          });
        });
        outgoing.on('error', () => incoming.socket.destroy()).end(body);
      });
      return listen(server);
    },
    socket(target, kind, isDone) {
      const server = createTcpServer(near => {
        const how = next(kind);
        near.on('error', () => undefined);
        if (how === 'silent') return void near.resume();
        if (how === 'unheard') return void near.destroy();
        const far = connect({ port: target, host: '127.0.0.1' });
        let sent = Buffer.alloc(0);
        far.on('error', () => near.destroy()).on('close', () => near.destroy());
        near.on('close', () => far.destroy());
        near.on('data', (chunk: Buffer) => {
          sent = Buffer.concat([sent, chunk]);
          far.write(chunk);
        });
        far.on('data', chunk => {
          if (how === 'answer lost' && isDone(sent)) near.destroy();
          else near.write(chunk);
        });
      });
      return listen(server);
    },
  };
}

function listen(server: Server): Promise<Wire> {
  const open = new Set<Socket>();
  server.on('connection', socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise(done => {
            server.close(() => done());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
