// The base of the elements inside a provider: finds the desk, draws into a child of its own, draws again when needed.

import { ContextConsumer } from '@lit/context';
import { LitElement, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { deskContext, type LentDesk } from './desk-context.ts';
import { listenToInput } from './input-events.ts';
import type { Face } from './parts/face.ts';

export abstract class OncePart extends LitElement {
  /** Whether every transaction may change what is drawn; fields watch their own place. */
  protected readonly watchesAll: boolean = false;
  #lent: LentDesk | undefined;
  /** Counts how often it was taken out of a page: nothing was told to what it had drawn. */
  #left = 0;
  #stop: (() => void)[] = [];

  constructor() {
    super();
    new ContextConsumer(this, { context: deskContext, subscribe: true, callback: lent => this.#take(lent) });
  }

  /** What stands in the element once a form is open. */
  protected abstract draw(face: Face, lent: LentDesk): unknown;

  protected override createRenderRoot(): HTMLElement {
    const container = document.createElement('div');
    container.className = 'once';
    this.append(container);
    listenToInput(container, () => this.#lent?.desk.view);
    return container;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#left += 1;
    this.#take(undefined);
  }

  protected override render(): unknown {
    const lent = this.#lent;
    return lent?.face === undefined ? nothing : keyed(this.#left, this.draw(lent.face, lent));
  }

  #take(lent: LentDesk | undefined): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#lent = lent;
    if (lent === undefined) return;
    const redraw = () => this.requestUpdate();
    this.#stop.push(lent.desk.subscribe(redraw));
    if (this.watchesAll && lent.face !== undefined) this.#stop.push(lent.face.view.session.subscribe(redraw));
    redraw();
  }
}
