// Does a paper or credential still stand? Asks the issuer's status list (IETF Token Status List): one signed, compressed
// list for many credentials, so that the issuer does not learn whose is looked at.

import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { isJsonObject, OnceFormError, type Statement } from '@onceform/core';
import { withDeadline } from '../deadline.ts';
import type { CitizenDataSource, ItemResult } from '../source.ts';

export type CredentialState = 'valid' | 'revoked' | 'suspended';

/**
 * @throws {OnceFormError} ERR_SOURCE_UNAVAILABLE when the list cannot be had, is not genuine, or does not know the place:
 *   not knowing is never taken for standing.
 */
export type CredentialStatus = (
  reference: NonNullable<Statement['credentialStatus']>,
  signal?: AbortSignal,
) => Promise<CredentialState>;

export interface StatusListOptions {
  /** Hosts that lists may be fetched from. */
  readonly allowedHosts: readonly string[];
  /** Public keys of the issuers, each with its `kid`. */
  readonly keys: JSONWebKeySet;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => Date;
  /** Milliseconds a list may take. Default 3,000. */
  readonly deadline?: number;
  /** Seconds a list is used that says nothing about that itself. Default 300. */
  readonly ttl?: number;
}

/** Bytes of a list before and after it is unpacked: enough for eight million credentials of two bits. */
const MAX_TOKEN = 1 << 20,
  MAX_LIST = 2 << 20;

export function createStatusLists(options: StatusListOptions): CredentialStatus {
  const { allowedHosts, fetch = globalThis.fetch, clock = () => new Date(), deadline = 3000, ttl = 300 } = options;
  const keys = createLocalJWKSet(options.keys);
  const lists = new Map<string, { readonly until: number; readonly bits: number; readonly bytes: Uint8Array }>();

  async function load(uri: string, signal: AbortSignal): Promise<NonNullable<ReturnType<typeof lists.get>>> {
    const url = URL.canParse(uri) ? new URL(uri) : null;
    if (url === null || !allowedHosts.includes(url.host)) throw unknown('not a listed host');
    const response = await fetch(url, { headers: { accept: 'application/statuslist+jwt' }, redirect: 'error', signal });
    if (!response.ok) throw unknown('not answered');
    const token = await response.text();
    if (token.length > MAX_TOKEN) throw unknown('too large');
    const { payload, protectedHeader } = await compactVerify(token, keys, { algorithms: ['EdDSA', 'ES256'] });
    const list: unknown = JSON.parse(new TextDecoder().decode(payload));
    const now = clock().getTime() / 1000;
    if (protectedHeader.typ !== 'statuslist+jwt' || !isStatusList(list) || list.sub !== uri) throw unknown('no list');
    if (list.exp !== undefined && list.exp < now) throw unknown('out of date');
    const bytes = await unpack(list.status_list.lst);
    const until = Math.min(list.exp ?? Infinity, now + Math.min(list.ttl ?? ttl, 86_400));
    return { until, bits: list.status_list.bits, bytes };
  }

  return async ({ uri, idx }, signal) => {
    let list = lists.get(uri);
    if (list === undefined || list.until <= clock().getTime() / 1000) {
      try {
        list = await withDeadline(inner => load(uri, inner), deadline, signal);
      } catch {
        throw unknown('not to be had');
      }
      lists.set(uri, list);
    }
    const { bits, bytes } = list;
    const byte = bytes[Math.floor((idx * bits) / 8)];
    if (!Number.isSafeInteger(idx) || idx < 0 || byte === undefined) throw unknown('no such place');
    const value = (byte >> ((idx * bits) % 8)) & ((1 << bits) - 1);
    return value === 0 ? 'valid' : value === 2 ? 'suspended' : 'revoked';
  };
}

/**
 * A source whose records are looked up in their issuer's status list. A revoked or suspended record gives no value, with
 * that reason; one whose state cannot be had now gives none either, and can be asked for again. Other records stay.
 *
 * @param nameOf what the person knows a record as; its reference when absent. It is all that is told of one that was revoked.
 */
export function withCredentialStatus(
  source: CitizenDataSource,
  status: CredentialStatus,
  nameOf?: (record: readonly Statement[]) => string | undefined,
): CitizenDataSource {
  return {
    ...source,
    describe: () => source.describe(),
    async *query(query, signal): AsyncGenerator<ItemResult, void, undefined> {
      for await (const result of source.query(query, signal)) {
        const gone = new Map<string, 'revoked' | 'unavailable'>();
        for (const { source: from, credentialStatus } of result.statements) {
          if (credentialStatus === undefined || gone.has(from.recordRef)) continue;
          const state = await status(credentialStatus, signal).catch(() => 'unavailable' as const);
          if (state !== 'valid') gone.set(from.recordRef, state === 'unavailable' ? state : 'revoked');
        }
        const reasons = [...gone.values()];
        if (result.statements.some(({ source: from }) => !gone.has(from.recordRef)) || gone.size === 0)
          yield {
            ...result,
            statements: result.statements.map(one => {
              const name = nameOf?.(
                result.statements.filter(({ source: { recordRef } }) => recordRef === one.source.recordRef),
              );
              return withoutValue(one, gone.get(one.source.recordRef), name);
            }),
          };
        else {
          const absent = reasons.includes('unavailable') ? 'unavailable' : 'revoked';
          yield { item: result.item, statements: [], absent };
        }
      }
    },
  };
}

function withoutValue(
  statement: Statement,
  absentReason: 'revoked' | 'unavailable' | undefined,
  recordName: string | undefined,
): Statement {
  if (absentReason === undefined) return statement;
  const { value: _value, proof: _proof, ...rest } = statement;
  return { ...rest, absentReason, ...(recordName === undefined ? {} : { recordName }) };
}

interface StatusList {
  readonly sub: string;
  readonly exp?: number;
  readonly ttl?: number;
  readonly status_list: { readonly bits: 1 | 2 | 4 | 8; readonly lst: string };
}

function isStatusList(value: unknown): value is StatusList {
  if (!isJsonObject(value) || !isJsonObject(value['status_list'])) return false;
  const { bits, lst } = value['status_list'];
  const isTime = (time: unknown): boolean => time === undefined || (typeof time === 'number' && time > 0);
  return (
    typeof value['sub'] === 'string'
    && isTime(value['exp'])
    && isTime(value['ttl'])
    && (bits === 1 || bits === 2 || bits === 4 || bits === 8)
    && typeof lst === 'string'
  );
}

async function unpack(lst: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(lst.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    if ((size += value.length) > MAX_LIST) {
      await reader.cancel();
      throw unknown('too large');
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function unknown(reason: string): OnceFormError {
  return new OnceFormError('ERR_SOURCE_UNAVAILABLE', `The state of a credential is not known: ${reason}.`, {
    data: { reason: 'unavailable' },
  });
}
