// The ways to choose at one place: `oneOf` and `anyOf`, beside each other or one within an alternative of another.

import { type Json, jsonEqual, type JsonObject, localize, type LocalizedText } from '@onceform/core';
import { isChoice, type LookThrough, type Member } from './look-through.ts';
import type { SchemaIndex, Site } from './resolve.ts';
import { first, isNull } from './schema-view.ts';

/** The `oneOf` or `anyOf` of a schema. */
export interface Alternatives {
  readonly site: Site;
  readonly keyword: 'oneOf' | 'anyOf';
}

/** One way to choose at a place that may have several choices, beside or within each other. */
export interface Combination {
  /** One alternative of each choice. */
  readonly sites: readonly Site[];
  readonly made: readonly Alternatives[];
}

/** More ways to choose than this nobody reads through. */
export const MAX_COMBINATIONS = 24;

/** How the walk over a definition reads its schemas. */
export interface Reading {
  readonly index: SchemaIndex;
  readonly look: LookThrough;
  /** Of texts in one language only. */
  readonly locale: string;
  textOf(sites: readonly Site[], keyword: string): LocalizedText | undefined;
  /** Offers values one by one, which is no choice of shape. */
  hasOptions(site: Site): boolean;
}

export class Choices {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /**
   * The ways to choose at one place: where it has several choices, beside each other or one within an alternative of
   * another, every combination is one branch, because a place has one choice that is state.
   */
  combinations(sites: readonly Site[], so: Combination, stack: readonly Site[]): Combination[] {
    const view = this.#reading.look.expand(so.sites, stack);
    const next =
      view.recursion !== null
        ? null
        : this.nextChoice([...sites, ...view.sites.filter(site => !this.#reading.hasOptions(site))], so.made);
    if (next === null) return [so];
    const out: Combination[] = [];
    for (const site of this.alternatives(next).filter(each => !isNull(each))) {
      out.push(...this.combinations(sites, { sites: [...so.sites, site], made: [...so.made, next] }, stack));
      if (out.length > MAX_COMBINATIONS) break;
    }
    return out;
  }

  nextChoice(sites: readonly Site[], made: readonly Alternatives[]): Alternatives | null {
    for (const site of sites) {
      for (const keyword of ['oneOf', 'anyOf'] as const) {
        if (!made.some(each => each.site === site && each.keyword === keyword) && isChoice(site, keyword))
          return { site, keyword };
      }
    }
    return null;
  }

  alternatives({ site, keyword }: Alternatives): Site[] {
    return ((site.schema as JsonObject)[keyword] as readonly Json[]).map((_, i) =>
      this.#reading.index.child(site, keyword, i),
    );
  }

  // Of several choices made at once, all titles: "By post – abroad".
  titleOf({ sites, made }: Combination, stack: readonly Site[], fallback: string): LocalizedText {
    const titles = sites.map(
      (site, i) =>
        this.#reading.textOf(this.#reading.look.expand([site], stack).sites, 'title')
        ?? (sites.length === 1 ? fallback : String(this.alternatives(made.at(i - sites.length)!).indexOf(site) + 1)),
    );
    if (titles.length === 1) return titles[0]!;
    const locales = new Set(titles.flatMap(title => (typeof title === 'string' ? [] : Object.keys(title))));
    const joined = (locale: string): string =>
      titles.map(title => localize(title, locale, this.#reading.locale)).join(' – ');
    return locales.size === 0
      ? joined(this.#reading.locale)
      : Object.fromEntries([...locales].map(locale => [locale, joined(locale)]));
  }

  discriminator(
    branches: readonly ReadonlyMap<string, Member>[],
    stack: readonly Site[],
  ): { key: string; values: Json[] } | null {
    for (const key of branches[0]?.keys() ?? []) {
      const values = branches.map(members => {
        const member = members.get(key);
        if (member === undefined) return undefined;
        const { sites } = this.#reading.look.expand(member.sites, stack);
        const list = first(sites, 'enum')?.value;
        return (
          first(sites, 'const')?.value ?? (Array.isArray(list) && list.length === 1 ? (list[0] as Json) : undefined)
        );
      });
      if (
        values.every(value => value !== undefined)
        && values.every((value, i) => values.findIndex(other => jsonEqual(other, value)) === i)
      ) {
        return { key, values: values as Json[] };
      }
    }
    return null;
  }
}
