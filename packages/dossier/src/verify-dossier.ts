// The one way to accept a dossier. It recomputes everything that follows from something else, never repairs, gives
// each finding a code, and says "not checked" for what it could not look at. Validator, rules, seal and signatures
// come in as ports, so this file runs the same in a browser and in Node.

import {
  canonicalBytes, canonicalJson, CONTEXT_POINTER, isJsonObject, isOnceFormError, jsonEqual, reviewDigest, sha256, substitute, valueAt,
  type ComponentAnswer, type Computed, type DossierFile, type DossierManifest, type Finding, type FormDocuments, type Issue, type Json, type JsonObject, type OpenedSeal,
  type OriginMap, type Pointer, type PublishedRule, type SchemaError, type SealPayload, type Sha256, type VerifiedSubmission,
} from '@onceform/core';
import { parseCanonicalFile } from './canonical-file.ts';
import { CONTENT_FILES, REQUIRED_ROLES, type ContentRole } from './content-files.ts';
import { decisionsFile, decisionsFrom } from './decisions.ts';
import { derivedLists } from './derived-lists.ts';
import { digestBlob } from './digest-blob.ts';
import { namedFiles } from './file-references.ts';
import { finding, type FindingCode } from './finding.ts';
import { isProvenance, isSalts, provenanceOf, type Salts } from './provenance.ts';
import { isSignaturePath } from './package-path.ts';
import { readManifest } from './read-manifest.ts';
import { readPackage, sameBytes, UNSIGNED_TYPE, type PackageReader, type ReadLimits } from './read-package.ts';

type Answer<T> = T | Promise<T>;

export interface VerifyOptions {
  /** Judges the answers against the packed schema; without it the schema is not checked. */
  readonly validateData?: (dataSchema: JsonObject, data: Json) => Answer<readonly SchemaError[]>;
  /** Judges the answers by the packed rules and recomputes computed values; without it the rules are not checked. */
  readonly checkRules?: (rules: readonly PublishedRule[], data: JsonObject) => Answer<readonly Issue[]>;
  /** Opens the seal. Throws when it is not genuine. Without it origins are only claimed. */
  readonly openSeal?: (jws: string, manifest: DossierManifest) => Answer<OpenedSeal>;
  /** The time of receipt; without it times are not checked. */
  readonly now?: Date;
  /** Who receives: the package and the seal have to be addressed to it. */
  readonly audience?: string;
  /** Tells whether a nonce is one this receiver gave out and has not seen again. */
  readonly nonce?: (nonce: string | null, manifest: DossierManifest) => Answer<boolean>;
  /** Tells whether this receiver published the form; without it the form vouches only for itself. */
  readonly knownForms?: ReadonlySet<Sha256> | ((digest: Sha256) => Answer<boolean>);
  /** The package this one has to follow. */
  readonly previous?: { readonly id: string; readonly sha256: Sha256 };
  readonly limits?: Partial<ReadLimits>;
  readonly signal?: AbortSignal;
  /** Called with the bytes hashed so far and the bytes there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface DossierVerdict {
  /** True when nothing failed. What was not checked is in `findings`. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly manifest: DossierManifest | null;
  readonly data: JsonObject | null;
  /** Recomputed from the seal. Official only in name while the seal is not checked. */
  readonly origins: OriginMap | null;
  /** What intake works with; null unless everything it is made of held. */
  readonly submission: VerifiedSubmission | null;
  /** The opened package, for reading its files; null when it could not be opened. */
  readonly package: PackageReader | null;
}

/** A builder's clock may be this far ahead of the receiver's, milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

/**
 * Verifies a package. Never throws for what is in it; `ok` is false instead.
 *
 * @throws whatever `signal` was aborted with, and what a port throws that is no judgement (a network error).
 */
export async function verifyDossier(source: Blob | Uint8Array<ArrayBuffer>, options: VerifyOptions = {}): Promise<DossierVerdict> {
  const check = new Verification(options);
  try {
    await check.run(source);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  const ok = check.findings.every(({ status }) => status !== 'failed');
  return {
    ok, findings: check.findings, manifest: check.manifest, data: check.data, origins: check.origins,
    submission: ok ? check.submission : null, package: check.reader,
  };
}

/** Nothing further can be said. */
class Stop extends Error {}

class Verification {
  readonly findings: Finding[] = [];
  reader: PackageReader | null = null;
  manifest: DossierManifest | null = null;
  data: JsonObject | null = null;
  origins: OriginMap | null = null;
  submission: VerifiedSubmission | null = null;
  readonly options: VerifyOptions;

  constructor(options: VerifyOptions) {
    this.options = options;
  }

  async run(source: Blob | Uint8Array<ArrayBuffer>): Promise<void> {
    const reader = await this.open(source);
    const manifest = await this.readManifest(reader);
    const files = await this.checkFiles(reader, manifest);
    await this.checkLists(reader, manifest);
    const content = this.parseContent(manifest, files);
    await this.checkForm(manifest, content);
    await this.checkSchema(content);
    await this.checkRules(content);
    const seal = await this.openSeal(manifest, content);
    await this.checkOrigins(manifest, content, seal);
    this.checkComponents(manifest, content);
    await this.checkAddress(manifest);
    this.checkSignatures(reader);
  }

  private say(code: FindingCode, status: Finding['status'], params: Readonly<Record<string, string | number>> = {}): void {
    this.findings.push(finding(code, status, params));
  }

  private fail(code: FindingCode, params: Readonly<Record<string, string | number>> = {}): void {
    this.say(code, 'failed', params);
  }

  private stop(code: FindingCode, params: Readonly<Record<string, string | number>> = {}): never {
    this.fail(code, params);
    throw new Stop();
  }

  private async open(source: Blob | Uint8Array<ArrayBuffer>): Promise<PackageReader> {
    try {
      this.reader = await readPackage(source, this.options.limits);
    } catch (error) {
      if (!isOnceFormError(error)) throw error;
      this.stop('PACKAGE_INVALID', { detail: error.message });
    }
    this.say('PACKAGE_READ', 'ok', { count: this.reader.entries.size, size: this.reader.size });
    return this.reader;
  }

  private async readManifest(reader: PackageReader): Promise<DossierManifest> {
    const entry = reader.entries.get('dossier.json');
    if (entry === undefined) this.stop('FILE_MISSING', { at: 'dossier.json' });
    if (entry.size > MAX_JSON) this.stop('FILE_INVALID', { at: 'dossier.json', detail: 'too large' });
    try {
      this.manifest = readManifest(await reader.bytes('dossier.json'));
    } catch (error) {
      if (!isOnceFormError(error)) throw error;
      this.stop('MANIFEST_INVALID', { detail: error.message });
    }
    return this.manifest;
  }

  /** Every file there, listed, of the size, digest and check sum it should have. */
  private async checkFiles(reader: PackageReader, manifest: DossierManifest): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const failed = this.findings.length;
    const listed = new Map(manifest.files.map(file => [file.path, file]));
    const expected = new Set([...FIXED, ...listed.keys()]);
    for (const path of expected) if (!reader.entries.has(path)) this.fail('FILE_MISSING', { at: path });
    for (const path of reader.entries.keys()) {
      if (!expected.has(path) && !isSignaturePath(path)) this.fail('FILE_UNLISTED', { at: path });
    }
    for (const [path, { size }] of listed) {
      const entry = reader.entries.get(path);
      if (entry !== undefined && entry.size !== size) this.fail('FILE_SIZE_MISMATCH', { at: path });
    }
    if (this.findings.length > failed) throw new Stop();

    const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
    let done = 0;
    for (const [path, entry] of reader.entries) {
      const content = reader.content(path);
      const digest = await digestBlob(content, {
        ...(this.options.signal === undefined ? {} : { signal: this.options.signal }),
        onProgress: read => this.options.onProgress?.(done += read, reader.size),
      });
      const file = listed.get(path);
      if (digest.crc32 !== entry.crc32) this.fail('FILE_CRC_MISMATCH', { at: path });
      if (file !== undefined && digest.sha256 !== file.sha256) this.fail('FILE_DIGEST_MISMATCH', { at: path });
      if (file !== undefined && path.startsWith('data/') && CONTENT_ROLES.has(file.role) && file.size <= MAX_JSON) bytes.set(path, await reader.bytes(path));
    }
    if (this.findings.length > failed) throw new Stop();
    this.say('FILES_UNCHANGED', 'ok');
    return bytes;
  }

  private async checkLists(reader: PackageReader, manifest: DossierManifest): Promise<void> {
    const failed = this.findings.length;
    const lists = await derivedLists(manifest, await sha256(canonicalBytes(manifest as unknown as Json)), reader.type);
    for (const [path, text] of lists) {
      if (!sameBytes(await reader.bytes(path), new TextEncoder().encode(text))) this.fail('LIST_MISMATCH', { at: path });
    }
    if (this.findings.length > failed) throw new Stop();
    this.say('LISTS_MATCH', 'ok');
  }

  private parseContent(manifest: DossierManifest, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Content {
    const content: Partial<Record<ContentRole, Json>> = {};
    const roles = new Map<string, DossierFile[]>();
    for (const file of manifest.files) roles.set(file.role, [...roles.get(file.role) ?? [], file]);
    for (const role of Object.keys(CONTENT_FILES) as ContentRole[]) {
      const path = CONTENT_FILES[role];
      const found = roles.get(role) ?? [];
      const misplaced = manifest.files.some(file => file.path === path && file.role !== role);
      if (found.length > 1 || misplaced || found.some(file => file.path !== path) || (found.length === 0 && REQUIRED_ROLES.includes(role))) {
        this.fail('ROLE_WRONG', { at: path });
        continue;
      }
      const bytes = files.get(path);
      if (bytes === undefined) continue;
      try {
        content[role] = role === 'seal' ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : parseCanonicalFile(bytes, path);
      } catch (error) {
        this.fail('FILE_INVALID', { at: path, detail: error instanceof Error ? error.message : String(error) });
      }
    }
    const { data, schema, rules, definition, provenance, salts, decisions, seal } = content;
    const shapes: readonly [ContentRole, boolean][] = [
      ['data', isJsonObject(data)], ['schema', isJsonObject(schema)], ['definition', isJsonObject(definition)],
      ['rules', Array.isArray(rules) && rules.every(isRule)], ['provenance', isProvenance(provenance)],
      ['salts', isSalts(salts)], ['decisions', Array.isArray(decisions) && decisions.every(isJsonObject)],
    ];
    for (const [role, right] of shapes) {
      if (!right && content[role] !== undefined) this.fail('FILE_INVALID', { at: CONTENT_FILES[role], detail: 'unexpected shape' });
    }
    if (shapes.some(([, right]) => !right) || this.failed) throw new Stop();
    this.data = data as JsonObject;
    return {
      data: data as JsonObject, salts: salts as Salts, provenance: provenance as JsonObject, decisions: decisions as Json,
      documents: { definition: definition as JsonObject, dataSchema: schema as JsonObject, rules: rules as unknown as readonly PublishedRule[] },
      jws: (seal as string | undefined) ?? null,
    };
  }

  private async checkForm(manifest: DossierManifest, { documents }: Content): Promise<void> {
    const params = { form: manifest.form.id, version: manifest.form.version };
    const digest = await sha256(canonicalJson(documents as unknown as Json));
    if (digest !== manifest.form.digest) return this.fail('FORM_DIGEST_MISMATCH', params);
    this.say('FORM_DIGEST_MATCH', 'ok', params);
    const { knownForms } = this.options;
    if (knownForms === undefined) return this.say('NOT_CHECKED_FORM', 'not-checked');
    const known = typeof knownForms === 'function' ? await knownForms(digest) : knownForms.has(digest);
    if (known) this.say('FORM_KNOWN', 'ok');
    else this.fail('FORM_UNKNOWN', params);
  }

  private async checkSchema({ documents, data }: Content): Promise<void> {
    if (this.options.validateData === undefined) return this.say('NOT_CHECKED_SCHEMA', 'not-checked');
    const errors = await this.options.validateData(documents.dataSchema, data);
    for (const { instancePath, keyword } of errors) this.fail('SCHEMA_INVALID', { at: instancePath, keyword });
    if (errors.length === 0) this.say('SCHEMA_VALID', 'ok');
  }

  private async checkRules({ documents, data }: Content): Promise<void> {
    const count = documents.rules.length;
    if (this.options.checkRules === undefined) {
      return count === 0 ? this.say('RULES_HOLD', 'ok', { count }) : this.say('NOT_CHECKED_RULES', 'not-checked', { count });
    }
    const issues = await this.options.checkRules(documents.rules, data);
    for (const { pointer, severity, rule = '' } of issues) {
      if (severity === 'error') this.fail('RULE_BROKEN', { at: pointer, rule });
      else this.say('RULE_WARNING', 'note', { at: pointer, rule });
    }
    if (!issues.some(({ severity }) => severity === 'error')) this.say('RULES_HOLD', 'ok', { count });
  }

  private async openSeal(manifest: DossierManifest, { jws }: Content): Promise<OpenedSeal | null> {
    if (jws === null) {
      this.say('SEAL_NONE', 'note');
      return null;
    }
    const seal = await this.readSeal(jws, manifest);
    const { aud, nonce, sub, iat, exp, form } = seal.payload;
    const { recipient, submitter } = manifest;
    if (form.digest !== manifest.form.digest) this.stop('SEAL_FORM_MISMATCH');
    if (aud !== recipient.audience || nonce !== recipient.nonce) this.fail('SEAL_RECIPIENT_MISMATCH');
    if (submitter === null || sub !== submitter.id) this.fail('SEAL_SUBMITTER_MISMATCH');
    // Without a time of receipt the package's own word is all there is, and NOT_CHECKED_TIME says so.
    const at = this.options.now?.getTime() ?? Date.parse(manifest.created);
    if (at + CLOCK_SKEW < iat * 1000 || at > exp * 1000) this.fail('SEAL_EXPIRED');
    return seal;
  }

  private async readSeal(jws: string, manifest: DossierManifest): Promise<OpenedSeal> {
    const { openSeal } = this.options;
    if (openSeal === undefined) {
      const payload = unverifiedPayload(jws);
      if (payload === null) this.stop('SEAL_INVALID', { detail: 'unreadable' });
      this.say('NOT_CHECKED_SEAL', 'not-checked');
      return { jws, payload, verified: false };
    }
    try {
      const seal = await openSeal(jws, manifest);
      if (!seal.verified) this.stop('SEAL_INVALID', { detail: 'unverified' });
      this.say('SEAL_VALID', 'ok', { issuer: seal.payload.iss });
      return seal;
    } catch (error) {
      if (!isOnceFormError(error)) throw error;
      this.stop('SEAL_INVALID', { detail: error.message });
    }
  }

  /** Origins are never read from the package: they are worked out again, and what the package says is compared. */
  private async checkOrigins(manifest: DossierManifest, content: Content, seal: OpenedSeal | null): Promise<void> {
    const claimed = content.provenance['answers'] as JsonObject;
    const officerEntered = Object.keys(claimed).filter(at => (claimed[at] as JsonObject)['origin'] === 'officer-entered');
    const components = componentAnswers(manifest);
    if (components === null) return this.fail('COMPONENT_FILE_WRONG', { at: 'dossier.json' });
    const computed = content.documents.rules.filter(rule => rule.kind === 'compute') as unknown as readonly Computed[];
    const submission = substitute({
      form: { ...manifest.form, computed }, answers: content.data, seal, components, decisions: decisionsFrom(content.decisions), officerEntered,
    });
    this.origins = submission.origins;
    this.submission = submission;

    for (const at of submission.ignored) this.fail('LOCKED_VALUE_CHANGED', { at });
    if (!jsonEqual(submission.data, content.data)) {
      if (!jsonEqual(valueAt(submission.data, CONTEXT_POINTER), valueAt(content.data, CONTEXT_POINTER))) this.fail('CONTEXT_CHANGED');
      else if (submission.ignored.length === 0) this.fail('LOCKED_VALUE_CHANGED', { at: '' });
    }
    if (typeof valueAt(content.data, '/$context/assistedBy') !== 'string') {
      for (const at of officerEntered) this.fail('OFFICER_WITHOUT_ASSISTANCE', { at });
    }

    const before = this.findings.length;
    const expected = await provenanceOf(content.data, submission.origins, content.salts) as unknown as JsonObject;
    const answers = expected['answers'] as JsonObject;
    const salted = [...Object.keys(answers), ...expected['context'] === undefined ? [] : [CONTEXT_POINTER]];
    for (const at of new Set([...salted, ...Object.keys(content.salts), ...Object.keys(claimed)])) {
      const right = at === CONTEXT_POINTER ? jsonEqual(expected['context'], content.provenance['context']) : jsonEqual(answers[at], claimed[at]);
      if (!right || !Object.hasOwn(content.salts, at)) this.fail('PROVENANCE_MISMATCH', { at });
    }
    if (before === this.findings.length && !jsonEqual(expected, content.provenance)) this.fail('PROVENANCE_MISMATCH', { at: CONTENT_FILES.provenance });
    if (before === this.findings.length) {
      const entries = Object.values(submission.origins);
      const count = (origin: string): number => entries.filter(entry => entry.origin === origin).length;
      this.say('PROVENANCE_MATCH', 'ok', {
        count: entries.length, auto: count('auto'), override: count('override'), manual: count('manual'),
        derived: count('derived'), officer: count('officer-entered'),
      });
    }
    if (!jsonEqual(decisionsFile(submission.decisions, seal), content.decisions)) this.fail('DECISIONS_MISMATCH');
    if (await reviewDigest({ form: submission.form, data: content.data, components }) === manifest.reviewDigest) this.say('REVIEW_MATCH', 'ok');
    else this.fail('REVIEW_MISMATCH');
  }

  private checkComponents(manifest: DossierManifest, { data }: Content): void {
    const before = this.findings.length;
    const components = componentAnswers(manifest) ?? [];
    const byPath = new Map(manifest.files.map(file => [file.path, file]));
    const used = new Set(namedFiles(components, data).map(({ file }) => file.sha256));
    for (const component of manifest.components) {
      const { id: at, fulfilledBy } = component;
      const needsFile = fulfilledBy === 'file' || fulfilledBy === 'both';
      if (component.files.some(path => byPath.get(path)?.role !== 'component')) this.fail('COMPONENT_FILE_WRONG', { at });
      if (needsFile && component.files.length === 0) this.fail('COMPONENT_FILE_NEEDED', { at });
      if (fulfilledBy === 'data' && !(component.data ?? []).some(Boolean)) this.fail('COMPONENT_DATA_NOT_OFFICIAL', { at });
      if (fulfilledBy === 'data' || fulfilledBy === 'both') {
        if (!(component.data ?? []).every(pointer => this.isOfficial(pointer))) this.fail('COMPONENT_DATA_NOT_OFFICIAL', { at });
      }
      if (fulfilledBy === 'issued-document') {
        if (component.reference === undefined) this.fail('COMPONENT_REFERENCE_MISSING', { at });
        else if (![...byPath.values()].some(file => file.sha256 === component.reference?.sha256)) this.say('NOT_CHECKED_ISSUED_DOCUMENT', 'not-checked', { at });
      }
    }
    for (const { path, role, sha256 } of manifest.files) {
      if ((role === 'component' || role === 'answer-file') && !used.has(sha256)) this.fail('COMPONENT_FILE_UNUSED', { at: path });
    }
    if (!this.findings.slice(before).some(({ status }) => status === 'failed')) this.say('COMPONENTS_CONSISTENT', 'ok', { count: components.length });
  }

  /** A value counts as official when it, or every answer under it, is `auto`. */
  private isOfficial(pointer: Pointer): boolean {
    const entries = Object.entries(this.origins ?? {}).filter(([at]) => at === pointer || at.startsWith(`${pointer}/`));
    return entries.length > 0 && entries.every(([, entry]) => entry.origin === 'auto');
  }

  private async checkAddress(manifest: DossierManifest): Promise<void> {
    const { audience, nonce, now, previous } = this.options;
    const { recipient, created, bundle } = manifest;
    if (audience === undefined) this.say('NOT_CHECKED_RECIPIENT', 'not-checked', { audience: recipient.audience });
    else if (audience === recipient.audience) this.say('RECIPIENT_MATCH', 'ok');
    else this.fail('RECIPIENT_MISMATCH', { audience: recipient.audience });

    if (nonce === undefined) this.say('NOT_CHECKED_NONCE', 'not-checked');
    else if (await nonce(recipient.nonce, manifest)) this.say('NONCE_VALID', 'ok');
    else this.fail('NONCE_INVALID');

    if (now === undefined) this.say('NOT_CHECKED_TIME', 'not-checked', { created });
    else if (Date.parse(created) <= now.getTime() + CLOCK_SKEW) this.say('CREATED_PLAUSIBLE', 'ok', { created });
    else this.fail('CREATED_IN_FUTURE', { created });

    if (previous !== undefined) {
      if (manifest.previous?.id === previous.id && manifest.previous.sha256 === previous.sha256) this.say('PREVIOUS_MATCH', 'ok');
      else this.fail('PREVIOUS_MISMATCH');
    } else if (manifest.previous !== undefined) {
      this.say('NOT_CHECKED_PREVIOUS', 'not-checked');
    }
    if (bundle !== undefined) {
      const { no, of } = bundle;
      if (no < 1 || no > of) this.fail('BUNDLE_INVALID', { no, of });
      else if (of > 1) this.say('NOT_CHECKED_BUNDLE', 'not-checked', { no, of });
    }
  }

  private checkSignatures(reader: PackageReader): void {
    const signatures = [...reader.entries.keys()].filter(isSignaturePath);
    if (reader.type === UNSIGNED_TYPE) {
      if (signatures.length > 0) this.fail('SIGNATURE_UNEXPECTED');
      this.say('UNSIGNED', 'note');
    } else if (signatures.length === 0) {
      this.fail('SIGNATURE_MISSING');
    } else {
      this.say('NOT_CHECKED_SIGNATURES', 'not-checked', { count: signatures.filter(path => path.endsWith('.p7s')).length });
    }
  }

  private get failed(): boolean {
    return this.findings.some(({ status }) => status === 'failed');
  }
}

interface Content {
  readonly data: JsonObject;
  readonly documents: FormDocuments;
  readonly provenance: JsonObject;
  readonly salts: Salts;
  readonly decisions: Json;
  readonly jws: string | null;
}

/** Bytes of one JSON file. */
const MAX_JSON = 32 * 1024 * 1024;
const FIXED = ['mimetype', 'dossier.json', 'bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'];
const CONTENT_ROLES: ReadonlySet<string> = new Set(Object.keys(CONTENT_FILES));

/** Turns the manifest's components back into what was reviewed; null when one names a file that is not there. */
function componentAnswers(manifest: DossierManifest): ComponentAnswer[] | null {
  const byPath = new Map(manifest.files.map(file => [file.path, file]));
  const answers: ComponentAnswer[] = [];
  for (const { title: _, files, ...component } of manifest.components) {
    const named = files.map(path => byPath.get(path));
    if (!named.every(file => file !== undefined)) return null;
    answers.push({ ...component, files: named.map(({ name = '', type, size, sha256 }) => ({ name, type, size, sha256 })) });
  }
  return answers;
}

function isRule(value: Json): boolean {
  return isJsonObject(value) && typeof value['id'] === 'string' && typeof value['target'] === 'string'
    && typeof value['expression'] === 'string' && (value['kind'] === 'check' || value['kind'] === 'compute');
}

/** The payload of a seal that nobody checks; null when it is none. */
function unverifiedPayload(jws: string): SealPayload | null {
  const part = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(jws)?.[1];
  if (part === undefined) return null;
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const payload = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, c => c.charCodeAt(0)))) as Json;
    return isJsonObject(payload) && Array.isArray(payload['items']) && isJsonObject(payload['form']) ? payload as unknown as SealPayload : null;
  } catch {
    return null;
  }
}

