// Pieces of a page that most first pages do without. Each is loaded when something first needs it, or when the page has
// come to rest; one that does not come says so where it is missing, with a way to try again, and nothing typed is lost.

import { html, noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import type { View } from './view.ts';
import { lacksLaterWords, loadLaterWords } from './words.ts';

const LOADERS = {
  /** Records and offers, where an answer came from, locked answers. */
  records: () => import('./prefill.ts'),
  /** A list that is searched. */
  search: () => import('./controls/combobox.ts'),
  files: () => import('./controls/file.ts'),
  rows: () => import('./list.ts'),
  map: () => import('./map.ts'),
  /** What is wrong with an answer. */
  sentences: () => import('./sentences.ts'),
  /** What keeps the citizen from going on. */
  summary: () => import('./parts/error-summary.ts'),
};

export type PieceName = keyof typeof LOADERS;
type Pieces = { readonly [name in PieceName]: Awaited<ReturnType<(typeof LOADERS)[name]>> };

const loaded: { -readonly [name in PieceName]?: Pieces[name] } = {};

/** Loads a piece. Rejects when it does not come; the next call tries again. */
export async function loadPiece<N extends PieceName>(name: N): Promise<void> {
  const [piece] = await Promise.all([loaded[name] ?? LOADERS[name](), loadLaterWords()]);
  loaded[name] = piece as Pieces[N];
}

/** A piece that is there already, with its words. */
export function pieceOf<N extends PieceName>(name: N): Pieces[N] | undefined {
  return lacksLaterWords() ? undefined : loaded[name];
}

/** Loads all of them; what does not come is loaded when it is needed. */
export async function loadPieces(): Promise<void> {
  await Promise.allSettled((Object.keys(LOADERS) as PieceName[]).map(loadPiece));
}

type Use = (piece: Pieces[PieceName]) => unknown;

class Late extends AsyncDirective {
  #use: Use | undefined;
  #missed = false;

  override render(view: View, name: PieceName, use: Use, meanwhile: unknown): unknown {
    this.#use = use;
    if (view.isEarly) return meanwhile;
    const piece = pieceOf(name);
    if (piece !== undefined) return use(piece);
    if (this.#missed) return noChange;
    this.#load(view, name);
    return meanwhile;
  }

  #load(view: View, name: PieceName): void {
    const work = loadPiece(name).then(
      () => this.setValue(this.#use!(loaded[name]!)),
      () => {
        this.#missed = true;
        this
          .setValue(html`<div class="once-notice" data-tone="error" role="alert"><p>${view.words.t('trouble.network')}</p>
          <button type="button" class="once-button" data-kind="secondary" @click=${() => this.#again(view, name)}>${view.words.t('action.tryAgain')}</button></div>`);
      },
    );
    view.waitFor(work);
  }

  #again(view: View, name: PieceName): void {
    this.#missed = false;
    this.#load(view, name);
  }
}

const lateDirective = directive(Late);

/** Draws with a piece, at once when it is there; until then what is drawn `meanwhile`. */
export function late<N extends PieceName>(
  view: View,
  name: N,
  use: (piece: Pieces[N]) => unknown,
  meanwhile: unknown = '',
): unknown {
  return lateDirective(view, name, use as Use, meanwhile);
}
