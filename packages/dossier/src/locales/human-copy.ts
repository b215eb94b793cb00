// The words a human copy adds to those of the form, in both languages.

import type { ComponentAnswer, Origin } from '@onceform/core';

export interface HumanCopyWords {
  readonly sources: string;
  readonly columns: readonly [item: string, value: string, origin: string];
  readonly origins: Readonly<Record<Origin, string>>;
  readonly updated: string;
  readonly noDate: string;
  readonly components: string;
  readonly fulfilledBy: Readonly<Record<ComponentAnswer['fulfilledBy'], string>>;
  readonly completed: string;
  readonly signer: string;
  readonly package: string;
  readonly digest: string;
  readonly draft: string;
  /** Said once, so that a print is not taken for the original. */
  readonly copy: string;
}

export const words: Readonly<Record<'vi' | 'en', HumanCopyWords>> = {
  vi: {
    sources: 'Nguồn dữ liệu',
    columns: ['Mục', 'Nội dung', 'Nguồn'],
    origins: {
      auto: 'lấy từ nguồn chính thức',
      override: 'công dân đã sửa so với nguồn chính thức',
      manual: 'công dân tự khai',
      derived: 'hệ thống tính',
      'officer-entered': 'cán bộ nhập',
    },
    updated: 'cập nhật',
    noDate: 'không rõ ngày cập nhật',
    components: 'Thành phần hồ sơ',
    fulfilledBy: {
      data: 'thay bằng dữ liệu',
      file: 'nộp tệp',
      'issued-document': 'giấy tờ Nhà nước đang giữ',
      both: 'dữ liệu và tệp',
      waived: 'được miễn',
    },
    completed: 'Hoàn thành lúc',
    signer: 'Người khai',
    package: 'Mã gói',
    digest: 'Mã băm nội dung',
    draft: 'BẢN NHÁP – CHƯA NỘP',
    copy: 'Bản in để đọc. Bản gốc là gói hồ sơ điện tử.',
  },
  en: {
    sources: 'Sources of the data',
    columns: ['Item', 'Content', 'Source'],
    origins: {
      auto: 'from an official source',
      override: 'changed by the citizen from the official source',
      manual: 'stated by the citizen',
      derived: 'computed',
      'officer-entered': 'entered by an officer',
    },
    updated: 'updated',
    noDate: 'no date of update known',
    components: 'Documents of the dossier',
    fulfilledBy: {
      data: 'replaced by data',
      file: 'as a file',
      'issued-document': 'a paper the State holds',
      both: 'as data and as a file',
      waived: 'waived',
    },
    completed: 'Completed at',
    signer: 'Declarant',
    package: 'Package',
    digest: 'Digest of the content',
    draft: 'DRAFT – NOT FILED',
    copy: 'A copy for reading. The original is the electronic package.',
  },
};
