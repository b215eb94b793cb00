// Where each value came from, worked out when asked: computed, held from a source, changed since, or typed.

import { derivedSlot } from './derived.ts';
import { entryAt } from './entries.ts';
import { jsonEqual } from './json.ts';
import type { OriginEntry } from './origin.ts';
import { pointerContains, valueAt, type Pointer } from './pointer.ts';
import { prefillSlot, type HeldValue } from './prefill.ts';
import type { FormState } from './state.ts';

/** Where the answer at a pointer came from; `undefined` where there is none, and for groups of answers. */
export function originAt(state: FormState, pointer: Pointer): OriginEntry | undefined {
  const { data, computed } = state.read(derivedSlot);
  const value = valueAt(data, pointer);
  if (value === undefined || pointerContains('/$context', pointer)) return undefined;
  if (computed.has(pointer)) return { origin: 'derived' };
  const held = heldAt(state, pointer);
  if (held !== undefined) {
    const same = held.value === undefined || jsonEqual(valueAt(data, held.pointer), held.value);
    return same
      ? held.entry
      : {
          ...held.entry,
          origin: isOfficers(state, pointer) ? 'officer-entered' : 'override',
          ...(held.value === undefined ? {} : { official: held.value }),
        };
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) return undefined;
  return { origin: isOfficers(state, pointer) ? 'officer-entered' : 'manual' };
}

/** An officer entered it, or compared what an assistant entered with what was handed in. */
function isOfficers(state: FormState, pointer: Pointer): boolean {
  const entry = entryAt(state, pointer);
  return entry !== undefined && (entry.by.role === 'officer' || entry.checkedBy !== undefined);
}

/** The source's value at a pointer or around it. */
export function heldAt(state: FormState, pointer: Pointer): HeldValue | undefined {
  for (const record of state.read(prefillSlot).records) {
    for (const value of record.values) if (pointerContains(value.pointer, pointer)) return value;
  }
  return undefined;
}
