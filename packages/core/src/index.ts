// @onceform/core: the contracts every package agrees on, and the running form. A table of contents.

export { type Json, type JsonObject, deepFreeze, isJsonObject, jsonEqual } from './json.ts';
export {
  type Path,
  type Pointer,
  type PointerPattern,
  expandPattern,
  formatPattern,
  formatPointer,
  joinPointer,
  parentPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  valueAt,
} from './pointer.ts';
export { withValueAt } from './with-value-at.ts';
export { OnceFormError, type OnceFormErrorCode, type OnceFormErrorOptions, isOnceFormError } from './errors.ts';
export { type Sha256, canonicalBytes, canonicalJson, digestJson, sha256, toNfc } from './canonical.ts';
export { ed25519Signer, ed25519Verifier, type Ed25519Key } from './ed25519.ts';
export { type Issue, type IssueSeverity, type LocalizedText, localize } from './issue.ts';

// Contract 1: the compiled form
export type {
  AssuranceLevel,
  Block,
  ChoiceBranch,
  ChoiceNode,
  CodeListRef,
  CompiledForm,
  CompileNote,
  ComponentSpec,
  Computed,
  Constraints,
  EditPolicy,
  FieldNode,
  FileReference,
  FormDocuments,
  GroupNode,
  Guard,
  Inline,
  JsonSchema,
  ListNode,
  MapNode,
  Markdown,
  Option,
  Outline,
  OutlineNode,
  OutlinePage,
  OutlineSection,
  PrintAnswer,
  PrintChoice,
  PrintLine,
  PrintSignature,
  PrintSpec,
  PrintTable,
  ProcedurePart,
  ProcedureSpec,
  PublishedRule,
  RecursionNode,
  ReuseItem,
  ReuseMember,
  ReuseMode,
  ReusePolicy,
  Rule,
  SchemaError,
  Sensitivity,
  TupleNode,
  Unit,
  UnsupportedNode,
  ValidatorPart,
  Validators,
} from './compiled.ts';

export { instancesOfPart, type RecursivePlaces, recursivePlaces } from './recursion.ts';

// Contract 2: statements, offers, the seal, the context
export type {
  AbsentReason,
  ConceptId,
  Decision,
  Miss,
  Offer,
  OfferValue,
  PrefillResult,
  Purpose,
  SourceKind,
  SourceRef,
  Statement,
  SubjectRole,
  Verification,
} from './statement.ts';
export {
  CONTEXT_POINTER,
  type FormContext,
  type OpenedSeal,
  type SealedPart,
  type SealItem,
  type SealPayload,
} from './seal.ts';
export { partForm, partOf, refuseOutside, withPart } from './part.ts';
export type { Origin, OriginEntry, OriginMap } from './origin.ts';

// Contract 3: what may be filed, and how it is filed
export {
  type ComponentAnswer,
  type SubmissionInput,
  type VerifiedSubmission,
  askedBySchema,
  reviewDigest,
  reviewed,
  substitute,
} from './submission.ts';
export type {
  DossierComponent,
  DossierFile,
  DossierManifest,
  FeeLine,
  Finding,
  PaymentReference,
  Receipt,
  ReceiptDue,
  ReceiptFee,
} from './dossier.ts';

// What a country brings, and what a portal speaks
export type {
  Administration,
  AreaRow,
  Calendar,
  CodeEntry,
  CodeListSpec,
  CompetentAgency,
  ConceptSpec,
  CountryPack,
  LabelOf,
  PaperWords,
  DossierCodeScheme,
  FeeRow,
  FormatAdvice,
  FormatSpec,
  ProcedureQuestion,
  Proven,
  RuleFunction,
} from './pack.ts';
export type {
  BundleReceipts,
  CodeListPart,
  DraftForm,
  DraftOpened,
  FilingResponse,
  FormInfo,
  Mandate,
  PaymentState,
  PrefillRequest,
  PrefillRequestItem,
  Problem,
  SealRequest,
  SealResponse,
  SessionInfo,
  SignedOut,
  SourceInfo,
} from './protocol.ts';

// The running form
export { type OpenOptions, type Update, FormSession, openForm } from './session.ts';
export { FormState, type StateConfig } from './state.ts';
export {
  type Annotation,
  AnnotationType,
  addToHistory,
  authority,
  type ChangeSpec,
  type StateEffect,
  StateEffectType,
  Transaction,
  type TransactionSpec,
} from './transaction.ts';
export { type Answers, type Change, ChangeSet } from './change.ts';
export { type SlotSpec, StateSlot } from './slot.ts';
export { type Contribution, type Extension, transactionExtender, updateEffect } from './extension.ts';
export { PersistentMap } from './persistent-map.ts';
export type { RuleEvaluator, RuleVariables } from './rules.ts';

// Asking a state
export { answerAt, answersSlot, answerStatus, branchAt, fieldNodeAt, itemKeys, rawTextAt, textOf } from './answers.ts';
export { derivedSlot, isRelevant, isRequired } from './derived.ts';
export type { Derived } from './derive.ts';
export {
  allIssues,
  errorCount,
  attemptPage,
  attemptSubmit,
  issuesAt,
  markTouched,
  mergeServerIssues,
  pageIssues,
  visibilitySlot,
  visibleIssuesAt,
} from './visibility.ts';
export {
  type FieldPlace,
  gateBefore,
  goToField,
  goToPage,
  pagesSlot,
  type PageProgress,
  placeOfField,
  progress,
  type Progress,
} from './pages.ts';
export { pageOf } from './page-map.ts';
export { contextSlot, setContext } from './context.ts';
export { localeSlot } from './locale.ts';
export {
  applySeal,
  decisions,
  declineOffers,
  dispute,
  type HeldRecord,
  type HeldValue,
  isLocked,
  keepMine,
  missAt,
  offersAt,
  type Prefill,
  prefillSlot,
  receiveOffers,
  recordAt,
  reuseItemOf,
  currentSeal,
  useOffer,
  withdrawDispute,
} from './prefill.ts';
export { askableItems, requestOf } from './prefill-request.ts';
export { heldAt, originAt } from './provenance.ts';
export { evidenceNeeded, isBlocked, onMissingAt } from './missing.ts';
export {
  addComponentFile,
  componentAnswers,
  type ComponentState,
  componentStates,
  missingComponents,
  referComponent,
  removeComponentFile,
  waiveComponent,
} from './components.ts';
export { type Review, reviewDigestOf, reviewOf, type ReviewRow, type ReviewSection, submissionOf } from './review.ts';
export {
  type Actor,
  actorSlot,
  checkEntries,
  enteredBy,
  type Entry,
  entriesSlot,
  entryAt,
  officerEntries,
  setActor,
  uncheckedEntries,
} from './entries.ts';
export {
  keepRecord,
  type Rechecked,
  recheckedSlot,
  recheckItems,
  type RecheckResult,
  receiveRecheck,
} from './recheck.ts';
export {
  chooseWriteBack,
  type WriteBack,
  type WriteBackChoice,
  isKeepable,
  writeBackChoices,
  writeBackPointers,
  writeBackSlot,
} from './write-back.ts';
export { type Audit, AUDIT_LIMIT, type AuditAct, type AuditEntry, auditSlot } from './audit.ts';
export { type History, historySlot, HISTORY_LIMIT, type HistoryStep } from './history.ts';
export { type Draft, serializeDraft } from './draft.ts';
export { type DraftConflict, type DraftMerge, mergeDrafts } from './draft-merge.ts';
export { type DraftMigration, migrateDraft, type MigrationReport, type MigrationStep } from './draft-migrate.ts';
export { type ComparedValue, compareWithSource, type SourceComparison } from './source-compare.ts';

// Texts and values
export { labelAt, sentence, type SentenceOptions } from './messages.ts';
export { hasText, isLocaleLoaded, loadLocale, text, type TextParams, type TextTable, useLocale } from './texts.ts';
export { formatDate, formatValue, type ValueContext } from './format-value.ts';
export { type Parsed, type ParseProblem, parseText } from './parse.ts';
export { fieldAt, inferBranch, nodeAt, resolveNode, walkInstance, walkOutline } from './outline.ts';
