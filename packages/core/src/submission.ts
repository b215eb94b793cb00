// Substitute, never compare: the one way from answers to something that may be filed.

import { digestJson, type Sha256 } from './canonical.ts';
import type { CompiledForm, FileReference } from './compiled.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import type { OriginEntry, OriginMap } from './origin.ts';
import { expandPattern, joinPointer, parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import type { OpenedSeal, SealItem } from './seal.ts';
import type { Decision } from './statement.ts';

/** How a component of the dossier is met. */
export interface ComponentAnswer {
  readonly id: string;
  readonly fulfilledBy: 'data' | 'file' | 'issued-document' | 'both' | 'waived';
  readonly files: readonly FileReference[];
  /** For `data`: the pointers that stand in its place. */
  readonly data?: readonly Pointer[];
  /** Why data could not stand in its place, or why it is waived: an AbsentReason or the author's word. */
  readonly reason?: string;
  /** For `issued-document`: a paper the State holds. */
  readonly reference?: { readonly source: string; readonly documentId: string; readonly sha256: Sha256 };
}

export interface SubmissionInput {
  readonly form: Pick<CompiledForm, 'id' | 'version' | 'digest' | 'computed'>;
  /** What the citizen's side holds, irrelevant answers already gone. */
  readonly answers: Json;
  readonly seal: OpenedSeal | null;
  readonly components: readonly ComponentAnswer[];
  readonly decisions: readonly Decision[];
  /** `officer-entered` pointers, when an officer assisted. */
  readonly officerEntered?: readonly Pointer[];
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
}

/**
 * Puts the sealed values in place and works out the origin of every answer. Pure.
 *
 * Locked values are taken from the seal, whatever `answers` hold; a correctable or free value that differs from
 * the sealed one is an `override` that keeps the official value. Without a seal nothing is `auto`. A client cannot
 * claim an origin: there is no input for it.
 *
 * A sealed item whose pointer is not part of the answers any more (the question is not asked, or the row is gone)
 * stays out, except a locked member of a record that is still there.
 *
 * @throws {OnceFormError} ERR_SEAL_FORM when the seal is for another form; ERR_SUBMISSION_INVALID when the answers
 *   are not an object or a sealed pointer would leave the instance (`/__proto__/x`).
 */
export function substitute(input: SubmissionInput): VerifiedSubmission {
  const { form, seal, components, decisions } = input;
  if (!isJsonObject(input.answers)) throw new OnceFormError('ERR_SUBMISSION_INVALID', 'The answers of a form are an object.');
  if (seal !== null && seal.payload.form.digest !== form.digest) {
    throw new OnceFormError('ERR_SEAL_FORM', 'The seal belongs to another form or another version of it.');
  }
  let data: JsonObject = input.answers;
  const items = seal?.payload.items ?? [];
  const ignored: Pointer[] = [];
  if (seal !== null) data = { ...data, $context: seal.payload.context as unknown as Json };

  const sealed = new Map<Pointer, SealItem>();
  for (const item of items) {
    refuseHostile(item.pointer);
    const held = valueAt(data, item.pointer);
    const kept = held !== undefined || (item.edit === 'locked' && valueAt(data, item.record) !== undefined);
    if (!kept || item.value === undefined) continue;
    sealed.set(item.pointer, item);
    if (item.edit === 'locked' && !jsonEqual(held, item.value)) {
      if (held !== undefined) ignored.push(item.pointer);
      data = setAt(data, parsePointer(item.pointer), item.value) as JsonObject;
    }
  }

  const derived = new Set(form.computed.flatMap(unit => unit.scope ? [] : expandPattern(data, unit.target)));
  const officer = new Set(input.officerEntered ?? []);
  const origins: Record<Pointer, OriginEntry> = {};
  const visit = (pointer: Pointer, value: Json): void => {
    if (pointer === '/$context') return;
    const item = sealed.get(pointer);
    if (item !== undefined) {
      origins[pointer] = originOf(item, value);
    } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [key, member] of Object.entries(value)) visit(joinPointer(pointer, key), member);
    } else if (pointer !== '') {
      origins[pointer] = { origin: derived.has(pointer) ? 'derived' : isUnder(officer, pointer) ? 'officer-entered' : 'manual' };
    }
  };
  visit('', data);

  return {
    form: { id: form.id, version: form.version, digest: form.digest },
    data, origins, seal, components, decisions, ignored,
  } as Omit<VerifiedSubmission, typeof verified> as VerifiedSubmission;
}

/** SHA-256 over form, data and components: what the review screen showed is what is filed. */
export function reviewDigest(submission: Pick<VerifiedSubmission, 'form' | 'data' | 'components'>): Promise<Sha256> {
  return digestJson({ form: submission.form.digest, data: submission.data, components: submission.components as unknown as Json });
}

function originOf(item: SealItem, value: Json): OriginEntry {
  const same = jsonEqual(value, item.value);
  return {
    origin: same ? 'auto' : 'override',
    concept: item.concept, record: item.record, recordRef: item.recordRef, source: item.source,
    verification: item.verification, lastUpdated: item.lastUpdated, retrievedAt: item.retrievedAt,
    ...(item.validUntil === undefined ? {} : { validUntil: item.validUntil }),
    edit: item.edit,
    ...(same || item.value === undefined ? {} : { official: item.value }),
  };
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

function setAt(value: Json | undefined, path: readonly string[], leaf: Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return leaf;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, i) => String(i) === head ? setAt(item, rest, leaf) : item);
  const base = isJsonObject(value) ? value : {};
  return { ...base, [head]: setAt(Object.hasOwn(base, head) ? base[head] : undefined, rest, leaf) };
}
