import { createHash } from 'node:crypto';
import { mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import S3rver, { type S3Object } from 's3rver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encryptedStore, ownerId } from './encrypted-store.ts';
import { directoryStore, type PutOptions } from './object-store.ts';
import { openObjectStore, s3Store } from './s3-store.ts';
import { forgetfulDisk, type ForgetfulDisk } from './testing/forgetful-disk.ts';
import { objectStoreSuite } from './testing/object-store-suite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-objects-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the directory store', () => {
  for (const { name, run } of objectStoreSuite(() => directoryStore(join(folder, 'store')))) it(name, run);

  it('does not take a write that was cut off for an object', async () => {
    const store = directoryStore(join(folder, 'cut'));
    await store.put('a/one', new Uint8Array([1]));
    await writeFile(join(folder, 'cut', 'a', 'two.0000.part'), 'half');
    const keys = [];
    for await (const key of store.list('a/')) keys.push(key);
    expect(keys).toEqual(['a/one']);
    expect((await readdir(join(folder, 'cut', 'a'))).filter(name => name.startsWith('one'))).toEqual(['one']);
  });

  it('puts the whole in the place of a part that a power cut left', async () => {
    const store = directoryStore(join(folder, 'torn'));
    await store.put('a/one', new Uint8Array([1]));
    await writeFile(join(folder, 'torn', 'a', 'two'), 'hal');
    await store.put('a/two', new TextEncoder().encode('whole'), '', { unseen: true });
    expect(new TextDecoder().decode((await store.get('a/two'))!)).toBe('whole');
    expect((await readdir(join(folder, 'torn', 'a'))).sort()).toEqual(['one', 'two']);
  });
});

const isLinux = process.platform === 'linux';
describe.skipIf(!isLinux)(
  `the directory store on a disk that loses power${isLinux ? '' : ' (skipped: needs /proc)'}`,
  () => {
    /** Puts all at once; what each of them would be after a power cut in the moment of its acknowledgement. */
    const putAll = async (disk: ForgetfulDisk, name: string): Promise<(string | null)[]> => {
      const root = join(await realpath(folder), name);
      const store = directoryStore(root, disk);
      const one = async (key: string, options: PutOptions): Promise<string | null> => {
        await store.put(key, new TextEncoder().encode(key), '', options);
        const left = disk.afterPowerCut(join(root, key), dirname(root));
        return left === null ? null : new TextDecoder().decode(left);
      };
      const left = await Promise.all(KEYS.map((key, i) => one(key, { unseen: i % 2 === 0 })));
      return [...left, ...(await Promise.all(KEYS.map(key => one(key, {}))))]; // a second time, over what is there
    };
    const KEYS = ['packages/aa/one', 'packages/aa/two', 'packages/bb/three', 'receipts/deep/er/four', 'top'];

    it('has every object that was acknowledged, whole and under its name', async () => {
      expect(await putAll(forgetfulDisk(), 'power')).toEqual([...KEYS, ...KEYS]);
    });

    it('is really asked to keep content and names: a disk that ignores either loses what it was not told', async () => {
      expect(await putAll(forgetfulDisk('content'), 'no-content')).toEqual([...KEYS, ...KEYS].map(() => ''));
      expect(await putAll(forgetfulDisk('names'), 'no-names')).toEqual([...KEYS, ...KEYS].map(() => null));
    });
  },
);

describe('the encrypted store', () => {
  const secret = new Uint8Array(32).fill(7);
  const under = () => directoryStore(join(folder, 'encrypted'));
  for (const { name, run } of objectStoreSuite(() => encryptedStore(under(), secret))) it(name, run);

  it('leaves nothing readable on the disk, and notices every change', async () => {
    const store = encryptedStore(under(), secret);
    const text = new TextEncoder().encode('a very private dossier');
    await store.put('packages/aa/one', text);
    await store.put('packages/aa/two', text);
    const sealed = (await under().get('packages/aa/one'))!;
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('private');
    expect(Buffer.from(sealed).equals((await under().get('packages/aa/two'))!)).toBe(false);
    const broken = expect.objectContaining({ code: 'ERR_INTERNAL' });
    await under().put('packages/aa/two', sealed);
    await expect(store.get('packages/aa/two')).rejects.toEqual(broken);
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      await under().put('packages/aa/one', changed);
      await expect(store.get('packages/aa/one')).rejects.toEqual(broken);
    }
    await under().put('packages/aa/one', sealed);
    await expect(encryptedStore(under(), new Uint8Array(32)).get('packages/aa/one')).rejects.toEqual(broken);
    expect(await store.get('packages/aa/one')).toEqual(text);
  });

  it('locks what belongs to an agency with a key of its own: without it only its objects are lost', async () => {
    const inner = under();
    const lost = new Set<string>();
    const keys = (id: string) => {
      if (lost.has(id)) throw new Error('The key was withdrawn.');
      return createHash('sha256').update(id).digest();
    };
    const store = encryptedStore(inner, secret, keys);
    const bytes = new TextEncoder().encode('a dossier');
    await store.put('packages/aa/one', bytes, 'H27.25');
    await store.put('packages/aa/two', bytes, 'G01');
    expect(Buffer.from((await inner.get('packages/aa/one'))!).toString('latin1')).not.toContain('H27');
    expect(await store.size('packages/aa/one')).toBe(bytes.length);
    lost.add(ownerId('H27.25'));
    await expect(store.get('packages/aa/one')).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    expect(await store.get('packages/aa/two')).toEqual(bytes);
    // Another agency's key does not open it, whatever the object says of itself.
    const forged = Buffer.from((await inner.get('packages/aa/one'))!);
    Buffer.from(ownerId('G01'), 'hex').copy(forged, 1);
    await inner.put('packages/aa/one', forged);
    await expect(store.get('packages/aa/one')).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  });
});

describe('the S3 store, against a server of that protocol', () => {
  let server: S3rver, port: number;
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  beforeAll(async () => {
    server = new S3rver({
      port: 0,
      address: '127.0.0.1',
      silent: true,
      directory: join(folder, 's3'),
      configureBuckets: [{ name: 'dossiers', configs: [] }],
    });
    writeWhole(server.store);
    ({ port } = (await server.run()) as AddressInfo);
  });
  afterAll(() => server.close());
  const store = () => s3Store({ url: `http://127.0.0.1:${port}/dossiers/portal/one`, ...keys });
  for (const { name, run } of objectStoreSuite(store)) it(name, run);

  // s3rver signs its continuation tokens with a cipher that Node has no more, so pages come from a server of ours.
  it('lists page after page, and reads a token that is escaped in XML', async () => {
    const asked: URLSearchParams[] = [];
    const paging: Server = createServer((request, response) => {
      const { searchParams } = new URL(request.url!, 'http://localhost');
      asked.push(searchParams);
      const [key, more] =
        searchParams.get('continuation-token') === 'next&1'
          ? ['portal/many/b', '<IsTruncated>false</IsTruncated>']
          : [
              'portal/many/a',
              '<IsTruncated>true</IsTruncated><NextContinuationToken>next&amp;1</NextContinuationToken>',
            ];
      response.end(
        `<?xml version="1.0"?><ListBucketResult>${more}<Contents><Key>${key}</Key></Contents></ListBucketResult>`,
      );
    });
    await new Promise<void>(resolve => paging.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(paging.address() as AddressInfo).port}/dossiers/portal`;
    const found = [];
    for await (const key of s3Store({ url, ...keys }).list('many/')) found.push(key);
    paging.close();
    expect(found).toEqual(['many/a', 'many/b']);
    expect(asked.map(query => query.get('prefix'))).toEqual(['portal/many/', 'portal/many/']);
  });

  it('does not believe itself heard when the key is wrong or the store is away', async () => {
    const wrong = s3Store({ url: `http://127.0.0.1:${port}/dossiers`, ...keys, accessKeyId: 'SOMEBODY' });
    await expect(wrong.put('a/x', new Uint8Array([1]))).rejects.toMatchObject({ data: { status: 403 } });
    const nowhere = s3Store({ url: 'http://127.0.0.1:1/dossiers', ...keys });
    await expect(nowhere.put('a/x', new Uint8Array([1]))).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  });

  it('tries again when the store falters, and gives up when it stays so', async () => {
    let faults = 2,
      count = 0;
    const faltering: Server = createServer((_request, response) => {
      count++;
      response.writeHead(faults-- > 0 ? 503 : 200).end();
    });
    await new Promise<void>(resolve => faltering.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(faltering.address() as AddressInfo).port}/dossiers`;
    await s3Store({ url, ...keys }).put('a/x', new Uint8Array([1]));
    expect(count).toBe(3);
    faults = 100;
    await expect(s3Store({ url, ...keys }).put('a/x', new Uint8Array([1]))).rejects.toMatchObject({
      data: { status: 503 },
    });
    faltering.close();
  });

  it('is chosen by address, and speaks over https only but on this machine', async () => {
    expect(() => s3Store({ url: 'http://s3.example/dossiers', ...keys })).toThrow(/https/);
    expect(() => openObjectStore('https://s3.example/dossiers', {})).toThrow(/S3_ACCESS_KEY_ID/);
    const directory = openObjectStore(join(folder, 'by-address'), {});
    await directory.put('a/x', new Uint8Array([1]));
    expect(await readdir(join(folder, 'by-address', 'a'))).toEqual(['x']);
  });
});

/**
 * Writers of one key follow each other, and are answered when all bytes are in the file, as S3 promises. The simulator
 * answers earlier, and lets one of them cut off what another one wrote.
 */
function writeWhole(store: S3rver['store']): void {
  const put = store.putObject.bind(store);
  let before: Promise<unknown> = Promise.resolve();
  const putWhole = async (object: S3Object): Promise<{ readonly size: number }> => {
    const answer = await put(object);
    const path = store.getResourcePath(object.bucket, object.key, 'object');
    await vi.waitFor(async () => expect((await stat(path)).size).toBe(answer.size), { interval: 2, timeout: 5000 });
    return answer;
  };
  store.putObject = object => {
    const turn = before.then(() => putWhole(object));
    before = turn.catch(() => undefined);
    return turn;
  };
}
