// @onceform/dossier: the package a form becomes. A table of contents.

export {
  buildDossier,
  composeDossier,
  contentsOf,
  digestOnce,
  GENERATOR,
  type BuildOptions,
  type BuiltDossier,
  type DossierInput,
  type ExtraFile,
} from './build-dossier.ts';
export { verifyDossier, type DossierVerdict, type VerifyOptions } from './verify-dossier.ts';
export {
  readPackage,
  DEFAULT_LIMITS,
  SIGNED_TYPE,
  UNSIGNED_TYPE,
  type PackageReader,
  type PackageType,
  type ReadLimits,
} from './read-package.ts';
export { redact, type RedactionKeep } from './redact.ts';
export { checkBundle, componentsOfPart, IN_OTHER_PART } from './bundle.ts';
export { replacementsCsv } from './replacements-csv.ts';
export { stripMetadata } from './strip-metadata.ts';
export { readManifest } from './read-manifest.ts';
export { digestBlob, slicesOf, type BlobDigest, type DigestOptions } from './digest-blob.ts';
export { hashInWorker, type Hasher, type HashWorker } from './hash-in-worker.ts';
export { isPackagePath, slugOf } from './package-path.ts';
export { answerFiles, isFileReference, namedFiles } from './file-references.ts';
export {
  isTexts,
  textsOf,
  spokenTexts,
  TEXTS_FORMAT,
  type DossierTexts,
  type ReviewLike,
  type SpokenTexts,
  type TextRow,
  type TextSection,
} from './texts.ts';
export type { HumanCopySource } from './check-components.ts';
export { DOCUMENTED_TYPES, fits, sniff, type Sniffed } from './file-types.ts';
export { CONTENT_FILES } from './content-files.ts';
export type { Provenance, ProvenanceEntry, RandomSource, Salts } from './provenance.ts';
export type { SignatureChecker, SignatureJudgement } from './check-signatures.ts';
export type { FindingCode } from './finding.ts';
