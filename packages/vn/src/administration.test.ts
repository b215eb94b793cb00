import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@onceform/core';
import { administration } from './administration.ts';
import { competentAgencies, intakeCommunes } from './agencies.ts';
import { placesThatDecide } from './agency-rules.ts';
import { codeLists } from './code-lists.ts';
import { dueFor, reducedWorkingDays } from './deadlines.ts';
import { standsAs } from './areas.ts';
import { feeFor, formerProvinceOf } from './fees.ts';
import { formerCommunes } from './units.ts';

const vectors = JSON.parse(readFileSync(new URL('../test-vectors.json', import.meta.url), 'utf8'));
const communesOf = async (former: string): Promise<string[]> => {
  const all = await codeLists['communes']!.load('92');
  const groups = await Promise.all(all.map(entry => formerProvinceOf(entry.code)));
  return all.filter((_, i) => groups[i] === former).map(entry => entry.code);
};

describe('fees', () => {
  it('Cần Thơ has three groups of communes: 32, 28 and 43', async () => {
    expect((await communesOf('92')).length).toBe(32);
    expect((await communesOf('93')).length).toBe(28);
    expect((await communesOf('94')).length).toBe(43);
  });

  it('a late birth costs by the commune’s former province and by the channel', async () => {
    const fee = async (former: string, channel: 'online' | 'in-person') =>
      (
        await feeFor({
          procedure: '1.001193',
          communeCode: (await communesOf(former))[0]!,
          channel,
          date: '2026-11-22',
          late: true,
        })
      ).total;
    expect([await fee('92', 'in-person'), await fee('92', 'online')]).toEqual([8000, 4000]);
    expect([await fee('93', 'in-person'), await fee('93', 'online')]).toEqual([5000, 5000]);
    expect([await fee('94', 'in-person'), await fee('94', 'online')]).toEqual([5000, 4000]);
  });

  it('in time nothing but the copies is paid, everywhere', async () => {
    expect(
      await feeFor({ procedure: '1.001193', communeCode: '18073', channel: 'online', date: '2026-11-22', copies: 2 }),
    ).toMatchObject({
      total: 16000,
      lines: [
        { charge: 'inTime', amount: 0 },
        { charge: 'copy', amount: 8000, quantity: 2 },
      ],
    });
  });

  it('where only the province knows, no number is invented', async () => {
    const fee = await feeFor({
      procedure: '1.001193',
      communeCode: '18073',
      channel: 'online',
      date: '2026-11-22',
      late: true,
    });
    expect(fee.total).toBeNull();
    expect(fee.lines[0]).toMatchObject({ amount: null, confidence: 'check' });
  });

  it('an exemption counts only where the procedure has it, and never for copies', async () => {
    const ask = (procedure: string, exemptions: string[]) =>
      feeFor({ procedure, communeCode: '18073', channel: 'in-person', date: '2026-11-22', copies: 1, exemptions });
    expect((await ask('1.004222', ['elderly'])).lines).toMatchObject([
      { amount: 0, exemption: { code: 'elderly', basis: 'Thông tư 75/2022/TT-BTC' } },
      { amount: 8000 },
    ]);
    expect((await ask('1.004222', ['nearPoor'])).lines[0]).toMatchObject({ amount: 20000 });
  });

  const RESIDENCE = { request: { address: { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073' } } };
  const moved = (groups: JsonObject, given: readonly string[], papers: readonly string[] = []) =>
    administration.fee({
      procedure: '1.004222',
      received: '2026-11-20T09:00',
      channel: 'online',
      agency: null,
      data: { ...RESIDENCE, person: { birthDate: '1990-01-01' }, situation: { feeExemption: groups } },
      proven: {
        answers: new Set(given.map(member => `/situation/feeExemption/${member}`)),
        components: new Set(papers),
      },
    });

  it.each([
    [{ poverty: 'poor' }, ['poverty'], 'poor'],
    [{ meritorious: 'Thân nhân liệt sĩ' }, ['meritorious'], 'meritorious'],
    [{ disabilityLevel: 'severe' }, ['disabilityLevel'], 'disabled'],
  ] as const)('nothing is paid by whom a register vouches for: %j', async (groups, given, code) => {
    expect(await moved(groups, given)).toMatchObject({
      total: 0,
      saved: 20000,
      lines: [{ amount: 0, saved: 20000, exemption: { code, basis: 'Thông tư 75/2022/TT-BTC' } }],
    });
  });

  it('a group that was only typed exempts nobody, with its paper it does; near poverty is in no list', async () => {
    const full = { total: 10000, saved: 10000, lines: [{ amount: 10000, saved: 10000 }] };
    expect(await moved({ poverty: 'poor' }, [])).toMatchObject(full);
    expect(await moved({ claimed: 'orphan' }, [])).toMatchObject(full);
    expect(await moved({ claimed: 'orphan' }, [], ['feeProof'])).toMatchObject({
      total: 0,
      lines: [{ exemption: { code: 'orphan' } }],
    });
    expect(await moved({ claimed: 'everybody' }, [], ['feeProof'])).toMatchObject(full);
    expect(await moved({ poverty: 'nearPoor' }, ['poverty'])).toMatchObject(full);
    expect(await moved({ poverty: 'none' }, ['poverty'])).toMatchObject(full);
  });

  describe('of residents of a commune', () => {
    const AREAS = [
      { area: '18196', standing: 'border', basis: 'Quyết định A' },
      { area: '18844', standing: 'difficult', basis: 'Quyết định B' },
    ];
    const at = (communeCode: string) => ({ scheme: '2-tier-2025', provinceCode: '42', communeCode });
    /** @param given what a register gave of it */
    const living = (
      permanentAddress: JsonObject,
      ethnicity: string,
      given: readonly string[],
      papers: readonly string[] = [],
    ) =>
      administration.fee({
        procedure: '1.004194',
        received: '2026-11-20T09:00',
        channel: 'online',
        agency: null,
        data: {
          ...RESIDENCE,
          person: { birthDate: '1990-01-01' },
          situation: { feeResidence: { permanentAddress }, feeEthnicity: { ethnicity } },
        },
        areas: AREAS,
        proven: {
          answers: new Set(given),
          components: new Set(papers),
        },
      });
    const [ADDRESS, ETHNICITY] = ['/situation/feeResidence/permanentAddress', '/situation/feeEthnicity/ethnicity'];
    const both = [ADDRESS, ETHNICITY];
    const none = (code: string, basis: string) => ({
      total: 0,
      saved: 15000,
      lines: [{ amount: 0, saved: 15000, exemption: { code, basis: `Thông tư 75/2022/TT-BTC; ${basis}` } }],
    });

    it('the register says where they live, the table of the day what that commune is, the line by whose decision', async () => {
      expect(await living(at('18196'), 'kinh', both)).toMatchObject(none('borderCommune', 'Quyết định A'));
      expect(await living(at('18844'), 'tay', both)).toMatchObject(none('minorityDifficult', 'Quyết định B'));
      expect(await living(at('18844'), 'tay', [ADDRESS], ['ethnicityProof'])).toMatchObject({ total: 0 });
      const island = { scheme: '2-tier-2025', provinceCode: '91', communeCode: '31108' };
      expect(await living(island, 'kinh', both)).toMatchObject(none('borderCommune', 'Đặc khu'));
    });

    it.each([
      ['another commune', at('18073'), 'tay', both],
      ['of the majority, in a poor commune', at('18844'), 'kinh', both],
      ['of a minority by their own word', at('18844'), 'tay', [ADDRESS]],
      ['there by their own word', at('18196'), 'kinh', []],
      ['abroad', { scheme: 'foreign', country: 'LA' }, 'kinh', both],
      ['nowhere known', { scheme: '2-tier-2025' }, 'kinh', both],
    ])('pays in full: %s', async (_who, home, ethnicity, given) => {
      expect(await living(home, ethnicity, given)).toMatchObject({ total: 7000, lines: [{ amount: 7000 }] });
    });

    it('a former commune that was divided counts only where all of its parts do', async () => {
      const { rows } = await formerCommunes();
      const row = rows.find(([, , , parts]) => parts.length > 1)!;
      const parts = row[3];
      const home = { scheme: '3-tier', former: { communeCode: row[0] } } as unknown as JsonObject;
      const border = (areas: readonly string[]) =>
        standsAs(
          home,
          ['border'],
          areas.map(area => ({ area, standing: 'border', basis: 'A' })),
        );
      expect([await border(parts), await border(parts.slice(1))]).toEqual(['A', null]);
    });
  });

  it('a certificate of marital status is free for groups that a register or a paper shows, where a fee stands', async () => {
    const [paying] = await communesOf('94');
    const asked = (given: readonly string[], papers: readonly string[] = []) =>
      administration.fee({
        procedure: '1.004873',
        received: '2026-11-20T09:00',
        channel: 'online',
        agency: { kind: 'peoplesCommittee', name: 'UBND', area: paying!, because: '' },
        data: {
          subject: { birthDate: '1990-01-01' },
          situation: { feeExemption: { poverty: 'poor', claimed: 'disabled' } },
        },
        proven: { answers: new Set(given), components: new Set(papers) },
      });
    expect(await asked([])).toMatchObject({ total: 8000, saved: 2000 });
    const free = (code: string) => ({ total: 0, saved: 10000, lines: [{ exemption: { code } }] });
    expect(await asked(['/situation/feeExemption/poverty'])).toMatchObject(free('poor'));
    expect(await asked([], ['feeProof'])).toMatchObject(free('disabled'));
  });

  describe('of a late registration', () => {
    const LATE: JsonObject = { late: true, feeExemption: { poverty: 'poor', claimed: 'disabled' } };
    const REGISTER = ['/feeExemption/poverty'];
    /** @param commune undefined: in Hà Tĩnh, whose fee nobody told us */
    const asked = async (
      procedure: string,
      data: JsonObject,
      given: readonly string[] = [],
      papers: readonly string[] = [],
      commune?: string,
    ) =>
      administration.fee({
        procedure,
        received: '2026-11-22T09:00',
        channel: 'online',
        agency: { kind: 'peoplesCommittee', name: 'UBND', area: commune ?? '18073', because: '' },
        data: { ...LATE, ...data },
        proven: { answers: new Set(given), components: new Set(papers) },
      });
    const birth = { child: { birthDate: '2026-09-22' }, requester: { birthDate: '1999-12-31' } };
    const death = { death: { date: '2026-11-06' } };
    const LAW = 'Luật Phí và lệ phí 97/2015/QH13, điều 10';

    it.each([
      ['1.001193', birth],
      ['1.000656', death],
    ])(
      '%s: a register or a paper exempts, a word does not; what is spared is what the counter asks',
      async (code, data) => {
        const [paying] = await communesOf('92');
        expect(await asked(code, data, [], [], paying)).toMatchObject({
          total: 4000,
          saved: 4000,
          savedBy: { exemption: 0, online: 4000 },
          lines: [{ charge: 'late', amount: 4000 }],
        });
        const free = (group: string) => ({
          total: 0,
          saved: 8000,
          // At the counter they would have paid nothing either.
          savedBy: { exemption: 8000, online: 0 },
          lines: [{ charge: 'late', amount: 0, saved: 8000, exemption: { code: group, basis: LAW } }],
        });
        expect(await asked(code, data, REGISTER, [], paying)).toMatchObject(free('poor'));
        expect(await asked(code, data, [], ['feeProof'], paying)).toMatchObject(free('disabled'));
      },
    );

    it('where only the province knows the fee, the exempt pay nothing and nobody says what they were spared', async () => {
      const fee = await asked('1.001193', birth, REGISTER);
      expect(fee).toMatchObject({ total: 0, saved: null, lines: [{ amount: 0, exemption: { code: 'poor' } }] });
      expect(fee!.lines[0]).not.toHaveProperty('saved');
      expect(fee).not.toHaveProperty('savedBy');
      expect(await asked('1.001193', birth)).toMatchObject({ total: null, lines: [{ amount: null }] });
    });

    it('in time nobody is exempt from what nobody pays', async () => {
      const fee = await asked('1.001193', { ...birth, child: { birthDate: '2026-09-23' } }, REGISTER, ['feeProof']);
      expect(fee).toMatchObject({ total: 0, saved: 0, lines: [{ charge: 'inTime', amount: 0 }] });
      expect(fee!.lines[0]).not.toHaveProperty('exemption');
    });

    it('a requester who is a child pays nothing; that a child was born exempts nobody', async () => {
      const young = { ...birth, requester: { birthDate: '2011-06-01' } };
      expect(await asked('1.001193', young)).toMatchObject({ lines: [{ amount: 0, exemption: { code: 'child' } }] });
      expect(await asked('1.001193', birth)).toMatchObject({ lines: [{ amount: null }] });
    });

    it('a death of which only the year is known is late once that year has been over for fifteen days', async () => {
      const charge = async (date: string) => (await asked('1.000656', { death: { date } }))!.lines[0]!.charge;
      expect([await charge('1975'), await charge('2026-10'), await charge('2026-11'), await charge('2026')]).toEqual([
        'late',
        'late',
        'inTime',
        'inTime',
      ]);
    });
  });

  it('whoever is exempt pays nothing, also where nobody told us the amount', async () => {
    const fee = await feeFor({
      procedure: '1.004873',
      communeCode: '18073',
      channel: 'online',
      date: '2026-11-22',
      exemptions: ['elderly'],
    });
    expect(fee).toMatchObject({ total: 0, lines: [{ amount: 0, exemption: { code: 'elderly' } }] });
  });

  const record = (
    data: JsonObject,
    { groups = [], papers = [], copies = 2 }: { groups?: string[]; papers?: string[]; copies?: number } = {},
  ) =>
    administration.fee({
      procedure: '2.000488',
      received: '2026-11-20T09:00',
      channel: 'online',
      agency: null,
      data: { person: { birthDate: '1990-01-01' }, request: { copies }, ...data },
      areas: [{ area: '18844', standing: 'difficult', basis: 'QĐ thử' }],
      proven: {
        answers: new Set(['/person/permanentAddress', '/person/ethnicity', ...groups]),
        components: new Set(papers),
      },
    });

  it('a criminal record certificate costs 200.000, two of them the same, and each further one 5.000', async () => {
    expect(await record({})).toMatchObject({ total: 200_000, lines: [{ charge: 'base', quantity: 1 }] });
    expect(await record({}, { copies: 5 })).toMatchObject({
      total: 215_000,
      lines: [
        { label: { vi: 'Phí cung cấp thông tin lý lịch tư pháp' } },
        { charge: 'furtherCopy', amount: 5000, quantity: 3 },
      ],
    });
  });

  it('pupils and relatives of the fallen pay half for it, with a paper or by the register, and further ones in full', async () => {
    const claim = (claimed: string) => ({ situation: { feeExemption: { claimed } } });
    expect(await record(claim('student'), { papers: ['feeProof'], copies: 3 })).toMatchObject({
      total: 105_000,
      saved: 100_000,
      savedBy: { exemption: 100_000, online: 0 },
      lines: [
        { amount: 100_000, exemption: { code: 'student', label: { vi: 'Học sinh, sinh viên' } } },
        { amount: 5000 },
      ],
    });
    expect((await record(claim('student')))?.total).toBe(200_000);
    const merit = { situation: { feeExemption: { meritorious: 'Thân nhân liệt sĩ' } } };
    expect((await record(merit, { groups: ['/situation/feeExemption/meritorious'] }))?.total).toBe(100_000);
  });

  it('who pays less by their group, and less again online, reads which is which', async () => {
    const row = { procedure: '1.004873', charge: 'base', from: '2026-01-01', basis: 'Rule', confidence: 'certain' };
    const rows = [
      { ...row, amount: 100 },
      { ...row, amount: 50, channel: 'in-person', groups: ['meritorious'] },
      { ...row, amount: 40, channel: 'online', groups: ['meritorious'] },
    ] as const;
    // The tariff exempts them altogether; only where it does not, a reduced rate counts.
    const asked = (procedure: string) =>
      administration.fee(
        {
          procedure,
          received: '2026-11-20T09:00',
          channel: 'online',
          agency: null,
          data: { situation: { feeExemption: { meritorious: 'Thương binh' } } },
          proven: { answers: new Set(['/situation/feeExemption/meritorious']), components: new Set() },
        },
        rows.map(each => ({ ...each, procedure })),
      );
    expect(await asked('2.000488')).toMatchObject({
      total: 40,
      saved: 60,
      savedBy: { exemption: 50, online: 10 },
    });
    expect(await asked('1.004873')).toMatchObject({ total: 0, saved: 100, savedBy: { exemption: 100, online: 0 } });
  });

  it('the elderly, the disabled and the poor pay nothing for it; a year of birth is enough to be old, not to be a child', async () => {
    for (const born of ['1958', '1966-11-20'])
      expect(await record({ person: { birthDate: born } })).toMatchObject({ total: 0, saved: 200_000 });
    expect((await record({ person: { birthDate: '1966-11-21' } }))?.total).toBe(200_000);
    expect((await record({ person: { birthDate: '2010-12-01' } }))?.total).toBe(0);
    expect((await record({ person: { birthDate: '2010' } }))?.total).toBe(200_000);
    const poor = { situation: { feeExemption: { poverty: 'poor', meritorious: 'Thương binh' } } };
    const groups = ['/situation/feeExemption/poverty', '/situation/feeExemption/meritorious'];
    expect(await record(poor, { groups })).toMatchObject({ total: 0, lines: [{ exemption: { code: 'poor' } }] });
  });

  it('a minority person of a difficult commune pays nothing, as residence and ethnic group are on the form', async () => {
    const lives = (communeCode: string, ethnicity: string) => ({
      person: {
        birthDate: '1990-01-01',
        ethnicity,
        permanentAddress: { scheme: '2-tier-2025', provinceCode: '42', communeCode },
      },
    });
    expect(await record(lives('18844', 'thai'))).toMatchObject({
      total: 0,
      lines: [{ exemption: { code: 'minorityDifficult' } }],
    });
    expect((await record(lives('18844', 'kinh')))?.total).toBe(200_000);
    expect((await record(lives('18073', 'thai')))?.total).toBe(200_000);
  });

  it('across a change the fee of the day of receipt counts', async () => {
    const rules = [
      {
        procedure: 'x',
        charge: 'base',
        amount: 5000,
        from: '2025-07-01',
        until: '2026-11-30',
        basis: 'old',
        confidence: 'certain',
      },
      { procedure: 'x', charge: 'base', amount: 9000, from: '2026-12-01', basis: 'new', confidence: 'certain' },
    ] as const;
    const on = async (date: string) =>
      (await feeFor({ procedure: 'x', communeCode: '18073', channel: 'online', date }, rules)).total;
    expect([await on('2026-11-30'), await on('2026-12-01')]).toEqual([5000, 9000]);
  });
});

describe('deadlines', () => {
  for (const { inPersonWorkingDays, cut, shown } of vectors.timeReduction) {
    it(`${inPersonWorkingDays} working days cut by ${cut * 100} % are ${shown}`, () => {
      expect(reducedWorkingDays(inPersonWorkingDays, cut)).toBe(shown);
    });
  }

  it('a same-day procedure received after 15:00 is due the next working day', () => {
    const due = (received: string) => dueFor({ procedure: '1.001193', received, channel: 'online' }).resultBy;
    expect(due('2026-11-20T14:59')).toBe('2026-11-20T17:00');
    expect(due('2026-11-20T15:01')).toBe('2026-11-23T17:00');
    expect(due('2026-11-21T09:00')).toBe('2026-11-23T17:00');
  });

  it('online filing in Hà Tĩnh is 30 % faster in 2026, elsewhere and at the counter it is not', () => {
    const days = (channel: 'online' | 'in-person', provinceCode: string) =>
      dueFor({ procedure: '1.004222', received: '2026-11-20T09:00', channel, provinceCode });
    expect(days('online', '42')).toMatchObject({ workingDays: 4.5, resultBy: '2026-11-27T11:30' });
    expect(days('in-person', '42')).toMatchObject({ workingDays: 7, resultBy: '2026-12-01T17:00' });
    expect(days('online', '92').workingDays).toBe(7);
  });

  it('the agency says within eight working hours whether it accepts', () => {
    expect(dueFor({ procedure: '1.001193', received: '2026-11-20T16:00', channel: 'online' }).noticeBy).toBe(
      '2026-11-23T16:30',
    );
  });

  it('a procedure nobody told us the time of has no date', () => {
    expect(dueFor({ procedure: '9.999999', received: '2026-11-20T16:00', channel: 'online' })).toMatchObject({
      resultBy: null,
      workingDays: null,
    });
  });

  it('of a criminal record certificate none is promised: the time of the new law is not known here', () => {
    expect(dueFor({ procedure: '2.000488', received: '2026-11-20T16:00', channel: 'online' }).resultBy).toBeNull();
  });
});

describe('the competent agency', () => {
  const home = (communeCode: string) => ({ scheme: '2-tier-2025', provinceCode: '42', communeCode });

  it('of a birth is the commune of the mother or of the father: the citizen chooses', async () => {
    const agencies = await competentAgencies('1.001193', {
      mother: { residence: home('18073') },
      father: { residence: home('18229') },
    });
    expect(agencies.map(agency => agency.name.vi)).toEqual([
      'Ủy ban nhân dân phường Thành Sen, tỉnh Hà Tĩnh',
      'Ủy ban nhân dân xã Đức Thọ, tỉnh Hà Tĩnh',
    ]);
    expect(agencies[0]).toMatchObject({ provinceAgencyCode: 'H27', because: '/mother/residence' });
  });

  it('of a birth to parents in one commune is that commune', async () => {
    expect(
      await competentAgencies('1.001193', {
        mother: { residence: home('18073') },
        father: { residence: home('18073') },
      }),
    ).toHaveLength(1);
  });

  it('for a former commune that was divided is offered, not guessed', async () => {
    const former = { scheme: '3-tier', former: { provinceCode: '42', districtCode: '436', communeCode: '18082' } };
    expect(
      (await competentAgencies('1.004873', { subject: { residence: former } })).map(agency => agency.communeCode),
    ).toEqual(['18073', '18652']);
  });

  it('of a move is the police where one goes; any commune of the province takes the dossier in', async () => {
    const [agency] = await competentAgencies('1.004222', { request: { address: home('18073') } });
    expect(agency!.name.vi).toBe('Công an phường Thành Sen, tỉnh Hà Tĩnh');
    expect(await intakeCommunes(agency!)).toHaveLength(69);
  });

  it('of a criminal record is the police of the province where one lives for good, else where one stays', async () => {
    const name = async (person: JsonObject) =>
      (await competentAgencies('2.000488', { person })).map(agency => agency.name.vi);
    expect(await name({ permanentAddress: home('18073') })).toEqual(['Công an tỉnh Hà Tĩnh']);
    expect(await name({ temporary: { more: 'only', address: home('18229') } })).toEqual(['Công an tỉnh Hà Tĩnh']);
    const former = { scheme: '3-tier', former: { provinceCode: '42', districtCode: '436', communeCode: '18082' } };
    expect(await name({ permanentAddress: former })).toEqual(['Công an tỉnh Hà Tĩnh']);
  });

  it('of a copy from the register is any commune’s committee; the citizen’s own is proposed', async () => {
    expect(administration.anyOffice!('2.000635')).toBe('peoplesCommittee');
    expect(administration.anyOffice!('1.001193')).toBeNull();
    expect(await administration.agencies('2.000635', { requester: { residence: home('18073') } })).toHaveLength(1);
    expect(placesThatDecide(['2.000635', '1.004194'])).toEqual(['/requester/residence', '/request/address']);
  });

  it('is nobody while the answers do not say, and an unknown procedure is refused', async () => {
    expect(await competentAgencies('1.001193', {})).toEqual([]);
    expect(await competentAgencies('1.001193', { mother: { residence: home('99999') } })).toEqual([]);
    await expect(competentAgencies('9.999999', {})).rejects.toThrow(RangeError);
  });
});
