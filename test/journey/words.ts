// What the pages of the demonstration say around every form, in both languages, and the steps that every form begins with.

import type { Citizen } from './citizen.ts';

export type Language = 'vi' | 'en';

export const WORDS = {
  vi: {
    signIn: 'Đăng nhập',
    start: 'Bắt đầu kê khai',
    draftSaved: 'Đã lưu nháp',
    anew: 'Bắt đầu hồ sơ mới',
    agree: 'Đồng ý và lấy thông tin',
    found: 'Thông tin tìm thấy',
    use: /^Dùng .*thông tin.*tiếp tục/,
    next: 'Tiếp tục',
    submit: 'Nộp hồ sơ',
    filed: 'Nộp hồ sơ thành công',
    checked: /Sau khi nộp chỉ được sửa/,
  },
  en: {
    signIn: 'Sign in',
    start: 'Start',
    draftSaved: 'Draft saved',
    anew: 'Start a new dossier',
    agree: 'I agree, fetch my data',
    found: 'Data found',
    use: /^Use .*continue/,
    next: 'Continue',
    submit: 'Submit',
    filed: 'The dossier was submitted',
    checked: /After submitting/,
  },
} as const;

/**
 * Signs in as somebody and opens a form; ends on the page that offers to fetch what the State knows.
 *
 * @param first where they begin: at the sign-in, which costs half of it, or at the form, whose link leads there.
 */
export async function openForm(
  me: Citizen,
  address: string,
  language: Language,
  persona: RegExp,
  first: 'sign-in' | 'form' = 'sign-in',
): Promise<void> {
  const words = WORDS[language];
  const { origin, pathname } = new URL(address);
  const form = `${pathname}?lang=${language}`;
  await me.page.goto(origin + (first === 'form' ? form : `/auth/sign-in?return=${encodeURIComponent(form)}`));
  if (first === 'form') await me.follow(words.signIn);
  await me.goes(() => me.press(persona));
  await me.seesButton(words.agree, words.anew);
  if (await me.has('button', words.anew)) await me.press(words.anew);
}

/** Agrees to the fetch, and takes what was found. `look` is called in between. */
export async function takeFound(
  me: Citizen,
  language: Language,
  look: () => Promise<void> = async () => undefined,
): Promise<void> {
  const words = WORDS[language];
  await me.press(words.agree);
  await me.sees(words.found);
  await me.rests();
  await look();
  await me.press(words.use);
}
