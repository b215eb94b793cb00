// Reporting a value of the State as wrong: which one, what is right, why, and papers that show it. The official value
// stays beside the citizen's.

import {
  dispute,
  originAt,
  parseText,
  recordAt,
  type FieldNode,
  type FileReference,
  type HeldRecord,
  type Json,
  type OutlineNode,
  type Pointer,
} from '@onceform/core';
import { html, nothing } from 'lit';
import { filePicker } from '../controls/file.ts';
import { showValue } from '../display.ts';
import type { FormDesk } from '../form-desk.ts';
import { valuesInOrder } from '../record.ts';
import { titleAt, type View } from '../view.ts';
import type { Face } from './face.ts';

/** What was chosen in the dialog so far; texts stay in their boxes. */
interface Report {
  readonly item: Pointer;
  readonly pointer: Pointer;
  readonly files: readonly FileReference[];
}

const reports = new WeakMap<FormDesk, Report>();
const EVIDENCE = { accept: ['application/pdf', 'image/jpeg', 'image/png'], maxSize: 10 * 1024 * 1024 };

export function disputeDialog({ view }: Face, desk: FormDesk): unknown {
  const item = desk.disputing;
  if (item === null) return nothing;
  const record = recordAt(view.session.state, item);
  if (record === undefined || record.offer === null || record.values.length === 0) return nothing;
  const held = reports.get(desk);
  const report = held?.item === item ? held : { item, pointer: valuesInOrder(view, record)[0]!.pointer, files: [] };
  const change = (part: Partial<Report>): void => {
    reports.set(desk, { ...report, ...part });
    desk.dispute(item);
  };
  const close = (): void => {
    reports.delete(desk);
    desk.dispute(null);
  };
  const { t } = view.words;
  const id = `${view.prefix}~dispute`;
  const node = view.nodes.at(report.pointer);
  // It is modal as soon as it stands in the document.
  queueMicrotask(() => {
    const dialog = view.root().getElementById(id)?.closest('dialog');
    if (dialog?.open === false) dialog.showModal();
  });
  return html`<dialog class="once-dialog" aria-labelledby=${id} @close=${close}>
    <h2 class="once-panel-title" id=${id}>${t('dispute.title')}</h2>
    <div class="once-field"><label class="once-label" for=${`${id}-field`}>${t('dispute.field')}</label>
      <select class="once-input once-select" id=${`${id}-field`} form=${view.detached ? '' : nothing}
        @change=${(event: Event) => change({ pointer: (event.target as HTMLSelectElement).value })}>${choices(view, record, report.pointer)}</select></div>
    ${
      isTyped(node)
        ? html`<div class="once-field"><label class="once-label" for=${`${id}-value`}>${t('dispute.value')}</label>
      <input class="once-input" id=${`${id}-value`} autocomplete="off" aria-describedby=${`${id}-wrong`} form=${view.detached ? '' : nothing}>
      <p class="once-issue" data-severity="error" id=${`${id}-wrong`} hidden>${t('dispute.notUnderstood')}</p></div>`
        : nothing
    }
    <div class="once-field"><label class="once-label" for=${`${id}-reason`} data-required>${t('dispute.reason')}</label>
      <textarea class="once-input" id=${`${id}-reason`} rows="3" maxlength="2000" required form=${view.detached ? '' : nothing}></textarea></div>
    <div class="once-field"><label class="once-label" for=${`${id}-files`}>${t('dispute.evidence')}</label>${filePicker(
      {
        view,
        id: `${id}-files`,
        label: t('dispute.evidence'),
        describedBy: nothing,
        invalid: nothing,
        required: false,
        readOnly: false,
        multiple: true,
        limits: EVIDENCE,
        files: report.files,
        add: file =>
          change({ files: [...(reports.get(desk)?.files ?? []).filter(({ sha256 }) => sha256 !== file.sha256), file] }),
        remove: file => change({ files: report.files.filter(({ sha256 }) => sha256 !== file.sha256) }),
      },
    )}</div>
    <p class="once-hint">${t('dispute.note')}</p>
    <div class="once-actions"><button type="button" class="once-button" data-kind="primary" @click=${() => send(view, record, report, close)}>${t('dispute.send')}</button>
      <button type="button" class="once-button" data-kind="secondary" @click=${close}>${t('action.cancel')}</button></div>
  </dialog>`;
}

function choices(view: View, record: HeldRecord, chosen: Pointer): unknown {
  return valuesInOrder(view, record).map(({ pointer, value }) => {
    const node = view.nodes.at(pointer);
    const official = value ?? originAt(view.session.state, pointer)?.official;
    return html`<option value=${pointer} ?selected=${pointer === chosen}>${titleAt(view, pointer)}: ${showValue(view, node, official)}</option>`;
  });
}

/** A value that is typed, not chosen from a list: what is right can be said in the same kind of words. */
function isTyped(node: OutlineNode | undefined): node is FieldNode {
  return node?.kind === 'field' && node.type === 'string' && node.options === undefined && node.codeList === undefined;
}

function send(view: View, { item, offer }: HeldRecord, { pointer, files }: Report, close: () => void): void {
  const root = view.root();
  const id = `${view.prefix}~dispute`;
  const node = view.nodes.at(pointer);
  let value: Json | undefined;
  if (isTyped(node)) {
    const box = root.getElementById(`${id}-value`) as HTMLInputElement;
    const parsed = parseText(box.value, node, { locale: view.words.locale, formats: view.formats });
    const pattern = view.formats?.[node.format ?? '']?.pattern ?? node.constraints.pattern;
    const wrong =
      'problem' in parsed
      || (typeof parsed.value === 'string' && pattern !== undefined && !new RegExp(pattern, 'u').test(parsed.value));
    box.setAttribute('aria-invalid', String(wrong));
    root.getElementById(`${id}-wrong`)!.hidden = !wrong;
    if (wrong) return box.focus();
    value = parsed.value;
  }
  const reason = root.getElementById(`${id}-reason`) as HTMLTextAreaElement;
  const missing = reason.value.trim() === '';
  reason.setAttribute('aria-invalid', String(missing));
  if (missing) return reason.focus();
  view.session.dispatch(
    dispute({
      item,
      offer: offer!,
      pointer,
      reason: reason.value.trim().normalize('NFC'),
      ...(value === undefined ? {} : { value }),
      ...(files.length === 0 ? {} : { evidence: files.map(({ name, sha256 }) => ({ name, sha256 })) }),
    }),
  );
  close();
}
