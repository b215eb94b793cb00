import { describe, expect, test } from 'vitest';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { hasText, text } from './messages.ts';

describe('texts', () => {
  test('are there in both languages, with the same placeholders', () => {
    expect(Object.keys(vi).sort()).toEqual(Object.keys(en).sort());
    const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/gu)].map(match => match[1]!).sort();
    for (const [key, sentence] of Object.entries(en)) expect([key, placeholders(vi[key]!)]).toEqual([key, placeholders(sentence)]);
  });

  test('fall back to the language, then to English, then to the key', () => {
    expect(text('action.next', 'vi-VN')).toBe(vi['action.next']);
    expect(text('action.next', 'fr')).toBe(en['action.next']);
    expect(text('toString', 'en')).toBe('toString');
    expect(hasText('action.next', 'fr')).toBe(false);
  });
});
