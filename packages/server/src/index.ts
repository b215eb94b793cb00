// @onceform/server: the portal back end, given a country pack. A table of contents.

export { createPortal, type Portal, type PortalOptions } from './portal.ts';
export { createGatewayService, type GatewayService, type GatewayServiceOptions } from './gateway-service.ts';
export type { SubjectTokenOptions } from './subject-token.ts';
export { serve, type Listener } from './serve.ts';
export { openFormRegistry, type FormRegistry, type RegisteredForm, type RegistryOptions } from './form-registry.ts';
export { childProcessCompiler, type CompilerLimits, type FormCompiler, type PackModule } from './form-compiler.ts';
export { compileDefinition, type Compilation } from './compile-definition.ts';

// Storage
export type { Database, Queryable, SqlValue } from './database.ts';
export { openPglite, type PgliteOptions } from './database-pglite.ts';
export { openPostgres, type PostgresOptions } from './database-postgres.ts';
export { lockDirectory, type DirectoryLock } from './directory-lock.ts';
export { migrate } from './migrations.ts';
export { directoryStore, type ObjectStore } from './object-store.ts';
export { openObjectStore, s3Store, type S3Options } from './s3-store.ts';
export { encryptedStore, ownerId, type OwnerKeys } from './encrypted-store.ts';
export { reindex, type ReindexReport } from './reindex.ts';
export { clamdScanner, type MalwareScanner } from './malware-scanner.ts';
export type { UploadOptions } from './uploads.ts';

// People and keys
export { createKeys, deriveKey, loadKeys, pairwiseId, publicKeyOf, type PortalKeys } from './keys.ts';
export type { Person, Session } from './session.ts';
export type { SignInOptions } from './sign-in.ts';
export { authorizationMatrix, type Act, type Grant, type Role } from './authorization.ts';

// Intake
export { bundleReceiptsKey, packageKey, receiptKey } from './dossier-index.ts';
export type { Acknowledged, BundleFiling, Intake } from './intake.ts';
export type { Filing } from './verify-filing.ts';
export type { AgencyRow, Edition, HoursRow, ParameterRows, Parameters, ParameterTable } from './parameters.ts';
export { addWorkingHours, dateIn, OFFICE_HOURS, zonedTime, type WorkingHours } from './working-time.ts';
export type { SecurityEvent, SecurityLog } from './security-log.ts';
export { contentSecurityPolicy } from './security-headers.ts';

// After filing
export type { PaymentOrder, PaymentProvider, Payments } from './payments.ts';
export {
  directoryReceiver,
  type Outbox,
  type OutboxMessage,
  type Receiver,
  webhookReceiver,
  wordedReceiver,
} from './outbox.ts';
export {
  notifierReceiver,
  smtpNotifier,
  webhookNotifier,
  type Notice,
  type Notifier,
  type NotifierReceiverOptions,
  type SmtpOptions,
} from './notifier.ts';
export type { Handling, DossierStatus } from './handling.ts';
export type { Counting, IndicatorSpec, IndicatorValue } from './indicators.ts';
export type { DailyCount, IndicatorReport, Measurement } from './measurement.ts';
