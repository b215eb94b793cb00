// data/decisions.json: what the citizen said to the offers, each with the rule that ranked them (from the seal).

import type { Decision, Json, OpenedSeal } from '@onceform/core';

/** Pure: the verifier calls it again and compares. */
export function decisionsFile(decisions: readonly Decision[], seal: OpenedSeal | null): Json {
  const chosen = new Map((seal?.payload.items ?? []).map(item => [item.record, item.chosen]));
  return decisions.map(decision => {
    const ranked = chosen.get(decision.item);
    return { ...decision, ...(ranked === undefined ? {} : { chosen: ranked }) };
  }) as unknown as Json;
}

export function decisionsFrom(file: Json): Decision[] {
  return (file as unknown as (Decision & { chosen?: unknown })[]).map(({ chosen: _, ...decision }) => decision);
}
