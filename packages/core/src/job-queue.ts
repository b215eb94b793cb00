// Units waiting to run in one derive pass, in topological order.

import type { AnyUnit } from './derive-plan.ts';
import type { Path } from './pointer.ts';

/** A unit at one of its places. `base` is how many segments lead to the recursive part it is in. */
export interface Job {
  readonly item: AnyUnit;
  readonly base: number;
  readonly path: Path;
  readonly id: string;
}

/** Jobs by their order; one that is in line already is not put there twice. */
export class JobQueue {
  readonly #ids = new Set<string>();
  readonly #orders: number[] = [];
  readonly #byOrder = new Map<number, Job[]>();

  push(job: Job): void {
    if (this.#ids.has(job.id)) return;
    this.#ids.add(job.id);
    const { order } = job.item.unit;
    const jobs = this.#byOrder.get(order);
    if (jobs !== undefined) {
      jobs.push(job);
      return;
    }
    this.#byOrder.set(order, [job]);
    let low = 0,
      high = this.#orders.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#orders[middle]! > order) low = middle + 1;
      else high = middle;
    }
    this.#orders.splice(low, 0, order);
  }

  shift(): Job | undefined {
    const order = this.#orders.at(-1);
    if (order === undefined) return undefined;
    const jobs = this.#byOrder.get(order)!;
    const job = jobs.pop()!;
    if (jobs.length === 0) {
      this.#byOrder.delete(order);
      this.#orders.pop();
    }
    this.#ids.delete(job.id);
    return job;
  }
}
