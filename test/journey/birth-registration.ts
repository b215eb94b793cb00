// The birth registration as its citizens read it, in both languages, and the steps they take.

import type { Citizen } from './citizen.ts';
import { takeFound, WORDS, type Language } from './words.ts';

export const BIRTH_WORDS = {
  vi: {
    ...WORDS.vi,
    childName: 'Nguyen Van Be',
    relation: 'Quan hệ với người được khai sinh',
    isMother: 'Mẹ đẻ',
    notice: 'Giấy tờ về việc sinh',
    hasNotice: 'Có Giấy chứng sinh',
    parents: 'Cha, mẹ của trẻ',
    married: 'Cha, mẹ đã đăng ký kết hôn',
    name: 'Họ, chữ đệm, tên',
    ethnicity: 'Dân tộc',
    kinh: 'Kinh',
    motherRecord: /Người mẹ/,
    fatherRecord: /Người cha/,
    homeTown: /Quê quán/,
    population: /Cơ sở dữ liệu quốc gia về dân cư/,
    copies: /Đề nghị cấp bản sao/,
    yes: 'Có',
    howMany: /Số lượng bản sao/,
    commit: /cam đoan/,
    review: 'Kiểm tra và nộp',
  },
  en: {
    ...WORDS.en,
    childName: 'Nguyen Van Be',
    relation: 'Relation to the person whose birth is registered',
    isMother: 'Mother',
    notice: 'Proof of the birth',
    hasNotice: /There is a birth notice/,
    parents: "The child's parents",
    married: 'Both parents, married',
    name: 'Full name',
    ethnicity: 'Ethnic group',
    kinh: 'Kinh',
    motherRecord: /Mother/,
    fatherRecord: /Father/,
    homeTown: /Home town/,
    population: /National population database/,
    copies: /Copies/,
    yes: 'Yes',
    howMany: 'Number of copies',
    commit: /The requester declares/,
    review: 'Check and submit',
  },
} as const;

/** Agrees to the fetch, and takes what was found; the home town as the population register has it. */
export async function takeRecords(me: Citizen, language: Language): Promise<void> {
  const words = BIRTH_WORDS[language];
  await takeFound(me, language, async () => {
    if (await me.has('control', words.population, words.homeTown)) await me.choose(words.homeTown, words.population);
  });
}

/** Answers what only the citizen knows, page by page, to the review, or to the page before it. */
export async function fillBirthRegistration(
  me: Citizen,
  language: Language,
  otherwise: { notice?: string; stopAtPapers?: boolean } = {},
): Promise<void> {
  const words = BIRTH_WORDS[language];
  await me.select(words.relation, words.isMother);
  await me.choose(words.notice, otherwise.notice ?? words.hasNotice);
  await me.choose(words.parents, words.married);
  await me.press(words.next);

  await me.type(words.name, words.childName);
  await me.select(words.ethnicity, words.kinh);
  await me.press(words.next);

  for (const record of [words.motherRecord, words.fatherRecord]) {
    await me.sees(words.population);
    await me.rests();
    if (await me.has('control', words.population, record)) await me.choose(record, words.population);
    await me.press(words.next);
  }
  await me.choose(words.copies, words.yes);
  await me.type(words.howMany, '2');
  await me.press(words.next);
  await me.choose(undefined, words.commit);
  await me.press(words.next);
  if (otherwise.stopAtPapers === true) return;
  await me.press(words.next);
  await me.sees(words.checked);
}
