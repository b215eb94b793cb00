// A place in the data that the definition says something about: what conditions, rules and reuse are planned for.

import type { JsonSchema, PointerPattern } from '@onceform/core';
import type { Site } from './resolve.ts';

export type PatternPath = readonly (string | null)[];

/** A place in the data that the definition says something about beyond its shape. */
export interface Place {
  readonly path: PatternPath;
  /** The recursive definition it is in; null: reached from the root. */
  readonly scope: string | null;
  readonly kind: string;
  /** The value type of a field. */
  readonly type: string | null;
  readonly sites: readonly Site[];
  readonly parent: Place | null;
  readonly concept: string | null;
  readonly subject: string | null;
  /** Conditions this schema's writer gave as if/then/else or dependentSchemas: lowered tests of the parent object. */
  readonly implied: readonly JsonSchema[];
  /** Stands directly in an object, under its own name. */
  readonly isMember: boolean;
  /** Set within a branch of a choice: another branch may have the same path. */
  readonly branchOf: PointerPattern | null;
  readonly branch: number | null;
  /** Where that choice is the only one around and a constant that the branch requires tells it from the others. */
  readonly chosen: Chosen | null;
}

/** How it shows in the data that a branch was chosen. */
export interface Chosen {
  /** Of the choice. */
  readonly path: PatternPath;
  /** True of a value there, for this branch alone. */
  readonly test: JsonSchema;
}
