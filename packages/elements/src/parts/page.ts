// One page of questions: sections, each drawn node by node. What lies beyond the first screens is drawn while the
// browser is idle, see slices.ts.

import type { OutlineNode, OutlinePage, OutlineSection } from '@onceform/core';
import { html, nothing } from 'lit';
import { markdown } from '../markdown.ts';
import { node } from '../node.ts';
import { recordBar, recordsOver } from '../record-place.ts';
import { slices } from '../slices.ts';
import type { View } from '../view.ts';

export function page(view: View, at: OutlinePage): unknown {
  const long = at.sections.length > LONG;
  return html`${markdown(at.description, view.words.locale)}
    ${slices(view, { items: at.sections, draw: (now, section) => drawSection(now, at, section, long), size: section => sectionSize(view, section) })}`;
}

/** A page of more sections than this lets the browser skip those out of sight. */
const LONG = 8;

function drawSection(view: View, { title: pageTitle }: OutlinePage, section: OutlineSection, long: boolean): unknown {
  const title = view.words.l(section.title);
  const heading = title || view.words.l(pageTitle);
  const nodes = section.nodes.map(pointer => {
    const at = view.nodes.at(pointer);
    if (at === undefined) return nothing;
    const drawn = node(view, at, pointer);
    return at.kind === 'group' && view.words.l(at.title) === heading
      ? html`<div class="once-same">${drawn}</div>`
      : drawn;
  });
  return html`<section class="once-section" aria-label=${title || nothing} ?data-long=${long}>
    ${title ? html`<h3 class="once-section-title">${title}</h3>` : nothing}${markdown(section.description, view.words.locale)}
    ${recordsOver(view, section.nodes).map(pointer => recordBar(view, pointer))}${nodes}</section>`;
}

/** About how many controls a section brings; rows are the list's own business. */
function sectionSize(view: View, section: OutlineSection): number {
  const count = (at: OutlineNode | undefined): number =>
    at?.kind === 'group' ? at.children.reduce((sum, child) => sum + count(child), 0) : 1;
  return section.nodes.reduce((sum, pointer) => sum + count(view.nodes.at(pointer)), 0);
}
