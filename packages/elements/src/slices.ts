// Long forms: the first screens at once, the rest in idle slices, so that typing can start while the document is
// still being completed. Everything is in the document soon after: find in page, print and screen readers see it all.

import { html, noChange, nothing } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import type { View } from './view.ts';

/** As many controls as a screen shows, and the section begun; what a taller one shows too comes in the next slice. */
const FIRST = 10;
/** Controls per idle slice: a few milliseconds on a slow phone. */
const SLICE = 40;

interface Job<T> {
  readonly items: readonly T[];
  draw(view: View, item: T): unknown;
  /** About how many controls an item brings. */
  size(item: T): number;
}

/** A directive's arguments have no type parameter of their own. */
type AnyJob = Job<unknown>;

/** One slice and, in its tail, the next one: a slice that stands is not touched again. */
class Slice extends AsyncDirective {
  #view: View | undefined;
  #job: AnyJob | undefined;
  #from = 0;
  #drawn = false;
  #waiting: number | undefined;

  override render(_view: View, _job: AnyJob, _from: number): unknown {
    return noChange;
  }

  override update(_part: unknown, [view, job, from]: Parameters<this['render']>): unknown {
    if (view === this.#view && job.items === this.#job?.items && from === this.#from) return noChange;
    this.#view = view;
    this.#job = job;
    this.#from = from;
    if (from === 0 || this.#drawn) return this.#content();
    this.#wait();
    return html`<div class="once-more" aria-busy="true"></div>`;
  }

  override disconnected(): void {
    if (this.#waiting !== undefined) cancelIdle(this.#waiting);
    this.#waiting = undefined;
    pending.delete(this);
  }

  override reconnected(): void {
    if (this.#from > 0 && !this.#drawn) this.#wait();
  }

  /** Draws now: before printing, before a jump to a field further down. */
  finish(): void {
    this.disconnected();
    this.setValue(this.#content());
  }

  #wait(): void {
    pending.add(this);
    this.#waiting ??= whenIdle(() => this.finish());
  }

  #content(): unknown {
    this.#drawn = true;
    const { items, draw, size } = this.#job!;
    const content: unknown[] = [];
    let index = this.#from;
    for (let room = this.#from === 0 ? FIRST : SLICE; index < items.length && room > 0; index++) {
      content.push(draw(this.#view!, items[index]));
      room -= size(items[index]);
    }
    return html`${content}${index < items.length ? slice(this.#view!, this.#job!, index) : nothing}`;
  }
}

const slice = directive(Slice);
const pending = new Set<Slice>();

/** Draws a list in order, the first of it now. */
export function slices<T>(view: View, job: Job<T>): unknown {
  return slice(view, job as AnyJob, 0);
}

/** Draws at once whatever is still waiting. */
export function finishSlices(): void {
  while (pending.size > 0) for (const waiting of [...pending]) waiting.finish();
}

function whenIdle(run: () => void): number {
  return 'requestIdleCallback' in globalThis
    ? requestIdleCallback(run, { timeout: 1000 })
    : (setTimeout(run, 16) as unknown as number);
}

function cancelIdle(id: number): void {
  if ('cancelIdleCallback' in globalThis) cancelIdleCallback(id);
  else clearTimeout(id);
}
