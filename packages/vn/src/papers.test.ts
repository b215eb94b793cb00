import { readdirSync } from 'node:fs';
import { createMemoryHoldings, findHeld } from '@onceform/store';
import { describe, expect, it } from 'vitest';
import { formOf } from '../test/open.ts';
import { heldPapers, personas } from './personas.ts';
import { paperTypes, paperTypesFor } from './papers.ts';

const slugs = readdirSync(new URL('../forms/', import.meta.url))
  .filter(name => name.endsWith('.form.json'))
  .map(name => name.replace('.form.json', ''));

describe('papers the State holds', () => {
  it('stand in for components that exist', async () => {
    const components = new Set(
      (await Promise.all(slugs.map(formOf))).flatMap(form => form.components.map(component => component.id)),
    );
    for (const type of paperTypes)
      for (const component of type.components) expect(components, type.id).toContain(component);
    expect(new Set(paperTypes.map(type => type.id)).size).toBe(paperTypes.length);
  });

  it('are found for whom they belong to, and not when they expired or were revoked', async () => {
    const holdings = await Promise.all(
      (['vneid', 'dossierStore', 'notary'] as const).map(async holder => {
        const held = createMemoryHoldings({ id: holder, name: holder, kind: 'issued-document' });
        for (const { personalId, holder: of, text, ...document } of heldPapers) {
          if (of === holder) await held.put({ key: personalId }, document, new Blob([text], { type: 'text/plain' }));
        }
        return held;
      }),
    );
    const found = async (key: string, component: string): Promise<string[]> =>
      (await findHeld({ key }, paperTypesFor(component), holdings, new Date('2026-11-22T01:00:00Z'))).offers.map(
        offer => offer.document.id,
      );
    expect(await found('042094000025', 'housing')).toEqual(['GCN-012345']);
    expect(await found('040199000033', 'housing')).toEqual([]);
    expect(await found('040199000033', 'rental')).toEqual(['HD-55']);
    expect(await found('042094000025', 'health')).toEqual([]);
    expect(await found('040199000033', 'authorisation')).toEqual([]);
  });

  it('are held of invented people only', () => {
    const known = new Set(personas.map(persona => persona.personalId));
    const types = new Set(paperTypes.map(type => type.id));
    for (const paper of heldPapers) {
      expect(known).toContain(paper.personalId);
      expect(types).toContain(paper.type);
    }
  });
});
