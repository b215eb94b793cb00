// What goes into a seal: the values of the offers that were taken, and what the receiver may know of the rest.

import {
  canonicalJson,
  joinPointer,
  formatPointer,
  jsonEqual,
  parentPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  sha256,
  toNfc,
  valueAt,
  type FormContext,
  type Json,
  type JsonObject,
  type Miss,
  type Offer,
  type Path,
  type Pointer,
  type SealItem,
  type SubjectRole,
} from '@onceform/core';
import type { GatewayForm } from './gateway.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { matches } from './plan.ts';

/**
 * Makes the sealed items, sorted by pointer, values in NFC. An item whose policy is `reference` gets a salted digest
 * in place of each value, so that what is not sent cannot be guessed from the seal either.
 */
export async function sealItems(
  taken: ReadonlyMap<Pointer, Offer>,
  offers: readonly Offer[],
  form: GatewayForm,
  random: () => string,
): Promise<SealItem[]> {
  const items = await Promise.all(
    [...taken].flatMap(([record, offer]) => {
      const policy = form.reuse.find(
        ({ pointer, members }) =>
          matches(pointer, record)
          && offer.values.every(value => members.some(member => member.concept === value.concept)),
      )?.policy;
      const asked = offers.find(({ id }) => id === offer.id)?.item ?? record; // where it was offered, as rows move
      const chosen = { rule: offer.rule, of: offers.filter(({ item }) => item === asked).length };
      return offer.values.map(async (value): Promise<SealItem> => {
        const { pointer, concept, edit } = value;
        const { recordRef, source, retrievedAt, validUntil } = offer;
        const base = {
          pointer,
          concept,
          record,
          recordRef,
          source,
          verification: value.verification ?? offer.verification,
          lastUpdated: value.lastUpdated === undefined ? offer.lastUpdated : value.lastUpdated,
          retrievedAt,
          ...(validUntil === undefined ? {} : { validUntil }),
          edit,
          chosen,
        };
        if (policy?.mode !== 'reference') return { ...base, value: toNfc(value.value) };
        const salt = random();
        return { ...base, salt, digest: await sha256(salt + canonicalJson(value.value)) };
      });
    }),
  );
  return sorted(items);
}

export function sorted(items: readonly SealItem[]): SealItem[] {
  return items.toSorted((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

/**
 * A co-declarant's part as items of the applicant's seal: what sources said about them and they left as it is, and each
 * answer they gave themselves as their own word. All of it is locked: nobody else answers for them.
 */
export function declaredItems(
  retrieved: readonly SealItem[],
  about: {
    readonly role: SubjectRole;
    readonly pointers: readonly Pointer[];
    readonly data: JsonObject;
    readonly form: GatewayForm;
    readonly time: string;
  },
): SealItem[] {
  const { role, pointers, data, form, time } = about;
  const items: SealItem[] = retrieved
    .filter(
      ({ pointer, value, edit }) =>
        value !== undefined && (edit === 'locked' || jsonEqual(valueAt(data, pointer), value)),
    )
    .map(item => ({ ...item, edit: 'locked', by: role }));
  const covered = new Set(items.map(({ pointer }) => pointer));
  const declare = (pointer: Pointer, value: Json): void => {
    if (covered.has(pointer)) return;
    const isWhole = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
    const concept = form.reuse
      .flatMap(({ members }) => members)
      .find(member => matches(member.pointer, pointer))?.concept;
    if (isWhole || Array.isArray(value) || concept !== undefined)
      items.push({
        pointer,
        concept: concept ?? 'declared',
        record: pointers.find(part => pointerContains(part, pointer))!,
        recordRef: role,
        source: { id: `co-declarant:${role}`, name: DECLARED, kind: 'self-declared' },
        verification: { status: 'unverified', assuranceLevel: 'low' },
        lastUpdated: time,
        retrievedAt: time,
        edit: 'locked',
        by: role,
        chosen: { rule: 'declared', of: 1 },
        value: toNfc(value),
      });
    else for (const [key, member] of Object.entries(value)) declare(joinPointer(pointer, key), member as Json);
  };
  for (const pointer of pointers) {
    const value = valueAt(data, pointer);
    if (value !== undefined) declare(pointer, value);
  }
  return sorted(items);
}

const DECLARED = { en: en.declared, vi: vi.declared };

const NOT_ANSWERED: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'pending'] satisfies Miss['reason'][]);

/**
 * Says of every pointer that was asked whether a source provided it. What the citizen declined and what was not found
 * look the same: of a record for a row that has none, what is said is said of the list (`/vehicles/[]/plate`), as the
 * place where it was offered is nobody's row, or another one's by now. A record that was taken is spoken of where it is.
 */
export function retrievedOf(
  items: readonly SealItem[],
  taken: ReadonlyMap<Pointer, Offer>,
  offers: readonly Offer[],
  misses: readonly Miss[],
  { reuse }: Pick<GatewayForm, 'reuse'>,
): FormContext['retrieved'] {
  const retrieved: Record<Pointer, FormContext['retrieved'][Pointer]> = {};
  for (const { pointer, reason } of misses) {
    if (retrieved[pointer] !== 'not-provided')
      retrieved[pointer] = NOT_ANSWERED.has(reason) ? 'unavailable' : 'not-provided';
  }
  for (const { item, values } of offers) {
    const list = reuse.some(({ pointer }) => pointer.endsWith('/[]') && matches(pointer, item))
      ? parentPointer(item)
      : null;
    if (list !== null && [...taken.keys()].some(place => parentPointer(place) === list)) continue;
    for (const { pointer } of values)
      retrieved[list === null ? pointer : `${list}/[]${pointer.slice(item.length)}`] = 'not-provided';
  }
  for (const place of taken.keys()) {
    const row = reuse.find(({ pointer }) => pointer.endsWith('/[]') && matches(pointer, place));
    for (const member of row?.members ?? []) {
      const inside = parsePattern(member.pointer).slice(parsePointer(place).length);
      if (!inside.includes(null)) retrieved[place + formatPointer(inside as Path)] = 'not-provided';
    }
  }
  for (const { pointer } of items) retrieved[pointer] = 'provided';
  return Object.fromEntries(Object.entries(retrieved).sort(([a], [b]) => (a < b ? -1 : 1)));
}
