// The way through a form whose engine has not come yet: to its first page, and the wish to go on from there.

import type { Json } from '@onceform/core';
import type { KeptDraft } from './draft-store.ts';
import type { FirstDraft } from './first-draft.ts';
import type { FirstSession } from './first-session.ts';
import type { Journey } from './journey.ts';
import type { Kept } from './kept.ts';
import { listSteps, type Step } from './steps.ts';

/** What is drawn before the engine asks no more of a journey than this. */
export class FirstJourney {
  readonly session: FirstSession;
  readonly prefill = undefined;
  readonly filing = { kind: 'idle' } as const;
  readonly papersDone = false;
  readonly summary = null;
  readonly trouble = null;
  readonly steps: readonly Step[];
  step: Step;
  /** The citizen wants to go on: what follows is drawn when the engine is here. */
  waits = false;
  /** The engine did not come: why. */
  missed: unknown = null;
  /** Keeps what is typed; absent: nothing is kept on this device. */
  draft: FirstDraft | undefined;
  readonly #changed: () => void;
  readonly #whole: Promise<Journey>;
  #arrive!: (journey: Journey) => void;

  /** @param at The step at which it was left. */
  constructor(session: FirstSession, changed: () => void, at?: string) {
    this.session = session;
    this.#changed = changed;
    this.steps = listSteps(this as unknown as Journey);
    this.step = this.steps.find(({ id }) => id === at) ?? this.steps[0]!;
    this.#whole = new Promise(done => (this.#arrive = done));
  }

  /** From the start to the first page at once; from a page when there is a journey, which knows whether anything is wrong. */
  async next(): Promise<boolean> {
    const page = this.step.kind === 'start' ? this.steps[1] : undefined;
    if (page?.kind !== 'page') return (await this.#wait()).next();
    this.step = page;
    this.#changed();
    return true;
  }

  back(): void {
    this.goTo(this.steps[0]!.id);
  }

  goTo(id: string): void {
    void this.#wait().then(journey => journey.goTo(id));
  }

  /** The journey is here and takes over, where the citizen is. */
  handOver(journey: Journey): void {
    if (journey.step.id !== this.step.id) journey.goTo(this.step.id);
    this.session.handOver(journey.session);
    this.#arrive(journey);
  }

  /** What to keep of it. */
  keep(now: Date): KeptDraft {
    const { form, typed } = this.session;
    const kept: Kept = {
      form: form.digest,
      draft: null,
      opened: null,
      step: this.step.id,
      confirmed: false,
      dossierId: '',
      typed,
    };
    return { savedAt: now.toISOString(), content: kept as unknown as Json };
  }

  /** It is taken away: what was typed is kept, and whoever keeps the draft next may write it. */
  async end(): Promise<void> {
    (await this.draft?.end())?.();
  }

  #wait(): Promise<Journey> {
    this.waits = true;
    this.#changed();
    return this.#whole;
  }
}
