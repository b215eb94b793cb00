// Files on their way to the portal while the citizen goes on: two at a time, each with what has arrived, what went
// wrong and a way to take it back. What a draft remembers of an upload lets it go on after a reload.

import { isOnceFormError, type FileReference, type Sha256 } from '@onceform/core';
import type { Portal } from './portal.ts';

export type UploadState =
  | { readonly kind: 'waiting' | 'sent' }
  /** `sent`: bytes that have arrived. `offline`: the device has no network; it goes on by itself. */
  | { readonly kind: 'sending'; readonly sent: number; readonly offline: boolean }
  | { readonly kind: 'failed'; readonly error: unknown; readonly refused: boolean };

export interface UploadLineOptions {
  readonly upload: NonNullable<Portal['upload']>;
  readonly bytes: (sha256: Sha256) => Promise<Blob | undefined>;
  readonly clock: () => Date;
  readonly changed: () => void;
}

/** What a draft keeps of an upload: where its parts are, and when all of them had arrived (RFC 3339). */
export interface KeptUpload {
  readonly url: string;
  readonly sent?: string;
}

/** Files that are sent at the same time. */
const AT_ONCE = 2;
/** Milliseconds for which a portal surely holds what was sent: after that it is asked again. */
const HELD = 24 * 3_600_000;

interface Entry {
  readonly file: FileReference;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  readonly settle: () => void;
  state: UploadState;
}

export class UploadLine {
  readonly #options: UploadLineOptions;
  readonly #entries = new Map<Sha256, Entry>();
  readonly #kept = new Map<Sha256, KeptUpload>();
  readonly #stop: () => void;

  constructor(options: UploadLineOptions) {
    this.#options = options;
    const told = (): void => {
      for (const entry of this.#entries.values())
        if (entry.state.kind === 'sending') entry.state = { ...entry.state, offline: !navigator.onLine };
      this.#options.changed();
    };
    addEventListener('online', told);
    addEventListener('offline', told);
    this.#stop = () => {
      removeEventListener('online', told);
      removeEventListener('offline', told);
    };
  }

  /** Sends a file, unless it is on its way or there already. */
  send(file: FileReference): void {
    if (this.#entries.has(file.sha256)) return;
    let settle!: () => void;
    const done = new Promise<void>(resolve => (settle = resolve));
    this.#entries.set(file.sha256, { file, abort: new AbortController(), done, settle, state: { kind: 'waiting' } });
    this.#next();
    this.#options.changed();
  }

  state(sha256: Sha256): UploadState | undefined {
    return this.#entries.get(sha256)?.state;
  }

  retry(file: FileReference): void {
    this.#entries.delete(file.sha256);
    this.send(file);
  }

  /** The citizen took the file away: what has arrived is deleted again. */
  cancel(sha256: Sha256): void {
    const entry = this.#entries.get(sha256);
    this.#entries.delete(sha256);
    this.#kept.delete(sha256);
    entry?.abort.abort();
    entry?.settle();
    this.#next();
    this.#options.changed();
  }

  /** Waits for files that are on their way, and tells which of all the named ones the portal has. */
  async arrived(files: readonly Sha256[], patience: number): Promise<ReadonlySet<Sha256>> {
    const waiting = files.flatMap(sha256 => this.#entries.get(sha256)?.done ?? []);
    await Promise.race([Promise.all(waiting), new Promise(resolve => setTimeout(resolve, patience))]);
    return new Set(files.filter(sha256 => this.state(sha256)?.kind === 'sent'));
  }

  /** What a draft keeps of it. */
  get kept(): { readonly [sha256: Sha256]: KeptUpload } {
    return Object.fromEntries(this.#kept);
  }

  /** Goes on with what a draft kept. */
  resume(kept: { readonly [sha256: Sha256]: KeptUpload }, files: readonly FileReference[]): void {
    for (const [sha256, upload] of Object.entries(kept)) this.#kept.set(sha256, upload);
    for (const file of files) this.send(file);
  }

  /** Stops without taking anything back: the page is left. */
  stop(): void {
    this.#stop();
    for (const { abort } of this.#entries.values()) abort.abort('keep');
    this.#entries.clear();
  }

  #next(): void {
    const entries = [...this.#entries.values()];
    const free = AT_ONCE - entries.filter(({ state }) => state.kind === 'sending').length;
    for (const entry of entries.filter(({ state }) => state.kind === 'waiting').slice(0, free)) void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { file, abort } = entry;
    const { sha256, name, type } = file;
    const show = (state: UploadState): void => {
      entry.state = state;
      if (this.#entries.get(sha256) === entry) this.#options.changed();
    };
    show({ kind: 'sending', sent: 0, offline: !navigator.onLine });
    try {
      const bytes = await this.#options.bytes(sha256);
      // A draft from another device names files that were sent from there.
      const { url, sent } = this.#kept.get(sha256) ?? {};
      const now = this.#options.clock().getTime();
      if (bytes === undefined || (sent !== undefined && now - Date.parse(sent) < HELD)) return show({ kind: 'sent' });
      await this.#options.upload(bytes, {
        name,
        type,
        signal: abort.signal,
        ...(url === undefined ? {} : { url }),
        onUrl: at => this.#kept.set(sha256, { url: at }),
        onProgress: bytesSent => show({ kind: 'sending', sent: bytesSent, offline: !navigator.onLine }),
      });
      this.#kept.set(sha256, { url: this.#kept.get(sha256)?.url ?? '', sent: this.#options.clock().toISOString() });
      show({ kind: 'sent' });
    } catch (error) {
      if (abort.signal.aborted) return;
      const refused = isOnceFormError(error) && error.code !== 'ERR_NETWORK' && error.code !== 'ERR_UNAUTHENTICATED';
      if (refused) this.#kept.delete(sha256);
      show({ kind: 'failed', error, refused });
    } finally {
      entry.settle();
      this.#next();
    }
  }
}
