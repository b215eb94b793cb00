// The view: what every template of one form needs. Immutable; another language or widget set is another view.

import type { CompiledForm, CountryPack, FormSession, OutlineNode, Pointer } from '@onceform/core';
import type { CodeLists } from './code-lists.ts';
import type { FileShelf } from './file-shelf.ts';
import type { NodeIndex } from './node-index.ts';
import type { WidgetRegistry } from './widget.ts';
import type { Watchers } from './watch.ts';
import type { Words } from './words.ts';

export interface View {
  readonly session: FormSession;
  /** The engine is on its way: what only it can show is not drawn yet. */
  readonly isEarly: boolean;
  readonly form: CompiledForm;
  readonly nodes: NodeIndex;
  readonly widgets: WidgetRegistry;
  readonly codeLists: CodeLists;
  readonly formats: CountryPack['formats'];
  readonly files: FileShelf;
  readonly words: Words;
  /** Told of what is being loaded, so that nobody looks for what is not drawn yet. */
  readonly waitFor: (work: Promise<unknown>) => void;
  /** Redraws the parts that an update concerns. */
  readonly watchers: Watchers;
  /** Starts every id, so that two forms of a page do not collide. */
  readonly prefix: string;
  /** Inside a host's form: our controls must not become its controls. */
  readonly detached: boolean;
  /** A host switched the form off: everything is shown and nothing can be changed. */
  readonly readOnly: boolean;
  /** The tree the form is drawn in: the document, or the one shadow root around the form. */
  readonly root: () => Document | ShadowRoot;
  /** Asks the sources for one place again; absent where there is no gateway. */
  readonly retry?: (pointer: Pointer) => void;
  /** The citizen says that a value of the State is wrong. */
  readonly dispute?: (pointer: Pointer) => void;
  /** The ticket of such a report, once its source has it. */
  readonly ticketOf?: (pointer: Pointer) => string | undefined;
}

/** The id of the control that answers a pointer; with a part, of its hint, error, origin, … */
export function domId(view: View, pointer: Pointer, part = ''): string {
  const id = view.prefix + pointer + part;
  return /\s/.test(id) ? id.replace(/\s/g, '~s') : id;
}

/** What stands at a pointer, in words; the pointer itself where the form has no such place. */
export function titleAt(view: View, pointer: Pointer): string {
  const node = view.nodes.at(pointer);
  return node === undefined ? pointer : titleOf(view, node);
}

/** What a node is called in a sentence: its title, or the member's name. */
export function titleOf(view: View, node: OutlineNode): string {
  return view.words.l(node.title) || (node.key === '[]' ? '' : node.key);
}
