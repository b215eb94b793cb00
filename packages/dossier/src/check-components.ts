// Fourth part: the papers of the dossier are there, are of the type they say, and data that stand in a paper's
// place are official.

import {
  evidenceNeeded,
  type AssuranceLevel,
  type ComponentAnswer,
  type ComponentSpec,
  type DossierFile,
  type DossierManifest,
  type FormDocuments,
  type Json,
  type JsonObject,
  type OriginMap,
  type Pointer,
  type VerifiedSubmission,
} from '@onceform/core';
import type { KnownForm } from './check-form.ts';
import { DOCUMENTED_TYPES, fits, sniff } from './file-types.ts';
import { namedFiles } from './file-references.ts';
import { sameBytes, type PackageReader } from './read-package.ts';
import type { Report } from './report.ts';

export interface HumanCopyOptions {
  /**
   * Makes a human copy of the package again, byte for byte; null for a kind or version it cannot make. Without it the
   * copy is not checked.
   */
  readonly renderAgain?: (file: DossierFile, about: HumanCopySource) => Promise<Uint8Array | null>;
}

export interface HumanCopySource {
  readonly manifest: Pick<DossierManifest, 'id' | 'created' | 'reviewDigest' | 'language' | 'components'>;
  readonly data: JsonObject;
  readonly origins: OriginMap;
  readonly documents: Pick<FormDocuments, 'definition'>;
  readonly texts: Json | undefined;
}

/** What people read of a package has to show what its data say. */
export async function checkHumanCopies(
  report: Report,
  reader: PackageReader,
  about: HumanCopySource & { readonly manifest: DossierManifest },
  { renderAgain }: HumanCopyOptions,
): Promise<void> {
  for (const file of about.manifest.files) {
    if (file.role !== 'human-copy') continue;
    const again = (await renderAgain?.(file, about)) ?? null;
    if (again === null) report.unchecked('NOT_CHECKED_HUMAN_COPY', { at: file.path });
    else if (sameBytes(again, await reader.bytes(file.path))) report.ok('HUMAN_COPY_MATCH', { at: file.path });
    else report.fail('HUMAN_COPY_MISMATCH', { at: file.path });
  }
  if (about.texts !== undefined) report.unchecked('NOT_CHECKED_TEXTS');
}

/** Turns the manifest's components back into what was reviewed. */
export function componentAnswers(report: Report, manifest: DossierManifest): ComponentAnswer[] {
  const byPath = new Map(manifest.files.map(file => [file.path, file]));
  return manifest.components.map(({ title: _, files, ...component }) => ({
    ...component,
    files: files.map(path => {
      const file = byPath.get(path);
      if (file?.role !== 'component') report.stop('COMPONENT_FILE_WRONG', { at: component.id });
      return { name: file.name ?? '', type: file.type, size: file.size, sha256: file.sha256 };
    }),
  }));
}

export async function checkComponents(
  report: Report,
  manifest: DossierManifest,
  reader: PackageReader,
  submission: VerifiedSubmission,
  known: KnownForm | null,
): Promise<void> {
  const before = report.failures;
  const { origins, components, data } = submission;
  const used = new Set(namedFiles(components, data).map(({ file }) => file.sha256));
  for (const { path, role, sha256 } of manifest.files) {
    if ((role === 'component' || role === 'answer-file') && !used.has(sha256))
      report.fail('COMPONENT_FILE_UNUSED', { at: path });
  }
  for (const component of components) checkOne(report, component, origins, manifest);
  if (known !== null) checkAgainstForm(report, submission, known);
  for (const file of manifest.files) await checkType(report, reader, file);
  if (report.failures === before) report.ok('COMPONENTS_CONSISTENT', { count: components.length });
}

function checkOne(
  report: Report,
  component: ComponentAnswer,
  origins: OriginMap,
  { files, created }: DossierManifest,
): void {
  const { id: at, fulfilledBy, data = [], reference, copy } = component;
  if ((fulfilledBy === 'file' || fulfilledBy === 'both') && component.files.length === 0)
    report.fail('COMPONENT_FILE_NEEDED', { at });
  if (fulfilledBy === 'data' || fulfilledBy === 'both') {
    if (data.length === 0 || !data.every(pointer => officialUnder(origins, pointer).length > 0))
      report.fail('COMPONENT_DATA_NOT_OFFICIAL', { at });
  }
  if (copy !== undefined) {
    if (component.files.length === 0 || Date.parse(copy.at) > Date.parse(created))
      report.fail('COMPONENT_COPY_WRONG', { at });
    else report.unchecked('NOT_CHECKED_COPY', { at, by: copy.by, time: copy.at });
  }
  if (fulfilledBy === 'issued-document') {
    if (reference === undefined) report.fail('COMPONENT_REFERENCE_MISSING', { at });
    else if (!files.some(file => file.sha256 === reference.sha256))
      report.unchecked('NOT_CHECKED_ISSUED_DOCUMENT', { at });
  }
}

/** The origins at and under a pointer, or none when one of them is not `auto`. */
function officialUnder(origins: OriginMap, pointer: Pointer) {
  const entries = Object.entries(origins)
    .filter(([at]) => at === pointer || at.startsWith(`${pointer}/`))
    .map(([, entry]) => entry);
  return entries.every(entry => entry.origin === 'auto') ? entries : [];
}

const ASSURANCE = ['low', 'substantial', 'high'] as const;

/** What the published form demands: each needed component met, its files of an accepted type and size, its data sure enough. */
function checkAgainstForm(
  report: Report,
  { components, origins, data }: VerifiedSubmission,
  { components: specs, reuse = [] }: KnownForm,
): void {
  const evidence = evidenceNeeded({ reuse, components: specs }, data, pointer => origins[pointer]);
  const answers = new Map(components.map(component => [component.id, component]));
  for (const { id: at } of components)
    if (!specs.some(spec => spec.id === at)) report.fail('COMPONENT_UNKNOWN', { at });
  const met = (spec: ComponentSpec): boolean => answers.has(spec.id);
  for (const spec of specs) {
    const at = spec.id;
    const answer = answers.get(at);
    const needed = spec.handling === 'submit' && (evidence.has(at) || (spec.required && (spec.guard?.(data) ?? true)));
    if (answer === undefined) {
      const instead = spec.oneOf !== undefined && specs.some(other => other.oneOf === spec.oneOf && met(other));
      if (needed && !instead) report.fail('COMPONENT_MISSING', { at });
      continue;
    }
    if (answer.files.length > spec.maxFiles) report.fail('COMPONENT_FILE_REFUSED', { at });
    for (const file of answer.files) {
      if (file.size > spec.maxSize || !accepts(spec.accept, file.type)) report.fail('COMPONENT_FILE_REFUSED', { at });
    }
    if (answer.fulfilledBy === 'data' || answer.fulfilledBy === 'both') {
      const { replacedBy } = spec;
      const sure = (pointer: Pointer, least: AssuranceLevel): boolean => {
        const entries = officialUnder(origins, pointer);
        return (
          entries.length > 0
          && entries.every(
            ({ verification }) => ASSURANCE.indexOf(verification?.assuranceLevel ?? 'low') >= ASSURANCE.indexOf(least),
          )
        );
      };
      if (replacedBy === undefined || !replacedBy.pointers.every(pointer => sure(pointer, replacedBy.minAssurance)))
        report.fail('COMPONENT_DATA_NOT_OFFICIAL', { at });
    }
    if (answer.fulfilledBy === 'waived' && needed) report.note('COMPONENT_WAIVED', { at, reason: answer.reason ?? '' });
  }
}

function accepts(accept: readonly string[], type: string): boolean {
  return (
    accept.length === 0
    || accept.some(pattern => pattern === type || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1))))
  );
}

/** Characters that make a name look like another one: controls, zero width, direction marks. */
const SUSPICIOUS = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[/\\]/u;

async function checkType(
  report: Report,
  reader: PackageReader,
  { path: at, role, type, name = '' }: DossierFile,
): Promise<void> {
  if (role !== 'component' && role !== 'answer-file' && role !== 'evidence') return;
  if (SUSPICIOUS.test(name)) report.fail('NAME_SUSPICIOUS', { at });
  if (!Object.hasOwn(DOCUMENTED_TYPES, type)) report.note('FILE_TYPE_UNDOCUMENTED', { at, type });
  const found = await sniff(reader.source(at));
  if (!fits(found, type)) report.fail('FILE_TYPE_MISMATCH', { at, type });
  if (found.active !== null) report.note('FILE_ACTIVE_CONTENT', { at, type: found.active });
}
