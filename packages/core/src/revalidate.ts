// Judging again what a derive pass wrote: the validator parts above and below it, and the country's advice on formats.
// What a part said before is replaced by what it says now; nothing else is looked at.

import { planOf, type Part } from './derive-plan.ts';
import type { Scene } from './evaluate.ts';
import { issuesOf, replaceIssues, type IssueBook } from './issues.ts';
import type { Json } from './json.ts';
import { withoutSource } from './missing.ts';
import { nodesAlong, resolveNode, walkInstance } from './outline.ts';
import type { OutlineNode } from './compiled.ts';
import type { FormatSpec } from './pack.ts';
import { instancesOf, pointerOf } from './pattern-index.ts';
import { parsePointer, valueAt, type Pointer } from './pointer.ts';

/** What was written, and whether everything below it may be different. */
export type Dirty = ReadonlyMap<Pointer, boolean>;

interface Judged extends Scene {
  readonly issues: IssueBook;
  readonly formats: { readonly [name: string]: FormatSpec };
}

/** The issues after judging again; places whose issues changed are added to `touched`. */
export function revalidated(scene: Judged, dirty: Dirty, touched: Set<Pointer>): IssueBook {
  const { form, data, branchOf } = scene;
  const { parts } = planOf(form);
  let { issues } = scene;
  const due = new Map<string, { part: Part; pointer: Pointer }>();
  for (const [pointer, below] of dirty) {
    const path = parsePointer(pointer);
    for (const { path: pattern, item: part } of below ? parts.around(path) : parts.above(path)) {
      for (const instance of instancesOf(data, pattern, path.slice(0, pattern.length), part.containers)) {
        const at = pointerOf(instance);
        due.set(`part ${part.no}\n${at}`, { part, pointer: at });
      }
    }
  }
  for (const [source, { part, pointer }] of due) {
    const value = valueAt(data, pointer);
    const found = value === undefined ? [] : issuesOf(part.part.validate(value), pointer, form, branchOf, value);
    const said = found.map(issue => withoutSource(form, data, issue));
    issues = replaceIssues(issues, source, said, touched);
  }
  if (Object.keys(scene.formats).length > 0)
    for (const [pointer, below] of dirty) issues = advised({ ...scene, issues }, pointer, below, touched);
  return issues;
}

/** Warnings and hints of a country's formats. */
function advised(scene: Judged, pointer: Pointer, below: boolean, touched: Set<Pointer>): IssueBook {
  const { form, formats, data, branchOf } = scene;
  let { issues } = scene;
  const steps = nodesAlong(form, parsePointer(pointer), branchOf);
  if (steps.at(-1)!.pointer !== pointer) return issues;
  const one = (given: OutlineNode, at: Pointer, value: Json | undefined): void => {
    const node = resolveNode(form, given);
    const format =
      node.kind === 'field' && node.format !== undefined && Object.hasOwn(formats, node.format)
        ? formats[node.format]
        : undefined;
    if (format?.advise === undefined) return;
    const advice = typeof value === 'string' ? format.advise(value) : [];
    issues = replaceIssues(
      issues,
      `advice\n${at}`,
      advice.map((found, i) => ({
        pointer: at,
        keyword: 'advice',
        severity: found.severity,
        params: { no: i },
        message: found.message,
      })),
      touched,
    );
  };
  const { node } = steps.at(-1)!;
  const value = valueAt(data, pointer);
  if (below && typeof value === 'object' && value !== null) walkInstance(form, node, pointer, value, branchOf, one);
  else one(node, pointer, value);
  return issues;
}
