// Which page an answer is on.

import type { CompiledForm } from './compiled.ts';
import type { Pointer } from './pointer.ts';

const maps = new WeakMap<CompiledForm, ReadonlyMap<Pointer, string>>();

/** The id of the page that an answer, or the group or list around it, is on; undefined where no page shows it. */
export function pageOf(form: CompiledForm, pointer: Pointer): string | undefined {
  let map = maps.get(form);
  if (map === undefined) {
    maps.set(
      form,
      (map = new Map(
        form.outline.pages.flatMap(page =>
          page.sections.flatMap(section => section.nodes.map(node => [node, page.id] as const)),
        ),
      )),
    );
  }
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
    const page = map.get(pointer.slice(0, end));
    if (page !== undefined) return page;
  }
  return map.get('');
}
