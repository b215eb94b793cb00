// The end of a sign-in: said in time, moved away by one press, and no loss when it has come.

import type { SessionInfo } from '@onceform/core';
import type { Portal } from './portal.ts';

export type SignInEnd =
  /** `final`: it cannot be moved away any more. */
  { readonly kind: 'soon'; readonly at: string; readonly final: boolean } | { readonly kind: 'ended' };

export interface SignInWatchOptions {
  readonly portal: Portal;
  readonly info: SessionInfo;
  readonly clock: () => Date;
  readonly changed: () => void;
  /** Called once it has ended: what is typed must be safe by then. */
  readonly ending: () => void;
}

/** Milliseconds before the end at which the citizen is told. */
export const WARN = 5 * 60_000;
/** The longest wait that a timer can have. */
const LONGEST = 2_000_000_000;

export class SignInWatch {
  end: SignInEnd | null = null;
  readonly #options: SignInWatchOptions;
  #expires: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #final = false;
  readonly #back = (): void => {
    // A device that slept has slept through its timers.
    if (document.visibilityState === 'visible') void this.#look();
  };

  constructor(options: SignInWatchOptions) {
    this.#options = options;
    this.#expires = options.info.expires;
    document.addEventListener('visibilitychange', this.#back);
    this.#plan();
  }

  /** The citizen is still here. */
  async renew(): Promise<void> {
    const { portal } = this.#options;
    try {
      const info = await portal.renew?.();
      if (info !== undefined) this.#take(info, true);
    } catch {
      // No network: the end does not come nearer by saying so twice. The next look tells.
      this.#plan();
    }
  }

  /** The citizen says that they have signed in again, in another tab. */
  async again(): Promise<void> {
    const info = await this.#options.portal.session().catch(() => undefined);
    if (info !== undefined) this.#take(info, false);
  }

  stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#back);
  }

  #left(): number {
    return this.#expires === undefined ? Infinity : Date.parse(this.#expires) - this.#options.clock().getTime();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const left = this.#left();
    if (left === Infinity || this.end?.kind === 'ended') return;
    const next = this.end === null ? left - WARN : left;
    this.#timer = setTimeout(() => void this.#look(), Math.min(Math.max(next, 0), LONGEST));
  }

  async #look(): Promise<void> {
    if (this.#left() > WARN || this.end?.kind === 'ended') return this.#plan();
    // Another tab may have moved the end away.
    const info = await this.#options.portal.session().catch(() => undefined);
    if (info !== undefined) return this.#take(info, false);
    this.#show(this.#left() <= 0 ? { kind: 'ended' } : { kind: 'soon', at: this.#expires!, final: this.#final });
  }

  #take(info: SessionInfo, renewed: boolean): void {
    const same = info.person !== null && info.person.id === this.#options.info.person?.id;
    if (!same) return this.#show({ kind: 'ended' });
    this.#expires = info.expires;
    this.end = null;
    const left = this.#left();
    this.#final = renewed && left <= WARN;
    this.#show(left > WARN ? null : { kind: 'soon', at: this.#expires!, final: this.#final });
  }

  #show(end: SignInEnd | null): void {
    const before = this.end;
    this.end = end;
    if (end?.kind === 'ended' && before?.kind !== 'ended') this.#options.ending();
    this.#plan();
    this.#options.changed();
  }
}
