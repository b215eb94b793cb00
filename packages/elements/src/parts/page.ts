// One page of questions: sections, each drawn node by node. What lies beyond the first screens is drawn while the
// browser is idle, see slices.ts.

import type { OutlinePage, OutlineSection } from '@onceform/core';
import { html, nothing } from 'lit';
import { markdown } from '../markdown.ts';
import { node } from '../node.ts';
import { recordBar, recordsOver } from '../record.ts';
import { slices } from '../slices.ts';
import type { View } from '../view.ts';

export function page(view: View, at: OutlinePage): unknown {
  return html`${markdown(at.description, view.words.locale)}
    ${slices(view, { items: at.sections, draw: drawSection, size: sectionSize })}`;
}

function drawSection(view: View, section: OutlineSection): unknown {
  const title = view.words.l(section.title);
  const nodes = section.nodes.map(pointer => {
    const at = view.nodes.at(pointer);
    return at === undefined ? nothing : node(view, at, pointer);
  });
  return html`<section class="once-section" aria-label=${title || nothing}>
    ${title ? html`<h3 class="once-section-title">${title}</h3>` : nothing}${markdown(section.description, view.words.locale)}
    ${recordsOver(view, section.nodes).map(pointer => recordBar(view, pointer))}${nodes}</section>`;
}

/** About how many controls a section brings. */
function sectionSize(section: OutlineSection): number {
  return section.nodes.length;
}
