// What lint says about data the State holds: questions asked for nothing, papers that say the same, policies that cannot work.

import { type ComponentSpec, type ReuseItem, formatPattern, joinPointer, valueAt } from '@onceform/core';
import { type Finding, type LintContext, isRequired, pointerOf } from './lint-context.ts';
import { first } from './schema-view.ts';

/** CONCEPT_NOT_BOUND: a required question whose answer a source has, asked as if nobody knew. */
export function* unbound({ places, options }: LintContext): Generator<Finding> {
  const concepts = Object.values({ ...options.pack?.concepts, ...options.concepts }).filter(
    concept => concept.sources.length > 0,
  );
  const byLabel = new Map(
    concepts.flatMap(concept =>
      (typeof concept.label === 'string' ? [concept.label] : Object.values(concept.label)).map(
        label => [plain(label), concept.id] as const,
      ),
    ),
  );
  for (const place of places) {
    if (
      place.kind !== 'field'
      || place.concept !== null
      || !isRequired(place)
      || first(place.sites, 'compute') !== undefined
    )
      continue;
    const title = first(place.sites, 'title');
    if (title === undefined || !title.site.document.isDefinition || typeof title.value !== 'string') continue;
    const id = byLabel.get(plain(title.value));
    if (id === undefined) continue;
    yield {
      code: 'CONCEPT_NOT_BOUND',
      severity: 'warning',
      pointer: title.site.pointer,
      message: `A source holds "${id}", and people are asked for it all the same.`,
      fix: {
        description: `Bind it to "${id}"`,
        edits: [{ pointer: joinPointer(title.site.pointer, 'concept'), value: id }],
      },
    };
  }
}

/** COMPONENT_PAPER_ONLY, COMPONENT_HELD_BY_STATE and COMPONENT_UNKNOWN. */
export function* components({ plan, definition, options, places }: LintContext): Generator<Finding> {
  const specs = plan.form.components as unknown as readonly ComponentSpec[];
  const concepts = { ...options.pack?.concepts, ...options.concepts };
  for (const [i, spec] of specs.entries()) {
    const pointer = `/form/components/${i}`;
    const concept = valueAt(definition, `${pointer}/concept`);
    if (spec.handling === 'present' && spec.replacedBy === undefined) {
      yield {
        code: 'COMPONENT_PAPER_ONLY',
        severity: 'warning',
        pointer,
        message: `"${spec.id}" can only be shown at a counter, so nobody can file this online. Say what data stand in its place ("replacedBy").`,
      };
    }
    const held =
      typeof concept === 'string'
        ? Object.values(concepts).filter(
            each => (each.id === concept || each.id.startsWith(`${concept}.`)) && each.sources.length > 0,
          )
        : [];
    if (spec.replacedBy === undefined && held.length > 0) {
      yield {
        code: 'COMPONENT_HELD_BY_STATE',
        severity: 'warning',
        pointer,
        message: `The paper "${spec.id}" is asked for although ${held[0]!.sources.join(', ')} hold${held[0]!.sources.length === 1 ? 's' : ''} its data ("${held[0]!.id}").`,
      };
    }
    for (const [n, replaced] of (spec.replacedBy?.pointers ?? []).entries()) {
      if (!places.some(place => formatPattern(place.path) === replaced))
        yield {
          code: 'COMPONENT_UNKNOWN',
          severity: 'error',
          pointer: joinPointer(pointer, 'replacedBy', 'pointers', n),
          message: `The form has no field "${replaced}".`,
        };
    }
  }
  const ids = new Set(specs.map(spec => spec.id));
  for (const item of plan.form.reuse as unknown as readonly ReuseItem[]) {
    for (const id of item.policy.replaces ?? []) {
      if (!ids.has(id))
        yield {
          code: 'COMPONENT_UNKNOWN',
          severity: 'error',
          pointer: pointerOf(places, item.pointer),
          message: `"replaces" names the paper "${id}", and the form asks for none of that name.`,
        };
    }
  }
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s.,:;()]+/g, ' ')
    .trim();
}

/** REUSE_NOT_OFFERED, EVIDENCE_MISSING, BLOCK_NOT_LOCKED and WRITE_BACK_SENSITIVE: policies that cannot work as said. */
export function* policies({ plan, places }: LintContext): Generator<Finding> {
  const components = plan.form.components as unknown as readonly ComponentSpec[];
  for (const { pointer, policy, members } of plan.form.reuse as unknown as readonly ReuseItem[]) {
    const at = pointerOf(places, pointer);
    const owned = members.map(member => member.pointer);
    if (pointer.includes('/[]/'))
      yield {
        code: 'REUSE_NOT_OFFERED',
        severity: 'warning',
        pointer: at,
        message:
          'No source is asked for what lies inside of a row: it could not say of which row it speaks. Only a whole row is filled, where the row has a "concept" and its data are about the same person.',
      };
    const papers = [
      ...(policy.replaces ?? []),
      ...components
        .filter(({ replacedBy }) => replacedBy?.pointers.some(each => each === pointer || owned.includes(each)))
        .map(({ id }) => id),
    ];
    if (policy.onMissing === 'ask-with-evidence' && papers.length === 0)
      yield {
        code: 'EVIDENCE_MISSING',
        severity: 'warning',
        pointer: at,
        message: 'What no source has is asked with evidence, and no paper is named that would be one ("replaces").',
      };
    if (policy.onMissing === 'block' && policy.edit !== 'locked')
      yield {
        code: 'BLOCK_NOT_LOCKED',
        severity: 'warning',
        pointer: at,
        message:
          'Only a source may say this ("onMissing": "block"), and yet it may be corrected. Say "edit": "locked".',
      };
    if (policy.writeBack?.defaultOn === true && members.some(({ sensitivity }) => sensitivity === 'S'))
      yield {
        code: 'WRITE_BACK_SENSITIVE',
        severity: 'warning',
        pointer: at,
        message: 'Sensitive answers are suggested to be kept. Leave that to the citizen: "defaultOn": false.',
      };
  }
}
