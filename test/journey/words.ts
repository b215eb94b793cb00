// What the pages of the demonstration say around every form, in both languages.

export type Language = 'vi' | 'en';

export const WORDS = {
  vi: {
    signIn: 'Đăng nhập',
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
    agree: 'I agree, fetch my data',
    found: 'Data found',
    use: /^Use .*continue/,
    next: 'Continue',
    submit: 'Submit',
    filed: 'The dossier was submitted',
    checked: /After submitting/,
  },
} as const;
