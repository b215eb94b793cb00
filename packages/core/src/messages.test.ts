import { compileForm } from '@onceform/compiler';
import { describe, expect, test, vi as vitest } from 'vitest';
import { allIssues, openForm, sentence } from './index.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { hasText, loadLocale, text } from './texts.ts';

describe('texts', () => {
  test('are there in both languages, with the same placeholders', () => {
    expect(Object.keys(vi).sort()).toEqual(Object.keys(en).sort());
    const placeholders = (sentence: string): string[] =>
      [...sentence.matchAll(/\{(\w+)\}/gu)].map(match => match[1]!).sort();
    for (const [key, sentence] of Object.entries(en))
      expect([key, placeholders(vi[key]!)]).toEqual([key, placeholders(sentence)]);
  });

  test('are loaded one language at a time, and are only then said', async () => {
    // As in a page that has just been opened, whatever was loaded by others before.
    vitest.resetModules();
    const { isLocaleLoaded, loadLocale, text, useLocale } = await import('./texts.ts');
    expect([isLocaleLoaded('vi'), text('action.next', 'vi')]).toEqual([false, 'action.next']);
    await loadLocale('vi-VN');
    expect([isLocaleLoaded('vi'), isLocaleLoaded('en'), isLocaleLoaded('fr')]).toEqual([true, false, false]);
    expect([text('action.next', 'vi'), text('action.next', 'en')]).toEqual([vi['action.next'], 'action.next']);
    await loadLocale('fr');
    expect([isLocaleLoaded('en'), isLocaleLoaded('fr')]).toEqual([true, true]);
    useLocale('lo', { 'action.next': 'ຕໍ່ໄປ' });
    expect([text('action.next', 'lo'), text('action.back', 'lo')]).toEqual(['ຕໍ່ໄປ', en['action.back']]);
  });

  test('fall back to the language, then to English, then to the key', async () => {
    await Promise.all([loadLocale('vi'), loadLocale('en')]);
    expect(text('action.next', 'vi-VN')).toBe(vi['action.next']);
    expect(text('action.next', 'fr')).toBe(en['action.next']);
    expect(text('toString', 'en')).toBe('toString');
    expect(hasText('action.next', 'fr')).toBe(false);
  });
});

describe('sentences', () => {
  test('say of a code that is in no list to choose one, though the schema says it by a pattern', async () => {
    await loadLocale('en');
    const codes = Array.from({ length: 400 }, (_, i) => String(i * 7).padStart(4, '0'));
    const load = async () => codes.map(code => ({ code, label: code }));
    const places = { id: 'places', title: 'Places', count: 400, pattern: '^[0-9]{4}$', digest: 'd'.repeat(64), load };
    const form = await compileForm(
      {
        $id: 'https://example.org/forms/place',
        title: 'Place',
        type: 'object',
        properties: { place: { type: 'string', title: 'Place', codelist: 'places' } },
        form: { version: '1', locale: 'en' },
      },
      { codeLists: { places } },
    );
    const { state } = openForm(form, { data: { place: '0008' } });
    expect(allIssues(state).map(issue => [issue.keyword, sentence(issue, form, 'en')])).toEqual([
      ['pattern', 'Place: please choose one of the values offered.'],
    ]);
  });
});
