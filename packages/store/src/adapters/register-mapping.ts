// How a register is described by data: which path, and where in its answer each concept stands. Country packs ship
// such descriptions as plain JSON.

import type { ConceptId, Json, Pointer } from '@onceform/core';
import type { About } from '../source.ts';

/** Plain JSON: how one register is spoken to. Paths are below the base URL; everything personal goes in bodies. */
export interface RegisterMapping {
  /** One lookup for each kind of datum the register answers about; `self` is the usual one. */
  readonly lookups: { readonly [about: About]: LookupMapping };
  readonly relations?: RelationMapping;
  /** `POST`; the answer holds the ticket at `ticket`. */
  readonly report?: { readonly path: string; readonly ticket: Pointer };
  /** `POST { person }`; the answer is an array of findUsage rows. */
  readonly usage?: { readonly path: string };
  /** `GET`; any 2xx is healthy. */
  readonly health?: string;
}

export interface LookupMapping {
  readonly path: string;
  /** Members of the request body → pointers into `{ person: { key, claims }, purpose, requester, issue, id }`. */
  readonly body: { readonly [member: string]: Pointer };
  /** The record, or the array of records, in the answer. `null` there, or `[]`, says that nothing was found. */
  readonly records: Pointer;
  /** In each record: its reference at the register. */
  readonly recordRef: Pointer;
  /** In each record: the key of the person it is about. What differs from the asked key is thrown away. */
  readonly subject: Pointer;
  readonly lastUpdated?: Pointer;
  readonly validUntil?: Pointer;
  /** In each record: `{ uri, idx }`, where its issuer says whether it still stands (`withCredentialStatus`). */
  readonly status?: Pointer;
  /** In each record: `true` while the register itself doubts it. */
  readonly disputed?: Pointer;
  readonly values: { readonly [concept: ConceptId]: ValueMapping };
}

export interface ValueMapping {
  /** In each record. */
  readonly at: Pointer;
  /** The name of a normaliser that was passed in. */
  readonly normalize?: string;
  /** The register keeps it as the person said it. */
  readonly unverified?: boolean;
}

/** Relations read from the person's own record. */
export interface RelationMapping {
  readonly path: string;
  readonly body: { readonly [member: string]: Pointer };
  readonly record: Pointer;
  readonly subject: Pointer;
  readonly sex?: ValueMapping;
  readonly people: readonly {
    readonly relation: string;
    /** The other person's key; a segment `[]` stands for every item of an array. Absent there: no such relation. */
    readonly key: Pointer;
    /** Where the register says the other's sex, or what it must be given the person's own. */
    readonly sex?:
      ValueMapping | { readonly given: { readonly female: 'female' | 'male'; readonly male: 'female' | 'male' } };
  }[];
}

/** Turns a raw value of a register into a concept's value; `undefined` says that it is not one. */
export type Normalizer = (raw: Json) => Json | undefined;
