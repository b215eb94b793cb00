// Saves the draft a moment after each change, here and at the portal, and says truly whether it did.

import type { DraftStore, KeptDraft } from './draft-store.ts';
import type { DraftSync, Merged } from './draft-sync.ts';
import type { Release } from './first-draft.ts';
import { remember } from './found-draft.ts';
import type { Journey } from './journey.ts';

export type DraftState =
  /** `off`: the citizen has not asked for it. `other-tab`: another tab has the right to write. */
  | { readonly kind: 'off' | 'clean' | 'waiting' | 'saving' | 'other-tab' }
  /** `everywhere`: the portal has it too, so that another device can go on with it. */
  | { readonly kind: 'saved'; readonly at: string; readonly everywhere?: boolean }
  | { readonly kind: 'failed'; readonly quota: boolean };

export interface DraftKeeperOptions {
  readonly store: DraftStore;
  readonly key: string;
  readonly journey: Journey;
  readonly on: boolean;
  /** The portal's side of the draft; absent: it stays on this device. */
  readonly sync?: DraftSync | undefined;
  /** Another device had changed the draft too: what came of both. */
  readonly merged?: (merged: Merged) => void;
  /** The right to write, from who kept this draft in this page before; resolves when it has ended. */
  readonly claimed?: Promise<Release | null> | undefined;
  readonly changed: () => void;
}

/** Milliseconds of rest before a draft is written. */
const REST = 800;
/** Milliseconds of rest before it is sent to the portal. */
const REST_FAR = 4000;

export class DraftKeeper {
  state: DraftState = { kind: 'clean' };
  readonly #options: DraftKeeperOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #farTimer: ReturnType<typeof setTimeout> | undefined;
  #farDirty = false;
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

  /** @param changed The draft is not what is kept yet. */
  async start(changed = false): Promise<void> {
    const { journey } = this.#options;
    this.#stop.push(
      journey.session.subscribe(({ startState, state }) => {
        if (startState !== state) this.#changed();
      }),
      journey.subscribe(() => {
        const now = `${journey.step.id} ${journey.filing.kind}`;
        if (now === place) return;
        place = now;
        if (journey.filing.kind === 'filed') void this.forget();
        else this.#changed();
      }),
    );
    let place = `${journey.step.id} ${journey.filing.kind}`;
    const leaving = () => {
      if (document.visibilityState !== 'hidden') return;
      if (this.#dirty) void this.save();
      if (this.#farDirty) void this.#push();
    };
    document.addEventListener('visibilitychange', leaving);
    addEventListener('pagehide', leaving);
    this.#stop.push(
      () => document.removeEventListener('visibilitychange', leaving),
      () => removeEventListener('pagehide', leaving),
    );
    if (changed) this.#changed();
    if (this.#on) await this.#claim();
    void this.#options.store.tidy?.().catch(() => undefined);
  }

  #changed(): void {
    this.#dirty = this.#farDirty = true;
    this.#later();
    if (this.#options.sync === undefined) return;
    clearTimeout(this.#farTimer);
    this.#farTimer = setTimeout(() => void this.#push(), REST_FAR);
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
    clearTimeout(this.#farTimer);
    this.#timer = this.#farTimer = undefined;
    this.#farDirty = false;
    await this.#writing;
    remember(undefined);
    void this.#options.sync?.remove().catch(() => undefined);
    await this.#options.store.remove(this.#options.key).catch(() => undefined);
    this.#show({ kind: 'off' });
  }

  /** @param save False where another keeper goes on with the same draft. */
  async stop(save = true): Promise<void> {
    this.#stopped = true;
    if (save && this.#timer !== undefined) await this.save();
    clearTimeout(this.#timer);
    clearTimeout(this.#farTimer);
    // Nobody waits for the portal: who opens the draft next finds it here.
    if (save && this.#farDirty) void this.#push();
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#release?.();
    this.#release = null;
  }

  async #claim(): Promise<boolean> {
    const { store, key, claimed } = this.#options;
    const release = this.#release ?? (await claimed) ?? (await store.claim(key));
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
    const { store, key } = this.#options;
    this.#show({ kind: 'saving' });
    const draft = this.#draft();
    this.#dirty = false;
    try {
      await store.save(key, draft);
      if (this.#on) this.#show({ kind: 'saved', at: draft.savedAt, everywhere: this.#everywhere });
    } catch (error) {
      this.#dirty = true;
      this.#show({ kind: 'failed', quota: error instanceof DOMException && error.name === 'QuotaExceededError' });
    }
  }

  #draft(): KeptDraft {
    const draft = this.#options.journey.keep();
    const agreed = this.#options.sync?.agreed;
    return agreed === undefined ? draft : { ...draft, synced: agreed };
  }

  get #everywhere(): boolean {
    return this.#options.sync !== undefined && !this.#farDirty;
  }

  /** Sends the draft to the portal. Without a connection it stays here, and goes with the next change. */
  async #push(): Promise<void> {
    const { sync, journey, merged } = this.#options;
    clearTimeout(this.#farTimer);
    if (sync === undefined || journey.filing.kind === 'filed' || !this.#farDirty) return;
    // Two tabs of one device are not two devices: the one that writes here writes there.
    if (this.#on && this.#release === null) return;
    this.#farDirty = false;
    try {
      const both = await sync.push(() => journey.keep());
      if (both !== null && !this.#stopped) return merged?.(both);
      // What was agreed on is kept here too: it is what a later merge goes back to.
      if (!this.#stopped) await this.save();
    } catch {
      this.#farDirty = true;
    }
  }

  #show(state: DraftState): void {
    this.state = state;
    this.#options.changed();
  }
}
