// What a node of the outline says about itself: words, constraints, options, and what the dictionary knows of its concept.

import {
  type ConceptSpec,
  joinPointer,
  type Json,
  type JsonObject,
  type LocalizedText,
  type Option,
} from '@onceform/core';
import { constraintsOf, optionsOf } from './field-schema.ts';
import { type LoweringInput, OPTIONS_LIMIT } from './lower.ts';
import type { Place } from './place.ts';
import type { SchemaDocument, SchemaIndex, Site } from './resolve.ts';
import { first, nullable } from './schema-view.ts';
import { Texts } from './texts.ts';

/** A node of the outline as plain JSON: functions are named, and put in their place by `assemble`. */
export type PlannedNode = JsonObject & { readonly kind: string; readonly key: string };

interface NodeFactsInput extends Pick<LoweringInput, 'entries' | 'formats'> {
  readonly index: SchemaIndex;
  readonly concepts: Readonly<Record<string, ConceptSpec>>;
  readonly locale: string;
}

export class NodeFacts {
  readonly #input: NodeFactsInput;
  readonly #texts = new Map<SchemaDocument, Texts>();

  constructor(input: NodeFactsInput) {
    this.#input = input;
  }

  /** What every node has, of whatever kind: its kind is still to be said. */
  base(key: string, required: boolean, sites: readonly Site[], place: Place): PlannedNode {
    const concept = this.#concept(place);
    const out: Record<string, Json> = { kind: '', key };
    const title = this.text(sites, 'title') ?? (place.concept === null ? undefined : concept?.label);
    if (title !== undefined) out.title = title as Json;
    const described = first(sites, 'description');
    if (described !== undefined) {
      const markdown = this.#textsOf(described.site).markdown(
        described.site.schema as JsonObject,
        described.site.pointer,
        'description',
      );
      if (markdown !== undefined) out.description = markdown as unknown as Json;
    }
    const hint = this.text(sites, 'hint');
    if (hint !== undefined) out.hint = hint as Json;
    out.required = required;
    out.nullable = nullable(sites);
    out.readOnly = first(sites, 'readOnly')?.value === true || first(sites, 'compute') !== undefined;
    const widget = first(sites, 'widget')?.value;
    if (typeof widget === 'string') out.widget = widget;
    if (place.concept !== null) out.concept = place.concept;
    if (place.subject !== null) out.subject = place.subject;
    const sensitivity = first(sites, 'sensitivity')?.value ?? concept?.sensitivity;
    if (typeof sensitivity === 'string') out.sensitivity = sensitivity;
    return out as PlannedNode;
  }

  /** A field of this type: what its schemas say of it beside what every node has. */
  field(
    place: Place,
    sites: readonly Site[],
    base: PlannedNode,
    type: string,
    options?: readonly Option[],
  ): PlannedNode {
    const node: Record<string, Json> = { ...base, kind: 'field', type };
    const copy = (keyword: string, of: 'string' | 'number' | 'any'): void => {
      const found = first(sites, keyword)?.value;
      if (found !== undefined && (of === 'any' || typeof found === of)) node[keyword] = found;
    };
    if (type !== 'file') copy('format', 'string');
    for (const keyword of ['unit', 'mask']) copy(keyword, 'string');
    copy('default', 'any');
    copy('examples', 'any');
    copy('maxSize', 'number');
    copy('accept', 'any');
    const placeholder = this.text(sites, 'placeholder');
    if (placeholder !== undefined) node.placeholder = placeholder as Json;
    const autocomplete =
      first(sites, 'autocomplete')?.value
      ?? (place.subject === null || place.subject === 'applicant' ? this.#concept(place)?.autocomplete : undefined);
    if (typeof autocomplete === 'string') node.autocomplete = autocomplete;
    const codelist = first(sites, 'codelist')?.value;
    if (typeof codelist === 'string') {
      const within = first(sites, 'within')?.value;
      node.codeList = {
        id: codelist,
        ...(typeof within === 'string' ? { within: within[0] === '/' ? within : joinPointer('', within) } : {}),
      };
      if (
        options === undefined
        && within === undefined
        && (this.#input.entries.get(codelist)?.length ?? Infinity) <= OPTIONS_LIMIT
      )
        node.options = codelist;
    }
    if (options !== undefined) node.options = options as unknown as Json;
    node.constraints = constraintsOf(sites, this.#input.formats) as unknown as Json;
    node.computed = first(sites, 'compute') !== undefined;
    return node as PlannedNode;
  }

  /** The values offered for one, or null where any value may be given. */
  optionsOf(sites: readonly Site[]): readonly Option[] | null {
    return optionsOf(sites, this.#input.index, (of, keyword) => this.text(of, keyword));
  }

  /** A text of the first of these schemas that has it, in the languages it is written in. */
  text(sites: readonly Site[], keyword: string): LocalizedText | undefined {
    const found = first(sites, keyword);
    return found === undefined
      ? undefined
      : this.#textsOf(found.site).member(found.site.schema as JsonObject, found.site.pointer, keyword);
  }

  #textsOf(site: Site): Texts {
    let texts = this.#texts.get(site.document);
    if (texts === undefined) this.#texts.set(site.document, (texts = new Texts(site.document, this.#input.locale)));
    return texts;
  }

  #concept(place: Place): ConceptSpec | undefined {
    return place.concept !== null && Object.hasOwn(this.#input.concepts, place.concept)
      ? this.#input.concepts[place.concept]
      : undefined;
  }
}
