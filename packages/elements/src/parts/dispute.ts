// Reporting a value of the State as wrong: which one, and what is right. The official value stays beside it.

import { dispute, originAt, recordAt } from '@onceform/core';
import { html, noChange, nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { showValue } from '../display.ts';
import type { FormDesk } from '../form-desk.ts';
import { titleOf } from '../view.ts';
import type { Face } from './face.ts';

export function disputeDialog({ view }: Face, desk: FormDesk): unknown {
  const item = desk.disputing;
  if (item === null) return nothing;
  const { state } = view.session;
  const record = recordAt(state, item);
  const values = record?.values ?? [];
  if (record === undefined || record.offer === null || values.length === 0) return nothing;
  const offer = record.offer;
  const { t } = view.words;
  const id = `${view.prefix}~dispute`;
  const send = (event: Event) => {
    event.preventDefault();
    const root = view.root();
    const pointer = (root.getElementById(`${id}-field`) as HTMLSelectElement).value;
    const box = root.getElementById(`${id}-reason`) as HTMLTextAreaElement;
    box.setAttribute('aria-invalid', String(box.value.trim() === ''));
    if (box.value.trim() === '') return box.focus();
    view.session.dispatch(dispute({ item, offer, pointer, reason: box.value.trim() }));
    desk.dispute(null);
  };
  return html`<dialog class="once-dialog" ${modal()} aria-labelledby=${id} @close=${() => desk.dispute(null)}>
    <h2 class="once-panel-title" id=${id}>${t('dispute.title')}</h2>
    <div class="once-field"><label class="once-label" for=${`${id}-field`}>${t('dispute.field')}</label>
      <select class="once-input once-select" id=${`${id}-field`} form=${view.detached ? '' : nothing}>${values.map(
        ({ pointer, value }) => {
          const node = view.nodes.at(pointer);
          return html`<option value=${pointer}>${node ? titleOf(view, node) : pointer}: ${showValue(view, node, value ?? originAt(state, pointer)?.official)}</option>`;
        },
      )}</select></div>
    <div class="once-field"><label class="once-label" for=${`${id}-reason`} data-required>${t('dispute.reason')}</label>
      <textarea class="once-input" id=${`${id}-reason`} rows="3" required form=${view.detached ? '' : nothing}></textarea></div>
    <p class="once-hint">${t('dispute.note')}</p>
    <div class="once-actions"><button type="button" class="once-button" data-kind="primary" @click=${send}>${t('dispute.send')}</button>
      <button type="button" class="once-button" data-kind="secondary" @click=${() => desk.dispute(null)}>${t('action.cancel')}</button></div>
  </dialog>`;
}

/** Opens a dialog as soon as it is in the document. */
class Modal extends Directive {
  #opened = false;

  override render(): unknown {
    return noChange;
  }

  override update({ element }: ElementPart): unknown {
    if (!this.#opened) {
      this.#opened = true;
      queueMicrotask(() => {
        const dialog = element as HTMLDialogElement;
        if (dialog.isConnected && !dialog.open) dialog.showModal();
      });
    }
    return noChange;
  }
}

const modal = directive(Modal);
