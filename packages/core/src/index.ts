// @onceform/core: the contracts every package agrees on, and the running form. A table of contents.

export { type Json, type JsonObject, deepFreeze, isJsonObject, jsonEqual } from './json.ts';
export {
  type Path, type Pointer, type PointerPattern, expandPattern, formatPattern, formatPointer, joinPointer,
  parentPointer, parsePattern, parsePointer, pointerContains, valueAt,
} from './pointer.ts';
export { OnceFormError, type OnceFormErrorCode, type OnceFormErrorOptions, isOnceFormError } from './errors.ts';
export { type Sha256, canonicalBytes, canonicalJson, digestJson, sha256, toNfc } from './canonical.ts';
export { type Issue, type IssueSeverity, type LocalizedText, localize } from './issue.ts';

// Contract 1: the compiled form
export type {
  AssuranceLevel, Block, ChoiceBranch, ChoiceNode, CodeListRef, CompiledForm, CompileNote, ComponentSpec, Computed,
  Constraints, EditPolicy, FieldNode, FileReference, FormDocuments, GroupNode, Guard, Inline, JsonSchema, ListNode,
  MapNode, Markdown, Option, Outline, OutlineNode, OutlinePage, OutlineSection, PrintLine, PrintSpec, ProcedureSpec,
  PublishedRule, RecursionNode, ReuseItem, ReuseMember, ReuseMode, ReusePolicy, Rule, SchemaError, Sensitivity,
  TupleNode, Unit, UnsupportedNode, ValidatorPart, Validators,
} from './compiled.ts';

// Contract 2: statements, offers, the seal, the context
export type {
  AbsentReason, ConceptId, Decision, Miss, Offer, OfferValue, PrefillResult, Purpose, SourceKind, SourceRef,
  Statement, SubjectRole, Verification,
} from './statement.ts';
export { CONTEXT_POINTER, type FormContext, type OpenedSeal, type SealItem, type SealPayload } from './seal.ts';
export type { Origin, OriginEntry, OriginMap } from './origin.ts';

// Contract 3: what may be filed, and how it is filed
export { type ComponentAnswer, type SubmissionInput, type VerifiedSubmission, reviewDigest, substitute } from './submission.ts';
export type { DossierComponent, DossierFile, DossierManifest, Finding, Receipt } from './dossier.ts';

// What a country brings, and what a portal speaks
export type {
  Calendar, CodeEntry, CodeListSpec, ConceptSpec, CountryPack, DossierCodeScheme, FormatAdvice, FormatSpec, RuleFunction,
} from './pack.ts';
export type {
  CodeListPart, DraftOpened, FilingResponse, FormInfo, PrefillRequest, PrefillRequestItem, Problem, SealRequest,
  SealResponse, SessionInfo, SourceInfo,
} from './protocol.ts';
