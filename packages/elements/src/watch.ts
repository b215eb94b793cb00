// A part of a template with a subscription of its own: one key re-renders one field and nothing around it.

import type { Pointer, Update } from '@onceform/core';
import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ChildPart } from 'lit/directive.js';
import type { View } from './view.ts';

/** Draws what stands at a pointer. `extra` is compared by identity, so pass a node or a constant. */
export interface Draw<T> {
  draw(view: View, pointer: Pointer, extra: T): unknown;
}

/** Tells whether an update changes what is drawn; absent: every update of the pointer does. */
interface Matters<T> {
  matters(update: Update, pointer: Pointer, extra: T): boolean;
}

type DrawFunction = Draw<unknown>['draw'];
type MattersFunction = Matters<unknown>['matters'];

class Watch extends AsyncDirective {
  #view: View | undefined;
  #pointer: Pointer = '';
  #draw: DrawFunction | undefined;
  #extra: unknown;
  #matters: MattersFunction | undefined;
  #stop: (() => void) | undefined;

  override render(
    _view: View,
    _pointer: Pointer,
    _draw: DrawFunction,
    _extra: unknown,
    _matters?: MattersFunction,
  ): unknown {
    return noChange;
  }

  override update(_part: ChildPart, [view, pointer, draw, extra, matters]: Parameters<this['render']>): unknown {
    if (view === this.#view && pointer === this.#pointer && draw === this.#draw && extra === this.#extra)
      return noChange;
    const elsewhere = view.session !== this.#view?.session || pointer !== this.#pointer;
    this.#view = view;
    this.#pointer = pointer;
    this.#draw = draw;
    this.#extra = extra;
    this.#matters = matters;
    if (elsewhere || this.#stop === undefined) this.#listen();
    return this.#content();
  }

  override disconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  override reconnected(): void {
    this.#listen();
    this.setValue(this.#content());
  }

  #content(): unknown {
    return this.#draw!(this.#view!, this.#pointer, this.#extra);
  }

  #listen(): void {
    this.#stop?.();
    this.#stop = this.#view!.session.watch(this.#pointer, update => {
      // Told in the same round in which what stands around it was taken away.
      if (this.#stop === undefined) return;
      if (this.#matters === undefined || this.#matters(update, this.#pointer, this.#extra))
        this.setValue(this.#content());
    });
  }
}

const watchDirective = directive(Watch);

/** Draws now, and again whenever what is shown at the pointer changed. */
export function watch<T>(
  view: View,
  pointer: Pointer,
  draw: Draw<T>['draw'],
  extra: T,
  matters?: Matters<T>['matters'],
): unknown {
  return watchDirective(view, pointer, draw as DrawFunction, extra, matters as MattersFunction | undefined);
}
