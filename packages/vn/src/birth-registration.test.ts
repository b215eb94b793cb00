import {
  isLocked,
  offersAt,
  originAt,
  componentStates,
  isJsonObject,
  isRelevant,
  missAt,
  valueAt,
  type Json,
  type JsonObject,
} from '@onceform/core';
import { describe, expect, it } from 'vitest';
import { answer, definitionOf, errors, formOf, open, prefill, sentencesAt, take, warnings } from '../test/open.ts';

const FORM = 'birth-registration';

const ADDRESS: JsonObject = {
  scheme: '2-tier-2025',
  provinceCode: '42',
  communeCode: '18073',
  street: 'Số 12, đường Mẫu',
};
const CHILD: JsonObject = {
  fullName: 'Lê Minh Mẫu',
  birthDate: '2026-11-10',
  gender: 'female',
  ethnicity: 'kinh',
  nationality: 'VN',
  placeOfBirth: { kind: 'facility', facility: 'Bệnh viện Mẫu', address: ADDRESS },
  homeTown: ADDRESS,
};
const TYPED: JsonObject = {
  requester: {
    fullName: 'Nguyễn Thị Mẫu',
    personalId: '042196000017',
    birthDate: '1996-04-05',
    residenceType: 'permanent',
    residence: ADDRESS,
    relation: 'mother',
  },
  situation: { childCase: 'birthNotice', parents: 'married' },
  child: CHILD,
  mother: {
    fullName: 'Nguyễn Thị Mẫu',
    birthDate: '1996-04-05',
    personalId: '042196000017',
    ethnicity: 'kinh',
    nationality: 'VN',
    residence: ADDRESS,
  },
  father: {
    fullName: 'Lê Văn Thử',
    birthDate: '1994-09-02',
    personalId: '042094000025',
    ethnicity: 'kinh',
    nationality: 'VN',
    residence: ADDRESS,
  },
  marriage: { number: '45/2023', date: '2023-06-15', place: 'UBND phường Mẫu' },
  copies: { requested: true, count: 2 },
  commitment: true,
};

/** The typed answers with some of them others; null takes one away. */
function edit(patch: JsonObject, base: JsonObject = TYPED): JsonObject {
  const edited: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = edited[key];
    if (value === null) delete edited[key];
    else edited[key] = isJsonObject(value) && isJsonObject(before) ? edit(value, before) : value;
  }
  return edited;
}

describe('an ordinary birth registration', () => {
  it('typed by hand lacks nothing', async () => {
    const session = await open(FORM, TYPED);
    expect(errors(session)).toEqual([]);
    expect(warnings(session)).toEqual([]);
    expect(isRelevant(session.state, '/requester/idDocument')).toBe(false);
    expect(valueAt(session.state.data, '/child/birthDateWords')).toBe(
      'Ngày mười tháng mười một năm hai nghìn không trăm hai mươi sáu',
    );
  });

  it('on paper leaves out ethnic group, nationality and residence of whoever has a personal id (note 2)', async () => {
    const number = { fullName: 'Nguyễn Thị Mẫu', birthDate: '1996-04-05', personalId: '042196000017' };
    const session = await open(
      FORM,
      {
        ...TYPED,
        requester: { ...number, relation: 'mother' },
        mother: number,
        father: { fullName: 'Lê Văn Thử', birthDate: '1994-09-02', personalId: '042094000025' },
      },
      { channel: 'in-person' },
    );
    expect(errors(session)).toEqual([]);
    expect(isRelevant(session.state, '/mother/residence')).toBe(false);
    session.dispatch({ changes: { set: '/mother/personalId', value: undefined } });
    expect(isRelevant(session.state, '/mother/residence')).toBe(true);
    expect(errors(session)).toContain('/mother/ethnicity required');
  });

  it('of a married mother is filled from four sources; she types the name, the case, the home town’s choice and the copies', async () => {
    const session = await open(FORM);
    answer(session, { situation: { childCase: 'birthNotice', parents: 'married' } });
    await prefill(session, 'me-tre');
    expect(originAt(session.state, '/requester/fullName')).toMatchObject({ origin: 'auto', source: { id: 'npd' } });
    expect(isLocked(session.state, '/requester/fullName')).toBe(true);
    expect(valueAt(session.state.data, '/marriage')).toEqual({
      number: '45/2023',
      book: '01/2023',
      date: '2023-06-15',
      place: 'UBND phường Nam Hà, thành phố Hà Tĩnh, tỉnh Hà Tĩnh',
    });

    take(session, '/mother', '/father', '/child');
    expect(valueAt(session.state.data, '/mother')).toMatchObject({
      fullName: 'Nguyễn Thị Mẫu',
      birthDate: '1996-04-05',
      personalId: '042196000017',
      ethnicity: 'kinh',
      nationality: 'VN',
      residence: { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073' },
    });
    expect(valueAt(session.state.data, '/father/personalId')).toBe('042094000025');
    expect(valueAt(session.state.data, '/child')).toMatchObject({
      birthDate: '2026-11-10',
      gender: 'female',
      placeOfBirth: { kind: 'facility', facility: 'Bệnh viện Mẫu Hà Tĩnh' },
    });

    answer(session, {
      requester: { relation: 'mother' },
      child: { fullName: 'Lê Minh Mẫu', ethnicity: 'kinh', homeTown: ADDRESS },
      copies: { requested: false },
      commitment: true,
    });
    expect(errors(session)).toEqual([]);
    const papers = componentStates(session.state).filter(component => component.needed && !component.replacedByData);
    expect(papers.map(({ spec }) => spec.id)).toEqual([]);
  });

  it('tells everything in English too', async () => {
    const form = await formOf(FORM);
    expect(form.notes.filter(note => note.severity !== 'info')).toEqual([]);
    expect(untranslated(form.outline)).toEqual([]);
    expect(untranslated(form.components)).toEqual([]);
    expect(untranslated(form.rules)).toEqual([]);
    expect(untranslated(form.procedure)).toEqual([]);
  });
});

describe('a hard birth registration', () => {
  it('of a single mother asks nothing about a father or a marriage, and offers one record for each twin', async () => {
    const session = await open(FORM);
    answer(session, { situation: { childCase: 'birthNotice', parents: 'motherOnly' } });
    await prefill(session, 'me-don-than');
    expect(isRelevant(session.state, '/father')).toBe(false);
    expect(isRelevant(session.state, '/marriage')).toBe(false);
    expect(offersAt(session.state, '/child').map(offer => offer.recordRef)).toEqual([
      'GCS-2026/00820',
      'GCS-2026/00821',
    ]);
    take(session, '/mother', ['/child', 1]);
    expect(valueAt(session.state.data, '/child')).toMatchObject({ fullName: 'Trần Mẫu Hai', gender: 'female' });
    answer(session, {
      requester: { relation: 'mother' },
      child: { ethnicity: 'thai', nationality: 'VN', homeTown: ADDRESS },
      copies: { requested: false },
      commitment: true,
    });
    expect(errors(session)).toEqual([]);
  });

  it('by a person without any id asks for the identity paper, and for the papers to be uploaded', async () => {
    const session = await open(FORM, edit({ requester: { personalId: null }, mother: { personalId: null } }));
    expect(errors(session)).toEqual(
      ['mother', 'requester'].flatMap(role =>
        ['issueDate', 'issuer', 'number', 'type'].map(member => `/${role}/idDocument/${member} required`),
      ),
    );
    const needed = componentStates(session.state)
      .filter(component => component.needed && !component.replacedByData)
      .map(({ spec }) => spec.id);
    expect(needed).toEqual(expect.arrayContaining(['birthProof', 'identity', 'residenceProof']));
  });

  it('of an abandoned child has empty parents, and wants the record of the finding', async () => {
    const session = await open(
      FORM,
      edit({
        situation: { childCase: 'abandoned', parents: 'unknown', byAuthorisation: false },
        requester: { relation: 'guardian' },
        mother: null,
        father: null,
        marriage: null,
      }),
    );
    expect(errors(session)).toEqual([]);
    const needed = componentStates(session.state)
      .filter(component => component.needed)
      .map(({ spec }) => spec.id);
    expect(needed).toContain('abandonedRecord');
    expect(needed).not.toContain('birthProof');
  });

  it('late by a day is told, not refused', async () => {
    const onTime = await open(FORM, edit({ child: { birthDate: '2026-09-23' } }));
    expect(warnings(onTime)).toEqual([]);
    const late = await open(FORM, edit({ child: { birthDate: '2026-09-22' } }));
    expect(warnings(late)).toEqual(['/child/birthDate child-late']);
    expect(errors(late)).toEqual([]);
  });

  it('with the population register down fills from the sign-in, says what is missing, and can still be typed to the end', async () => {
    const session = await open(FORM);
    answer(session, { situation: { childCase: 'birthNotice', parents: 'married' } });
    await prefill(session, 'me-tre', { down: ['npd'] });
    expect(originAt(session.state, '/requester/fullName')).toMatchObject({ origin: 'auto', source: { id: 'vneid' } });
    expect(missAt(session.state, '/requester/residence')).toMatchObject({ reason: 'unavailable' });
    answer(session, edit({ requester: { fullName: null, personalId: null, birthDate: null } }));
    expect(errors(session)).toEqual([]);
    expect(componentStates(session.state).find(({ spec }) => spec.id === 'residenceProof')).toMatchObject({
      needed: true,
      replacedByData: false,
    });
  });
});

describe('a refused birth registration', () => {
  const refused: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ['a child born tomorrow', { child: { birthDate: '2026-11-23' } }, ['/child/birthDate child-born']],
    ['31 February', { child: { birthDate: '2026-02-31' } }, ['/child/birthDate pattern']],
    ['a name with a digit', { child: { fullName: 'Lê Minh 2' } }, ['/child/fullName pattern']],
    [
      'a commune that is no code',
      { child: { homeTown: { communeCode: '1807' } } },
      // Neither of the shape of a code, nor on the list.
      ['/child/homeTown/communeCode pattern'],
    ],
    ['eleven digits of a personal id', { father: { personalId: '04209400002' } }, ['/father/personalId pattern']],
    ['one id for both parents', { father: { personalId: '042196000017' } }, ['/father/personalId parents-differ']],
    [
      'an abandoned child with parents',
      { situation: { childCase: 'abandoned' } },
      ['/situation/parents abandoned-parents'],
    ],
    ['no commitment', { commitment: false }, ['/commitment commitment']],
    ['zero copies', { copies: { count: 0 } }, ['/copies/count minimum']],
    ['an answer the form does not have', { child: { religion: 'none' } }, ['/child/religion additionalProperties']],
  ];
  for (const [name, change, expected] of refused) {
    it(`is one with ${name}`, async () => {
      const session = await open(FORM, edit(change));
      expect(errors(session)).toEqual(expected);
      for (const each of expected) {
        const [pointer] = each.split(' ');
        for (const locale of ['vi', 'en'])
          expect(sentencesAt(session, pointer!, locale).join(' '), locale).toMatch(/\S{2}/);
      }
    });
  }

  const doubted: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    [
      'a family name of neither parent',
      { child: { fullName: 'Hoàng Minh Mẫu' } },
      ['/child/fullName child-family-name'],
    ],
    ['an ethnic group of neither parent', { child: { ethnicity: 'tay' } }, ['/child/ethnicity child-ethnicity']],
    [
      'a mother aged nine',
      { mother: { birthDate: '2017-04-05' } },
      ['/mother/birthDate mother-age', '/mother/personalId mother-personal-id-year'],
    ],
    [
      'a father with a woman’s number',
      { father: { personalId: '042194000025' } },
      ['/father/personalId father-id-sex'],
    ],
    ['an unmarried couple', { situation: { parents: 'notMarried' } }, ['/situation/parents recognition']],
  ];
  for (const [name, change, expected] of doubted) {
    it(`is not one with ${name}: that is asked about only`, async () => {
      const session = await open(FORM, edit(change));
      expect(warnings(session)).toEqual(expected);
    });
  }
});

describe('the definition', () => {
  it('has the 28 items of the official form, under their official labels', () => {
    const definition = definitionOf(FORM);
    const title = (...path: string[]): unknown =>
      valueAt(definition, `${path.map(key => `/properties/${key}`).join('')}/title`);
    expect(title('requester', 'fullName')).toBe('Họ, chữ đệm, tên người yêu cầu');
    expect(title('requester', 'relation')).toBe('Quan hệ với người được khai sinh');
    expect(title('mother', 'fullName')).toBe('Họ, chữ đệm, tên người mẹ');
    expect(title('father', 'fullName')).toBe('Họ, chữ đệm, tên người cha');
    expect(title('child', 'placeOfBirth')).toBe('Nơi sinh');
    expect(title('copies', 'requested')).toBe('Đề nghị cấp bản sao');
  });
});

/** Texts that are in one language only: objects with `vi` and no `en`, as pointers. */
function untranslated(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('vi' in value && !('en' in value)) return [at];
  return Object.entries(value).flatMap(([key, inner]) => untranslated(inner, `${at}/${key}`));
}
