// A part of a template that is drawn again by itself: one key redraws one field and nothing around it. All parts of one
// form are told by one listener, which finds them by their pointer; a part that has left the page is forgotten when it
// is next concerned, so that a field costs one small object and no subscription of its own.

import { isRelevant, type FormSession, type Pointer, type Update } from '@onceform/core';
import { noChange } from 'lit';
import { setChildPartValue } from 'lit/directive-helpers.js';
import { Directive, directive, type ChildPart } from 'lit/directive.js';
import type { View } from './view.ts';

/** How something at a pointer is drawn. Make one for each kind of thing: it is compared by identity. */
export interface Drawing<T> {
  /** `extra` is compared by identity, so pass a node or a constant. */
  draw(view: View, pointer: Pointer, extra: T): unknown;
  /** Tells whether an update changes what is drawn; absent: every update of the pointer does. */
  matters?(update: Update, pointer: Pointer, extra: T): boolean;
  /** What is not asked for the moment stays in the page, hidden: shown again at the cost of what changed meanwhile. */
  readonly keeps?: boolean;
}

/** The parts of one form that are drawn by themselves, by pointer. */
export class Watchers {
  readonly #parts = new Map<Pointer, Watch | Watch[]>();
  readonly #asleep = new Set<Pointer>();
  readonly #stop: () => void;

  constructor(session: FormSession) {
    this.#stop = session.subscribe(this.#tell);
  }

  /** From now on nobody is told anything. */
  close(): void {
    this.#stop();
    this.#parts.clear();
  }

  add(pointer: Pointer, part: Watch): void {
    const there = this.#parts.get(pointer);
    if (there === undefined || there === part) this.#parts.set(pointer, part);
    else if (!Array.isArray(there)) this.#parts.set(pointer, [there, part]);
    else if (!there.includes(part)) there.push(part);
  }

  remove(pointer: Pointer, part: Watch): void {
    this.#keep(pointer, other => other !== part);
  }

  /** What is below a sleeping pointer is hidden, and not drawn before it wakes. */
  sleep(pointer: Pointer, asleep: boolean): void {
    if (asleep) this.#asleep.add(pointer);
    else this.#asleep.delete(pointer);
  }

  #tell = (update: Update): void => {
    const due = this.#due(update);
    for (const pointer of due) for (const part of this.#at(pointer)) if (!this.#sleeps(pointer)) part.tell(update);
    for (const pointer of due) this.#keep(pointer, part => part.isDrawn);
  };

  /** In the order in which they were drawn: a group before its members. */
  #due({ transaction: { touched, subtrees }, touches }: Update): readonly Pointer[] {
    if (subtrees.size === 0) return [...touched].filter(pointer => this.#parts.has(pointer));
    const roots = [...subtrees];
    const below: (pointer: Pointer) => boolean =
      roots.length > FEW
        ? touches
        : pointer => touched.has(pointer) || roots.some(root => pointer === root || pointer.startsWith(root + '/'));
    return [...this.#parts.keys()].filter(below);
  }

  #at(pointer: Pointer): readonly Watch[] {
    const there = this.#parts.get(pointer);
    return there === undefined ? [] : Array.isArray(there) ? [...there] : [there];
  }

  #sleeps(pointer: Pointer): boolean {
    if (this.#asleep.size > 0) for (const root of this.#asleep) if (pointer.startsWith(root + '/')) return true;
    return false;
  }

  #keep(pointer: Pointer, keeps: (part: Watch) => boolean): void {
    const all = this.#at(pointer);
    const left = all.filter(keeps);
    if (left.length === all.length) return;
    if (left.length === 0) this.#parts.delete(pointer);
    else this.#parts.set(pointer, left.length === 1 ? left[0]! : left);
  }
}

/** With more subtrees than this it is cheaper to ask for each pointer what is around it. */
const FEW = 4;

class Watch extends Directive {
  #part: ChildPart | undefined;
  #view: View | undefined;
  #pointer: Pointer = '';
  #drawing: Drawing<unknown> | undefined;
  #extra: unknown;

  /** Whether it still stands in a page. */
  get isDrawn(): boolean {
    return this.#part?.startNode?.isConnected === true;
  }

  override render(_view: View, _pointer: Pointer, _drawing: Drawing<unknown>, _extra: unknown): unknown {
    return noChange;
  }

  override update(part: ChildPart, [view, pointer, drawing, extra]: Parameters<this['render']>): unknown {
    if (view === this.#view && pointer === this.#pointer && drawing === this.#drawing && extra === this.#extra)
      return noChange;
    if (pointer !== this.#pointer) this.#view?.watchers.remove(this.#pointer, this);
    this.#part = part;
    this.#view = view;
    this.#pointer = pointer;
    this.#drawing = drawing;
    this.#extra = extra;
    view.watchers.add(pointer, this);
    return drawing.draw(view, pointer, extra);
  }

  tell(update: Update): void {
    // Told in the same round in which what stands around it was taken away.
    if (!this.isDrawn) return;
    const view = this.#view!,
      pointer = this.#pointer,
      drawing = this.#drawing!;
    if (drawing.matters !== undefined && !drawing.matters(update, pointer, this.#extra)) return;
    if (drawing.keeps === true) {
      const asked = isRelevant(update.state, pointer);
      if (!asked && isRelevant(update.startState, pointer)) return this.#hide(true);
      if (asked && !isRelevant(update.startState, pointer)) this.#hide(false);
    }
    // As AsyncDirective.setValue does: what it draws may hold directives, whose parent it is.
    setChildPartValue(this.#part!, drawing.draw(view, pointer, this.#extra), this as never);
  }

  #hide(hidden: boolean): void {
    this.#view!.watchers.sleep(this.#pointer, hidden);
    const { startNode, endNode } = this.#part!;
    for (let node = startNode!.nextSibling; node !== null && node !== endNode; node = node.nextSibling)
      if (node instanceof HTMLElement) node.hidden = hidden;
  }
}

const watchDirective = directive(Watch);

/** Draws now, and again whenever what is shown at the pointer changed. */
export function watch<T>(view: View, pointer: Pointer, drawing: Drawing<T>, extra: T): unknown {
  return watchDirective(view, pointer, drawing as Drawing<unknown>, extra);
}
