// ajv's standalone code says the same few things in many words. Modules travel, so theirs is said briefly: the same
// judgement, statement by statement, with helpers of `judge.ts` where ajv writes a dozen lines out.

import { isJsonObject, type Json, type JsonObject } from '@onceform/core';
import { _, type CodeKeywordDefinition, type KeywordCxt, Name, stringify } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { LISTED } from './keywords.ts';
import ajvCode from 'ajv/dist/compile/codegen/code.js';
import ajvErrors from 'ajv/dist/compile/errors.js';
import ajvNames from 'ajv/dist/compile/names.js';

// CommonJS default exports, as Node hands them over.
const N = (ajvNames as unknown as { default: typeof ajvNames.default }).default ?? ajvNames;

/** What the code takes from `judge.ts`, by name. */
export const HELPERS = [
  'absent',
  'codePoints',
  'count',
  'cut',
  'fail',
  'isObject',
  'listed',
  'push',
  'sameJson',
  'texts',
  'unknown',
  'use',
] as const;

const TEXT = 'once-text';

/** Turns schemas of plain texts, and references to such, into one keyword of ours. */
export function briefSchema(schema: Json, definitions: JsonObject): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(part => briefSchema(part, definitions));
  if (!isJsonObject(schema)) return schema;
  if (isText(schema)) return { [TEXT]: schema };
  if (typeof schema.$ref === 'string' && Object.keys(schema).length === 1) {
    const target = definitions[schema.$ref.slice('#/$defs/'.length)];
    if (isText(target)) return { [TEXT]: target! };
    return isJsonObject(target) && target[LISTED] !== undefined ? target : schema;
  }
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'enum' || keyword === 'const' || keyword === 'required' ? value : briefSchema(value, definitions),
    ]),
  );
}

/** Judges by a long list. For every ajv that writes source. */
export const listedKeyword: CodeKeywordDefinition = {
  keyword: LISTED,
  schemaType: 'string',
  code(cxt) {
    const name = cxt.schema as string;
    report(
      cxt,
      _`listed(${N.vErrors}, ${cxt.data}, ${pathOf(cxt)}, ${name})`,
      _`listed(null, ${cxt.data}, "", ${name}) !== null`,
    );
  },
};

function isText(schema: Json | undefined): boolean {
  return (
    isJsonObject(schema)
    && schema.type === 'string'
    && Object.keys(schema).every(keyword => ['type', 'pattern', 'minLength', 'maxLength', 'enum'].includes(keyword))
    && (!Array.isArray(schema.enum) || schema.enum.every(value => typeof value === 'string'))
  );
}

/**
 * Teaches an ajv that writes source the brief keywords. Not for schemas with `unevaluated…`.
 *
 * @param tests names of functions of the module that tell whether a value fits, by the text of the schema.
 */
export function addBriefKeywords(ajv: Ajv2020, tests: ReadonlyMap<string, string>): void {
  const additional = ajv.getKeyword('additionalProperties') as CodeKeywordDefinition;
  const required = ajv.getKeyword('required') as CodeKeywordDefinition;
  const keywords: CodeKeywordDefinition[] = [
    {
      keyword: TEXT,
      schemaType: 'object',
      code(cxt) {
        const { pattern, minLength, maxLength, enum: values } = cxt.schema as JsonObject;
        const bounds = [minLength ?? 0, maxLength ?? null, pattern ?? null];
        const check = cxt.gen.scopeValue('func', {
          key: JSON.stringify(cxt.schema),
          ref: {},
          code:
            values === undefined
              ? _`texts(${stringify(bounds)})`
              : _`texts(${stringify(bounds)}, ${wordsOf(values as readonly Json[])})`,
        });
        report(
          cxt,
          _`${check}(${N.vErrors}, ${cxt.data}, ${pathOf(cxt)})`,
          _`${check}(null, ${cxt.data}, "") !== null`,
        );
      },
    },
    {
      ...required,
      code(cxt) {
        const names = cxt.schema as readonly string[];
        if (!isListing(cxt) || names.length < 2) return required.code(cxt, undefined);
        report(cxt, _`absent(${N.vErrors}, ${cxt.data}, ${pathOf(cxt)}, ${listOf(cxt, names)})`);
      },
    },
    {
      ...additional,
      code(cxt) {
        const { properties, patternProperties } = cxt.parentSchema as JsonObject;
        if (
          !isListing(cxt)
          || (cxt.schema as Json) !== false
          || patternProperties !== undefined
          || properties === undefined
        )
          return additional.code(cxt, undefined);
        report(
          cxt,
          _`unknown(${N.vErrors}, ${cxt.data}, ${pathOf(cxt)}, ${listOf(cxt, Object.keys(properties as JsonObject))})`,
        );
      },
    },
    {
      keyword: 'if',
      schemaType: ['object', 'boolean'],
      code(cxt) {
        const { gen, data, parentSchema } = cxt;
        const valid = gen.name('valid');
        const test = tests.get(JSON.stringify(cxt.schema));
        if (test === undefined) {
          const before = gen.const('_errs', N.errors);
          cxt.subschema({ keyword: 'if', compositeRule: true, createErrors: false, allErrors: false }, valid);
          ajvErrors.resetErrorsCount(gen, before);
        } else gen.const(valid, _`${new Name(test)}(${data})`);
        const branch = (keyword: 'then' | 'else') => (): void => {
          cxt.subschema({ keyword }, gen.name('_valid'));
        };
        const [then, otherwise] = [parentSchema.then, parentSchema.else].map(
          each => each !== undefined && each !== true,
        );
        if (then) gen.if(valid, branch('then'), otherwise ? branch('else') : undefined);
        else if (otherwise) gen.if(_`!${valid}`, branch('else'));
      },
    },
  ];
  for (const keyword of keywords) ajv.removeKeyword(keyword.keyword as string).addKeyword(keyword);
}

// Within a test nobody reads errors, and the first ends it: what ajv writes there is brief enough.
function isListing({ it }: KeywordCxt): boolean {
  return it.allErrors === true && it.createErrors !== false;
}

function report(cxt: KeywordCxt, all: ReturnType<typeof _>, failing?: ReturnType<typeof _>): void {
  if (!isListing(cxt) && failing !== undefined) {
    cxt.fail(failing);
    return;
  }
  cxt.gen.assign(N.vErrors, all);
  cxt.gen.assign(N.errors, _`count(${N.vErrors})`);
}

function pathOf({ it }: KeywordCxt): ReturnType<typeof _> {
  return ajvCode.strConcat(N.instancePath, it.errorPath) as ReturnType<typeof _>;
}

/** A list of values as a constant of the module; one for equal lists. */
export function listOf({ gen }: Pick<KeywordCxt, 'gen'>, values: readonly Json[]): ReturnType<typeof gen.scopeValue> {
  return gen.scopeValue('schema', { key: JSON.stringify(values), ref: values as unknown, code: wordsOf(values) });
}

function wordsOf(values: readonly Json[]): ReturnType<typeof _> {
  const isWords = values.length > 3 && values.every(value => typeof value === 'string' && /^[\w-]+$/.test(value));
  return isWords ? _`${values.join(' ')}.split(" ")` : (stringify(values) as ReturnType<typeof _>);
}

/**
 * Says ajv's code in fewer words. Texts of the schema stand aside meanwhile, so that none is taken for code; code that
 * is not of the form this knows comes back as it was.
 */
export function briefCode(code: string): string {
  const texts: string[] = [];
  const aside = code.replace(/"(?:[^"\\]|\\.)*"/g, text => `"${texts.push(text) - 1}"`);
  const brief = aside
    .replace(
      /const (err\d+) = (\{.*?\});\s*if\(vErrors === null\)\{vErrors = \[\1\];\s*\}\s*else \{vErrors\.push\(\1\);\s*\}\s*errors\+\+;/gs,
      (_all, _name, error: string) => {
        const parts = /^\{instancePath(?::(.+?))?,keyword:("\d+"),params:(\{[^{}]*\})(?:,propertyName:\w+)?\}$/s.exec(
          error,
        );
        return parts === null
          ? `vErrors = push(vErrors, ${error});`
          : `vErrors = fail(vErrors, ${parts[1] ?? 'instancePath'}, ${parts[2]}, ${parts[3]});`;
      },
    )
    .replace(
      /if\(!\(([\w.]+)\(([\w.[\]"]+), \{instancePath(?::([^{}]+?))?,parentData[^{}]*,rootData\}\)\)\)\{vErrors = vErrors === null \? \1\.errors : vErrors\.concat\(\1\.errors\);\s*errors = vErrors\.length;\s*\}/g,
      (_all, validate: string, data: string, path: string | undefined) =>
        `vErrors = use(${validate}, vErrors, ${data}, ${path ?? 'instancePath'});`,
    )
    .replace(
      /errors = (_errs\d+);\s*if\(vErrors !== null\)\{if\(\1\)\{vErrors\.length = \1;\s*\}\s*else \{vErrors = null;\s*\}\s*\}/g,
      'vErrors = cut(vErrors, $1);',
    )
    .replaceAll(/\{(instancePath="\d+"), parentData, parentDataProperty, rootData=data\}=\{\}/g, '$1')
    .replaceAll(/(data\d*) && typeof \1 == "\d+" && !Array\.isArray\(\1\)/g, 'isObject($1)')
    .replaceAll(/(?:let errors = 0|errors = count\(vErrors\));/g, '')
    // The first count of a function is of nothing.
    .replaceAll(/(let vErrors = null;const _errs\d+ =) errors;/g, '$1 0;')
    .replaceAll(/(const _errs\d+ =) errors;/g, '$1 count(vErrors);')
    .replaceAll(/(_errs\d+ ===) errors;/g, '$1 count(vErrors);')
    .replaceAll(/(validate\d+\.errors = vErrors);\s*return errors === 0;/g, 'return ($1) === null;');
  if (/(?<![.\w$])(?:errors|parentData|rootData)\b/.test(brief)) return code;
  return brief.replace(/"(\d+)"/g, (_all, index: string) => texts[Number(index)]!);
}
