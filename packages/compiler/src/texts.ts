// What a definition says to people: plain texts with their translations, and a Markdown subset as data.

import {
  type Block,
  type Inline,
  type Json,
  type JsonObject,
  type LocalizedText,
  type Markdown,
  isJsonObject,
  joinPointer,
  OnceFormError,
  type Pointer,
} from '@onceform/core';
import { lexer, type Token, type Tokens } from 'marked';
import type { SchemaDocument } from './resolve.ts';

/** Reads texts out of one document, with the translations that document's `form.locales` has for them. */
export class Texts {
  /** The language the document's own texts are in. */
  readonly locale: string;
  /** Translations that name no text of the document. */
  readonly #locales: readonly (readonly [locale: string, texts: JsonObject])[];

  constructor(document: SchemaDocument, fallbackLocale: string) {
    const form = isJsonObject(document.root.form) ? document.root.form : {};
    this.locale = typeof form.locale === 'string' ? form.locale : fallbackLocale;
    this.#locales = Object.entries(isJsonObject(form.locales) ? form.locales : {}).filter(
      (entry): entry is [string, JsonObject] => isJsonObject(entry[1]),
    );
  }

  /** A text with its translations; a plain string where there are none. */
  localized(text: Json | undefined, pointer: Pointer): LocalizedText | undefined {
    if (text === undefined) return undefined;
    if (isJsonObject(text) && Object.values(text).every(item => typeof item === 'string')) return text as LocalizedText;
    if (typeof text !== 'string')
      throw new OnceFormError('ERR_DEFINITION_INVALID', 'A text is a string, or an object of strings by language.', {
        pointer,
      });
    const out: Record<string, string> = { [this.locale]: text };
    for (const [locale, texts] of this.#locales) {
      const translated = texts[pointer];
      if (typeof translated === 'string') out[locale] = translated;
    }
    return Object.keys(out).length === 1 ? text : out;
  }

  /** The member `key` of an object that stands at `pointer`. */
  member(owner: JsonObject, pointer: Pointer, key: string): LocalizedText | undefined {
    return this.localized(owner[key], joinPointer(pointer, key));
  }

  /** A text in the Markdown subset, parsed once per language. */
  markdown(owner: JsonObject, pointer: Pointer, key: string): Markdown | undefined {
    const text = this.member(owner, pointer, key);
    if (text === undefined) return undefined;
    const byLocale = typeof text === 'string' ? { [this.locale]: text } : text;
    return Object.fromEntries(Object.entries(byLocale).map(([locale, source]) => [locale, parseMarkdown(source)]));
  }
}

/**
 * Parses the Markdown subset: paragraphs, headings, quotes, flat lists; strong, emphasis, code, links. Whatever else
 * Markdown knows, HTML above all, stays the text that was written.
 */
export function parseMarkdown(source: string): readonly Block[] {
  return lexer(source, { gfm: false }).flatMap(blocksOf);
}

function blocksOf(token: Token): Block[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ kind: 'heading', inlines: inlinesOf((token as Tokens.Heading).tokens) }];
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens
        .flatMap(blocksOf)
        .map(block => (block.kind === 'paragraph' ? { ...block, kind: 'quote' as const } : block));
    case 'list': {
      const list = token as Tokens.List;
      return [{ kind: 'list', ordered: list.ordered, items: list.items.map(item => inlinesOf(item.tokens)) }];
    }
    case 'paragraph':
    case 'text':
      return [{ kind: 'paragraph', inlines: inlinesOf((token as Tokens.Paragraph).tokens ?? [token]) }];
    default:
      return [{ kind: 'paragraph', inlines: [{ kind: 'text', text: token.raw.trimEnd() }] }];
  }
}

function inlinesOf(tokens: readonly Token[] = []): Inline[] {
  const out: Inline[] = [];
  for (const token of tokens) {
    for (const inline of inlineOf(token)) {
      const last = out.at(-1);
      if (inline.kind === 'text' && last?.kind === 'text')
        out[out.length - 1] = { kind: 'text', text: last.text + inline.text };
      else out.push(inline);
    }
  }
  return out;
}

function inlineOf(token: Token): Inline[] {
  switch (token.type) {
    case 'strong':
      return [{ kind: 'strong', text: plain(token) }];
    case 'em':
      return [{ kind: 'emphasis', text: plain(token) }];
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
    case 'escape':
      return [{ kind: 'text', text: (token as Tokens.Escape).text }];
    case 'br':
      return [{ kind: 'text', text: '\n' }];
    case 'link': {
      const { href } = token as Tokens.Link;
      return [isSafeLink(href) ? { kind: 'link', text: plain(token), href } : { kind: 'text', text: plain(token) }];
    }
    case 'text':
    case 'paragraph':
      return (token as Tokens.Text).tokens === undefined
        ? [{ kind: 'text', text: (token as Tokens.Text).text }]
        : inlinesOf((token as Tokens.Text).tokens);
    default:
      return [{ kind: 'text', text: token.raw }];
  }
}

function plain(token: Token): string {
  const inner = (token as { tokens?: Token[] }).tokens;
  return inner === undefined ? ((token as { text?: string }).text ?? token.raw) : inner.map(plain).join('');
}

/** Web, mail and telephone links, and ones within the page or the site. `javascript:` and `data:` are none. */
function isSafeLink(href: string): boolean {
  return /^(?:https?:|mailto:|tel:|#|\/(?!\/))/i.test(href);
}
