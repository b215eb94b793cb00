// Substitute, never compare: the one way from answers to something that may be filed.

import { basesOf, isAskedIn, type Place } from './asked.ts';
import { digestJson, type Sha256 } from './canonical.ts';
import type { CompiledForm, FileReference, Outline, SchemaError } from './compiled.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import type { OriginEntry, OriginMap } from './origin.ts';
import {
  expandPattern,
  formatPointer,
  joinPointer,
  parsePointer,
  pointerContains,
  valueAt,
  type Pointer,
} from './pointer.ts';
import type { OpenedSeal, SealItem, SealPayload } from './seal.ts';
import type { Decision } from './statement.ts';
import { withValueAt } from './with-value-at.ts';

/** How a component of the dossier is met. */
export interface ComponentAnswer {
  readonly id: string;
  readonly fulfilledBy: 'data' | 'file' | 'issued-document' | 'both' | 'waived';
  readonly files: readonly FileReference[];
  /** For `data`: the pointers that stand in its place. */
  readonly data?: readonly Pointer[];
  /** Why data could not stand in its place, or why it is waived: an AbsentReason or the author's word. */
  readonly reason?: string;
  /** The files are no originals: who certified the copy or digitised the paper, when (RFC 3339), and the mark put on it. */
  readonly copy?: {
    readonly kind: 'certified' | 'digitised';
    readonly by: string;
    readonly at: string;
    readonly mark?: string;
  };
  /** For `issued-document`: a paper the State holds. */
  readonly reference?: { readonly source: string; readonly documentId: string; readonly sha256: Sha256 };
}

/** Where a computed value stands: of a compiled form, or as it was published. */

export interface SubmissionInput {
  /** The outline says where units in recursive parts are; published rules say it themselves. */
  readonly form: Pick<CompiledForm, 'id' | 'version' | 'digest'>
    & Partial<Pick<CompiledForm, 'guards' | 'outline'>> & { readonly computed: readonly Place[] };
  /** What the citizen's side holds, irrelevant answers already gone. */
  readonly answers: Json;
  readonly seal: OpenedSeal | null;
  readonly components: readonly ComponentAnswer[];
  readonly decisions: readonly Decision[];
  /** `officer-entered` pointers, when an officer assisted. */
  readonly officerEntered?: readonly Pointer[];
  /** Answers the citizen wants kept for the next form. */
  readonly writeBack?: readonly Pointer[];
  /**
   * Tells whether an answer is asked in this data: a locked value that is missing comes back only then. The form's
   * guards say so when left out; without guards (a package read later) `askedBySchema` says it from the dataSchema.
   */
  readonly asked?: (data: JsonObject, pointer: Pointer) => boolean;
}

declare const verified: unique symbol;

/** The only thing the dossier builder takes. Made by `substitute()` alone. */
export interface VerifiedSubmission {
  readonly [verified]: true;
  readonly form: { readonly id: string; readonly version: string; readonly digest: Sha256 };
  /** Locked and sealed values in place. */
  readonly data: JsonObject;
  readonly origins: OriginMap;
  readonly seal: OpenedSeal | null;
  readonly components: readonly ComponentAnswer[];
  readonly decisions: readonly Decision[];
  /** Pointers where an input held something else than the locked value, which was ignored. */
  readonly ignored: readonly Pointer[];
  /** Answers to keep for the next form, sorted: what the citizen ticked, as far as it is their own word. Not in the package. */
  readonly writeBack: readonly Pointer[];
}

/**
 * Puts the sealed values in place and works out the origin of every answer. Pure.
 *
 * Locked values are taken from the seal, whatever `answers` hold; a correctable or free value that differs from
 * the sealed one is an `override` that keeps the official value. Without a seal nothing is `auto`. A client cannot
 * claim an origin: there is no input for it.
 *
 * What a co-declarant confirmed is locked as well: an answer of theirs stays as they said it, `manual` where they
 * typed it. Whether the part as a whole is the confirmed one, its digest tells (`partOf`).
 *
 * A sealed item that the answers do not hold stays out when it is not asked any more or its record is gone; a locked
 * one that is asked comes back.
 *
 * @throws {OnceFormError} ERR_SEAL_FORM when the seal is for another form; ERR_SUBMISSION_INVALID when the answers
 *   are not an object, the seal mixes several people's answers, or a sealed pointer would leave the instance (`/__proto__/x`).
 */
export function substitute(input: SubmissionInput): VerifiedSubmission {
  const { form, seal, components, decisions } = input;
  if (!isJsonObject(input.answers))
    throw new OnceFormError('ERR_SUBMISSION_INVALID', 'The answers of a form are an object.');
  if (seal !== null && seal.payload.form.digest !== form.digest) {
    throw new OnceFormError('ERR_SEAL_FORM', 'The seal belongs to another form or another version of it.');
  }
  let data: JsonObject = input.answers;
  const items = seal?.payload.items ?? [];
  if (seal !== null) refuseForeignParts(seal.payload);
  const ignored: Pointer[] = [];
  if (seal !== null) data = { ...data, $context: seal.payload.context as unknown as Json };

  const sealed = new Map<Pointer, SealItem>();
  for (const item of items) {
    refuseHostile(item.pointer);
    const held = valueAt(data, item.pointer);
    if (held === undefined || item.value === undefined) continue;
    sealed.set(item.pointer, item);
    if (item.edit === 'locked' && !jsonEqual(held, item.value)) {
      ignored.push(item.pointer);
      data = withValueAt(data, parsePointer(item.pointer), item.value) as JsonObject;
    }
  }
  const asked = input.asked ?? ((all: JsonObject, pointer: Pointer) => isAskedIn(form, all, pointer));
  const complete = withLocked(data, items);
  for (const item of missingLocked(data, items)) {
    if (!asked(complete, item.pointer)) continue;
    sealed.set(item.pointer, item);
    data = withValueAt(data, parsePointer(item.pointer), item.value!) as JsonObject;
  }

  const derived = new Set(form.computed.flatMap(unit => placesOf(unit, form.outline, data)));
  const officer = new Set(input.officerEntered ?? []);
  const origins: Record<Pointer, OriginEntry> = {};
  const visit = (pointer: Pointer, value: Json): void => {
    if (pointer === '/$context') return;
    const item = sealed.get(pointer);
    if (item !== undefined) {
      origins[pointer] = originOf(item, value, hasBelow(officer, pointer));
    } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [key, member] of Object.entries(value)) visit(joinPointer(pointer, key), member);
    } else if (pointer !== '') {
      origins[pointer] = {
        origin: derived.has(pointer) ? 'derived' : isUnder(officer, pointer) ? 'officer-entered' : 'manual',
      };
    }
  };
  visit('', data);

  return {
    form: { id: form.id, version: form.version, digest: form.digest },
    data,
    origins,
    seal,
    components,
    decisions,
    ignored,
    writeBack: [...new Set(input.writeBack)].filter(pointer => isOwnWord(origins, pointer)).sort(),
  } as Omit<VerifiedSubmission, typeof verified> as VerifiedSubmission;
}

/**
 * Makes the `asked` of `substitute` from the published schema alone: lowering turns what is not asked into `false`.
 * `validate` is any validator of the dataSchema that reports every error.
 *
 * Resolves with null when nothing locked is missing, so that nothing needs to be asked.
 */
export async function askedBySchema(
  answers: JsonObject,
  seal: OpenedSeal,
  validate: (data: JsonObject) => readonly SchemaError[] | Promise<readonly SchemaError[]>,
): Promise<((data: JsonObject, pointer: Pointer) => boolean) | null> {
  const { items, context } = seal.payload;
  if (missingLocked(answers, items).length === 0) return null;
  const errors = await validate(withLocked({ ...answers, $context: context as unknown as Json }, items));
  const refused = errors.filter(error => error.keyword === 'false schema').map(error => error.instancePath);
  return (_, pointer) => !refused.some(at => pointerContains(at, pointer));
}

/** Locked items that the answers do not hold although their record is there. */
function missingLocked(data: JsonObject, items: readonly SealItem[]): readonly SealItem[] {
  return items.filter(
    item =>
      item.edit === 'locked'
      && item.value !== undefined
      && valueAt(data, item.pointer) === undefined
      // What somebody else declared is there whether or not this page ever showed it.
      && (item.by !== undefined || valueAt(data, item.record) !== undefined),
  );
}

function withLocked(data: JsonObject, items: readonly SealItem[]): JsonObject {
  return missingLocked(data, items).reduce(
    (all, item) => withValueAt(all, parsePointer(item.pointer), item.value!) as JsonObject,
    data,
  );
}

/** The present values that a unit is about. */
function placesOf(unit: Place, outline: Outline | undefined, data: JsonObject): Pointer[] {
  return basesOf(unit, outline, data).flatMap(base =>
    expandPattern(valueAt(data, base), unit.target).map(pointer => formatPointer(base) + pointer),
  );
}

/** What the review screen showed, as its digest is taken over it. */
export function reviewed(submission: Pick<VerifiedSubmission, 'form' | 'data' | 'components'>): JsonObject {
  return { form: submission.form.digest, data: submission.data, components: submission.components as unknown as Json };
}

/** SHA-256 over form, data and components: what the review screen showed is what is filed. */
export function reviewDigest(submission: Pick<VerifiedSubmission, 'form' | 'data' | 'components'>): Promise<Sha256> {
  return digestJson(reviewed(submission));
}

function originOf(item: SealItem, value: Json, byOfficer: boolean): OriginEntry {
  const same = jsonEqual(value, item.value);
  return {
    origin: isTyped(item) ? 'manual' : same ? 'auto' : byOfficer ? 'officer-entered' : 'override',
    concept: item.concept,
    record: item.record,
    recordRef: item.recordRef,
    source: item.source,
    verification: item.verification,
    lastUpdated: item.lastUpdated,
    retrievedAt: item.retrievedAt,
    ...(item.validUntil === undefined ? {} : { validUntil: item.validUntil }),
    edit: item.edit,
    ...(item.by === undefined ? {} : { by: item.by }),
    ...(same || item.value === undefined ? {} : { official: item.value }),
  };
}

/** There is an answer at the pointer or below, and all of it is the citizen's own. */
function isOwnWord(origins: OriginMap, pointer: Pointer): boolean {
  const below = Object.entries(origins).filter(([at]) => pointerContains(pointer, at));
  return below.length > 0 && below.every(([, { origin }]) => origin === 'manual' || origin === 'override');
}

/** A co-declarant's own word: sealed so that nobody else changes it, and official in nothing. */
function isTyped({ by, source }: SealItem): boolean {
  return by !== undefined && source.kind === 'self-declared';
}

/** Each part is one other person's, lies in no other part, and holds that person's answers and nobody else's. */
function refuseForeignParts({ sub, items, parts = [] }: SealPayload): void {
  const refuse = (pointer: Pointer): never => {
    throw new OnceFormError('ERR_SUBMISSION_INVALID', 'The seal mixes the answers of several people.', { pointer });
  };
  const all = parts.flatMap(({ pointers }) => pointers);
  for (const [i, pointer] of all.entries()) {
    refuseHostile(pointer);
    if (all.some((other, j) => i !== j && pointerContains(other, pointer))) refuse(pointer);
  }
  for (const part of parts) if (part.sub === sub) refuse(part.pointers[0] ?? '');
  for (const { pointer, by, edit } of items) {
    const owner = parts.find(({ pointers }) => pointers.some(at => pointerContains(at, pointer)));
    if (owner?.role !== by || (by !== undefined && edit !== 'locked')) refuse(pointer);
  }
}

/** One of the pointers is this, above or below it. */
function hasBelow(pointers: ReadonlySet<Pointer>, pointer: Pointer): boolean {
  for (const one of pointers) if (pointerContains(pointer, one) || pointerContains(one, pointer)) return true;
  return false;
}

function isUnder(pointers: ReadonlySet<Pointer>, pointer: Pointer): boolean {
  for (const outer of pointers) if (pointerContains(outer, pointer)) return true;
  return false;
}

const HOSTILE = new Set(['__proto__', 'constructor', 'prototype']);

function refuseHostile(pointer: Pointer): void {
  const path = parsePointer(pointer);
  if (path.length === 0 || path[0] === '$context' || path.some(segment => HOSTILE.has(segment))) {
    throw new OnceFormError('ERR_SUBMISSION_INVALID', 'The seal names a place that is no answer.', { pointer });
  }
}
