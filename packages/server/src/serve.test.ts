import { networkInterfaces } from 'node:os';
import { get } from 'node:http';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { serve } from './serve.ts';

const app = new Hono<never>().get('/', c => c.text(new URL(c.req.url).host)) as never;
const hasIpv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address }) => address === '::1'));
if (!hasIpv6) console.log('Listening on IPv6 is not tested: this machine has no ::1.');

const read = (host: string, port: number, family: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host, port, family, agent: false }, response => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', chunk => (text += chunk))
        .on('end', () => resolve(text));
    }).on('error', reject);
  });

describe('listening', () => {
  it.skipIf(!hasIpv6)('answers on IPv6, and on both where it listens on ::', async () => {
    const six = await serve(app, { port: 0, hostname: '::1' });
    expect(await read('::1', six.port, 6)).toBe(`[::1]:${six.port}`);
    await expect(read('127.0.0.1', six.port, 4)).rejects.toThrow();
    await six.close(0);
    const both = await serve(app, { port: 0, hostname: '::' });
    expect(await read('::1', both.port, 6)).toBe(`[::1]:${both.port}`);
    expect(await read('127.0.0.1', both.port, 4)).toBe(`127.0.0.1:${both.port}`);
    await both.close(0);
  });

  it('lets a running request end before it stops, and takes no other', async () => {
    let end: () => void = () => undefined;
    const slow = new Hono<never>().get('/', async c => {
      await new Promise<void>(resolve => (end = resolve));
      return c.text('done');
    }) as never;
    const listener = await serve(slow, { port: 0, hostname: '127.0.0.1' });
    const running = read('127.0.0.1', listener.port, 4);
    await new Promise(resolve => setTimeout(resolve, 100));
    const closing = listener.close(5000);
    await expect(read('127.0.0.1', listener.port, 4)).rejects.toThrow();
    end();
    expect(await running).toBe('done');
    await closing;
  });

  it('says that a port is taken', async () => {
    const listener = await serve(app, { port: 0, hostname: '127.0.0.1' });
    await expect(serve(app, { port: listener.port, hostname: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await listener.close(0);
  });
});
