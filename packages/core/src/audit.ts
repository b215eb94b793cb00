// The audit trail: who did what kind of thing where, and when, made of change sets. No answer is in it: what was
// answered stays in the draft, and the trail may be shown to people who must not see that.

import { leafOf, type Change } from './change.ts';
import { actorSlot, enteredBy, type Actor } from './entries.ts';
import type { CompiledForm } from './compiled.ts';
import type { Json } from './json.ts';
import { membersOf, nodesAlong, resolveNode, type BranchOf } from './outline.ts';
import { formatPattern, parsePointer, type Pointer, type PointerPattern } from './pointer.ts';
import { StateSlot } from './slot.ts';
import { branchAt } from './answers.ts';
import type { Transaction } from './transaction.ts';

export interface AuditEntry {
  /** Unique among the devices of a draft. */
  readonly id: string;
  /** RFC 3339: when it began, and, for a run of typing, when it ended. */
  readonly time: string;
  readonly until?: string;
  readonly by: Actor;
  /** What the face called it: `input`, `undo`, `prefill.use`, … */
  readonly event?: string;
  readonly did: readonly AuditAct[];
}

export interface AuditAct {
  /** `offer`, `seal` and the like are the names of effects: `useOffer`, `applySeal`, `checkEntries`, … */
  readonly what:
    'answered' | 'changed' | 'emptied' | 'row-added' | 'row-removed' | 'row-moved' | 'chosen' | (string & {});
  /** As it was at that time. A member whose name the citizen gave is `[]`. Absent where an effect was about no one place. */
  readonly at?: PointerPattern;
}

export interface Audit {
  readonly entries: readonly AuditEntry[];
  /** How many older ones were left out. */
  readonly dropped: number;
}

/** Entries that are kept. */
export const AUDIT_LIMIT = 2000;

/** Empty unless the form is opened with `audit: true`; what a draft brings is kept all the same. */
export const auditSlot: StateSlot<Audit> = StateSlot.define<Audit>({
  create: () => ({ entries: [], dropped: 0 }),
  update(audit, tr) {
    const { config } = tr.startState;
    if (config.audit !== true) return audit;
    const did = actsOf(tr);
    if (did.length === 0) return audit;
    const by = tr.annotation(enteredBy) ?? tr.startState.read(actorSlot);
    const time = (config.clock ?? (() => new Date()))().toISOString();
    const last = audit.entries.at(-1);
    const event = tr.userEvent;
    if (last !== undefined && isSameTyping(last, by, event, did))
      return { ...audit, entries: [...audit.entries.slice(0, -1), { ...last, until: time }] };
    const no = audit.entries.length + audit.dropped + 1;
    const entry: AuditEntry = {
      id: `${config.keySeed ?? 'k'}-${time}-${no}`,
      time,
      by,
      ...(event === undefined ? {} : { event }),
      did,
    };
    const over = Math.max(0, audit.entries.length + 1 - AUDIT_LIMIT);
    return { entries: [...audit.entries.slice(over), entry], dropped: audit.dropped + over };
  },
});

/** What only moves the eye, or stands for what the changes say themselves. */
const QUIET = new Set([
  'markTouched',
  'attemptPage',
  'attemptSubmit',
  'goToPage',
  'setLocale',
  'mergeServerIssues',
  'placeRow',
  'restorePrefill',
  'restoreWriteBack',
  'restoreEntries',
  'restoreRechecked',
]);

function actsOf(tr: Transaction): AuditAct[] {
  const branchOf: BranchOf = at => branchAt(tr.startState, at);
  const acts = new Map<string, AuditAct>();
  const add = (what: string, pointer?: Pointer): void => {
    const at = pointer === undefined ? {} : { at: withoutNames(tr.startState.form, pointer, branchOf) };
    acts.set(`${what} ${at.at ?? ''}`, { what, ...at });
  };
  for (const change of tr.changes.changes) {
    const what = actOf(change);
    if (what !== null)
      add(what, change.kind === 'value' ? leafOf(change) : 'list' in change ? change.list : change.pointer);
  }
  // Text that means nothing yet is something that was typed.
  if (acts.size === 0)
    for (const change of tr.changes.changes)
      if (change.kind === 'mark' && change.mark === 'texts' && change.after !== undefined)
        add('changed', change.pointer);
  for (const effect of tr.effects) if (!QUIET.has(effect.type.name)) add(effect.type.name);
  return [...acts.values()];
}

function actOf(change: Change): AuditAct['what'] | null {
  switch (change.kind) {
    case 'value':
      // An empty group or list that comes or goes is no answer.
      if (isEmpty(change.after ?? change.before)) return null;
      return change.after === undefined ? 'emptied' : change.before === undefined ? 'answered' : 'changed';
    case 'mark':
      return change.mark === 'branches' && change.after !== undefined ? 'chosen' : null;
    case 'insert':
      return 'row-added';
    case 'remove':
      return 'row-removed';
    case 'move':
      return 'row-moved';
  }
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** One run of keys in one field. */
function isSameTyping(last: AuditEntry, by: Actor, event: string | undefined, did: readonly AuditAct[]): boolean {
  return (
    event?.startsWith('input') === true
    && last.event === event
    && last.by.role === by.role
    && last.by.id === by.id
    && did.length === 1
    && last.did.length === 1
    && did[0]!.at === last.did[0]!.at
    && did[0]!.at !== undefined
  );
}

/** The names of map members are answers too. */
function withoutNames(form: CompiledForm, pointer: Pointer, branchOf: BranchOf): PointerPattern {
  const path = parsePointer(pointer);
  const steps = nodesAlong(form, path, branchOf);
  return formatPattern(
    path.map((segment, i) => {
      const node = steps[i] && resolveNode(form, steps[i].node);
      if (node === undefined) return null;
      const isOwn = node.kind === 'map' || (node.kind === 'group' && !membersOf(node).has(segment));
      return isOwn ? null : segment;
    }),
  );
}
