import { describe, expect, it } from 'vitest';
import { substitute } from '@onceform/core';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  settle,
} from '../testing/birth-case.ts';
import { lyingSource } from '../testing/index.ts';
import { openSeal } from '../seal.ts';
import {
  measureFiling,
  reuseMetrics,
  reuseMetricsOf,
  tallyReuse,
  type FieldFact,
  type FormFiled,
  type ReuseEvent,
} from './index.ts';

const TIME = '2026-11-22T08:00:00Z';
const field = (change: Partial<FieldFact> = {}): FieldFact => ({
  concept: 'person.fullName',
  origin: 'auto',
  source: 'npd',
  verified: true,
  reusable: false,
  characters: 8,
  age: 30,
  stale: false,
  conflict: false,
  fromEarlier: false,
  ...change,
});
const filed = (change: Partial<FormFiled> = {}): FormFiled => ({
  kind: 'form-filed',
  time: TIME,
  form: 'birth@1',
  agency: null,
  nth: 1,
  duration: 300,
  fields: [field(), field({ origin: 'manual', verified: false, characters: 0, source: null, age: null })],
  components: [],
  optedIn: 0,
  ...change,
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const indexOf = (events: readonly ReuseEvent[], id: string, options = {}) =>
  reuseMetrics(events, '2026-11', options).indices.find(index => index.id === id)!;

describe('the reuse indices', () => {
  it('are the same whether a month is counted at once or in parts', () => {
    const events: ReuseEvent[] = times(40, i => ({
      ...filed({ duration: 61 * i, form: `form-${i % 3}`, nth: 1 + (i % 2) }),
      fields: [field({ age: i, source: `s${i % 2}`, conflict: i % 5 === 0 }), field({ origin: 'manual' })],
      components: [
        { id: 'proof', fulfilledBy: i % 4 ? 'data' : 'file', replaceable: true, fallback: i % 4 ? null : 'x' },
      ],
    }));
    const sum: Record<string, number> = {};
    for (let from = 0; from < events.length; from += 7)
      for (const [name, count] of Object.entries(tallyReuse(events.slice(from, from + 7))))
        sum[name] = (sum[name] ?? 0) + count;
    const costs = { hour: 50_000, paper: 20_000, secondsPerCharacter: 0.4 };
    expect(reuseMetricsOf(sum, '2026-11', { k: 3, costs })).toEqual(reuseMetrics(events, '2026-11', { k: 3, costs }));
  });

  it.each<[string, readonly ReuseEvent[], number]>([
    ['R1', times(10, () => filed()), 0.5],
    ['R1', times(10, () => filed({ fields: [field(), field({ origin: 'derived' })] })), 1],
    ['R2', times(10, i => filed({ fields: [field({ origin: i < 3 ? 'override' : 'auto' })] })), 0.7],
    ['R3', times(10, i => filed({ fields: [field({ origin: 'manual', reusable: i < 4 })] })), 0.4],
    ['R4', times(10, i => filed({ fields: [field({ verified: i < 6 })] })), 0.6],
    ['R5', times(10, () => filed()), 80],
    [
      'R6',
      [
        ...times(10, i => filed({ duration: 100 + i })),
        ...times(10, i => filed({ duration: 400 + i, fields: [field({ origin: 'manual' })] })),
      ],
      300,
    ],
    [
      'R7',
      times(10, i =>
        filed({
          components: [
            {
              id: 'proof',
              fulfilledBy: i < 8 ? 'data' : 'file',
              replaceable: true,
              fallback: i < 8 ? null : 'timeout',
            },
          ],
        }),
      ),
      0.8,
    ],
    [
      'R8',
      times(10, i =>
        filed({
          components: [{ id: 'proof', fulfilledBy: i < 8 ? 'data' : 'file', replaceable: true, fallback: null }],
        }),
      ),
      8,
    ],
    [
      'R9',
      times(20, i =>
        filed({
          components: [
            {
              id: 'proof',
              fulfilledBy: i < 5 ? 'file' : 'data',
              replaceable: true,
              fallback: i < 5 ? 'timeout' : null,
            },
          ],
        }),
      ),
      0.25,
    ],
    [
      'R10',
      times(10, i => ({
        kind: 'source-call',
        time: TIME,
        source: 'npd',
        outcome: i < 9 ? 'answered' : 'timeout',
        milliseconds: 50,
      })),
      0.9,
    ],
    [
      'R10b',
      times(21, i => ({ kind: 'source-call', time: TIME, source: 'npd', outcome: 'answered', milliseconds: i * 10 })),
      190,
    ],
    ['R11', times(11, i => filed({ fields: [field({ age: i })] })), 5],
    ['R11b', times(10, i => filed({ fields: [field({ stale: i < 2 })] })), 0.2],
    ['R12', times(10, i => filed({ fields: [field({ conflict: i < 1 })] })), 0.1],
    [
      'R12b',
      times(10, () => ({ kind: 'dispute', time: TIME, source: 'npd', concept: 'c', state: 'opened', days: null })),
      10,
    ],
    [
      'R13',
      times(10, i => ({
        kind: 'dispute',
        time: TIME,
        source: 'npd',
        concept: 'c',
        state: i < 5 ? 'corrected' : 'refused',
        days: 3,
      })),
      0.5,
    ],
    [
      'R13b',
      times(10, i => ({
        kind: 'dispute',
        time: TIME,
        source: 'npd',
        concept: 'c',
        state: 'corrected',
        days: i < 6 ? 2 : 20,
      })),
      2,
    ],
    ['R14', times(10, () => filed({ optedIn: 2, fields: [field({ fromEarlier: true })] })), 0.5],
    [
      'R15',
      [
        ...times(10, () => filed({ fields: times(4, () => field({ origin: 'manual' })) })),
        ...times(10, () => filed({ nth: 2, fields: [field({ origin: 'manual' })] })),
      ],
      0.25,
    ],
    [
      'R16',
      [
        ...times(10, () => ({ kind: 'consent', time: TIME, action: 'requested' }) as const),
        ...times(2, () => ({ kind: 'consent', time: TIME, action: 'declined' }) as const),
      ],
      0.2,
    ],
    ['R16c', times(12, () => ({ kind: 'consent', time: TIME, action: 'over-ask' })), 12],
    ['R17', times(10, () => ({ kind: 'log-view', time: TIME, complaint: false })), 10],
    ['R17b', times(10, () => ({ kind: 'log-view', time: TIME, complaint: false })), 0],
    ['R18', times(10, () => ({ kind: 'tamper', time: TIME, form: 'birth@1', outcome: 'ignored' })), 10],
    ['R19', times(10, i => ({ kind: 'returned', time: TIME, form: 'birth@1', dataExisted: i < 3 })), 0.3],
    ['R20', times(10, i => ({ kind: 'officer', time: TIME, component: 'proof', accepted: i < 7 })), 0.7],
  ])('%s counts as it is defined', (id, events, value) => {
    expect(indexOf(events, id).total.value).toBeCloseTo(value, 10);
  });

  it('R21 is counted only with a cost model', () => {
    const events = times(10, () =>
      filed({ components: [{ id: 'proof', fulfilledBy: 'data', replaceable: true, fallback: null }] }),
    );
    expect(indexOf(events, 'R21')).toBeUndefined();
    expect(indexOf(events, 'R21', { costs: { hour: 36, paper: 1, secondsPerCharacter: 0.5 } }).total.value).toBeCloseTo(
      10 * (8 * 0.5 * 0.01 + 1),
      10,
    );
  });

  it('publishes no cell with fewer than ten cases, in the total or in a part', () => {
    const metrics = reuseMetrics(
      times(9, () => filed({ fields: [field()] })),
      '2026-11',
    );
    expect(metrics.forms).toBeNull();
    for (const { total, parts = {} } of metrics.indices) {
      for (const cell of [total, ...Object.values(parts)])
        expect(cell.of === null ? cell.value : cell.of === 0 || cell.of >= 10).toBe(cell.of === null ? null : true);
    }
    const calls = [
      ...times(
        10,
        () => ({ kind: 'source-call', time: TIME, source: 'npd', outcome: 'answered', milliseconds: 1 }) as const,
      ),
      { kind: 'source-call', time: TIME, source: 'rare', outcome: 'timeout', milliseconds: 9 } as const,
    ];
    expect(indexOf(calls, 'R10').parts).toEqual({
      npd: { value: 1, of: 10, suppressed: false },
      rare: { value: null, of: null, suppressed: true },
    });
  });

  it('counts one month and no other', () => {
    expect(
      indexOf([...times(10, () => filed()), ...times(5, () => filed({ time: '2026-12-01T00:00:00Z' }))], 'R1').total.of,
    ).toBe(20);
    expect(() => reuseMetrics([], 'November')).toThrow(RangeError);
  });

  it('is plain JSON', () => {
    const metrics = reuseMetrics(
      times(10, () => filed()),
      '2026-11',
    );
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
  });
});

describe('measuring', () => {
  it('a filed form keeps no value, key, name or pointer', async () => {
    const { gateway } = await birthCase([population(), health()]);
    const session = citizen(MOTHER);
    const { offers } = await settle(gateway.prefill(requestFor(['/requester', '/child']), session, BIRTH_FORM));
    const { seal, keys } = await gateway.seal(
      { draft: 'draft-1', decisions: offers.map(({ id, item }) => ({ item, action: 'use', offer: id }) as const) },
      session,
      BIRTH_FORM,
      BINDING,
    );
    const submission = substitute({
      form: { ...BIRTH_FORM, computed: [] },
      seal: await openSeal(seal, { keys, audience: null, subject: null, draft: null, form: null, now: NOW }),
      decisions: [],
      components: [{ id: 'paper', fulfilledBy: 'file', files: [], reason: 'My dog Rex ate it' }],
      answers: { requester: { fullName: 'Forged', phone: '0901-222' }, child: { gender: 'male', name: 'An Nhien' } },
    });
    const events = measureFiling({
      form: { ...BIRTH_FORM, components: [] },
      submission,
      offers,
      agency: null,
      nth: 1,
      opened: new Date(NOW.getTime() - 60_000),
      filed: NOW,
      optedIn: 0,
    });
    const text = JSON.stringify(events);
    for (const secret of [
      MOTHER,
      'Mai Anh',
      'Forged',
      '0901-222',
      'An Nhien',
      'Rex',
      'City Hospital',
      '/requester',
      'pairwise',
      'draft-1',
    ])
      expect(text).not.toContain(secret);
    expect(events[0]).toMatchObject({ kind: 'form-filed', duration: 60, components: [{ fallback: 'other' }] });
    expect(events.slice(1)).toEqual([
      { kind: 'tamper', time: NOW.toISOString(), form: `${BIRTH_FORM.id}@1.0.0`, outcome: 'ignored' },
    ]);
    const facts = Object.fromEntries(
      (events[0] as FormFiled).fields.map(({ concept, origin }) => [`${concept} ${origin}`, true]),
    );
    expect(Object.keys(facts).sort()).toEqual([
      'null manual',
      'person.birthDate auto',
      'person.fullName auto',
      'person.gender override',
      'person.personalId auto',
      'person.phone manual',
      'person.residence auto',
    ]);
  });

  it('the gateway tells how its sources did, and what was refused', async () => {
    const events: ReuseEvent[] = [];
    const { gateway } = await birthCase([population(), lyingSource(health(), 'down')], {
      measure: event => {
        events.push(event);
      },
    });
    await settle(gateway.prefill(requestFor(['/child', '/requester']), citizen(MOTHER), BIRTH_FORM));
    await gateway.prefill(requestFor(['/secret']), citizen(MOTHER), BIRTH_FORM).catch(() => undefined);
    expect(
      events
        .map(event =>
          event.kind === 'source-call' ? [event.source, event.outcome] : event.kind === 'consent' ? event.action : '',
        )
        .sort(),
    ).toEqual([
      ['health', 'unavailable'],
      ['health', 'unavailable'],
      'over-ask',
      ['population', 'answered'],
      'requested',
    ]);
    expect(JSON.stringify(events)).not.toContain(MOTHER);
  });
});
