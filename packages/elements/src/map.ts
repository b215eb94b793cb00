// An object whose member names the citizen gives: pairs of a name and a value.

import type { MapNode, OutlineNode, Pointer, Update } from '@onceform/core';
import { answerAt, isJsonObject, isRelevant, joinPointer, visibleIssuesAt } from '@onceform/core/engine';
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { issues } from './field.ts';
import { domId, titleOf, type View } from './view.ts';
import { watch, type Drawing } from './watch.ts';

type DrawNode = (view: View, node: OutlineNode, pointer: Pointer) => unknown;
interface Extra {
  readonly map: MapNode;
  readonly draw: DrawNode;
  readonly named: ReadonlySet<string>;
  readonly values: Map<string, OutlineNode>;
}

const extras = new WeakMap<MapNode, Extra>();

/** `named`: members that have a node of their own and are not shown again. */
export function map(
  view: View,
  at: MapNode,
  pointer: Pointer,
  draw: DrawNode,
  named: ReadonlySet<string> = new Set(),
): unknown {
  let extra = extras.get(at);
  if (extra === undefined) extras.set(at, (extra = { map: at, draw, named, values: new Map() }));
  return watch(view, pointer, MAP, extra);
}

const MAP: Drawing<Extra> = { draw: drawMap, matters: namesMatter };

function namesMatter({ startState, state }: Update, pointer: Pointer): boolean {
  return (
    Object.keys(answerAt(startState, pointer) ?? {}).join('\n')
      !== Object.keys(answerAt(state, pointer) ?? {}).join('\n')
    || isRelevant(startState, pointer) !== isRelevant(state, pointer)
    || visibleIssuesAt(startState, pointer) !== visibleIssuesAt(state, pointer)
  );
}

function drawMap(view: View, pointer: Pointer, extra: Extra): unknown {
  const { map: at, draw, named } = extra;
  const { state } = view.session;
  if (!isRelevant(state, pointer)) return nothing;
  const value = answerAt(state, pointer);
  const names = isJsonObject(value) ? Object.keys(value).filter(name => !named.has(name)) : [];
  const id = domId(view, pointer, '~new');
  const { t } = view.words;
  return html`<fieldset class="once-group once-map" data-pointer=${pointer}>
    <legend class="once-legend">${titleOf(view, at) || t('map.title')}</legend>
    ${issues(view, pointer, visibleIssuesAt(state, pointer))}
    <ol class="once-rows">${repeat(
      names,
      name => name,
      name => html`
      <li class="once-row"><div class="once-row-head"><strong>${name}</strong>
        ${
          at.readOnly || view.readOnly
            ? nothing
            : html`<button type="button" class="once-button" data-kind="quiet"
          @click=${() => view.session.dispatch({ changes: { set: joinPointer(pointer, name), value: undefined }, userEvent: 'remove' })}
          >${t('action.remove')}<span class="once-hidden"> ${name}</span></button>`
        }</div>
        ${draw(view, valueNode(extra, name), joinPointer(pointer, name))}
      </li>`,
    )}</ol>
    ${
      at.readOnly || view.readOnly
        ? nothing
        : html`<div class="once-field once-map-new"><label class="once-label" for=${id}>${t('map.name')}</label>
      <div class="once-inline"><input class="once-input" id=${id} form=${view.detached ? '' : nothing} @keydown=${(
        event: KeyboardEvent,
      ) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault();
        add(view, pointer, at, event.target as HTMLInputElement);
      }}><button type="button" class="once-button" data-kind="secondary" @click=${(event: Event) => {
        add(view, pointer, at, (event.currentTarget as HTMLElement).previousElementSibling as HTMLInputElement);
      }}>${t('action.add')}</button></div></div>`
    }
  </fieldset>`;
}

/** The value's node under its name: the same object each time, so that nothing is drawn anew. */
function valueNode({ map, values }: Extra, name: string): OutlineNode {
  let node = values.get(name);
  if (node === undefined) values.set(name, (node = { ...map.value, key: name, title: map.value.title ?? name }));
  return node;
}

function add(view: View, pointer: Pointer, at: MapNode, input: HTMLInputElement): void {
  const name = input.value.trim();
  const fits = name !== '' && (at.keyPattern === undefined || new RegExp(at.keyPattern, 'u').test(name));
  input.setAttribute('aria-invalid', String(!fits));
  if (!fits) return;
  const to = joinPointer(pointer, name);
  if (answerAt(view.session.state, to) === undefined) {
    view.session.dispatch({ changes: { set: to, value: emptyOf(at.value) }, userEvent: 'insert' });
  }
  input.value = '';
}

function emptyOf(node: OutlineNode): '' | 0 | false | null | readonly [] | { readonly [key: string]: never } {
  switch (node.kind) {
    case 'list':
    case 'tuple':
      return [];
    case 'field':
      return node.type === 'integer' || node.type === 'number'
        ? 0
        : node.type === 'boolean'
          ? false
          : node.type === 'null'
            ? null
            : '';
    default:
      return {};
  }
}
