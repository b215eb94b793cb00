// The words of the page, by language.

import { indicatorsEn } from '../locales/indicators-en.ts';
import { indicatorsVi } from '../locales/indicators-vi.ts';

export const words = { vi: indicatorsVi, en: indicatorsEn };

export type PageLocale = keyof typeof words;
