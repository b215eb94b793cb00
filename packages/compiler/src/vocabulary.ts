// Our vocabulary, keyword by keyword: what each means, what it may hold, and a form that uses it. The published
// meta-schemas and the reference page are made from here, and every example is compiled by a test.

import type { Json, JsonObject, JsonSchema } from '@onceform/core';
import { FORM_VOCABULARY } from './keywords.ts';

export interface KeywordEntry {
  readonly description: string;
  /** What the keyword may hold. `{"$dynamicRef": "#meta"}` stands for a schema. */
  readonly schema: JsonSchema;
  /** A definition that uses it and compiles. */
  readonly example: JsonObject;
  /** On the root only. */
  readonly rootOnly?: boolean;
}

/** Stands for a schema. */
export const SUBSCHEMA: JsonObject = { $dynamicRef: '#meta' };
export const TEXT: JsonObject = { type: 'string' };
const POINTER: JsonObject = { type: 'string', pattern: '^(?:/(?:[^~/]|~[01])*)*$' };
const IDENTIFIER: JsonObject = { type: 'string', minLength: 1 };
const CONDITION: JsonObject = {
  anyOf: [
    { type: 'object', properties: { at: POINTER, is: SUBSCHEMA }, required: ['at', 'is'], additionalProperties: false },
    SUBSCHEMA,
  ],
};

const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...(required.length === 0 ? {} : { required }),
});
export const list = (items: Json): JsonObject => ({ type: 'array', items });
/** A label of the paper form and the answers behind it. */
const PRINT_ANSWER = object(
  {
    label: TEXT,
    pointers: list(POINTER),
    unless: list(POINTER),
    as: { enum: ['capitals', 'boxes'] },
    length: { type: 'integer', minimum: 1 },
    sentence: TEXT,
    choices: list(object({ value: {}, text: TEXT }, ['value', 'text'])),
  },
  ['label'],
);
const form = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  $schema: FORM_VOCABULARY,
  title: 'Example',
  type: 'object',
  properties,
  ...more,
});

/** The reuse policy, as `reuse` and as a concept's default. */
export const REUSE_SCHEMA: JsonObject = object({
  mode: { enum: ['fill', 'choose', 'reference', 'never'] },
  edit: { enum: ['locked', 'correctable', 'free'] },
  maxAge: { type: 'string', pattern: '^P(?:[0-9]+[YMWD])*(?:T(?:[0-9]+[HMS])+)?$' },
  onStale: { enum: ['refetch', 'warn', 'confirm', 'reject'] },
  minAssurance: { enum: ['low', 'substantial', 'high'] },
  conflict: object({ strategy: list(IDENTIFIER), onTie: { enum: ['choose', 'first'] } }, ['strategy', 'onTie']),
  onMissing: { enum: ['ask', 'ask-with-evidence', 'block', 'skip'] },
  recheck: { enum: ['never', 'if-stale', 'always'] },
  writeBack: object({ defaultOn: { type: 'boolean' } }, ['defaultOn']),
  replaces: list(IDENTIFIER),
});

const section = { id: IDENTIFIER, title: TEXT, description: TEXT, fields: list(POINTER) };

const FORM_SCHEMA: JsonObject = object({
  version: { type: 'string', minLength: 1 },
  locale: { type: 'string', pattern: '^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$' },
  procedure: object(
    {
      code: { type: ['string', 'null'] },
      name: TEXT,
      legalBasis: list(TEXT),
      authority: TEXT,
      duration: TEXT,
      result: TEXT,
      validFrom: TEXT,
      validUntil: TEXT,
      endReason: TEXT,
      purpose: object({ code: IDENTIFIER, text: TEXT }, ['code', 'text']),
      parts: list(
        object({ code: { type: ['string', 'null'] }, name: TEXT, components: list(IDENTIFIER) }, [
          'name',
          'components',
        ]),
      ),
    },
    ['name'],
  ),
  pages: list(object({ ...section, sections: list(object(section)) }, ['title'])),
  components: list(
    object(
      {
        id: IDENTIFIER,
        title: TEXT,
        description: TEXT,
        handling: { enum: ['submit', 'present'] },
        when: CONDITION,
        required: { type: 'boolean' },
        oneOf: IDENTIFIER,
        replacedBy: object(
          { pointers: list(POINTER), minAssurance: { enum: ['low', 'substantial', 'high'] }, scope: TEXT },
          ['pointers'],
        ),
        concept: IDENTIFIER,
        accept: list({ type: 'string', pattern: '^[a-z]+/[A-Za-z0-9.+*-]+$' }),
        maxSize: { type: 'integer', minimum: 1 },
        maxFiles: { type: 'integer', minimum: 1 },
      },
      ['id', 'title'],
    ),
  ),
  print: object(
    {
      formNumber: TEXT,
      title: TEXT,
      subtitle: TEXT,
      addressee: TEXT,
      commitment: TEXT,
      dateline: TEXT,
      lines: list({
        anyOf: [
          object({ text: TEXT }, ['text']),
          PRINT_ANSWER,
          object({ row: list(PRINT_ANSWER) }, ['row']),
          object({ table: POINTER, count: TEXT, columns: list(PRINT_ANSWER) }, ['table', 'columns']),
        ],
      }),
      signatures: list(object({ title: TEXT, dateline: TEXT, note: TEXT, pointers: list(POINTER) }, ['title'])),
      footnotes: list(TEXT),
    },
    ['title'],
  ),
  locales: { type: 'object', additionalProperties: { type: 'object', additionalProperties: TEXT } },
});

export const VOCABULARY: Readonly<Record<string, KeywordEntry>> = {
  concept: {
    description:
      "The id of the datum in the country pack's dictionary. On a field: a source may fill it. On a group or on the items of a list: the group is a record, whose members are filled together.",
    schema: IDENTIFIER,
    example: form({ name: { type: 'string', title: 'Full name', concept: 'person.fullName' } }),
  },
  subject: {
    description: 'Whose datum it is, as a role: `applicant`, `mother`, `child`, … Inherited by everything inside.',
    schema: IDENTIFIER,
    example: form({
      mother: {
        type: 'object',
        title: 'Mother',
        subject: 'mother',
        properties: { name: { type: 'string', title: 'Full name', concept: 'person.fullName' } },
      },
    }),
  },
  reuse: {
    description:
      'How the datum may be reused. What is not said comes from the dictionary; a form may only narrow it. `onMissing`, where no source gave it: `ask` (the default), `ask-with-evidence`, `skip` (it is not asked, nor required), `block` (nothing can be filed without a source).',
    schema: REUSE_SCHEMA,
    example: form({
      name: {
        type: 'string',
        title: 'Full name',
        concept: 'person.fullName',
        reuse: { mode: 'fill', edit: 'locked', maxAge: 'P30D' },
      },
    }),
  },
  when: {
    description:
      'The field is asked, and may be required, only while this holds: a schema that the parent object satisfies, or `{ at, is }` about another place (false while that is absent). In `at`, `[]` is the row the field is in.',
    schema: CONDITION,
    example: form({
      married: { type: 'boolean', title: 'Married?' },
      partner: {
        type: 'string',
        title: 'Name of your partner',
        when: { properties: { married: { const: true } }, required: ['married'] },
      },
      note: { type: 'string', title: 'Note', when: { at: '/married', is: { const: false } } },
    }),
  },
  compute: {
    description:
      'A CEL expression that gives the value; nobody types it. Variables: `data`, `self` (the object that holds the field), `context`.',
    schema: { type: 'string', minLength: 1 },
    example: form({
      copies: { type: 'integer', title: 'Copies' },
      fee: { type: 'integer', title: 'Fee', compute: 'data.copies * 8000' },
    }),
  },
  checks: {
    description:
      'CEL expressions that must be true of the value, each with the sentence to say when it is not. `severity`: `error` blocks filing, `warn` asks to confirm, `hint` only helps.',
    schema: list(
      object(
        {
          id: IDENTIFIER,
          rule: { type: 'string', minLength: 1 },
          message: TEXT,
          severity: { enum: ['error', 'warn', 'hint'] },
        },
        ['rule', 'message'],
      ),
    ),
    example: form({
      from: { type: 'integer', title: 'From' },
      to: {
        type: 'integer',
        title: 'To',
        checks: [{ rule: 'value >= data.from', message: 'The end comes after the beginning.' }],
      },
    }),
  },
  widget: {
    description: 'The name of a control to prefer over the one the schema suggests.',
    schema: IDENTIFIER,
    example: form({
      size: {
        title: 'Size',
        widget: 'radios',
        oneOf: [
          { const: 's', title: 'Small' },
          { const: 'l', title: 'Large' },
        ],
      },
    }),
  },
  codelist: {
    description:
      "The id of a code list of the pack: the value is one of its codes. Up to 300 entries it is published as `enum`, above as a pattern and the list's digest.",
    schema: IDENTIFIER,
    example: form({ colour: { type: 'string', title: 'Colour', codelist: 'colours' } }),
  },
  within: {
    description: 'For a cascade: a pointer, from the parent object, to the field that narrows the code list.',
    schema: POINTER,
    example: form({
      colour: { type: 'string', title: 'Colour', codelist: 'colours' },
      shade: { type: 'string', title: 'Shade', codelist: 'shades', within: '/colour' },
    }),
  },
  hint: {
    description: 'One line under the label: what is expected, or where to find it.',
    schema: TEXT,
    example: form({
      number: { type: 'string', title: 'Number', hint: 'On the back of the card', pattern: '^[0-9]{8}$' },
    }),
  },
  placeholder: {
    description: 'An example inside the empty control. Never the only explanation.',
    schema: TEXT,
    example: form({ mail: { type: 'string', title: 'E-mail', format: 'email', placeholder: 'name@example.org' } }),
  },
  autocomplete: {
    description: 'The HTML autofill token; `off` where the browser must not remember.',
    schema: IDENTIFIER,
    example: form({ mail: { type: 'string', title: 'E-mail', autocomplete: 'email' } }),
  },
  sensitivity: {
    description: '`B` basic, `S` sensitive personal data, `O` not personal. Default: that of the concept.',
    schema: { enum: ['B', 'S', 'O'] },
    example: form({ faith: { type: 'string', title: 'Religion', sensitivity: 'S' } }),
  },
  unit: {
    description: 'The unit the number is in, shown after the control.',
    schema: TEXT,
    example: form({ area: { type: 'number', title: 'Area', unit: 'm²' } }),
  },
  mask: {
    description: 'How the text is grouped while it is typed: `0` a digit, `A` a letter, anything else itself.',
    schema: TEXT,
    example: form({ card: { type: 'string', title: 'Card', mask: '0000 0000' } }),
  },
  accept: {
    description: 'With `"format": "file"`: the media types that are taken.',
    schema: list({ type: 'string', pattern: '^[a-z]+/[A-Za-z0-9.+*-]+$' }),
    example: form({ photo: { title: 'Photo', format: 'file', accept: ['image/jpeg', 'image/png'] } }),
  },
  maxSize: {
    description: 'With `"format": "file"`: the largest file that is taken, in bytes.',
    schema: { type: 'integer', minimum: 1 },
    example: form({ photo: { title: 'Photo', format: 'file', maxSize: 5_000_000 } }),
  },
  form: {
    description:
      'Everything around the data: version, language, procedure, pages, the papers of the dossier, the paper layout, translations (by pointer into the definition).',
    schema: FORM_SCHEMA,
    rootOnly: true,
    example: form(
      { name: { type: 'string', title: 'Name' } },
      {
        form: {
          version: '1.0.0',
          locale: 'en',
          procedure: { code: null, name: 'Example' },
          pages: [{ id: 'you', title: 'You', fields: ['/name'] }],
          components: [{ id: 'proof', title: 'Proof', when: { required: ['name'] } }],
          print: { title: 'EXAMPLE', lines: [{ label: 'Name', pointers: ['/name'] }] },
          locales: { de: { '/title': 'Beispiel' } },
        },
      },
    ),
  },
};

/** The reference page of the vocabulary, in Markdown. */
export function vocabularyPage(): string {
  const entries = Object.entries(VOCABULARY).map(
    ([keyword, entry]) =>
      `## \`${keyword}\`\n\n${entry.description}${entry.rootOnly === true ? ' On the root only.' : ''}\n\n\`\`\`json\n${JSON.stringify(entry.example, null, 2)}\n\`\`\`\n`,
  );
  return `# Keywords of a form definition\n\nA definition is a JSON Schema 2020-12 document; all of 2020-12 means what it always means. These keywords are ours.\nThis page is made from \`packages/compiler/src/vocabulary.ts\`; a test compiles every example.\n\n${entries.join('\n')}`;
}
