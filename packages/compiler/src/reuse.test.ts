import { describe, expect, it } from 'vitest';
import type { ConceptSpec } from '@onceform/core';
import { compileForm } from './compile.ts';

const concept = (id: string, more: Partial<ConceptSpec> = {}): [string, ConceptSpec] => [
  id,
  { id, label: id, sensitivity: 'B', sources: ['register'], ...more },
];
const concepts = Object.fromEntries([
  concept('person.name', { reuse: { edit: 'correctable' }, autocomplete: 'name' }),
  concept('person.id', { reuse: { edit: 'locked', maxAge: 'P30D' } }),
  concept('person.town'),
  concept('person.home'),
  concept('typed.only', { sources: [] }),
  concept('person.faith', { sensitivity: 'S' }),
]);
const text = (concept: string, more: object = {}): object => ({ type: 'string', concept, ...more });
const itemsOf = async (properties: object): Promise<unknown[]> =>
  (await compileForm({ type: 'object', properties }, { concepts })).reuse.map(({ pointer, subject, members }) => ({
    pointer,
    subject,
    members: members.map(member => member.pointer),
  }));

describe('what a source may fill', () => {
  it('takes a group with a concept as one record of its leaves', async () => {
    expect(
      await itemsOf({
        mother: {
          type: 'object',
          concept: 'person',
          subject: 'mother',
          properties: { name: text('person.name'), id: text('person.id'), note: { type: 'string' } },
        },
      }),
    ).toEqual([{ pointer: '/mother', subject: 'mother', members: ['/mother/name', '/mother/id'] }]);
  });

  it('takes a nested group without concepts inside as one composite value', async () => {
    expect(
      await itemsOf({
        mother: {
          type: 'object',
          concept: 'person',
          properties: {
            name: text('person.name'),
            home: { type: 'object', concept: 'person.home', properties: { street: { type: 'string' } } },
          },
        },
      }),
    ).toEqual([{ pointer: '/mother', subject: 'applicant', members: ['/mother/name', '/mother/home'] }]);
  });

  it('makes the items of a list records, and single fields items of their own', async () => {
    expect(
      await itemsOf({
        people: {
          type: 'array',
          items: { type: 'object', concept: 'person', properties: { name: text('person.name') } },
        },
        id: text('person.id'),
      }),
    ).toEqual([
      { pointer: '/people/[]', subject: 'applicant', members: ['/people/[]/name'] },
      { pointer: '/id', subject: 'applicant', members: ['/id'] },
    ]);
  });

  it('leaves out what is never reused, what no source has, and takes what is about somebody else by itself', async () => {
    expect(
      await itemsOf({
        child: {
          type: 'object',
          concept: 'person',
          subject: 'child',
          properties: {
            name: text('person.name'),
            faith: text('person.faith', { reuse: { mode: 'never' } }),
            other: text('typed.only'),
            town: text('person.town', { subject: 'parent' }),
          },
        },
      }),
    ).toEqual([
      { pointer: '/child', subject: 'child', members: ['/child/name'] },
      { pointer: '/child/town', subject: 'parent', members: ['/child/town'] },
    ]);
  });

  it('lets a form narrow the policy of the dictionary, and says so when it widens', async () => {
    const form = await compileForm(
      {
        type: 'object',
        properties: {
          name: text('person.name', { reuse: { edit: 'locked' } }),
          id: text('person.id', { reuse: { edit: 'free', maxAge: 'P1Y' } }),
        },
      },
      { concepts },
    );
    expect(form.reuse.map(item => [item.policy.edit, item.policy.maxAge])).toEqual([
      ['locked', undefined],
      ['locked', 'P30D'],
    ]);
    expect(form.notes.map(note => [note.code, note.pointer])).toEqual([
      ['REUSE_WIDENED', '/properties/id/reuse/edit'],
      ['REUSE_WIDENED', '/properties/id/reuse/maxAge'],
    ]);
  });

  it('offers the browser its autofill token only for the applicant', async () => {
    const form = await compileForm(
      { type: 'object', properties: { mine: text('person.name'), hers: text('person.name', { subject: 'mother' }) } },
      { concepts },
    );
    expect(form.outline.root).toMatchObject({ children: [{ autocomplete: 'name' }, { key: 'hers' }] });
    expect((form.outline.root as { children?: object[] }).children![1]).not.toHaveProperty('autocomplete');
  });

  it('refuses a concept the dictionary has not', async () => {
    await expect(
      compileForm({ type: 'object', properties: { a: text('person.nmae') } }, { concepts }),
    ).rejects.toMatchObject({ code: 'ERR_CONCEPT_UNKNOWN', pointer: '/properties/a/concept' });
  });
});
