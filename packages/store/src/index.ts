// @onceform/store: facts about people from many sources, offered, sealed and accounted for. A table of contents.

export type { BodyBox } from './body-box.ts';
export type {
  About,
  CitizenDataSource,
  ConfirmedRelation,
  Discrepancy,
  ItemResult,
  Person,
  SourceDescription,
  SourceHealth,
  SourceQuery,
  SourceQueryItem,
  Ticket,
  UsageRow,
} from './source.ts';
export {
  createGateway,
  type CitizenSession,
  type Gateway,
  type GatewayForm,
  type GatewayOptions,
  type KnownCase,
  type SealBinding,
} from './gateway.ts';
export {
  CIVIL_ROLES,
  createRelations,
  type RelatedPerson,
  type Relations,
  type RelationsPort,
  type RoleRule,
} from './relations.ts';
export { type Comparable, plainComparable } from './agreement.ts';
export {
  createConsentLedger,
  createMemoryConsents,
  DEFAULT_TERMS,
  type ConsentLedger,
  type ConsentRecord,
  type ConsentStore,
  type ConsentTerms,
  type KnownConsent,
} from './consent.ts';
export {
  createComplaintDesk,
  createMemoryComplaints,
  type Complaint,
  type ComplaintDesk,
  type ComplaintStore,
} from './complaints.ts';
export {
  createDisputeDesk,
  createMemoryDisputes,
  type Dispute,
  type DisputeDesk,
  type DisputeDeskOptions,
  type DisputeStore,
} from './disputes.ts';
export {
  createCoDeclarations,
  createMemoryInvitations,
  type CoDeclarationOptions,
  type CoDeclarations,
  type ConfirmedPart,
  type Invitation,
  type InvitationStore,
} from './co-declaration.ts';
export {
  checkReference,
  createMemoryHoldings,
  findHeld,
  type DocumentHoldings,
  type HeldDocument,
  type HeldKind,
  type HeldOffer,
  type HeldOffers,
  type ReferenceState,
} from './documents.ts';
export type { Recheck } from './recheck.ts';
export { createPrefillJournal, type JournalPage, type PrefillJournal } from './prefill-journal.ts';
export { createMemoryOfferStore, type OfferBook, type OfferStore } from './offer-store.ts';
export {
  createMemoryNonces,
  createSigner,
  openSeal,
  SEAL_TYPE,
  signSeal,
  type NonceStore,
  type SealExpectations,
  type SealSigner,
} from './seal.ts';
export { importLegacy, type LegacyImport, type LegacyRow } from './legacy.ts';
export {
  statementsFromDecision,
  statementsToKeep,
  writeBack,
  type OfficialFact,
  type WriteBackInput,
  type WriteBackOptions,
} from './write-back.ts';
export { describeUsage, findUsage, sayUsage, type UsageNames, type UsageWords } from './usage-words.ts';
export { readSeal } from './seal-payload.ts';
export {
  brokenLink,
  chainUsage,
  createMemoryUsageLog,
  type UsageEntry,
  type UsageEvent,
  type UsageLog,
  type UsageOutcome,
} from './usage-log.ts';
export { usageAtSources, type SourceUsage } from './source-usage.ts';
export { expiryRound, type ExpiringFacts, type ExpiryNotice, type ExpiryRound } from './expiry.ts';
export { maskedText } from './masking.ts';
