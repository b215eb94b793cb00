// Saves the draft a moment after each change, and says truly whether it did.

import type { DraftStore } from './draft-store.ts';
import type { Journey } from './journey.ts';

export type DraftState =
  /** `off`: the citizen has not asked for it. `other-tab`: another tab has the right to write. */
  | { readonly kind: 'off' | 'clean' | 'waiting' | 'saving' | 'other-tab' }
  | { readonly kind: 'saved'; readonly at: string }
  | { readonly kind: 'failed'; readonly quota: boolean };

export interface DraftKeeperOptions {
  readonly store: DraftStore;
  readonly key: string;
  readonly journey: Journey;
  readonly on: boolean;
  readonly changed: () => void;
}

/** Milliseconds of rest before a draft is written. */
const REST = 800;

export class DraftKeeper {
  state: DraftState = { kind: 'clean' };
  readonly #options: DraftKeeperOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #release: (() => void) | null = null;
  #on: boolean;
  #dirty = false;
  #stopped = false;
  #stop: (() => void)[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: DraftKeeperOptions) {
    this.#options = options;
    this.#on = options.on;
    if (!this.#on) this.state = { kind: 'off' };
  }

  async start(): Promise<void> {
    const { journey } = this.#options;
    this.#stop.push(
      journey.session.subscribe(({ startState, state }) => {
        if (startState === state) return;
        this.#dirty = true;
        this.#later();
      }),
      journey.subscribe(() => {
        if (journey.filing.kind === 'filed') void this.forget();
      }),
    );
    const leaving = () => {
      if (document.visibilityState === 'hidden' && this.#dirty) void this.save();
    };
    document.addEventListener('visibilitychange', leaving);
    addEventListener('pagehide', leaving);
    this.#stop.push(
      () => document.removeEventListener('visibilitychange', leaving),
      () => removeEventListener('pagehide', leaving),
    );
    if (this.#on) await this.#claim();
  }

  /** The citizen wants drafts on this device after all. */
  async turnOn(): Promise<void> {
    this.#on = true;
    if (await this.#claim()) await this.save();
  }

  /** Writes now. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Tries again to become the tab that writes. */
  async takeOver(): Promise<void> {
    if (await this.#claim()) await this.save();
  }

  /** Filed or given up: nothing stays on the device. */
  async forget(): Promise<void> {
    this.#on = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    remember(undefined);
    await this.#options.store.remove(this.#options.key).catch(() => undefined);
    this.#show({ kind: 'off' });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== undefined) await this.save();
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#release?.();
    this.#release = null;
  }

  async #claim(): Promise<boolean> {
    const release = this.#release ?? (await this.#options.store.claim(this.#options.key));
    if (this.#stopped) {
      // The form was taken away while the lock was being asked for: holding it would shut out the next one in this tab.
      release?.();
      return false;
    }
    this.#release = release;
    if (this.#release === null) this.#show({ kind: 'other-tab' });
    else {
      remember(this.#options.key);
      if (this.state.kind === 'other-tab' || this.state.kind === 'off') this.#show({ kind: 'clean' });
      // Somebody may have typed while the lock was being asked for.
      if (this.#dirty) this.#later();
    }
    return this.#release !== null;
  }

  #later(): void {
    if (!this.#on || this.#release === null || this.#options.journey.filing.kind === 'filed') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), REST);
    if (this.state.kind !== 'waiting') this.#show({ kind: 'waiting' });
  }

  async #write(): Promise<void> {
    if (!this.#on || this.#release === null) return;
    const { store, key, journey } = this.#options;
    this.#show({ kind: 'saving' });
    const draft = journey.keep();
    this.#dirty = false;
    try {
      await store.save(key, draft);
      if (this.#on) this.#show({ kind: 'saved', at: draft.savedAt });
    } catch (error) {
      this.#dirty = true;
      this.#show({ kind: 'failed', quota: error instanceof DOMException && error.name === 'QuotaExceededError' });
    }
  }

  #show(state: DraftState): void {
    this.state = state;
    this.#options.changed();
  }
}

/** Lets a reload of this tab, or its return after the camera, go on without a question. */
function remember(key: string | undefined): void {
  try {
    if (key === undefined) sessionStorage.removeItem('onceform');
    else sessionStorage.setItem('onceform', key);
  } catch {
    // Without session storage the citizen is asked once more: nothing is lost.
  }
}
