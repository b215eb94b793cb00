// What is typed on a first page before its engine has come goes into a draft with every key: the page may be closed,
// reloaded or thrown away before there is anything that could judge it. From then on it is the draft keeper's business.

import type { DraftStore, KeptDraft } from './draft-store.ts';
import { remember } from './found-draft.ts';

/** Gives back the right to write a draft. */
export type Release = () => void;

export class FirstDraft {
  readonly #store: DraftStore;
  readonly #key: string;
  readonly #keep: () => KeptDraft;
  #claimed: Promise<Release | null> | undefined;
  #writing: Promise<void> | undefined;
  #dirty = false;

  /** @param keep The draft of this moment. */
  constructor(store: DraftStore, key: string, keep: () => KeptDraft) {
    this.#store = store;
    this.#key = key;
    this.#keep = keep;
  }

  /** Something was typed: it is written at once, or as soon as what is being written is. */
  readonly changed = (): void => {
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  };

  async #write(): Promise<void> {
    try {
      // Another tab may have this form open: then it is the one that writes.
      if ((await (this.#claimed ??= this.#store.claim(this.#key))) === null) return;
      remember(this.#key);
      while (this.#dirty) {
        this.#dirty = false;
        await this.#store.save(this.#key, this.#keep());
      }
    } catch {
      // No room, or no storage at all: the draft keeper meets the same and says so.
    }
  }

  /** Resolves with the right to write, for whoever keeps the draft from now on; null where it never had it. */
  async end(): Promise<Release | null> {
    await this.#writing;
    return (await this.#claimed?.catch(() => null)) ?? null;
  }
}
