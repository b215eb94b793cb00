// Whether a package may be taken in: everything the verifier says, and what only the portal knows – who files it, which
// drafts are open, which consents stand, which dossier waits to be supplemented.

import {
  isJsonObject,
  valueAt,
  type CountryPack,
  type DossierManifest,
  type Finding,
  type Issue,
  type JsonObject,
  type LocalizedText,
  type OpenedSeal,
  type PublishedRule,
} from '@onceform/core';
import { checkPublishedRules } from '@onceform/core/cel';
import { readPackage, verifyDossier, type DossierVerdict } from '@onceform/dossier';
import { htmlAgain } from '@onceform/dossier/html';
import { openSeal, type ConsentLedger, type SealExpectations } from '@onceform/store';
import type { CaseFiles, FilingFile } from './case-files.ts';
import type { Queryable } from './database.ts';
import type { FormRegistry, RegisteredForm } from './form-registry.ts';
import { refuse } from './problem.ts';
import { requireStanding } from './repeal-notice.ts';
import { holds, type Person, type SessionRow } from './session.ts';
import { dateIn } from './working-time.ts';

export interface FilingVerifierOptions {
  readonly db: Queryable;
  readonly files: Pick<CaseFiles, 'ofFiling'>;
  readonly registry: FormRegistry;
  readonly pack: Pick<CountryPack, 'timeZone' | 'functions'>;
  /** Who receives: packages and seals are addressed to it. */
  readonly audience: string;
  /** Public keys of the gateways whose seals count here. */
  readonly sealKeys: SealExpectations['keys'];
  /** A seal whose consent was taken back does not count. */
  readonly consents: Pick<ConsentLedger, 'assertStanding'>;
  /** Bytes of a whole package. */
  readonly maxSize: number;
}

/** A package as it came, and who sent it. */
export interface Filing {
  /** `urn:uuid:…` */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly person: Person;
  /** The machine that sent it is a desk: the seal has to say so. */
  readonly atDesk: boolean;
}

/** A package of somebody who is known, or whose session is looked up together with the case. */
export interface Incoming extends Omit<Filing, 'person'> {
  /** Null until the claim is admitted. */
  readonly person: Person | null;
  readonly claim?: {
    readonly id: string;
    /** @throws {OnceFormError} when whoever it is may not file. */
    admit(row: SessionRow | null): void;
  };
}

/** A package that may be taken in. */
export interface VerifiedFiling {
  readonly filing: Filing;
  readonly verdict: DossierVerdict;
  readonly manifest: DossierManifest;
  readonly form: RegisteredForm;
  readonly data: JsonObject;
  /** What the portal knew of the case when it looked. */
  readonly known: FilingFile;
}

/**
 * @throws {OnceFormError} ERR_DOSSIER_INVALID with the findings as issues; ERR_SEAL_… and ERR_SEAL_VOID; ERR_PACKAGE_…
 *   when the bytes are no package; ERR_FORM_UNKNOWN when the form is not valid on the day of receipt.
 */
export type FilingVerifier = (incoming: Incoming, now: Date) => Promise<VerifiedFiling>;

export function createFilingVerifier(options: FilingVerifierOptions): FilingVerifier {
  const { db, pack } = options;

  /** Computed values as of the session, checks as of the day of receipt: filed after midnight, a date limit may be over. */
  async function judgeRules({ compiled }: RegisteredForm, data: JsonObject, today: string): Promise<Issue[]> {
    const { rules, dataSchema } = await compiled.documents();
    const judge = (kind: PublishedRule['kind'], of: JsonObject): Issue[] =>
      checkPublishedRules(
        rules.filter(rule => rule.kind === kind),
        of,
        { dataSchema, functions: pack.functions },
      );
    const context = data['$context'];
    return [
      ...judge('compute', data),
      ...judge('check', isJsonObject(context) ? { ...data, $context: { ...context, today } } : data),
    ];
  }

  return async function verify(incoming, now) {
    const { id, bytes, mediaType, claim, atDesk } = incoming;
    let form: RegisteredForm | undefined, sealed: OpenedSeal | undefined, known: FilingFile | undefined;
    const look = async (nonce: string | null): Promise<FilingFile> => {
      if (known !== undefined) return known;
      const by = incoming.person === null ? { session: claim!.id } : { owner: incoming.person.id };
      known = await options.files.ofFiling({ dossier: id, nonce, by });
      if (incoming.person === null) claim!.admit(known.session);
      return known;
    };
    const verdict = await verifyDossier(bytes, {
      now,
      audience: options.audience,
      renderAgain: htmlAgain,
      limits: { maxSize: options.maxSize },
      // Who files, and on what, is known before the package is looked at more closely.
      opened: async ({ recipient }) => void (await look(recipient.nonce)),
      form: found => (form = options.registry.byDigest(found))?.compiled,
      checkRules: async (_rules, data) =>
        form === undefined ? [] : judgeRules(form, data, dateIn(pack.timeZone, now)),
      nonce: async nonce => (await look(nonce)).file !== null,
      openSeal: async (jws, manifest) =>
        (sealed = await openSeal(jws, {
          keys: options.sealKeys,
          audience: options.audience,
          subject: incoming.person!.id,
          draft: null,
          form: manifest.form,
          now,
        })),
    });
    // Before all other refusals: a withdrawal deletes the draft, and the citizen shall read why the dossier is refused.
    if (sealed !== undefined) {
      const file = known?.file;
      const isOfDraft = file?.draft.id === sealed.payload.draft;
      await options.consents.assertStanding(sealed.payload, isOfDraft ? file!.consent : undefined);
    }
    if (verdict.package === null) await readPackage(bytes, { maxSize: options.maxSize }); // says exactly why
    const { manifest, submission } = verdict;
    const { person } = incoming;
    if (manifest !== null && person !== null) {
      requireSubmitter(manifest, id, person);
      if (manifest.previous !== undefined) await requireWaiting(manifest.previous, person);
      if (form !== undefined) requireStanding(form, options.registry, dateIn(pack.timeZone, now));
      if (form !== undefined && !isValidOn(form, dateIn(pack.timeZone, now)))
        throw refuse('ERR_FORM_UNKNOWN', 'This version of the form is not valid on the day of receipt.');
    }
    if (verdict.data !== null && person !== null) requireMandate(verdict.data, person, now);
    const refusals = verdict.findings.filter(({ status }) => status === 'failed');
    if (!verdict.ok || refusals.length > 0 || manifest === null || submission === null || form === undefined)
      throw refuseFindings(refusals);
    const filing: Filing = { id, bytes, mediaType, person: person!, atDesk };
    return { filing, verdict, manifest, form, data: submission.data, known: await look(manifest.recipient.nonce) };
  };

  async function requireWaiting(
    { id, sha256 }: NonNullable<DossierManifest['previous']>,
    person: Person,
  ): Promise<void> {
    const [before] = await db.query(
      `SELECT 1 FROM dossier WHERE id = $1 AND sha256 = $2 AND owner = $3 AND status = 'supplement'`,
      [id, sha256, person.id],
    );
    if (before === undefined)
      throw refuse('ERR_DOSSIER_INVALID', 'The dossier that this one follows does not wait to be supplemented.');
  }
}

/**
 * A result that is a package of its own. It is no filing, and is read by nobody but the citizen: it has to be sound, and
 * to name the dossier it decided, as nobody could tell later.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID with the findings as issues.
 */
export async function verifyResult(
  bytes: Uint8Array<ArrayBuffer>,
  decided: NonNullable<DossierManifest['previous']>,
): Promise<void> {
  const { ok, findings } = await verifyDossier(bytes, { previous: decided });
  if (!ok) throw refuseFindings(findings.filter(({ status }) => status === 'failed'));
}

/** A refusal that names what was found, for the page to lead the citizen to it. */
export function refuseFindings(findings: readonly Finding[]): Error {
  return refuse(
    'ERR_DOSSIER_INVALID',
    findings.map(({ code, at }) => (at === undefined ? code : `${code} ${at}`)).join(', '),
    { issues: findings.map(issueOf) },
  );
}

function requireSubmitter({ id: named, submitter }: DossierManifest, id: string, person: Person): void {
  if (named !== id)
    throw refuse('ERR_DOSSIER_INVALID', 'The dossier names another id than the address it was sent to.');
  if (submitter?.id !== person.id)
    throw refuse('ERR_DOSSIER_INVALID', 'The dossier was made by another person than the one who files it.');
  if (submitter.identityLevel !== person.identityLevel)
    throw refuse('ERR_DOSSIER_INVALID', 'The dossier claims another identity level than the session has.');
}

/** A dossier is filed for whom the session acts, and only while the mandate holds. */
function requireMandate(data: JsonObject, { actingFor }: Person, now: Date): void {
  const named = valueAt(data, '/$context/onBehalfOf/id');
  if (named !== actingFor?.organisation.id)
    throw refuse('ERR_DOSSIER_INVALID', 'The dossier is for another organisation than the one the session acts for.');
  if (actingFor !== undefined && !holds(actingFor, now))
    throw refuse('ERR_FORBIDDEN', 'The mandate for the organisation has ended.');
}

function isValidOn(form: RegisteredForm, date: string): boolean {
  return (form.validFrom ?? '') <= date && date <= (form.validUntil ?? '9999');
}

function issueOf({ code, at, message }: Finding): Issue {
  return {
    pointer: at?.startsWith('/') ? at : '',
    keyword: 'server',
    severity: 'error',
    params: { code, ...(at === undefined ? {} : { at }) },
    message: message satisfies LocalizedText,
  };
}
