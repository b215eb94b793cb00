// Sentences, nowhere else: an issue and a locale give what the citizen reads: it names the field and says how to put
// it right. The words are in texts.ts.

import type { CompiledForm, FieldNode, OutlineNode } from './compiled.ts';
import { formatDate } from './format-value.ts';
import { localize, type Issue } from './issue.ts';
import { fieldAt, nodesAlong, resolveNode } from './outline.ts';
import type { FormatSpec } from './pack.ts';
import { parsePointer, type Pointer } from './pointer.ts';
import { hasText, text, type TextParams } from './texts.ts';

export interface SentenceOptions {
  /** The chosen branch of each choice on the way, so that a field below one is found. */
  readonly branchOf?: (pointer: Pointer) => number | null;
  /** The country's formats, whose own sentences are better than ours. */
  readonly formats?: { readonly [name: string]: FormatSpec };
}

/** What the citizen reads about an issue. */
export function sentence(issue: Issue, form: CompiledForm, locale: string, options: SentenceOptions = {}): string {
  const worded = localize(issue.message, locale, form.locale);
  if (worded !== '') return worded;
  const branchOf = options.branchOf ?? (() => 0);
  const field = fieldAt(form, issue.pointer, branchOf);
  const label = labelAt(form, issue.pointer, locale, branchOf);
  const say = (key: string, params: TextParams = {}): string =>
    capital(text(key, locale, { label, ...params }), locale);
  const number = (name: string): string => {
    const value = issue.params[name];
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : String(value ?? '');
  };
  switch (issue.keyword) {
    case 'required':
      return say(requiredKey(field, nodeOf(form, issue.pointer, branchOf)));
    case 'parse':
      return say(`problem.${String(issue.params['problem'])}`);
    case 'format':
    case 'pattern': {
      // A long code list is published as the pattern of its codes.
      if (issue.keyword === 'pattern' && field?.codeList !== undefined) return say('problem.enum');
      const spec = field?.format === undefined ? undefined : options.formats?.[field.format];
      if (spec !== undefined) return `${localize(spec.message, locale, form.locale)}`;
      const known = field?.format === undefined ? undefined : `problem.format.${field.format}`;
      return say(known !== undefined && (hasText(known, locale) || hasText(known, 'en')) ? known : 'problem.pattern');
    }
    case 'minLength':
      return say('problem.minLength', { min: number('limit') });
    case 'maxLength':
      return say('problem.maxLength', { max: number('limit') });
    case 'minimum':
      return say('error.min', { min: number('limit') });
    case 'maximum':
      return say('error.max', { max: number('limit') });
    case 'exclusiveMinimum':
      return say('problem.exclusiveMinimum', { min: number('limit') });
    case 'exclusiveMaximum':
      return say('problem.exclusiveMaximum', { max: number('limit') });
    case 'formatMinimum':
      return say('error.datePast', { date: formatDate(String(issue.params['limit']), locale) });
    case 'formatMaximum':
      return say('problem.dateAfter', { date: formatDate(String(issue.params['limit']), locale) });
    case 'multipleOf':
      return say('problem.multipleOf', { step: number('multipleOf') });
    case 'minItems':
      return say('problem.minItems', { min: number('limit') });
    case 'maxItems':
      return say('problem.maxItems', { max: number('limit') });
    case 'uniqueItems':
      return say('problem.uniqueItems', {
        a: Number(issue.params['j'] ?? 0) + 1,
        b: Number(issue.params['i'] ?? 0) + 1,
      });
    case 'minContains':
    case 'contains':
      return say('problem.contains', { min: Number(issue.params['minContains'] ?? 1) });
    case 'maxContains':
      return say('problem.maxContains', { max: Number(issue.params['maxContains'] ?? 1) });
    case 'minProperties':
      return say('problem.minProperties', { min: number('limit') });
    case 'maxProperties':
      return say('problem.maxProperties', { max: number('limit') });
    case 'propertyNames':
      return say('problem.propertyNames');
    case 'enum':
      return say('problem.enum');
    case 'const':
      return say('problem.const');
    case 'type':
      return say(
        field?.type === 'integer' ? 'error.integer' : field?.type === 'number' ? 'error.number' : 'problem.type',
      );
    case 'oneOf':
    case 'anyOf':
      return say(
        issue.params['passingSchemas'] === undefined || issue.params['passingSchemas'] === null
          ? 'error.requiredChoice'
          : 'problem.oneOf',
      );
    case 'onMissing':
      return say(issue.params['policy'] === 'block' ? 'problem.onlySource' : 'problem.notAsked');
    case 'recheck':
      return say(`problem.recheck.${String(issue.params['state'])}`);
    case 'unchecked':
      return say(`problem.unchecked.${String(issue.params['by'])}`);
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'unevaluatedItems':
    case 'false schema':
    case 'not':
    case 'additionalItems':
    case 'items':
      return say('problem.notAsked');
    default:
      return say('problem.other');
  }
}

/** What an answer is called in a sentence: its title, with the item it is in where there are several. */
export function labelAt(
  form: CompiledForm,
  pointer: Pointer,
  locale: string,
  branchOf: (pointer: Pointer) => number | null = () => 0,
): string {
  const path = parsePointer(pointer);
  const steps = nodesAlong(form, path, branchOf);
  const last = steps.length === path.length + 1 ? steps.at(-1)!.node : undefined;
  const own = titleOf(form, last, locale) || (path.at(-1) ?? localize(form.title, locale, form.locale));
  if (last?.key === '[]') {
    const list = titleOf(form, steps.at(-2)?.node, locale);
    return text('problem.item', locale, { list, number: Number(path.at(-1)) + 1 });
  }
  const item = steps.findLastIndex(step => step.node.key === '[]');
  if (item < 1) return own;
  const list = titleOf(form, steps[item - 1]!.node, locale);
  return text('problem.inItem', locale, { label: own, list, number: Number(path[item - 1]) + 1 });
}

function nodeOf(
  form: CompiledForm,
  pointer: Pointer,
  branchOf: (pointer: Pointer) => number | null,
): OutlineNode | undefined {
  const path = parsePointer(pointer);
  const steps = nodesAlong(form, path, branchOf);
  return steps.length === path.length + 1 ? resolveNode(form, steps.at(-1)!.node) : undefined;
}

function titleOf(form: CompiledForm, node: OutlineNode | undefined, locale: string): string {
  if (node === undefined) return '';
  return localize(node.title ?? resolveNode(form, node).title, locale, form.locale);
}

function requiredKey(field: FieldNode | undefined, node: OutlineNode | undefined): string {
  if (field?.type === 'file') return 'error.requiredFile';
  if (field?.type === 'boolean' && field.constraints.const === true) return 'error.requiredCommit';
  if (
    node?.kind === 'choice'
    || field?.options !== undefined
    || field?.codeList !== undefined
    || field?.type === 'boolean'
  )
    return 'error.requiredChoice';
  return 'error.required';
}

function capital(words: string, locale: string): string {
  return words === '' ? words : words[0]!.toLocaleUpperCase(locale) + words.slice(1);
}
