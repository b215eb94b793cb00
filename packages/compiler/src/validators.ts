// The only file that knows ajv: judging functions for Node, and the same ones as source text for an ES module.

import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type SchemaError,
} from '@onceform/core';
import { _, type CodeKeywordDefinition, type KeywordCxt, stringify } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvUtil from 'ajv/dist/compile/util.js';
import ajvEqual from 'ajv/dist/runtime/equal.js';
import ajvLength from 'ajv/dist/runtime/ucs2length.js';
import ajvStandalone from 'ajv/dist/standalone/index.js';
import { misjudgedByAjv } from './carriers.ts';
import { CheckCode } from './check-code.ts';
import { interpretFunctions } from './interpreter.ts';
import { type JudgeFunction, judge, type ValidateFunction } from './judge.ts';
import { LISTED } from './keywords.ts';
import { testExpression } from './test-code.ts';

/** The functions of a form as schemas; references point to `definitions`. */
export interface FunctionSchemas {
  readonly definitions: JsonObject;
  readonly functions: Readonly<Record<string, JsonSchema>>;
}

const DOCUMENT = 'https://onceform.dev/functions';

// CommonJS default exports, as Node hands them over.
const equal = (ajvEqual as unknown as { default: typeof ajvEqual }).default ?? ajvEqual;
const ucs2length = (ajvLength as unknown as { default: typeof ajvLength }).default ?? ajvLength;
const standaloneCode = (ajvStandalone as unknown as { default: typeof ajvStandalone.default }).default ?? ajvStandalone;

/** Up to so many values are compared one by one. */
const FEW = 6;

// ajv's own `enum` refers back to the schema, which would put the whole schema into the emitted code. This one names
// each list once, however many fields share it.
const enumKeyword: CodeKeywordDefinition = {
  keyword: 'enum',
  schemaType: 'array',
  error: {
    message: '',
    params: cxt => _`{allowedValues: ${constantOf(cxt as KeywordCxt, cxt.schema as readonly Json[])}}`,
  },
  code(cxt: KeywordCxt) {
    const values = cxt.schema as readonly Json[];
    const isSimple = values.every(value => typeof value !== 'object' || value === null);
    if (isSimple && values.length > 0 && values.length <= FEW)
      cxt.fail(values.map(value => _`${cxt.data} !== ${value as string}`).reduce((all, each) => _`${all} && ${each}`));
    else
      cxt.fail(
        isSimple
          ? _`!${constantOf(cxt, values)}.includes(${cxt.data})`
          : _`!${constantOf(cxt, values)}.some(v => ${ajvUtil.useFunc(cxt.gen, equal as never)}(v, ${cxt.data}))`,
      );
  },
};

/** A list of values as a constant of the module; one for equal lists. */
function constantOf({ gen }: Pick<KeywordCxt, 'gen'>, values: readonly Json[]): ReturnType<typeof gen.scopeValue> {
  return gen.scopeValue('schema', { key: JSON.stringify(values), ref: values as unknown, code: stringify(values) });
}

// Names every object inherits. A schema that uses one has to look at own members only; any other may look at members
// the fast way, because JSON data inherit nothing else.
const INHERITED = new RegExp(`"(?:${Object.getOwnPropertyNames(Object.prototype).join('|')})"`);

// A text has at most as many code points as UTF-16 units, and at least half as many, so most need no counting.
const lengthKeywords: readonly CodeKeywordDefinition[] = [
  {
    keyword: 'maxLength',
    type: 'string',
    schemaType: 'number',
    error: limitError(),
    code(cxt: KeywordCxt) {
      cxt.fail(
        _`${cxt.data}.length > ${cxt.schema as number} && ${ajvUtil.useFunc(cxt.gen, ucs2length as never)}(${cxt.data}) > ${cxt.schema as number}`,
      );
    },
  },
  {
    keyword: 'minLength',
    type: 'string',
    schemaType: 'number',
    error: limitError(),
    code(cxt: KeywordCxt) {
      cxt.fail(
        _`${cxt.data}.length < ${2 * (cxt.schema as number)} && ${ajvUtil.useFunc(cxt.gen, ucs2length as never)}(${cxt.data}) < ${cxt.schema as number}`,
      );
    },
  },
];

function limitError(): NonNullable<CodeKeywordDefinition['error']> {
  return { message: '', params: ({ schema }) => _`{limit: ${schema as number}}` };
}

function newAjv(source: boolean, ownProperties: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    inlineRefs: false,
    ownProperties,
    strict: false,
    validateFormats: false,
    messages: false,
    meta: false,
    validateSchema: false,
    unicodeRegExp: true,
    logger: false,
    code: { source, esm: source, lines: false },
  });
  for (const keyword of [enumKeyword, ...lengthKeywords])
    ajv.removeKeyword(keyword.keyword as string).addKeyword(keyword);
  return ajv;
}

/**
 * Makes judging functions with code generated now: for Node, never for a page.
 *
 * @throws {OnceFormError} ERR_DEFINITION_INVALID when a keyword's value is not what the keyword takes.
 */
export function compileFunctions(schemas: FunctionSchemas): Record<string, JudgeFunction> {
  const ajv = loaded(schemas, false);
  const { generated, interpreted } = divide(schemas);
  return {
    ...Object.fromEntries(generated.map(name => [name, judge(compiled(ajv, name) as ValidateFunction)])),
    ...interpretFunctions({ definitions: schemas.definitions, functions: interpreted }),
  };
}

/** Names of the functions that code is generated for, and the schemas of those that are interpreted everywhere. */
export function divide(schemas: FunctionSchemas): {
  readonly generated: readonly string[];
  readonly interpreted: Readonly<Record<string, JsonSchema>>;
} {
  const misjudged = misjudgedByAjv(schemas);
  return {
    generated: Object.keys(schemas.functions).filter(name => !misjudged.has(name)),
    interpreted: Object.fromEntries([...misjudged].map(name => [name, schemas.functions[name]!])),
  };
}

/**
 * The generated functions as the text of an ES module, each of them judging: of the checks in `checks.ts`, or, where
 * these cannot say it, ajv's own. The module imports what it needs from `runtime`.
 *
 * @param isTest functions that are only ever asked whether a value fits, and may give one error for all.
 */
export function functionsModule(
  schemas: FunctionSchemas,
  runtime: string,
  isTest: (name: string) => boolean = () => false,
): string {
  const { generated } = divide(schemas);
  const tests = new Map<string, string>();
  const before: string[] = [];
  const out: string[] = [];
  for (const name of generated.filter(isTest)) {
    const expression = testExpression(schemas.functions[name]!, 'value');
    if (expression === null) continue;
    tests.set(JSON.stringify(schemas.functions[name]), `test_${name}`);
    before.push(`const test_${name} = value => ${expression};\nexport const ${name} = tested(test_${name});\n`);
  }
  const said = new Set(tests.values());
  const checks = new CheckCode(schemas.definitions, tests);
  const others: string[] = [];
  for (const name of generated) {
    if (said.has(`test_${name}`)) continue;
    const check = checks.checkOf(schemas.functions[name]!);
    if (check === null) others.push(name);
    else out.push(`export const ${name} = judged(${check});\n`);
  }
  const ajv = others.length === 0 ? '' : ajvModule(schemas, others);
  return `import { ${HELPERS.join(', ')} } from ${JSON.stringify(runtime)};\n${ajv}${before.join('')}${checks.textOf(out.join(''))}`;
}

/** What the text of a module takes from `checks.ts` and `judge.ts`. */
const HELPERS = [
  'all',
  'any',
  'asked',
  'bound',
  'codeList',
  'codePoints',
  'constant',
  'either',
  'judge',
  'judged',
  'later',
  'leads',
  'listed',
  'members',
  'never',
  'not',
  'object',
  'one',
  'rows',
  'sameJson',
  'isObject',
  'tested',
  'texts',
  'type',
  'types',
  'unique',
  'values',
  'words',
] as const;

function ajvModule(schemas: FunctionSchemas, names: readonly string[]): string {
  const ajv = loaded(schemas, true);
  ajv.addKeyword(listedKeyword);
  const refs = Object.fromEntries(
    names.map(name => {
      compiled(ajv, name);
      return [`ajv_${name}`, `${DOCUMENT}#/functions/${name}`];
    }),
  );
  const code = (standaloneCode as unknown as (ajv: Ajv2020, refs: Record<string, string>) => string)(ajv, refs)
    // Where in the schema it stands is nobody's business at run time. A quote inside a text is escaped, so this is none.
    .replace(/schemaPath:"(?:[^"\\]|\\.)*",/g, '')
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', 'codePoints')
    .replaceAll('require("ajv/dist/runtime/equal").default', 'sameJson');
  return `${code}\n${names.map(name => `export const ${name} = judge(ajv_${name});\n`).join('')}`;
}

/** Judges by a long list, once its codes are there. */
const listedKeyword: CodeKeywordDefinition = {
  keyword: LISTED,
  schemaType: 'string',
  type: 'string',
  error: { message: '', params: ({ schema }) => _`{pattern: codeList(${schema as string})?.pattern}` },
  code(cxt) {
    cxt.fail(_`codeList(${cxt.schema as string})?.shape.test(${cxt.data}) === false`);
  },
};

/**
 * Judges data against a published dataSchema, `$context` and all: what the dossier verifier runs. Never throws for data.
 *
 * @throws {OnceFormError} ERR_DEFINITION_INVALID when the schema is broken.
 */
export function validateAgainst(dataSchema: JsonSchema, data: Json): readonly SchemaError[] {
  const { $defs, $schema: _schema, ...body } = isJsonObject(dataSchema) ? dataSchema : { allOf: [dataSchema] };
  const functions = compileFunctions({ definitions: isJsonObject($defs) ? $defs : {}, functions: { whole: body } });
  return functions.whole!(data);
}

function mentionsUnevaluated({ definitions, functions }: FunctionSchemas): boolean {
  return /"unevaluated(?:Items|Properties)"/.test(JSON.stringify([definitions, functions]));
}

function loaded({ definitions, functions }: FunctionSchemas, source: boolean): Ajv2020 {
  const text = JSON.stringify([definitions, functions]);
  const ajv = newAjv(source, INHERITED.test(text));
  // Following what is evaluated costs code in every function, and lowering leaves no dynamic reference.
  ajv.opts.unevaluated = mentionsUnevaluated({ definitions, functions });
  ajv.opts.dynamicRef = false;
  ajv.addSchema({ $id: DOCUMENT, $defs: definitions, functions } as never);
  return ajv;
}

function compiled(ajv: Ajv2020, name: string): unknown {
  try {
    const validate = ajv.getSchema(`${DOCUMENT}#/functions/${name}`);
    if (validate === undefined) throw new Error(`no function ${name}`);
    return validate;
  } catch (cause) {
    throw new OnceFormError(
      'ERR_DEFINITION_INVALID',
      `A keyword does not hold what it should: ${(cause as Error).message}`,
      { cause },
    );
  }
}
