// An immutable map by pointer, for the slots of the state: changing one entry costs the logarithm of the size,
// never a copy of the whole. A hash trie with 32 branches and small buckets at the leaves. A leaf.

type Entry<T> = readonly [key: string, value: T];
interface Bucket<T> {
  readonly entries: readonly Entry<T>[];
}
interface Branch<T> {
  readonly nodes: readonly (Node<T> | undefined)[];
}
type Node<T> = Bucket<T> | Branch<T>;

const BITS = 5,
  WIDTH = 1 << BITS,
  BUCKET = 8,
  DEEPEST = 30;

/** An immutable map from strings. `set` and `delete` give a new map, or the same one where nothing changes. */
export class PersistentMap<T> {
  static readonly empty = new PersistentMap<never>(undefined, 0);
  readonly #root: Node<T> | undefined;
  readonly size: number;

  private constructor(root: Node<T> | undefined, size: number) {
    this.#root = root;
    this.size = size;
  }

  static of<T>(entries: Iterable<Entry<T>> = []): PersistentMap<T> {
    let map: PersistentMap<T> = PersistentMap.empty;
    for (const [key, value] of entries) map = map.set(key, value);
    return map;
  }

  get(key: string): T | undefined {
    let node = this.#root;
    if (node === undefined) return undefined;
    for (let hash = hashOf(key); node !== undefined; hash >>>= BITS) {
      if ('entries' in node) {
        for (const entry of node.entries) if (entry[0] === key) return entry[1];
        return undefined;
      }
      node = node.nodes[hash & (WIDTH - 1)];
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Sets an entry; the value `undefined` deletes it. */
  set(key: string, value: T | undefined): PersistentMap<T> {
    const before = this.get(key);
    if (before === value) return this;
    const root = put(this.#root, key, value, hashOf(key), 0);
    return new PersistentMap(root, this.size + (before === undefined ? 1 : 0) - (value === undefined ? 1 : 0));
  }

  delete(key: string): PersistentMap<T> {
    return this.set(key, undefined);
  }

  /** In no particular order. */
  *[Symbol.iterator](): IterableIterator<Entry<T>> {
    if (this.#root !== undefined) yield* walk(this.#root);
  }

  /** Renames or drops keys; `rename` gives the new key, or null to drop the entry. */
  rekey(rename: (key: string) => string | null): PersistentMap<T> {
    const renamed: [string | null, Entry<T>][] = [];
    for (const entry of this) {
      const key = rename(entry[0]);
      if (key !== entry[0]) renamed.push([key, entry]);
    }
    const rest = renamed.reduce<PersistentMap<T>>((map, [, [key]]) => map.delete(key), this);
    return renamed.reduce((map, [key, [, value]]) => (key === null ? map : map.set(key, value)), rest);
  }
}

function put<T>(
  node: Node<T> | undefined,
  key: string,
  value: T | undefined,
  hash: number,
  depth: number,
): Node<T> | undefined {
  if (node === undefined) return value === undefined ? undefined : { entries: [[key, value]] };
  if ('entries' in node) {
    const entries = node.entries.filter(entry => entry[0] !== key);
    if (value !== undefined) entries.push([key, value]);
    if (entries.length <= BUCKET || depth >= DEEPEST) return entries.length === 0 ? undefined : { entries };
    let branch: Node<T> = { nodes: new Array<undefined>(WIDTH).fill(undefined) };
    for (const [name, item] of entries) branch = put(branch, name, item, hashOf(name) >>> depth, depth)!;
    return branch;
  }
  const at = hash & (WIDTH - 1);
  const nodes = node.nodes.slice();
  nodes[at] = put(node.nodes[at], key, value, hash >>> BITS, depth + BITS);
  return { nodes };
}

function* walk<T>(node: Node<T>): IterableIterator<Entry<T>> {
  if ('entries' in node) yield* node.entries;
  else for (const child of node.nodes) if (child !== undefined) yield* walk(child);
}

/** FNV-1a, finished so that the low bits of like keys differ. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}
