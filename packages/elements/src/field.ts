// One field: label, hint, issues, control, origin. Drawn again when what is shown at its pointer changed.

import type { FieldNode, Issue, Pointer } from '@onceform/core';
import { parentPointer } from '@onceform/core/first';
import { html, nothing, type TemplateResult } from 'lit';
import { attributes, type AttributeValue } from './attributes.ts';
import { Control } from './control.ts';
import { answerAt, entryAt, isBlocked, isLocked, isRelevant, missAt, offersAt, originAt } from './engine.ts';
import { markdown } from './markdown.ts';
import { late, pieceOf } from './late.ts';
import { inRecordCard } from './record-place.ts';
import { domId, titleOf, type View } from './view.ts';
import { watch, type Drawing } from './watch.ts';

const FIELD: Drawing<FieldNode> = { draw: drawField };

export function field(view: View, node: FieldNode, pointer: Pointer): unknown {
  return watch(view, pointer, FIELD, node);
}

function drawField(view: View, pointer: Pointer, node: FieldNode): unknown {
  const { state } = view.session;
  if (!isRelevant(state, pointer)) return nothing;
  const widget = view.widgets.for(node, view);
  if (widget === undefined) return unsupported(view, node.title ?? node.key);
  const control = new Control(view, node, pointer);
  const title = titleOf(view, node);
  if (!node.computed && isLocked(state, pointer)) return lockedField(view, pointer, node, title);
  const entry = originAt(state, pointer);
  const told = (entry !== undefined && entry.origin !== 'manual') || entryAt(state, pointer) !== undefined;
  const miss = missAt(state, pointer);
  const missed = control.value === undefined && (miss !== undefined || isBlocked(state, pointer));
  const hint = view.words.l(node.hint);
  if (hint || control.issues.length > 0 || told || missed) {
    control.describedBy = [
      hint && domId(view, pointer, '~hint'),
      control.issues.length > 0 && domId(view, pointer, '~issues'),
      missed && domId(view, pointer, '~miss'),
      told && domId(view, pointer, '~origin'),
    ]
      .filter(Boolean)
      .join(' ');
  }
  const before =
    node.description === undefined && hint === '' && control.issues.length === 0
      ? nothing
      : html`${markdown(node.description, view.words.locale)}${hint ? html`<p class="once-hint" id=${domId(view, pointer, '~hint')}>${hint}</p>` : nothing}${issues(view, pointer, control.issues)}`;
  const after =
    missed || told || offersAt(state, pointer).length > 0
      ? late(
          view,
          'records',
          ({ missNote, openChoice, originNote }) =>
            html`${missNote(view, pointer, miss, control)}${originNote(view, pointer, entry)}${openChoice(view, pointer)}`,
        )
      : nothing;
  const required = control.required && !control.readOnly;
  const box = widget.box?.(control);
  const body = box === undefined ? widget.render(control) : undefined;
  const frame: Record<string, AttributeValue> = {
    'data-pointer': pointer,
    'data-invalid': control.invalid === 'true',
    'data-readonly': control.readOnly,
  };
  switch (widget.frame) {
    case 'label':
      Object.assign(frame, { '>for': control.id, '>data-required': required, '>.text': title });
      return box === undefined
        ? html`<div class="once-field" ${attributes(frame)}><label class="once-label"></label>${before}${body}${after}</div>`
        : html`<div class="once-field" ${attributes(frame)}><label class="once-label"></label>${before}<input class="once-input" ${attributes(box)}>${after}</div>`;
    case 'legend':
      return html`<fieldset class="once-field once-plain" ${attributes({ ...frame, 'aria-describedby': control.describedBy })}>
      <legend class="once-label" ?data-required=${required}>${title}${
        required ? html`<span class="once-hidden"> (${view.words.t('a11y.required')})</span>` : nothing
      }</legend>${before}${body}${after}</fieldset>`;
    default:
      return html`<div class="once-field" ${attributes(frame)}>${before}${body}${after}</div>`;
  }
}

/** What the register says and nobody changes here looks like text, not like a control. A record's card shows its members. */
function lockedField(view: View, pointer: Pointer, node: FieldNode, title: string): unknown {
  const { state } = view.session;
  if (inRecordCard(view, pointer)) return nothing;
  const value = answerAt(state, pointer);
  return value === undefined
    ? nothing
    : html`<div class="once-field once-locked" data-pointer=${pointer} id=${domId(view, pointer)} tabindex="-1">
    <span class="once-label">${title}</span>${late(
      view,
      'records',
      ({ originNote, shownValue }) =>
        html`<span class="once-locked-text">${shownValue(view, node, value, answerAt(state, parentPointer(pointer)))}</span>
    ${originNote(view, pointer, originAt(state, pointer))}`,
    )}</div>`;
}

/** Sentences under a label, the gravest first. */
export function issues(view: View, pointer: Pointer, list: readonly Issue[]): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<div class="once-issues" id=${domId(view, pointer, '~issues')}>${list.map(
    issue => html`
    <p class="once-issue" data-severity=${issue.severity}><span class="once-issue-kind">${view.words.t(`issue.${issue.severity}`)}</span>
      ${pieceOf('sentences')?.sentenceOf(view, issue) ?? late(view, 'sentences', ({ sentenceOf }) => sentenceOf(view, issue))}</p>`,
  )}</div>`;
}

/** Says what cannot be offered, instead of dropping it. Why is the author's business: the compiler notes it. */
export function unsupported(view: View, title: FieldNode['title'] | string): TemplateResult {
  return html`<div class="once-notice" data-tone="warn"><strong>${view.words.l(title)}</strong>
    <p>${view.words.t('field.unsupported')}</p></div>`;
}
