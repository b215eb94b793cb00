// Values as people read them: labels of codes, dates and numbers of the language, parts of an address in a row.

import {
  formatValue,
  isJsonObject,
  jsonEqual,
  parentPointer,
  type CompiledForm,
  type FieldNode,
  type GroupNode,
  type Json,
  type OutlineNode,
} from '@onceform/core';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import { labelOf } from './code-lists.ts';
import { NodeIndex } from './node-index.ts';
import type { View } from './view.ts';

type Showing = Pick<View, 'form' | 'words' | 'nodes' | 'formats' | 'codeLists'>;

/** A value in words; codes whose list is not loaded yet appear as codes: see `loadLabels`. */
export function showValue(view: Showing, given: OutlineNode | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  const node = given && view.nodes.resolve(given);
  if (typeof value === 'boolean') return view.words.t(value ? 'boolean.yes' : 'boolean.no');
  if (Array.isArray(value)) {
    return (value as readonly Json[])
      .map((item, i) => showValue(view, itemNode(node, i), item))
      .filter(Boolean)
      .join('; ');
  }
  if (isJsonObject(value)) {
    if (typeof value['sha256'] === 'string' && typeof value['name'] === 'string') return value['name'];
    const children = node?.kind === 'group' ? inOneLine(view, node) : [];
    const known = children.map(child => showValue(view, child, value[child.key]));
    const named = node?.kind === 'group' ? node.children : [];
    const rest = Object.keys(value)
      .filter(key => !named.some(child => child.key === key))
      .map(key => showValue(view, undefined, value[key]));
    return [...known, ...rest].filter(Boolean).join(', ');
  }
  const field = node?.kind === 'field' ? node : undefined;
  const text =
    codeLabel(view, field, value) ?? formatValue(value, field, { locale: view.words.dates, formats: view.formats });
  return typeof value === 'number' && field?.unit !== undefined ? `${text} ${field.unit}` : text;
}

/** What describes an entry of an array: each place of a tuple has a node of its own; a field with several answers has one. */
function itemNode(node: OutlineNode | undefined, index: number): OutlineNode | undefined {
  if (node?.kind === 'list') return node.item;
  return node?.kind === 'tuple' ? (node.children[index] ?? node.rest) : node;
}

/**
 * The members of a group as they follow each other in one line. Where one member narrows the next (province, commune),
 * people write the narrowest first. A member that only decides which others are asked says nothing by itself.
 */
function inOneLine(view: Showing, group: GroupNode): readonly OutlineNode[] {
  const shown = group.children.filter(child => !switchesOf(view.form).has(child));
  const nested = (node: OutlineNode): boolean =>
    node.kind === 'group' ? node.children.some(nested) : node.kind === 'field' && node.codeList?.within !== undefined;
  return shown.some(nested) ? shown.toReversed() : shown;
}

const switches = new WeakMap<CompiledForm, ReadonlySet<OutlineNode>>();

/** Fields with options that decide which of their neighbours are asked. */
function switchesOf(form: CompiledForm): ReadonlySet<OutlineNode> {
  let found = switches.get(form);
  if (found === undefined) {
    const index = new NodeIndex(form);
    const pointers = form.guards.flatMap(({ target, reads }) =>
      reads.filter(read => parentPointer(read) === parentPointer(target)),
    );
    const nodes = [...new Set(pointers)]
      .map(pattern => index.at(pattern.replaceAll('/[]', '/0')))
      .filter(node => node?.kind === 'field' && node.options !== undefined);
    switches.set(form, (found = new Set(nodes as OutlineNode[])));
  }
  return found;
}

function codeLabel(view: Showing, field: FieldNode | undefined, value: Json): string | undefined {
  const option = field?.options?.find(item => jsonEqual(item.value, value));
  if (option !== undefined) return view.words.l(option.label);
  if (field?.codeList === undefined || typeof value !== 'string') return undefined;
  return labelOf(view.codeLists.peekAny(field.codeList.id, value), value, view.words.l);
}

/**
 * Loads the lists that the codes in a value are from, so that `showValue` finds their labels.
 * Lists that cannot be loaded are left out: the code is shown.
 */
export async function loadLabels(
  view: Showing,
  given: OutlineNode | undefined,
  value: Json | undefined,
  siblings?: Json,
): Promise<void> {
  const node = given && view.nodes.resolve(given);
  if (node === undefined || value === undefined || value === null) return;
  if (Array.isArray(value)) {
    const item = node.kind === 'list' ? node.item : node;
    await Promise.all((value as readonly Json[]).map(entry => loadLabels(view, item, entry)));
  } else if (node.kind === 'group' && isJsonObject(value)) {
    await Promise.all(node.children.map(child => loadLabels(view, child, value[child.key], value)));
  } else if (node.kind === 'choice' && isJsonObject(value)) {
    await Promise.all(
      [...node.shared, ...node.branches.map(branch => branch.node)].map(inner =>
        loadLabels(view, inner, node.shared.includes(inner) ? value[inner.key] : value),
      ),
    );
  } else if (node.kind === 'field' && node.codeList !== undefined && node.options === undefined) {
    const within = node.codeList.within;
    const part = within === undefined ? undefined : isJsonObject(siblings) ? siblings[within.slice(1)] : undefined;
    if (within !== undefined && typeof part !== 'string') return;
    await view.codeLists.load(node.codeList.id, part as string | undefined).catch(() => undefined);
  }
}

/** Shows a value at once, and again when the labels of its codes have come. */
class ShownValue extends AsyncDirective {
  #turn = 0;

  override render(view: Showing, given: OutlineNode | undefined, value: Json | undefined, siblings?: Json): unknown {
    const turn = ++this.#turn;
    if (value !== undefined && value !== null && typeof value !== 'boolean' && typeof value !== 'number') {
      void loadLabels(view, given, value, siblings).then(() => {
        if (turn === this.#turn && this.isConnected) this.setValue(showValue(view, given, value));
      });
    }
    return showValue(view, given, value);
  }
}

/** A value in words, in a template. `siblings`: the object that holds it, for codes that another answer narrows. */
export const shownValue = directive(ShownValue);
