import { describe, expect, it } from 'vitest';
import { conceptMappings, concepts } from './concepts.ts';
import data from './data/concepts.json' with { type: 'json' };
import { registers } from './sources.ts';
import sources from './data/data-sources.json' with { type: 'json' };

describe('the concept dictionary', () => {
  it('has every row of the data dictionary, and the records they form', () => {
    expect(data.items).toHaveLength(197);
    for (const { id } of data.items) expect(concepts[id], id).toBeDefined();
    for (const id of ['person', 'person.idDocument', 'civilStatus.marriage', 'household.members[]'])
      expect(concepts[id], id).toBeDefined();
  });

  it('says of each concept what it is called in both languages, how sensitive it is and how it may be reused', () => {
    for (const concept of Object.values(concepts)) {
      expect(concept.label, concept.id).toMatchObject({
        vi: expect.stringMatching(/\S/),
        en: expect.stringMatching(/\S/),
      });
      expect(['B', 'S', 'O'], concept.id).toContain(concept.sensitivity);
      expect(concept.reuse?.mode, concept.id).toMatch(/^(fill|choose|never)$/);
    }
  });

  it('names only registers that exist', () => {
    const known = new Set(sources.items.map(source => source.id));
    for (const concept of Object.values(concepts))
      for (const source of concept.sources) expect(known, `${concept.id}: ${source}`).toContain(source);
    for (const { id } of registers) expect(known).toContain(id);
  });

  it('never fills in convictions, a cause of death or a commitment, and lets money and land be chosen only', () => {
    for (const id of ['criminalRecord.convictions', 'civilStatus.death.cause', 'dossier.commitment'])
      expect(concepts[id]!.reuse?.mode, id).toBe('never');
    for (const id of ['person.bankAccount.number', 'land.certificate.serial'])
      expect(concepts[id]!.reuse?.mode, id).toBe('choose');
  });

  it('keeps ethnic group, religion and health sensitive, the personal id basic', () => {
    for (const id of ['person.ethnicity', 'person.religion', 'person.disability.type', 'person.idDocument.image'])
      expect(concepts[id]!.sensitivity, id).toBe('S');
    expect(concepts['person.personalId']!.sensitivity).toBe('B');
  });

  it('is mapped to schema.org, Core Person and autofill where those have a term, and nowhere else', () => {
    expect(conceptMappings['person.fullName']).toMatchObject({
      schemaOrg: 'name',
      coreVocabulary: 'fullName',
      autocomplete: 'name',
    });
    expect(conceptMappings['person.birthDate']).toMatchObject({ schemaOrg: 'birthDate', autocomplete: 'bday' });
    expect(conceptMappings['person.ethnicity']?.schemaOrg).toBeUndefined();
    expect(conceptMappings['person.ethnicity']?.coreVocabulary).toBeUndefined();
  });
});
