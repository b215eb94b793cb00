// The CEL that rules are written in, against the conformance data of the CEL specification (@bufbuild/cel-spec, data
// only). What forms cannot say (protobuf messages, unsigned integers, bytes, times, extensions) is out; what is in and
// differs is listed with the reason.

import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, it } from 'vitest';
import { celEnvironment } from '@onceform/core/cel';

interface Case {
  name: string;
  expr: string;
  container?: string;
  typeEnv?: { ident?: object }[];
  bindings?: Record<string, { value: object }>;
  value?: object;
  evalError?: object;
}
interface Suite {
  name: string;
  suites?: Suite[];
  tests?: { original: Case }[];
}

const SUITES = new Set([
  'basic',
  'comparisons',
  'conversions',
  'fields',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'parse',
  'plumbing',
  'string',
]);
const OUTSIDE =
  /\b(?:[rR]?[bB]|[bB][rR])['"]|\d[uU]\b|google\.protobuf|TestAllTypes|\b(?:uint|bytes|type|timestamp|duration|dyn)\(|proto[23]|\b(?:uint|bytes)\b/;

/** Where cel-js differs, and why that is no harm to a rule. */
const DIFFERENT: readonly (readonly [why: string, cases: RegExp])[] = [
  [
    'types that do not go together are refused when the form is compiled, not when the rule runs',
    /^(?:basic\/(?:functions|variables)\/unbound_is_runtime_error|comparisons\/eq_literal\/(?:not_eq_list_length|eq_mixed_types|eq_list_elem_mixed_types)|logic\/(?:conditional\/mixed_type|(?:AND|OR)\/short_circuit_type_(?:left|right))|parse\/receiver_function_names\/.*|fields\/map_has\/has_empty)$/,
  ],
  [
    'there is no syntax for it: it is refused when the form is compiled',
    /^(?:comparisons\/gt_literal\/not_gt_double|fields\/quoted_map_fields\/.*)$/,
  ],
  [
    'names with dots are no variables of a rule',
    /^fields\/qualified_identifier_resolution\/(?:qualified_ident|map_field_select|qualified_identifier_resolution_unchecked|ident_with_longest_prefix_check)$/,
  ],
  [
    'integers beyond 64 bits are no error; JSON numbers end at 53',
    /^(?:conversions\/(?:int|uint)\/(?:double_int_max_range|double_int_min_range|double_range|double_uint_max_range)|integer_math\/int64_math\/int64_min_negate(?:_div)?)$/,
  ],
  ['an empty list literal has no type of item to compare; lists of the form have', /^macros\/all\/list_empty$/],
  [
    'a map literal with keys no JSON object has',
    /^(?:fields\/qualified_identifier_resolution\/map_(?:key_float|key_null|value_repeat_key)|macros\/exists_one\/map_one)$/,
  ],
];

const cases: { id: string; test: Case }[] = [];
(function collect(suite: Suite, path: string[]): void {
  for (const { original } of suite.tests ?? []) {
    const inside =
      SUITES.has(path[0]!)
      && !OUTSIDE.test(original.expr)
      && !(original.value !== undefined && 'typeValue' in original.value)
      && original.container === undefined
      && (original.typeEnv ?? []).every(entry => entry.ident !== undefined);
    const known = [
      'name',
      'description',
      'expr',
      'value',
      'evalError',
      'bindings',
      'typeEnv',
      'disableCheck',
      'checkOnly',
      'disableMacros',
    ];
    if (inside && Object.keys(original).every(key => known.includes(key)))
      cases.push({ id: [...path, original.name].join('/'), test: original });
  }
  for (const inner of suite.suites ?? []) collect(inner, [...path, inner.name]);
})(conformance as unknown as Suite, []);

describe('CEL', () => {
  it('does what the specification says, but for what is listed', () => {
    const different: string[] = [];
    for (const { id, test } of cases) {
      const environment = celEnvironment();
      const variables: Record<string, unknown> = {};
      for (const [name, { value }] of Object.entries(test.bindings ?? {})) {
        if (!['data', 'self', 'value', 'context'].includes(name) && /^\w+$/.test(name))
          environment.registerVariable(name, 'dyn');
        variables[name] = read(value);
      }
      let got: unknown;
      let failed = false;
      try {
        got = environment.evaluate(test.expr, variables);
      } catch {
        failed = true;
      }
      const right =
        test.evalError === undefined
          ? !failed && same(got, test.value === undefined ? true : read(test.value))
          : failed;
      if (!right) different.push(id);
    }
    const listed = (id: string): boolean => DIFFERENT.some(([, pattern]) => pattern.test(id));
    expect(different.filter(id => !listed(id))).toEqual([]);
    for (const [why, pattern] of DIFFERENT)
      expect(
        different.some(id => pattern.test(id)),
        why,
      ).toBe(true);
    expect(cases.length).toBeGreaterThan(500);
    expect(different.length).toBeLessThan(60);
  });
});

function read(value: object): unknown {
  const [kind, raw] = Object.entries(value)[0] as [string, never];
  switch (kind) {
    case 'int64Value':
      return BigInt(raw);
    case 'uint64Value':
      return BigInt(raw);
    case 'doubleValue':
      return Number(raw);
    case 'nullValue':
      return null;
    case 'listValue':
      return ((raw as { values?: object[] }).values ?? []).map(read);
    case 'mapValue':
      return Object.fromEntries(
        ((raw as { entries?: { key: object; value: object }[] }).entries ?? []).map(entry => [
          String(read(entry.key)),
          read(entry.value),
        ]),
      );
    default:
      return raw;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Map) return same(Object.fromEntries([...a].map(([key, value]) => [String(key), value])), b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (typeof a === 'object' && a !== null) {
    const keys = Object.keys(a);
    return (
      typeof b === 'object'
      && b !== null
      && keys.length === Object.keys(b).length
      && keys.every(key => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
    );
  }
  return Object.is(a, b) || a === b;
}
