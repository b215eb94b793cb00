// Objects in an S3-compatible store: for several nodes, and for disks that are not this machine's.

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { AwsClient } from 'aws4fetch';
import { XMLParser } from 'fast-xml-parser';
import { OnceFormError } from '@onceform/core';
import { assertKey, directoryStore, type ObjectStore } from './object-store.ts';

export interface S3Options {
  /** Bucket and, after it, a prefix of ours: `https://s3.example.gov/dossiers/portal`. Plain http is taken for localhost only. */
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `us-east-1` when absent, as most servers that are not Amazon's want it. */
  readonly region?: string;
  /** Milliseconds for one request; 30,000 when absent. */
  readonly timeout?: number;
}

/** What a listing says, as far as it is read. */
interface Listing {
  readonly ListBucketResult?: {
    readonly Contents?: readonly { readonly Key: string }[];
    readonly IsTruncated?: string;
    readonly NextContinuationToken?: string;
  };
}

const xml = new XMLParser({
  parseTagValue: false,
  processEntities: true,
  isArray: name => name === 'Contents',
});

/**
 * Speaks S3 (signature version 4) with path-style addresses. A `put` is acknowledged by the store when the object is
 * durable there, whole, with the digest that was announced; faults of the store are tried again three times.
 *
 * @throws {RangeError} when the address is neither https nor on this machine.
 */
export function s3Store({ url, region = 'us-east-1', timeout = 30_000, ...keys }: S3Options): ObjectStore {
  const { origin, pathname, protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    throw new RangeError('An object store is reached over https.');
  const [bucket, ...rest] = pathname.split('/').filter(part => part !== '');
  if (bucket === undefined) throw new RangeError('The address of an object store names a bucket.');
  const prefix = rest.map(part => `${part}/`).join('');
  const client = new AwsClient({ ...keys, region, service: 's3', retries: 3 });

  const send = async (
    method: string,
    path: string,
    { body, allow = [] }: { readonly body?: Uint8Array<ArrayBuffer>; readonly allow?: readonly number[] } = {},
  ): Promise<Response> => {
    let response: Response;
    try {
      response = await client.fetch(`${origin}/${bucket}${path}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
        headers: {
          'x-amz-content-sha256': createHash('sha256')
            .update(body ?? '')
            .digest('hex'),
        },
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw new OnceFormError('ERR_INTERNAL', 'The object store does not answer.', { cause });
    }
    if (response.ok || allow.includes(response.status)) return response;
    await response.body?.cancel();
    throw new OnceFormError('ERR_INTERNAL', `The object store answered ${method} with status ${response.status}.`, {
      data: { status: response.status },
    });
  };
  const pathOf = (key: string): string => {
    assertKey(key);
    return `/${prefix}${key}`;
  };

  return {
    async put(key, bytes) {
      await send('PUT', pathOf(key), { body: Uint8Array.from(bytes) });
    },
    async get(key) {
      const response = await send('GET', pathOf(key), { allow: [404] });
      if (response.status !== 404) return new Uint8Array(await response.arrayBuffer());
      await response.body?.cancel();
      return null;
    },
    async size(key) {
      const response = await send('HEAD', pathOf(key), { allow: [404] });
      return response.status === 404 ? null : Number(response.headers.get('content-length'));
    },
    async *list(below) {
      assertKey(below.replace(/\/$/, ''));
      for (let token: string | undefined; ;) {
        const query = new URLSearchParams({ 'list-type': '2', prefix: prefix + below });
        if (token !== undefined) query.set('continuation-token', token);
        const { ListBucketResult: page } = xml.parse(await (await send('GET', `?${query}`)).text()) as Listing;
        for (const { Key } of page?.Contents ?? []) yield Key.slice(prefix.length);
        if (page?.IsTruncated !== 'true' || page.NextContinuationToken === undefined) return;
        token = page.NextContinuationToken;
      }
    },
    async delete(key) {
      await send('DELETE', pathOf(key), { allow: [404] });
    },
  };
}

/**
 * The store that an address names: a folder (`file:///var/lib/onceform/objects`, or a path), or an S3-compatible one
 * (`https://host/bucket/prefix`, keys from `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`, `S3_REGION`).
 */
export function openObjectStore(address: string, env: Readonly<Record<string, string | undefined>>): ObjectStore {
  if (!/^https?:/.test(address)) return directoryStore(address.startsWith('file:') ? fileURLToPath(address) : address);
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_REGION: region } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new RangeError('An S3 store needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.');
  return s3Store({ url: address, accessKeyId, secretAccessKey, ...(region === undefined ? {} : { region }) });
}
