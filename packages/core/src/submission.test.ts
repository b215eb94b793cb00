import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from './json.ts';
import type { OpenedSeal, SealItem } from './seal.ts';
import { askedBySchema, reviewDigest, substitute, type SubmissionInput } from './submission.ts';

const FORM = { id: 'https://example.org/forms/f', version: '1', digest: 'd'.repeat(64), computed: [] } as const;

function item(pointer: string, value: Json, edit: SealItem['edit'] = 'locked', record = pointer): SealItem {
  return {
    pointer,
    value,
    edit,
    record,
    concept: 'person.x',
    recordRef: 'r1',
    source: { id: 'npd', name: 'Register', kind: 'authoritative' },
    verification: { status: 'verified', assuranceLevel: 'high' },
    lastUpdated: '2024-01-01',
    retrievedAt: '2026-11-22T08:00:00Z',
    chosen: { rule: 'only', of: 1 },
  };
}

function seal(items: readonly SealItem[], digest: string = FORM.digest): OpenedSeal {
  return {
    jws: 'a.b.c',
    verified: true,
    payload: {
      format: 'https://onceform.dev/seal/1',
      iss: 'g',
      aud: 'p',
      sub: 's',
      draft: 'd',
      nonce: 'n',
      iat: 0,
      exp: 1,
      form: { id: FORM.id, version: '1', digest },
      purpose: 'p',
      context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} },
      items,
    },
  };
}

const submit = (answers: Json, sealed: OpenedSeal | null, more: Partial<SubmissionInput> = {}) =>
  substitute({ form: FORM, answers, seal: sealed, components: [], decisions: [], ...more });

describe('substitute, never compare', () => {
  test('a locked value comes from the seal, whatever the input holds', () => {
    const result = submit({ name: 'Eve' }, seal([item('/name', 'Anna')]));
    expect(result.data.name).toBe('Anna');
    expect(result.origins['/name']).toMatchObject({ origin: 'auto', recordRef: 'r1' });
    expect(result.ignored).toEqual(['/name']);
  });

  test('a value that was changed only after its 72nd byte is put right all the same', () => {
    const address = 'Số 12, ngõ 34, đường Nguyễn Văn Cừ, tổ dân phố 5, phường Hà Huy Tập, tỉnh Hà Tĩnh';
    expect(
      submit({ address: address.replace('Hà Tĩnh', 'Nghệ An') }, seal([item('/address', address)])).data.address,
    ).toBe(address);
  });

  test('a correctable value that differs is an override and keeps the official value', () => {
    const result = submit({ island: 'south' }, seal([item('/island', 'north', 'correctable')]));
    expect(result.data.island).toBe('south');
    expect(result.origins['/island']).toMatchObject({ origin: 'override', official: 'north' });
    expect(result.ignored).toEqual([]);
  });

  test('put back to the official value, it is auto again', () => {
    expect(
      submit({ island: 'north' }, seal([item('/island', 'north', 'correctable')])).origins['/island']!.origin,
    ).toBe('auto');
  });

  test('without a seal nothing is auto', () => {
    const { origins } = submit({ name: 'Anna', address: { street: 'x', lines: [1, 2] }, none: {} }, null);
    expect(Object.values(origins).map(entry => entry.origin)).toEqual([
      'manual',
      'manual',
      'manual',
      'manual',
      'manual',
    ]);
    expect(Object.keys(origins)).toEqual(['/name', '/address/street', '/address/lines/0', '/address/lines/1', '/none']);
  });

  test('a locked value that was deleted from its record comes back', () => {
    const result = submit(
      { mother: { birthDate: '1990' } },
      seal([item('/mother/fullName', 'Lan', 'locked', '/mother')]),
    );
    expect(result.data.mother).toEqual({ birthDate: '1990', fullName: 'Lan' });
  });

  test('a sealed answer that is not asked any more stays out', () => {
    const result = submit({ other: 1 }, seal([item('/mother/fullName', 'Lan', 'locked', '/mother')]));
    expect(result.data).not.toHaveProperty('mother');
    expect(result.origins).not.toHaveProperty('/mother/fullName');
  });

  test('the context is that of the seal, not of the client', () => {
    const result = submit({ $context: { today: '1999-01-01', identityLevel: 3 } }, seal([]));
    expect((result.data.$context as JsonObject).today).toBe('2026-11-22');
  });

  test('a locked value comes back only where the form still asks for it', () => {
    const guards = [
      {
        id: 'g',
        target: '/mother/idDocument',
        anchor: '/mother',
        reads: ['/mother/personalId'],
        order: 0,
        test: (mother: Json | undefined) => !Object.hasOwn(mother as object, 'personalId'),
      },
    ];
    const sealed = seal([
      item('/mother/personalId', '042', 'locked', '/mother'),
      item('/mother/idDocument/number', '7', 'locked', '/mother'),
    ]);
    const form = { ...FORM, guards };
    expect(submit({ mother: { personalId: '042' } }, sealed, { form }).data.mother).toEqual({ personalId: '042' });
    expect(submit({ mother: { fullName: 'x' } }, sealed, { form }).data.mother).toEqual({
      fullName: 'x',
      personalId: '042',
    });
  });

  test('a reader without guards learns from the schema what is not asked', async () => {
    const sealed = seal([
      item('/mother/personalId', '042', 'locked', '/mother'),
      item('/mother/idDocument/number', '7', 'locked', '/mother'),
    ]);
    const validate = (data: JsonObject) => {
      const mother = data.mother as JsonObject;
      return 'personalId' in mother && 'idDocument' in mother
        ? [{ instancePath: '/mother/idDocument', keyword: 'false schema', params: {} }]
        : [];
    };
    const answers = { mother: { personalId: '042' } };
    const asked = await askedBySchema(answers, sealed, validate);
    expect(submit(answers, sealed, { asked: asked! }).data.mother).toEqual({ personalId: '042' });
    const stripped = { mother: { fullName: 'x' } };
    expect(submit(stripped, sealed, { asked: (await askedBySchema(stripped, sealed, validate))! }).data.mother).toEqual(
      { fullName: 'x', personalId: '042' },
    );
    expect(
      await askedBySchema({ mother: { personalId: '042', idDocument: { number: '7' } } }, sealed, validate),
    ).toBeNull();
  });

  test('a composite sealed value has one origin for the whole', () => {
    const address = { province: '42', commune: '18073' };
    const result = submit({ residence: address }, seal([item('/residence', address)]));
    expect(Object.keys(result.origins)).toEqual(['/residence']);
  });

  test('a computed value is derived', () => {
    const form = {
      ...FORM,
      computed: [{ id: 'c', target: '/total', reads: [], order: 0, expression: '1', type: 'integer', needs: [] }],
    } as const;
    expect(
      substitute({ form, answers: { total: 3, n: 1 }, seal: null, components: [], decisions: [] }).origins,
    ).toMatchObject({ '/total': { origin: 'derived' }, '/n': { origin: 'manual' } });
  });

  test('what an officer typed says so', () => {
    expect(submit({ a: { b: 1 }, c: 2 }, null, { officerEntered: ['/a'] }).origins).toMatchObject({
      '/a/b': { origin: 'officer-entered' },
      '/c': { origin: 'manual' },
    });
  });

  test('a seal of another form is refused', () => {
    expect(() => submit({}, seal([], 'e'.repeat(64)))).toThrow(expect.objectContaining({ code: 'ERR_SEAL_FORM' }));
  });

  test.each(['/__proto__/polluted', '/constructor/prototype/x', '', '/$context/today'])(
    'a seal that names %j is refused',
    pointer => {
      expect(() => submit({ constructor: {} }, seal([item(pointer, 'x')]))).toThrow(
        expect.objectContaining({ code: 'ERR_SUBMISSION_INVALID' }),
      );
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  test.each([[null], [[]], ['text'], [7]])('answers that are %j are refused', answers => {
    expect(() => submit(answers as Json, null)).toThrow(expect.objectContaining({ code: 'ERR_SUBMISSION_INVALID' }));
  });
});

test('the review digest changes with any answer and any paper', async () => {
  const base = submit({ a: 1 }, null);
  const digests = await Promise.all([
    reviewDigest(base),
    reviewDigest(submit({ a: 2 }, null)),
    reviewDigest(submit({ a: 1 }, null, { components: [{ id: 'x', fulfilledBy: 'waived', files: [] }] })),
    reviewDigest(submit({ a: 1 }, null)),
  ]);
  expect(digests[0]).toBe(digests[3]);
  expect(new Set(digests).size).toBe(3);
});
