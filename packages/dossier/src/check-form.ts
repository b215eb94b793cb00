// Second part: the form is the one named, and the answers satisfy its schema and rules.

import {
  canonicalJson, isOnceFormError, sha256,
  type CompiledForm, type DossierManifest, type Issue, type Json, type JsonObject, type PublishedRule, type SchemaError, type Sha256,
} from '@onceform/core';
import type { DossierContent } from './read-content.ts';
import type { Report } from './report.ts';

type Answer<T> = T | Promise<T>;

export interface FormOptions {
  /** Judges the answers against the packed schema. A known form's own validator takes its place. */
  readonly validateData?: (dataSchema: JsonObject, data: Json) => Answer<readonly SchemaError[]>;
  /** Judges the answers by the packed rules and recomputes computed values; without it rules are not checked. */
  readonly checkRules?: (rules: readonly PublishedRule[], data: JsonObject, dataSchema: JsonObject) => Answer<readonly Issue[]>;
  /** Tells whether this receiver published the form; without it the form vouches only for itself. */
  readonly knownForms?: ReadonlySet<Sha256> | ((digest: Sha256) => Answer<boolean>);
  /** Finds a published form: in place of `knownForms`, and its components are checked too. */
  readonly form?: (digest: Sha256) => Answer<KnownForm | undefined>;
}

export type KnownForm = Pick<CompiledForm, 'validators' | 'components'>;

/** Stops for a form that is not the one named or not published: its schema and rules are nobody's. */
export async function checkForm(report: Report, manifest: DossierManifest, { documents }: DossierContent, options: FormOptions): Promise<KnownForm | null> {
  const params = { form: manifest.form.id, version: manifest.form.version };
  const { definition, dataSchema, rules } = documents;
  const digest = await sha256(canonicalJson({ definition, dataSchema, rules: rules as unknown as Json }));
  if (digest !== manifest.form.digest) report.stop('FORM_DIGEST_MISMATCH', params);
  report.ok('FORM_DIGEST_MATCH', params);
  const { knownForms, form } = options;
  if (knownForms === undefined && form === undefined) {
    report.unchecked('NOT_CHECKED_FORM');
    return null;
  }
  const found = await form?.(digest) ?? null;
  const known = form === undefined ? typeof knownForms === 'function' ? await knownForms(digest) : knownForms!.has(digest) : found !== null;
  if (!known) report.stop('FORM_UNKNOWN', params);
  report.ok('FORM_KNOWN');
  return found;
}

export async function checkSchema(report: Report, { documents, data }: DossierContent, known: KnownForm | null, options: FormOptions): Promise<void> {
  const validate = schemaValidator(known, options);
  if (validate === undefined) return report.unchecked('NOT_CHECKED_SCHEMA');
  try {
    const errors = await validate(documents.dataSchema, data);
    for (const { instancePath, keyword } of errors) report.fail('SCHEMA_INVALID', { at: instancePath, keyword });
    if (errors.length === 0) report.ok('SCHEMA_VALID');
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.fail('FILE_INVALID', { at: 'data/schema.json', detail: error.message });
  }
}

/** The published form's own validator where the form is known, else the port; undefined where there is none. */
export function schemaValidator(known: KnownForm | null, options: FormOptions): FormOptions['validateData'] {
  return known === null ? options.validateData : (_: JsonObject, value: Json) => known.validators.whole(value);
}

export async function checkRules(report: Report, { documents, data }: DossierContent, options: FormOptions): Promise<void> {
  const count = documents.rules.length;
  if (options.checkRules === undefined) {
    return count === 0 ? report.ok('RULES_HOLD', { count }) : report.unchecked('NOT_CHECKED_RULES', { count });
  }
  try {
    const issues = await options.checkRules(documents.rules, data, documents.dataSchema);
    for (const { pointer, severity, rule = '' } of issues) {
      if (severity === 'error') report.fail('RULE_BROKEN', { at: pointer, rule });
      else report.note('RULE_WARNING', { at: pointer, rule });
    }
    if (!issues.some(({ severity }) => severity === 'error')) report.ok('RULES_HOLD', { count });
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.fail('FILE_INVALID', { at: 'data/rules.json', detail: error.message });
  }
}
