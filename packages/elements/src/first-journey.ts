// The way through a form whose engine has not come yet: its first page, and the wish to go on.

import type { FirstSession } from './first-session.ts';
import type { Journey } from './journey.ts';
import { listSteps, type Step } from './steps.ts';

/** What a first page asks of a journey. Everything beyond waits for the journey itself. */
export class FirstJourney {
  readonly session: FirstSession;
  readonly prefill = undefined;
  readonly filing = { kind: 'idle' } as const;
  readonly papersDone = false;
  readonly summary = null;
  readonly trouble = null;
  readonly steps: readonly Step[];
  readonly step: Step;
  /** The citizen wants to go on: what follows is drawn when the engine is here. */
  waits = false;
  /** The engine did not come: why. */
  missed: unknown = null;
  readonly #changed: () => void;
  readonly #whole: Promise<Journey>;
  #arrive!: (journey: Journey) => void;

  constructor(session: FirstSession, changed: () => void) {
    this.session = session;
    this.#changed = changed;
    this.steps = listSteps(this as unknown as Journey);
    this.step = this.steps[0]!;
    this.#whole = new Promise(done => (this.#arrive = done));
  }

  /** Goes on once there is a journey: only it knows whether something is wrong with the page. */
  async next(): Promise<boolean> {
    return (await this.#wait()).next();
  }

  goTo(id: string): void {
    void this.#wait().then(journey => journey.goTo(id));
  }

  /** The journey is here and takes over. */
  handOver(journey: Journey): void {
    this.session.handOver(journey.session);
    this.#arrive(journey);
  }

  #wait(): Promise<Journey> {
    this.waits = true;
    this.#changed();
    return this.#whole;
  }
}
