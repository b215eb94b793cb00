// One of many: a box that searches as one types (ARIA 1.2 combobox with a listbox). Takes a code list of thousands,
// a part of one that another answer narrows (communes of a province), or a long list of options.

import { answerAt, jsonEqual, parentPointer, type Json } from '@onceform/core';
import { html, noChange, nothing } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ChildPart } from 'lit/directive.js';
import { createSearch, type Findable } from '../code-lists.ts';
import type { Control } from '../control.ts';
import { isComposing, liveText } from '../live-text.ts';

interface Entry extends Findable {
  readonly value: Json;
}

/** As many as a person scrolls through; the rest is found by typing. */
const SHOWN = 60;

/** What a browser may leave undrawn while it is out of sight, and cuts off what sticks out of. */
const SKIPPED = '.once-row, .once-section[data-long]';

class Combobox extends AsyncDirective {
  #control!: Control;
  #entries: readonly Entry[] | undefined;
  #search: ReturnType<typeof createSearch<Entry>> | undefined;
  #loadedFor: string | undefined;
  #failed = false;
  #open = false;
  #active = -1;
  /** What is typed and not chosen yet; undefined: the box shows the answer. */
  #typed: string | undefined;
  #found: readonly Entry[] = [];
  #total = 0;
  #stop: (() => void) | undefined;
  #watched = '';

  override render(_control: Control): unknown {
    return noChange;
  }

  override update(_part: ChildPart, [control]: [Control]): unknown {
    this.#control = control;
    this.#follow();
    this.#load();
    return this.#template();
  }

  override disconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#watched = '';
  }

  override reconnected(): void {
    this.#follow();
  }

  // ---- what can be chosen ----

  /** The pointer of the answer that narrows the list, and its value. */
  get #within(): { pointer: string; value: Json | undefined } | undefined {
    const { node, pointer, view } = this.#control;
    if (node.codeList?.within === undefined) return undefined;
    const other = parentPointer(pointer) + node.codeList.within;
    return { pointer: other, value: answerAt(view.session.state, other) };
  }

  #follow(): void {
    const within = this.#within?.pointer ?? '';
    if (within === this.#watched) return;
    this.#stop?.();
    this.#watched = within;
    this.#stop =
      within === ''
        ? undefined
        : this.#control.view.session.watch(within, () => {
            this.#load();
            this.#redraw();
          });
  }

  #load(): void {
    const { node, view } = this.#control;
    const within = this.#within;
    const key = `${view.words.locale} ${node.codeList?.id ?? ''} ${String(within?.value ?? '')}`;
    if (key === this.#loadedFor) return;
    const narrowed = this.#loadedFor !== undefined && within !== undefined;
    this.#loadedFor = key;
    this.#failed = false;
    if (node.options !== undefined) {
      this.#take(node.options.map(({ value, label }) => ({ value, label: view.words.l(label) })));
      return;
    }
    this.#entries = this.#search = undefined;
    if (node.codeList === undefined || (within !== undefined && typeof within.value !== 'string')) return;
    const part = within === undefined ? undefined : (within.value as string);
    const fill = (list: Awaited<ReturnType<typeof view.codeLists.load>>) => {
      this.#take(
        list.map(({ code, label, aliases }) => ({
          value: code,
          label: view.words.l(label),
          aliases: typeof label === 'string' ? (aliases ?? []) : [...Object.values(label), ...(aliases ?? [])],
        })),
      );
      // Another province was chosen: a commune of the old one is no answer any more.
      const { value } = this.#control;
      if (narrowed && value !== undefined && !this.#entries!.some(entry => jsonEqual(entry.value, value)))
        this.#control.set(undefined);
    };
    const held = view.codeLists.peek(node.codeList.id, part);
    if (held !== undefined) {
      fill(held);
      return;
    }
    view.codeLists.load(node.codeList.id, part).then(
      list => {
        if (key !== this.#loadedFor) return;
        fill(list);
        this.#redraw();
      },
      () => {
        if (key !== this.#loadedFor) return;
        this.#failed = true;
        this.#redraw();
      },
    );
  }

  #take(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#search = undefined;
    if (this.#open) this.#find();
  }

  #find(): void {
    if (this.#entries === undefined) {
      this.#found = [];
      this.#total = 0;
      return;
    }
    this.#search ??= createSearch(this.#entries);
    const { found, total } = this.#search(this.#typed ?? '', SHOWN);
    this.#found = found;
    this.#total = total;
    this.#active = this.#typed
      ? found.length > 0
        ? 0
        : -1
      : found.findIndex(entry => jsonEqual(entry.value, this.#control.value));
  }

  // ---- what is shown ----

  #redraw(): void {
    if (this.isConnected) this.setValue(this.#template());
  }

  get #label(): string {
    const { value, text, node } = this.#control;
    if (value === undefined) return text;
    const label = this.#entries?.find(entry => jsonEqual(entry.value, value))?.label;
    return (
      label
      ?? (this.#entries === undefined && node.codeList !== undefined
        ? this.#control.t('combobox.loadingValue')
        : String(value))
    );
  }

  #template(): unknown {
    const control = this.#control;
    const { id, t } = { id: control.id, t: control.t.bind(control) };
    const waitsFor = this.#within !== undefined && this.#within.value === undefined;
    const active = this.#open && this.#active >= 0 ? `${id}~o${this.#active}` : nothing;
    const note = this.#failed
      ? t('combobox.failed')
      : waitsFor
        ? t('combobox.waits', { label: this.#withinLabel() })
        : '';
    return html`<div class="once-combobox" @focusout=${this.#leave}>
      <input class="once-input" id=${id} role="combobox" aria-autocomplete="list" aria-expanded=${this.#open ? 'true' : 'false'}
        aria-controls=${`${id}~list`} aria-activedescendant=${active} autocomplete="off" spellcheck="false" form=${control.form}
        aria-describedby=${control.describedBy} aria-invalid=${control.invalid} ?required=${control.required}
        ?readonly=${control.readOnly || waitsFor} .value=${this.#boxText()} placeholder=${waitsFor ? note : nothing}
        @input=${this.#type} @compositionend=${this.#type} @keydown=${this.#key} @click=${this.#show}>
      <span class="once-combobox-arrow" aria-hidden="true"></span>
      <ul class="once-listbox" role="listbox" id=${`${id}~list`} aria-label=${control.label} ?hidden=${!this.#open}
        @pointerdown=${(event: Event) => event.preventDefault()} @click=${this.#pick}>${
          this.#open
            ? this.#found.map(
                (entry, index) => html`
          <li class="once-listbox-option" role="option" id=${`${id}~o${index}`} data-index=${index}
            aria-selected=${jsonEqual(entry.value, control.value) ? 'true' : 'false'} ?data-active=${index === this.#active}>${entry.label}</li>`,
              )
            : nothing
        }</ul>
      <p class="once-combobox-note" role="status">${
        note && !waitsFor
          ? note
          : !this.#open
            ? nothing
            : this.#entries === undefined
              ? t('a11y.loading')
              : this.#total === 0
                ? t('combobox.none')
                : this.#total > this.#found.length
                  ? t('combobox.more', { count: control.view.words.number(this.#total) })
                  : nothing
      }</p>
      ${this.#failed ? html`<button type="button" class="once-link" @click=${this.#again}>${t('action.tryAgain')}</button>` : nothing}
    </div>`;
  }

  #boxText(): unknown {
    return liveText(this.#typed ?? this.#label);
  }

  #withinLabel(): string {
    const { view } = this.#control;
    const node = view.nodes.at(this.#within!.pointer);
    return view.words.l(node?.title).toLowerCase() || this.#control.t('combobox.other');
  }

  // ---- what the citizen does ----

  #show = (): void => {
    if (
      this.#open
      || this.#control.readOnly
      || (this.#entries === undefined && this.#within?.value === undefined && this.#within !== undefined)
    )
      return;
    this.#setOpen(true);
    this.#find();
    this.#redraw();
    this.#scroll();
  };

  #setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    // The list sticks out of what the browser may skip: see the theme.
    const { view, id } = this.#control;
    const box = view.root().getElementById(id);
    for (let at = box?.closest(SKIPPED); at; at = at.parentElement?.closest(SKIPPED))
      at.toggleAttribute('data-open', open);
  }

  #close(): void {
    this.#setOpen(false);
    this.#active = -1;
    this.#typed = undefined;
    this.#redraw();
  }

  #type = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (isComposing(box)) return;
    event.stopPropagation();
    this.#typed = box.value;
    this.#setOpen(true);
    this.#find();
    this.#redraw();
  };

  #key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!this.#open) return this.#show();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        const count = this.#found.length;
        if (count > 0) this.#active = (this.#active + step + (this.#active < 0 && step < 0 ? 1 : 0) + count) % count;
        this.#redraw();
        return this.#scroll();
      }
      case 'Enter':
        if (!this.#open) return;
        event.preventDefault();
        if (this.#active >= 0) this.#choose(this.#found[this.#active]!);
        return;
      case 'Escape':
        if (!this.#open) return;
        event.preventDefault();
        event.stopPropagation();
        return this.#close();
      case 'Tab':
        if (this.#open && this.#active >= 0 && this.#typed) this.#choose(this.#found[this.#active]!);
    }
  };

  #pick = (event: Event): void => {
    const option = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    const entry = option && this.#found[Number(option.dataset['index'])];
    if (entry) this.#choose(entry);
  };

  #choose(entry: Entry): void {
    this.#close();
    this.#control.set(entry.value);
  }

  /** Leaving with a text that is a label chooses it; an emptied box clears; any other text is kept as typed, with an issue. */
  #leave = (event: FocusEvent): void => {
    if ((event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) return;
    const typed = this.#typed;
    if (typed !== undefined && this.#entries !== undefined) {
      const text = typed.trim();
      const same =
        this.#search?.(text, 2).found.filter(
          entry => entry.label.localeCompare(text, this.#control.view.words.locale, { sensitivity: 'base' }) === 0,
        ) ?? [];
      if (text === '') this.#control.set(undefined);
      else if (same.length === 1) this.#control.set(same[0]!.value);
      else if (text !== this.#label) this.#control.input(text);
    }
    if (this.#open || typed !== undefined) this.#close();
  };

  #again = (): void => {
    this.#loadedFor = undefined;
    this.#load();
    this.#redraw();
  };

  #scroll(): void {
    if (this.#active < 0) return;
    this.#control.view
      .root()
      .getElementById(`${this.#control.id}~o${this.#active}`)
      ?.scrollIntoView({ block: 'nearest' });
  }
}

/** The control of an answer that is one of many. */
export const combobox = directive(Combobox);
