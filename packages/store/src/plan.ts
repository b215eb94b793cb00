// From a prefill request to what may be asked: everything must stand in the form's own register of reuse.

import {
  OnceFormError,
  parsePattern,
  parsePointer,
  type CompiledForm,
  type ConceptId,
  type EditPolicy,
  type Pointer,
  type PointerPattern,
  type PrefillRequest,
  type ReusePolicy,
  type SubjectRole,
} from '@onceform/core';

/** What a form registered for prefill. */
export type RegisteredForm = Pick<CompiledForm, 'reuse'>;

/** One item of the request, found in the form's register. */
export interface AskedItem {
  /** As asked: a concrete pointer, or the pattern of a row (`/vehicles/[]`) to which every record adds one. */
  readonly item: Pointer;
  readonly rows: boolean;
  readonly concept: ConceptId;
  readonly subject: SubjectRole;
  readonly policy: ReusePolicy;
  readonly members: readonly AskedMember[];
}

export interface AskedMember {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly edit: EditPolicy;
}

/**
 * Looks every item and member of a request up in the form's register.
 *
 * @throws {OnceFormError} ERR_OVER_ASK with the pointer of the first one that is not registered like this, or may
 *   never be filled.
 */
export function planPrefill(request: Pick<PrefillRequest, 'items'>, form: RegisteredForm): AskedItem[] {
  const plan = request.items.map((asked): AskedItem => {
    const registered = form.reuse.find(
      item => item.concept === asked.concept && item.subject === asked.subject && matches(item.pointer, asked.item),
    );
    if (registered === undefined || registered.policy.mode === 'never') throw overAsk(asked.item);
    const members = asked.members.map(({ pointer, concept }): AskedMember => {
      const member = registered.members.find(
        one =>
          one.concept === concept && matches(one.pointer, pointer) && sameRow(registered.pointer, asked.item, pointer),
      );
      if (member === undefined) throw overAsk(pointer);
      return { pointer, concept, edit: member.edit };
    });
    return {
      item: asked.item,
      rows: asked.item.endsWith('/[]'),
      concept: asked.concept,
      subject: asked.subject,
      policy: registered.policy,
      members,
    };
  });
  const twice = plan.find(({ item }, i) => plan.findIndex(other => other.item === item) !== i);
  if (twice) throw overAsk(twice.item);
  return plan;
}

/** Tells whether a pointer is an instance of a pattern; `[]` may also stand for itself: a row yet to come. */
export function matches(pattern: PointerPattern, pointer: Pointer): boolean {
  if (!hasRows(pattern)) return pattern === pointer;
  const wanted = parsePattern(pattern),
    path = parsePointer(pointer);
  return (
    wanted.length === path.length
    && wanted.every((segment, i) => (segment === null ? /^(?:\[\]|0|[1-9]\d*)$/.test(path[i]!) : segment === path[i]))
  );
}

/** A member lies in the same rows as its item: `/vehicles/2/plate` does not come with `/vehicles/1`. */
function sameRow(pattern: PointerPattern, item: Pointer, member: Pointer): boolean {
  if (!hasRows(pattern)) return true;
  const itemPath = parsePointer(item),
    memberPath = parsePointer(member);
  return parsePattern(pattern).every((segment, i) => segment !== null || itemPath[i] === memberPath[i]);
}

function hasRows(pattern: PointerPattern): boolean {
  return pattern.includes('[]') || pattern.includes('~2');
}

function overAsk(pointer: Pointer): OnceFormError {
  return new OnceFormError('ERR_OVER_ASK', 'The form did not register this for prefill.', { pointer });
}
