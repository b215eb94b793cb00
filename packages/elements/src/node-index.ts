// Finds the outline node that describes a plain pointer, and every node of a form in document order.

import type { CompiledForm, OutlineNode, Pointer } from '@onceform/core';
import { parsePointer } from '@onceform/core/first';

export class NodeIndex {
  readonly #form: CompiledForm;
  readonly #resolved = new WeakMap<OutlineNode, OutlineNode>();
  readonly #found = new Map<Pointer, OutlineNode | undefined>();

  constructor(form: CompiledForm) {
    this.#form = form;
  }

  /**
   * The node at a pointer: through groups, rows, tuples, maps and recursion. Under a choice the branch is the one
   * that `branchOf` says, else the first branch that knows the member.
   */
  at(pointer: Pointer, branchOf?: (pointer: Pointer) => number | null): OutlineNode | undefined {
    if (branchOf === undefined && this.#found.has(pointer)) return this.#found.get(pointer);
    let nodes: readonly OutlineNode[] = [this.#form.outline.root];
    let at = '';
    for (const segment of parsePointer(pointer)) {
      const parent = at;
      nodes = nodes.flatMap(node => this.#below(node, segment, branchOf?.(parent) ?? null));
      at += '/' + segment.replaceAll('~', '~0').replaceAll('/', '~1');
    }
    const node = nodes[0] && this.resolve(nodes[0]);
    if (branchOf === undefined) this.#found.set(pointer, node);
    return node;
  }

  /** Follows a recursion to what it stands for, keeping its own key and words. The same object each time. */
  resolve(node: OutlineNode): OutlineNode {
    if (node.kind !== 'recursion') return node;
    let found = this.#resolved.get(node);
    if (found === undefined) {
      const target = this.#form.outline.definitions[node.to];
      if (target === undefined)
        throw new TypeError(`The outline names a recursive part "${node.to}" that it does not define.`);
      const title = node.title ?? target.title;
      found = {
        ...this.resolve(target),
        key: node.key,
        required: node.required,
        ...(title === undefined ? {} : { title }),
      };
      this.#resolved.set(node, found);
    }
    return found;
  }

  #below(parent: OutlineNode, segment: string, branch: number | null): readonly OutlineNode[] {
    const node = this.resolve(parent);
    switch (node.kind) {
      case 'group': {
        const child = node.children.find(({ key }) => key === segment);
        return child ? [child] : node.rest ? [node.rest.value] : [];
      }
      case 'list':
        return [node.item];
      case 'map':
        return [node.value];
      case 'tuple': {
        const child = node.children.find(({ key }) => key === segment);
        return child ? [child] : node.rest ? [node.rest] : [];
      }
      case 'choice': {
        const branches = branch === null ? node.branches : node.branches.slice(branch, branch + 1);
        const shared = node.shared.filter(({ key }) => key === segment);
        return shared.length > 0 ? shared : branches.flatMap(({ node: inner }) => this.#below(inner, segment, null));
      }
      default:
        return [];
    }
  }
}
