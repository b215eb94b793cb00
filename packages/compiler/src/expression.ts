// CEL in a definition: parsed once to learn what an expression reads and needs. Evaluating it is the engine's work.

import { formatPattern, OnceFormError, type Pointer } from '@onceform/core';
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { PatternPath } from './place.ts';

export interface Expression {
  readonly source: string;
  /** From where the target's own path starts: the root, or the instance of a recursive definition. */
  readonly reads: readonly PatternPath[];
  readonly needs: readonly PatternPath[];
  /** In a recursive definition: what is read and needed of the whole instance, from the root. */
  readonly dataReads: readonly PatternPath[];
  readonly dataNeeds: readonly PatternPath[];
  /**
   * Paths it asks about with `has()`; `isData` where they start at the root though the target's does not; `offset` in the
   * expression.
   */
  readonly asked: readonly (Chain & { readonly offset: number })[];
}

/** What a member chain is about. */
interface Chain {
  readonly path: PatternPath;
  readonly isData: boolean;
}

const VARIABLES = new Set(['data', 'self', 'value', 'context']);
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

let environment: Environment | undefined;

/**
 * Parses an expression that stands at `pointer` and speaks about `target`, in a recursive definition or not.
 *
 * `reads` are all paths it looks at; `needs` those that must be present for it to have a value: all but the ones the
 * expression asks about itself with `has()`.
 *
 * @throws {OnceFormError} ERR_RULE_INVALID when it is no CEL, or names a variable there is none of; `data` carries
 *   `column` (1-based) and `expression`.
 */
export function analyseExpression(
  source: string,
  target: PatternPath,
  pointer: Pointer,
  allowsValue: boolean,
  isRecursive = false,
): Expression {
  environment ??= new Environment({ unlistedVariablesAreDyn: true, limits: { maxAstNodes: 2000, maxDepth: 60 } });
  let ast: ASTNode;
  try {
    ast = environment.parse(source).ast as ASTNode;
  } catch (cause) {
    const { range, summary, message } = cause as { range?: { start: number }; summary?: string; message: string };
    throw invalidRule(summary ?? message.split('\n')[0]!, source, range?.start ?? 0, pointer, cause);
  }
  const parent = target.slice(0, -1);
  const reads = new Map<string, Chain>();
  const needs = new Map<string, Chain>();
  const asked: Expression['asked'][number][] = [];

  type Scope = ReadonlyMap<string, Chain | null>;
  const chain = (node: ASTNode, scope: Scope): Chain | null => {
    if (node.op === 'id') {
      const name = node.args as string;
      if (scope.has(name)) return scope.get(name) ?? null;
      if (!VARIABLES.has(name) || (name === 'value' && !allowsValue))
        throw invalidRule(
          `there is no variable "${name}"; there are data, self, context${allowsValue ? ' and value' : ''}`,
          source,
          node.start,
          pointer,
        );
      if (name === 'self' && isRecursive && target.length === 0)
        throw invalidRule(
          'the definition contains itself, and what holds it differs from place to place, so there is no "self" here; "value" is the object itself',
          source,
          node.start,
          pointer,
        );
      if (name === 'data') return { path: [], isData: isRecursive };
      return { path: name === 'self' ? parent : name === 'value' ? target : ['$context'], isData: false };
    }
    if (node.op === '.' || node.op === '.?') {
      const [owner, key] = node.args as [ASTNode, string];
      const base = chain(owner, scope);
      return base === null ? null : { ...base, path: [...base.path, key] };
    }
    if (node.op === '[]' || node.op === '[?]') {
      const [owner, key] = node.args as [ASTNode, ASTNode];
      const base = chain(owner, scope);
      if (base === null) return null;
      if (key.op === 'value' && (typeof key.args === 'string' || typeof key.args === 'bigint'))
        return { ...base, path: [...base.path, String(key.args)] };
    }
    return null;
  };
  const use = (found: Chain, isNeeded: boolean): void => {
    const key = `${found.isData ? 'data ' : ''}${formatPattern(found.path)}`;
    reads.set(key, found);
    if (isNeeded) needs.set(key, found);
  };
  const visit = (node: ASTNode, scope: Scope): void => {
    const found = chain(node, scope);
    if (found !== null) {
      use(found, true);
      return;
    }
    switch (node.op) {
      case 'value':
      case 'id':
        return;
      case '.':
      case '.?':
        visit((node.args as [ASTNode, string])[0], scope);
        return;
      case 'call': {
        const [name, args] = node.args as [string, ASTNode[]];
        if (name === 'has' && args[0] !== undefined) {
          const tested = chain(args[0], scope);
          if (tested === null) {
            visit(args[0], scope);
            return;
          }
          asked.push({ ...tested, offset: args[0].start });
          use(tested, false);
          return;
        }
        for (const arg of args) visit(arg, scope);
        return;
      }
      case 'rcall': {
        const [name, receiver, args] = node.args as [string, ASTNode, ASTNode[]];
        if (MACROS.has(name) && args[0]?.op === 'id') {
          const range = chain(receiver, scope);
          if (range === null) visit(receiver, scope);
          else use(range, true);
          const inner = new Map(scope).set(
            args[0].args as string,
            range === null ? null : { ...range, path: [...range.path, null] },
          );
          for (const arg of args.slice(1)) visit(arg, inner);
          return;
        }
        if (receiver.op === 'id' && receiver.args === 'cel' && name === 'bind' && args[0]?.op === 'id') {
          visit(args[1]!, scope);
          visit(args[2]!, new Map(scope).set(args[0].args as string, chain(args[1]!, scope)));
          return;
        }
        visit(receiver, scope);
        for (const arg of args) visit(arg, scope);
        return;
      }
      case 'list':
        for (const item of node.args as ASTNode[]) visit(item, scope);
        return;
      case 'map':
        for (const [key, item] of node.args as [ASTNode, ASTNode][]) {
          visit(key, scope);
          visit(item, scope);
        }
        return;
      case '!_':
      case '-_':
        visit(node.args as ASTNode, scope);
        return;
      default:
        for (const arg of node.args as ASTNode[]) visit(arg, scope);
    }
  };
  visit(ast, new Map());
  for (const [key, need] of needs)
    if (
      need.path.length === 0
      || asked.some(tested => tested.isData === need.isData && isPrefix(tested.path, need.path))
    )
      needs.delete(key);
  const pathsOf = (chains: ReadonlyMap<string, Chain>, isData: boolean): PatternPath[] =>
    [...chains.values()].filter(each => each.isData === isData).map(({ path }) => path);
  return {
    source,
    asked,
    reads: pathsOf(reads, false),
    needs: pathsOf(needs, false),
    dataReads: pathsOf(reads, true),
    dataNeeds: pathsOf(needs, true),
  };
}

function isPrefix(outer: PatternPath, inner: PatternPath): boolean {
  return outer.length <= inner.length && outer.every((segment, i) => segment === inner[i]);
}

export function invalidRule(
  why: string,
  source: string,
  offset: number,
  pointer: Pointer,
  cause?: unknown,
): OnceFormError {
  const column = offset + 1;
  return new OnceFormError(
    'ERR_RULE_INVALID',
    `The rule cannot be read at column ${column}: ${why}. It says: ${source}`,
    { pointer, data: { expression: source, column }, ...(cause === undefined ? {} : { cause }) },
  );
}
