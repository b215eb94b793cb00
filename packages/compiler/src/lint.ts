// Lint: everything that is likely wrong with a definition, each with a stable code and the line it stands on.

import {
  type CompileNote,
  isJsonObject,
  isOnceFormError,
  joinPointer,
  type Json,
  type JsonObject,
  parsePointer,
  type Pointer,
} from '@onceform/core';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { LINT_RULES } from './lint-rules.ts';
import { DEFAULT_LIMITS, loadDefinition } from './load.ts';
import { analyseForm, type CompileOptions } from './plan.ts';
import { SchemaIndex } from './resolve.ts';
import { upgradeDraft } from './upgrade.ts';
import { malformations } from './well-formed.ts';

export interface LintFinding {
  /** Stable: a lint code, or the code of the error that compiling ends with. */
  readonly code: string;
  readonly severity: CompileNote['severity'];
  /** Into the definition. */
  readonly pointer: Pointer;
  readonly message: string;
  /** TRANSLATION_MISSING: the language that a text is not there in. */
  readonly language?: string;
  /** 1-based; 1 and 1 where the definition was given as an object. */
  readonly line: number;
  readonly column: number;
  readonly fix?: LintFix;
}

/** A change to the definition that puts the finding right. */
export interface LintFix {
  readonly description: string;
  /** `value` absent: the member goes. */
  readonly edits: readonly { readonly pointer: Pointer; readonly value?: Json }[];
}

export interface LintOptions extends CompileOptions {
  /** Languages every text has to be in; default: those of the pack, or those `form.locales` names. */
  readonly locales?: readonly string[];
  /** `2026-11-22`: has the end of the form told ahead. */
  readonly today?: string;
}

/**
 * Judges a definition: JSON text (findings then have lines) or an object. Never throws for what is in the definition.
 * Sorted by place. A definition that does not compile gets its compile error and whatever can be said without compiling.
 */
export async function lintForm(input: unknown, options: LintOptions = {}): Promise<readonly LintFinding[]> {
  const found: Found[] = [];
  const tree = typeof input === 'string' ? readTree(input) : null;
  if (tree?.error !== undefined) {
    return [
      {
        code: 'ERR_JSON_INVALID',
        severity: 'error',
        pointer: '',
        message: tree.error.message,
        ...positionOf(input as string, tree.error.offset),
      },
    ];
  }
  try {
    const analysis = await analyseForm(input, options);
    found.push(...(analysis.plan.form.notes as unknown as readonly CompileNote[]));
    for (const rule of LINT_RULES) found.push(...rule({ ...analysis, options }));
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    const { column } = error.data;
    found.push({
      code: error.code,
      severity: 'error',
      pointer: error.pointer ?? '',
      message: error.message,
      ...(typeof column === 'number' ? { offset: column - 1 } : {}),
    });
    found.push(...withoutCompiling(input, options).filter(finding => finding.pointer !== error.pointer));
  }
  // That a required field can never be filed says more than that nobody is asked for it.
  const hidden = new Set(
    found.flatMap(({ code, message }) => (code === 'HIDDEN_REQUIRED' ? [/^"([^"]*)"/.exec(message)?.[1]] : [])),
  );
  const misspelled = new Set(found.filter(({ code }) => code === 'KEYWORD_MISSPELLED').map(({ pointer }) => pointer));
  const unique = new Map(
    found
      .filter(({ code, pointer }) => code !== 'KEYWORD_UNKNOWN' || !misspelled.has(pointer))
      .filter(({ code, message }) => code !== 'FIELD_ON_NO_PAGE' || !hidden.has(/"([^"]*)"/.exec(message)?.[1]))
      .map(finding => [`${finding.code} ${finding.pointer} ${finding.message}`, finding]),
  );
  return [...unique.values()]
    .map(({ offset, ...finding }) => ({
      ...finding,
      ...(tree?.root === undefined
        ? { line: 1, column: 1 }
        : locate(input as string, tree.root, finding.pointer, offset)),
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column || a.code.localeCompare(b.code));
}

/** A finding that was not looked up in the text yet. */
interface Found extends Omit<LintFinding, 'line' | 'column'> {
  /** Into the text at the pointer, in UTF-16 units, where it concerns a part of it. */
  readonly offset?: number;
}

/**
 * Where in the JSON text of a definition something stands, 1-based: a pointer, and an offset into the text there. In what
 * is not JSON: where it ends to be.
 */
export function placeInText(text: string, pointer: Pointer, offset?: number): { line: number; column: number } {
  const { root, error } = readTree(text);
  if (error !== undefined) return positionOf(text, error.offset);
  return root === undefined ? { line: 1, column: 1 } : locate(text, root, pointer, offset);
}

/** Applies the fixes of findings to a definition, in a copy. */
export function applyFixes(definition: JsonObject, findings: readonly LintFinding[]): JsonObject {
  const out = structuredClone(definition) as Json;
  for (const { fix } of findings) {
    for (const { pointer, value } of fix?.edits ?? []) {
      const path = parsePointer(pointer);
      const key = path.pop();
      if (key === undefined) continue;
      let owner: Json | undefined = out;
      for (const segment of path)
        owner = typeof owner === 'object' && owner !== null ? (owner as Record<string, Json>)[segment] : undefined;
      if (typeof owner !== 'object' || owner === null) continue;
      if (value === undefined) delete (owner as Record<string, Json>)[key];
      else (owner as Record<string, Json>)[key] = value;
    }
  }
  return out as JsonObject;
}

// Compiling stops at the first malformed keyword or dangling reference; whoever lints wants to see all of them.
function withoutCompiling(input: unknown, options: LintOptions): Found[] {
  const out: Found[] = [];
  try {
    const definition = upgradeDraft(loadDefinition(input), []);
    if (!isJsonObject(definition)) return out;
    for (const { pointer, message } of malformations(definition))
      out.push({ code: 'ERR_DEFINITION_INVALID', severity: 'error', pointer, message });
    const index = new SchemaIndex(definition, { ...options.pack?.schemas, ...options.schemas }, DEFAULT_LIMITS);
    for (const site of [...index.sites()]) {
      if (typeof site.schema === 'boolean' || !site.document.isDefinition) continue;
      for (const keyword of ['$ref', '$dynamicRef'] as const) {
        if (site.schema[keyword] === undefined) continue;
        try {
          index.follow(site, keyword);
        } catch (error) {
          if (isOnceFormError(error))
            out.push({
              code: error.code,
              severity: 'error',
              pointer: error.pointer ?? joinPointer(site.pointer, keyword),
              message: error.message,
            });
        }
      }
    }
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
  }
  return out;
}

interface ReadTree {
  readonly root?: Node;
  readonly error?: { readonly message: string; readonly offset: number };
}

function readTree(text: string): ReadTree {
  // What is too large is refused by compiling, in its own words; lines do not matter then.
  if (text.length > DEFAULT_LIMITS.size) return {};
  const errors: ParseError[] = [];
  try {
    JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    const first = errors[0];
    return {
      error: {
        message: `The definition is not JSON: ${first === undefined ? (error as Error).message : wordsFor(printParseErrorCode(first.error))}.`,
        offset: first?.offset ?? 0,
      },
    };
  }
  try {
    const root = parseTree(text);
    return root === undefined ? {} : { root };
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

function wordsFor(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function locate(text: string, root: Node, pointer: Pointer, offset?: number): { line: number; column: number } {
  const path = parsePointer(pointer);
  const said = offset === undefined ? undefined : findNode(root, path);
  if (said?.type === 'string') return positionOf(text, said.offset + 1 + lengthInText(text, said.offset + 1, offset!));
  for (let length = path.length; length >= 0; length--) {
    const node = findNode(root, path.slice(0, length));
    if (node === undefined) continue;
    return positionOf(text, (node.parent?.type === 'property' ? node.parent : node).offset);
  }
  return { line: 1, column: 1 };
}

/** How long the first characters of a JSON string are as it is written, escapes included. */
function lengthInText(text: string, start: number, characters: number): number {
  let at = start;
  for (let n = 0; n < characters; n++) at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  return at - start;
}

function findNode(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const segment of path) {
    if (node === undefined) return undefined;
    node = findNodeAtLocation(node, [node.type === 'array' ? Number(segment) : segment]);
  }
  return node;
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
