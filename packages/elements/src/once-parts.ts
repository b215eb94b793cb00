// The parts of a journey, for portals that arrange them by themselves inside <once-provider>.

import { html, nothing, type PropertyDeclarations } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { LentDesk } from './desk-context.ts';
import { isRelevant, originAt } from './engine.ts';
import { late } from './late.ts';
import { node } from './node.ts';
import { OncePart } from './once-part.ts';
import type { Face } from './parts/face.ts';
import { summaryOf, troubleOf } from './parts/in-the-way.ts';
import { onDemand } from './parts/on-demand.ts';
import { page } from './parts/page.ts';
import { start } from './parts/start.ts';
import { progressLine, taskList } from './parts/task-list.ts';

/**
 * The questions of one page.
 *
 * @attr {string} page - The id of a page; the current one when left out.
 */
export class OncePage extends OncePart {
  static override properties: PropertyDeclarations = { page: { type: String, reflect: true } };
  declare page: string | undefined;

  protected override draw({ view, journey }: Face): unknown {
    const at = this.page === undefined ? journey.step.page : view.form.outline.pages.find(({ id }) => id === this.page);
    return at === undefined ? nothing : keyed(at.id, html`<div class="once-form">${page(view, at)}</div>`);
  }
}

/**
 * One question, or a group of them.
 *
 * @attr {string} pointer - The answer: a field, or a group with all its fields.
 */
export class OnceField extends OncePart {
  static override properties: PropertyDeclarations = { pointer: { type: String, reflect: true } };
  declare pointer: string | undefined;

  protected override draw({ view }: Face): unknown {
    const at = this.pointer === undefined ? undefined : view.nodes.at(this.pointer);
    return at === undefined ? nothing : node(view, at, this.pointer!);
  }
}

/** Every step with its state; a press goes there. */
export class OnceTaskList extends OncePart {
  protected override readonly watchesAll = true;
  protected override draw(face: Face): unknown {
    return taskList(face);
  }
}

/** Where the citizen is, in one line with a bar. */
export class OnceProgress extends OncePart {
  protected override readonly watchesAll = true;
  protected override draw(face: Face): unknown {
    return progressLine(face);
  }
}

/** What keeps the citizen from going on; empty while nothing does. */
export class OnceErrorSummary extends OncePart {
  protected override draw(face: Face): unknown {
    return html`${summaryOf(face)}${troubleOf(face)}`;
  }
}

/** Purpose, sources, preview and choice of what the State already knows. */
export class OncePrefill extends OncePart {
  protected override readonly watchesAll = true;
  protected override draw(face: Face, { desk }: LentDesk): unknown {
    return start(face, desk);
  }
}

/**
 * Where an answer came from.
 *
 * @attr {string} pointer - The answer whose origin is said.
 */
export class OnceOrigin extends OncePart {
  static override properties: PropertyDeclarations = { pointer: { type: String, reflect: true } };
  declare pointer: string | undefined;
  protected override readonly watchesAll = true;

  protected override draw({ view }: Face): unknown {
    const { state } = view.session;
    if (this.pointer === undefined || !isRelevant(state, this.pointer)) return nothing;
    const { pointer } = this;
    return late(view, 'records', ({ originNote }) => originNote(view, pointer, originAt(state, pointer)));
  }
}

/** The papers: which are needed, which are held already and why, and places for the others. */
export class OnceComponents extends OncePart {
  protected override readonly watchesAll = true;
  protected override draw(face: Face, { desk }: LentDesk): unknown {
    return onDemand('papers', face, desk);
  }
}

/** Exactly what will be filed, with the commitment and the button that files it. */
export class OnceReview extends OncePart {
  protected override readonly watchesAll = true;
  protected override draw(face: Face, { desk }: LentDesk): unknown {
    return onDemand('review', face, desk);
  }
}

/** The code, the fingerprint and the package; empty until the dossier is filed. */
export class OnceReceipt extends OncePart {
  protected override draw(face: Face, { desk }: LentDesk): unknown {
    return onDemand('receipt', face, desk);
  }
}
