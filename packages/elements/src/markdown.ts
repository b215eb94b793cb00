// Standing texts of a definition: parsed blocks to elements. No HTML string exists at any point.

import type { Block, Inline, Markdown } from '@onceform/core';
import { html, nothing } from 'lit';

/** Draws a text in a language, or in whichever language there is. */
export function markdown(text: Markdown | undefined, locale: string): unknown {
  if (text === undefined) return nothing;
  const blocks = text[locale] ?? text[locale.split('-')[0]!] ?? Object.values(text)[0] ?? [];
  return html`<div class="once-text">${blocks.map(block)}</div>`;
}

function block(content: Block): unknown {
  switch (content.kind) {
    case 'heading':
      return html`<p class="once-text-heading"><strong>${content.inlines.map(inline)}</strong></p>`;
    case 'quote':
      return html`<blockquote>${content.inlines.map(inline)}</blockquote>`;
    case 'list': {
      const items = content.items.map(item => html`<li>${item.map(inline)}</li>`);
      return content.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    default:
      return html`<p>${content.inlines.map(inline)}</p>`;
  }
}

function inline(content: Inline): unknown {
  switch (content.kind) {
    case 'strong':
      return html`<strong>${content.text}</strong>`;
    case 'emphasis':
      return html`<em>${content.text}</em>`;
    case 'code':
      return html`<code>${content.text}</code>`;
    case 'link':
      return isSafe(content.href)
        ? html`<a href=${content.href} target="_blank" rel="noopener noreferrer">${content.text}</a>`
        : content.text;
    default:
      return content.text;
  }
}

function isSafe(href: string): boolean {
  return /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i.test(href);
}
