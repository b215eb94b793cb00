// A portal in the page, for the gallery and the tests: answers like a real one, without a network. Invented people.

import {
  digestJson,
  sha256,
  type DraftOpened,
  type Json,
  type Offer,
  type PrefillResult,
  type Receipt,
  type SealItem,
  type SealPayload,
  type SourceRef,
} from '@onceform/core';
import type { HeldOffers } from '@onceform/store/client';
import type { Portal } from '../src/portal.ts';

export interface FakePortalOptions {
  /** What the sources say, in the order they say it. */
  readonly results?: readonly PrefillResult[];
  /** Milliseconds before each answer. */
  readonly delay?: number;
  readonly codeLists?: (
    id: string,
    within?: string,
  ) => Promise<readonly { readonly code: string; readonly label: string }[]>;
  readonly signedIn?: boolean;
  readonly today?: string;
  /** When the sign-in ends; `renewed`: where renewing it moves the end. */
  readonly expires?: { now: string; readonly renewed: string };
  /** Throw this on filing, as many times as it is here. */
  readonly filingErrors?: unknown[];
  /** The portal's own shelf of drafts, shared by the devices of a test; absent: it keeps none. */
  readonly drafts?: Map<string, { readonly form: { id: string; digest: string }; revision: number; body: Json }>;
  /** Papers that the State holds, by component. */
  readonly held?: { readonly [component: string]: HeldOffers };
  /** Takes files ahead of the dossier. */
  readonly upload?: Portal['upload'];
}

export interface FakePortal extends Portal {
  readonly filed: Map<string, { readonly blob: Blob; readonly receipt: Receipt }>;
  readonly calls: string[];
}

export function createFakePortal(options: FakePortalOptions = {}): FakePortal {
  const { results = [], delay = 0, signedIn = true, today = '2026-11-22', filingErrors = [] } = options;
  const filed: FakePortal['filed'] = new Map();
  const calls: string[] = [];
  const rest = () => new Promise(done => setTimeout(done, delay));
  const shelf = options.drafts;
  let opened: DraftOpened | undefined;
  let form: { id: string; digest: string } = { id: '', digest: '' };
  const sources = new Map<string, SourceRef>();
  for (const { offers } of results) for (const { source } of offers) sources.set(source.id, source);

  return {
    filed,
    calls,
    async session() {
      calls.push('session');
      return {
        csrf: 'x',
        signInPath: '/sign-in',
        signOutPath: '/sign-out',
        ...(options.expires === undefined ? {} : { expires: options.expires.now }),
        person: signedIn ? { id: 'p1', name: 'Nguyễn Văn An', identityLevel: 2 } : null,
      };
    },
    async form() {
      throw new Error('The gallery gives its forms directly.');
    },
    async loadForm() {
      throw new Error('The gallery gives its forms directly.');
    },
    async sources() {
      return [...sources.values()].map(source => ({
        ...source,
        healthy: true,
        assuranceLevel: 'high' as const,
        concepts: [
          ...new Set(
            results.flatMap(({ offers }) => offers.flatMap(offer => offer.values.map(({ concept }) => concept))),
          ),
        ],
      }));
    },
    async openDraft(request) {
      calls.push('openDraft');
      form = request.form;
      return (opened ??= {
        draft: 'd1',
        nonce: 'n1',
        audience: 'https://dvc.example.gov.vn',
        context: { today, identityLevel: 2, channel: 'online', agency: 'H29.01', retrieved: {} },
      });
    },
    ...(shelf === undefined
      ? {}
      : ({
          async drafts() {
            return [...shelf]
              .filter(([, { revision }]) => revision > 0)
              .map(([draft, saved]) => ({
                draft,
                form: { ...saved.form, version: '1', state: 'current' as const },
                changed: `2026-11-22T03:00:${String(saved.revision).padStart(2, '0')}Z`,
                expires: '2027-01-01T00:00:00Z',
              }));
          },
          async loadDraft(draft) {
            calls.push('loadDraft');
            const saved = shelf.get(draft)!;
            const context = {
              today,
              identityLevel: 2 as const,
              channel: 'online' as const,
              agency: 'H29.01',
              retrieved: {},
            };
            const { revision, body } = structuredClone(saved);
            const version = { ...saved.form, version: '1', state: 'current' as const };
            return {
              draft,
              nonce: 'n1',
              audience: 'https://dvc.example.gov.vn',
              context,
              form: version,
              revision,
              body,
            };
          },
          async saveDraft(draft, revision, body) {
            calls.push('saveDraft');
            await rest();
            const now = shelf.get(draft)?.revision ?? 0;
            if (now !== revision)
              throw Object.assign(new Error('changed'), { name: 'OnceFormError', code: 'ERR_PRECONDITION', data: {} });
            shelf.set(draft, { form, revision: now + 1, body: structuredClone(body) });
            return now + 1;
          },
          async removeDraft(draft) {
            calls.push('removeDraft');
            shelf.delete(draft);
          },
        } satisfies Partial<Portal>)),
    ...(options.held === undefined
      ? {}
      : {
          async heldDocuments(_form: string, component: string) {
            calls.push('heldDocuments');
            await rest();
            return options.held![component] ?? { offers: [], unavailable: [] };
          },
        }),
    ...(options.upload === undefined ? {} : { upload: options.upload }),
    async renew() {
      calls.push('renew');
      if (options.expires !== undefined) options.expires.now = options.expires.renewed;
      return this.session();
    },
    async filedDossier(id) {
      const { blob, receipt } = filed.get(id)!;
      return { receipt, dossier: blob };
    },
    async *prefill(request, signal) {
      calls.push('prefill');
      for (const result of results) {
        await rest();
        if (signal?.aborted) return;
        if (request.items.some(({ item }) => item === result.item)) yield result;
      }
    },
    async seal({ decisions }) {
      calls.push('seal');
      await rest();
      const items: SealItem[] = [];
      const disputed = decisions.flatMap(decision =>
        decision.action === 'dispute' ? [{ pointer: decision.pointer, ticket: 'Q-0123456789ab' }] : [],
      );
      for (const decision of decisions) {
        if (decision.action !== 'use') continue;
        const offer = results.flatMap(({ offers }) => offers).find(({ id }) => id === decision.offer);
        if (offer !== undefined) items.push(...sealItems(offer));
      }
      items.sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
      const retrieved = Object.fromEntries(items.map(({ pointer }) => [pointer, 'provided' as const]));
      const payload: SealPayload = {
        format: 'https://onceform.dev/seal/1',
        iss: 'gateway',
        aud: 'https://dvc.example.gov.vn',
        sub: 'p1',
        draft: 'd1',
        nonce: 'n1',
        iat: 0,
        exp: 4e9,
        form: { id: form.id, version: '1', digest: form.digest },
        purpose: 'x',
        context: { today, identityLevel: 2, channel: 'online', agency: 'H29.01', retrieved },
        items,
      };
      const text = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(payload))))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '');
      return { seal: `e30.${text}.c2ln`, keys: { keys: [] }, tickets: disputed };
    },
    async fileDossier(id, blob) {
      calls.push('fileDossier');
      await rest();
      if (filingErrors.length > 0) throw filingErrors.shift();
      const held = filed.get(id);
      if (held !== undefined) return held.receipt;
      const digest = await sha256(new Uint8Array(await blob.arrayBuffer()));
      const receipt: Receipt = {
        format: 'https://onceform.dev/receipt/1',
        code: `H29.01-261122-${String(filed.size + 1).padStart(4, '0')}`,
        dossier: { id, sha256: digest, size: blob.size },
        receivedAt: '2026-11-22T09:30:00+07:00',
        agency: 'H29.01',
        procedure: '1.001193',
        noticeBy: '2026-11-23T09:30:00+07:00',
        signature: 'x',
      };
      filed.set(id, { blob, receipt });
      return receipt;
    },
    async codeList(id, within) {
      await rest();
      const entries = (await options.codeLists?.(id, within)) ?? [];
      return { id, digest: await digestJson(entries as unknown as Json), entries };
    },
  };
}

function sealItems(offer: Offer): SealItem[] {
  return offer.values.map(({ pointer, concept, edit, value }) => ({
    pointer,
    concept,
    record: offer.item,
    recordRef: offer.recordRef,
    source: offer.source,
    verification: offer.verification,
    lastUpdated: offer.lastUpdated,
    retrievedAt: offer.retrievedAt,
    edit,
    chosen: { rule: offer.rule, of: 1 },
    value,
  }));
}
