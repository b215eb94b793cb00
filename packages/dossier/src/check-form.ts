// Second part: the form is the one named, and the answers satisfy its schema and rules.

import {
  isOnceFormError,
  joinPointer,
  type CompiledForm,
  type DossierManifest,
  type FormDocuments,
  type Issue,
  type Json,
  type JsonObject,
  type Pointer,
  type PublishedRule,
  type SchemaError,
  type Sha256,
} from '@onceform/core';
import type { DossierContent } from './read-content.ts';
import type { Report } from './report.ts';

type Answer<T> = T | Promise<T>;

export interface FormOptions {
  /** Judges the answers against the packed schema. A known form's own validator takes its place. */
  readonly validateData?: (dataSchema: JsonObject, data: Json) => Answer<readonly SchemaError[]>;
  /** Judges the answers by the packed rules and recomputes computed values; without it rules are not checked. */
  readonly checkRules?: (
    rules: readonly PublishedRule[],
    data: JsonObject,
    documents: FormDocuments,
  ) => Answer<readonly Issue[]>;
  /** Tells whether this receiver published the form; without it the form vouches only for itself. */
  readonly knownForms?: ReadonlySet<Sha256> | ((digest: Sha256) => Answer<boolean>);
  /** Finds a published form: in place of `knownForms`, and its components are checked too. */
  readonly form?: (digest: Sha256) => Answer<KnownForm | undefined>;
}

/** With `reuse`, papers that have to prove what no source gave are asked for too. */
export type KnownForm = Pick<CompiledForm, 'validators' | 'components'> & Partial<Pick<CompiledForm, 'reuse'>>;

/** Judges answers against the schema of the package, or of the published form where that is the same. */
export type SchemaJudge = (data: Json) => Answer<readonly SchemaError[]>;

/** The published form with the digest of the packed documents; undefined where nobody said what is published, null where it is not. */
export async function publishedForm(
  digest: Sha256,
  { knownForms, form }: FormOptions,
): Promise<PublishedForm | null | undefined> {
  if (form !== undefined) {
    const compiled = await form(digest);
    return compiled === undefined ? null : { compiled };
  }
  if (knownForms === undefined) return undefined;
  return (typeof knownForms === 'function' ? await knownForms(digest) : knownForms.has(digest))
    ? { compiled: null }
    : null;
}

export interface PublishedForm {
  /** Null where only its digest is known. */
  readonly compiled: KnownForm | null;
}

/** Stops for a form that is not the one named or not published: its schema and rules are nobody's. */
export function checkForm(
  report: Report,
  manifest: DossierManifest,
  digest: Sha256,
  published: PublishedForm | null | undefined,
): void {
  const params = { form: manifest.form.id, version: manifest.form.version };
  if (digest !== manifest.form.digest) report.stop('FORM_DIGEST_MISMATCH', params);
  report.ok('FORM_DIGEST_MATCH', params);
  if (published === undefined) return report.unchecked('NOT_CHECKED_FORM');
  if (published === null) report.stop('FORM_UNKNOWN', params);
  report.ok('FORM_KNOWN');
}

export async function checkSchema(
  report: Report,
  { data }: DossierContent,
  validate: SchemaJudge | undefined,
): Promise<void> {
  if (validate === undefined) return report.unchecked('NOT_CHECKED_SCHEMA');
  try {
    const errors = await validate(data);
    const places = new Map(errors.map(error => [`${placeOf(error)} ${error.keyword}`, error]));
    for (const error of places.values()) report.fail('SCHEMA_INVALID', { at: placeOf(error), keyword: error.keyword });
    if (errors.length === 0) report.ok('SCHEMA_VALID');
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.fail('FILE_INVALID', { at: 'data/schema.json', detail: error.message });
  }
}

/** For a missing member the place where it would be. */
function placeOf({ instancePath, params }: SchemaError): Pointer {
  const missing = params['missingProperty'];
  return typeof missing === 'string' ? joinPointer(instancePath, missing) : instancePath || '/';
}

/** The published form's own validator where the form is known, else the port; undefined where there is none. */
export function schemaJudge(
  known: KnownForm | null,
  { documents }: DossierContent,
  { validateData }: FormOptions,
): SchemaJudge | undefined {
  if (known !== null) return data => known.validators.whole(data);
  return validateData === undefined ? undefined : data => validateData(documents.dataSchema, data);
}

export async function checkRules(
  report: Report,
  { documents, data }: DossierContent,
  options: FormOptions,
): Promise<void> {
  const count = documents.rules.length;
  if (options.checkRules === undefined) {
    return count === 0 ? report.ok('RULES_HOLD', { count }) : report.unchecked('NOT_CHECKED_RULES', { count });
  }
  try {
    const issues = await options.checkRules(documents.rules, data, documents);
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
