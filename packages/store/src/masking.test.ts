import { describe, expect, it } from 'vitest';
import type { CountryPack } from '@onceform/core';
import { maskedText } from './masking.ts';

const pack = {
  formats: {
    'xx-id': { mask: (value: string) => `${value.slice(0, 3)} \u2022\u2022\u2022 ${value.slice(-3)}` },
    'xx-free': {},
  },
  concepts: {
    'person.id': { sensitivity: 'B', schema: { type: 'string', format: 'xx-id' } },
    'person.faith': { sensitivity: 'S' },
    'person.name': { sensitivity: 'B', schema: { type: 'string', format: 'xx-free' } },
  },
} as unknown as Pick<CountryPack, 'concepts' | 'formats'>;
const shown = (concept: string, value: Parameters<typeof maskedText>[0], sensitivity: 'B' | 'S' | 'O' = 'B') =>
  maskedText(value, { concept, sensitivity, pack });

describe('P13: before it is revealed', () => {
  it('an identifier stands in part, as its format says', () => {
    expect(shown('person.id', '012345678901')).toBe('012 \u2022\u2022\u2022 901');
  });
  it('a sensitive datum shows only that it is there, whichever of form and dictionary calls it so', () => {
    expect(shown('person.faith', 'x')).toBe('\u2022\u2022\u2022\u2022');
    expect(shown('person.name', { a: 'b' }, 'S')).toBe('\u2022\u2022\u2022\u2022');
    expect(shown('person.faith', ['x', 'y'])).toBe('\u2022\u2022\u2022\u2022 (2)');
  });
  it('everything else is shown', () => {
    expect(shown('person.name', 'Mai Anh')).toBeNull();
    expect(shown('__proto__', 'x')).toBeNull();
  });
});
