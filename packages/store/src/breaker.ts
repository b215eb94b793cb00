// A circuit breaker: a source that keeps failing is left in peace for a while, and the citizen is told when to retry.

export interface Breaker {
  /** Seconds until it may be asked again; 0 when it may be asked now. Half open, one trial call is let through. */
  wait(): number;
  success(): void;
  failure(): void;
}

export interface BreakerOptions {
  /** Failures in a row that open it. Default 5. */
  readonly failures?: number;
  /** Milliseconds it stays open. Default 30,000. */
  readonly rest?: number;
  readonly clock?: () => Date;
}

export function createBreaker({ failures = 5, rest = 30_000, clock = () => new Date() }: BreakerOptions = {}): Breaker {
  let inRow = 0,
    openUntil = 0,
    trial = 0;
  return {
    wait() {
      const now = clock().getTime();
      if (inRow < failures) return 0;
      if (now < openUntil) return Math.ceil((openUntil - now) / 1000);
      // Half open: whoever comes first tries; the others wait for the outcome, at most one more rest.
      if (now < trial + rest) return Math.ceil((trial + rest - now) / 1000);
      trial = now;
      return 0;
    },
    success() {
      inRow = 0;
      trial = 0;
    },
    failure() {
      inRow++;
      trial = 0;
      if (inRow >= failures) openUntil = clock().getTime() + rest;
    },
  };
}
