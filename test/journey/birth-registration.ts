// The birth registration as its citizens read it, in both languages, and the steps they take.

import { Citizen } from './citizen.ts';

export type Language = 'vi' | 'en';

export const BIRTH_WORDS = {
  vi: {
    signIn: 'Đăng nhập',
    afresh: 'Bắt đầu hồ sơ mới',
    agree: 'Đồng ý và lấy thông tin',
    found: 'Thông tin tìm thấy',
    use: /^Dùng .*thông tin.*tiếp tục/,
    next: 'Tiếp tục',
    submit: 'Nộp hồ sơ',
    filed: 'Nộp hồ sơ thành công',
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
    checked: 'Sau khi nộp chỉ được sửa',
  },
  en: {
    signIn: 'Sign in',
    afresh: 'Start a new dossier',
    agree: 'I agree, fetch my data',
    found: 'Data found',
    use: /^Use .*continue/,
    next: 'Continue',
    submit: 'Submit',
    filed: 'The dossier was submitted',
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
    checked: /After submitting/,
  },
} as const;

/** Opens the form and signs in as a persona; ends on the page that offers to fetch what the State knows. */
export async function openBirthRegistration(
  me: Citizen,
  url: string,
  language: Language,
  persona: RegExp,
): Promise<void> {
  const words = BIRTH_WORDS[language];
  await me.page.goto(`${url}/forms/birth-registration?lang=${language}`);
  await me.rests();
  await me.follow(words.signIn);
  await me.goes(() => me.press(persona));
  await me.rests();
  // The portal offers what an earlier journey of the same person left.
  if (await me.has('button', words.afresh)) await me.press(words.afresh);
  await me.sees(words.agree);
}

/** Agrees to the fetch, and takes what was found. */
export async function takeRecords(me: Citizen, language: Language): Promise<void> {
  const words = BIRTH_WORDS[language];
  await me.press(words.agree);
  await me.sees(words.found);
  await me.rests();
  if (await me.has('control', words.population, words.homeTown)) await me.choose(words.homeTown, words.population);
  await me.press(words.use);
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
