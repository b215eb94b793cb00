// The agreed specification (../shared/bench/spec.js), and what several peers make of it.

export interface Field {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'enum' | 'date' | 'email';
  readonly required?: boolean;
  readonly options?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
export interface Section {
  readonly id: string;
  readonly title: string;
  /** `s3.f9` must be true. */
  readonly showIf: string | null;
  readonly fields: readonly Field[];
}
export interface Spec {
  readonly sections: readonly Section[];
  readonly schema: Schema;
}
export interface Schema {
  readonly properties: { readonly [name: string]: object };
  readonly allOf: readonly { readonly then: { readonly properties: { readonly [name: string]: object } } }[];
  readonly [keyword: string]: unknown;
}

/** The schema with every section in it, for libraries that show and hide by rules of their own. */
export function wholeSchema({ schema, sections }: Spec): object {
  const all = { ...schema.properties, ...Object.assign({}, ...schema.allOf.map(({ then }) => then.properties)) };
  return { type: 'object', properties: Object.fromEntries(sections.map(({ id }) => [id, all[id]])) };
}

/** Resolves when a control stands in the container. */
export async function standing(container: HTMLElement): Promise<void> {
  while (container.querySelector('input, select') === null) await new Promise(done => setTimeout(done, 0));
}
