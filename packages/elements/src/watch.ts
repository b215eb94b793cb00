// A part of a template that is drawn again by itself: one key redraws one field and nothing around it. All parts of one
// form are told by one listener, which finds them by their pointer; a part that has left the page is forgotten when it
// is next concerned, so that a field costs one small object and no subscription of its own.

import type { FormSession, Pointer, Update } from '@onceform/core';
import { noChange } from 'lit';
import { setChildPartValue } from 'lit/directive-helpers.js';
import { Directive, directive, type ChildPart } from 'lit/directive.js';
import { isRelevant } from './engine.ts';
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
  /** By the first member of their pointer, so that a group that comes or goes is found without asking all others. */
  readonly #members = new Map<string, Map<Pointer, Watch | Watch[]>>();
  readonly #asleep = new Set<Pointer>();
  /** What changed below a sleeping pointer, and is drawn when it wakes. */
  readonly #missed = new Set<Pointer>();
  readonly #stop: () => void;

  constructor(session: FormSession) {
    this.#stop = session.subscribe(this.#tell);
  }

  /** From now on nobody is told anything. */
  close(): void {
    this.#stop();
    this.#members.clear();
  }

  add(pointer: Pointer, part: Watch): void {
    const member = memberOf(pointer);
    let parts = this.#members.get(member);
    if (parts === undefined) this.#members.set(member, (parts = new Map()));
    const there = parts.get(pointer);
    if (there === undefined || there === part) parts.set(pointer, part);
    else if (!Array.isArray(there)) parts.set(pointer, [there, part]);
    else if (!there.includes(part)) there.push(part);
  }

  remove(pointer: Pointer, part: Watch): void {
    this.#keep(pointer, other => other !== part);
  }

  /** What is below a sleeping pointer is hidden, and not drawn before it wakes. False when it is so already. */
  sleep(pointer: Pointer, asleep: boolean): boolean {
    if (this.#asleep.has(pointer) === asleep) return false;
    if (asleep) this.#asleep.add(pointer);
    else this.#asleep.delete(pointer);
    return true;
  }

  #tell = (update: Update): void => {
    const due = this.#due(update);
    const slept = [...this.#asleep];
    for (const pointer of due) {
      const sleeps = isBelow(this.#asleep, pointer);
      let missed = false;
      if (sleeps || isBelow(slept, pointer)) {
        // Falling asleep and waking change nothing by themselves.
        const { touched, subtrees } = update.transaction;
        const others = [...subtrees].filter(root => !this.#asleep.has(root) && !slept.includes(root));
        const changed = touched.has(pointer) || others.includes(pointer) || isBelow(others, pointer);
        if (changed) this.#missed.add(pointer);
        if (sleeps || !this.#missed.delete(pointer)) continue;
        missed = true;
      }
      for (const part of this.#at(pointer)) tell(part, update, missed);
    }
    for (const pointer of due) this.#keep(pointer, part => part.isDrawn);
  };

  /** In the order in which they were drawn: a group before its members. */
  #due({ transaction: { touched, subtrees }, touches }: Update): readonly Pointer[] {
    const due = new Set<Pointer>();
    for (const pointer of touched) if (this.#at(pointer).length > 0) due.add(pointer);
    if (subtrees.size === 0) return [...due];
    const few = subtrees.size <= FEW;
    for (const member of new Set(Array.from(subtrees, memberOf))) {
      const places = member === '' ? this.#members.values() : [this.#members.get(member)];
      for (const parts of places)
        for (const pointer of parts?.keys() ?? [])
          if (few ? subtrees.has(pointer) || isBelow(subtrees, pointer) : touches(pointer)) due.add(pointer);
    }
    return [...due].sort((a, b) => a.length - b.length);
  }

  #at(pointer: Pointer): readonly Watch[] {
    const there = this.#members.get(memberOf(pointer))?.get(pointer);
    return there === undefined ? [] : Array.isArray(there) ? [...there] : [there];
  }

  #keep(pointer: Pointer, keeps: (part: Watch) => boolean): void {
    const parts = this.#members.get(memberOf(pointer));
    const all = this.#at(pointer);
    const left = all.filter(keeps);
    if (parts === undefined || left.length === all.length) return;
    if (left.length === 0) parts.delete(pointer);
    else parts.set(pointer, left.length === 1 ? left[0]! : left);
  }
}

/** A part that cannot be drawn, a host's widget perhaps, keeps no other from being drawn: it is thrown on its own. */
function tell(part: Watch, update: Update, missed: boolean): void {
  try {
    part.tell(update, missed);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** With more subtrees than this it is cheaper to ask for each pointer what is around it. */
const FEW = 4;

/** `/mother/name` → `/mother` */
function memberOf(pointer: Pointer): string {
  const end = pointer.indexOf('/', 1);
  return end < 0 ? pointer : pointer.slice(0, end);
}

function isBelow(roots: Iterable<Pointer>, pointer: Pointer): boolean {
  for (const root of roots) if (pointer.length > root.length && pointer.startsWith(root + '/')) return true;
  return false;
}

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
    if (drawing.keeps === true) view.watchers.sleep(pointer, false);
    return drawing.draw(view, pointer, extra);
  }

  /** @param anyway It missed updates while it slept. */
  tell(update: Update, anyway: boolean): void {
    // Told in the same round in which what stands around it was taken away.
    if (!this.isDrawn) return;
    const view = this.#view!,
      pointer = this.#pointer,
      drawing = this.#drawing!;
    if (!anyway && drawing.matters !== undefined && !drawing.matters(update, pointer, this.#extra)) return;
    if (drawing.keeps === true) {
      const asked = isRelevant(update.state, pointer);
      this.#hide(!asked);
      if (!asked) return;
    }
    // As AsyncDirective.setValue does: what it draws may hold directives, whose parent it is.
    setChildPartValue(this.#part!, drawing.draw(view, pointer, this.#extra), this as never);
  }

  #hide(hidden: boolean): void {
    if (!this.#view!.watchers.sleep(this.#pointer, hidden)) return;
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
