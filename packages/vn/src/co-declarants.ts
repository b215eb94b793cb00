// Forms that two people sign: which part the other may declare on their own device. A portal that invites co-declarants is
// given this list; without it both parts are typed by whoever files.

import type { LocalizedText, Pointer, SubjectRole } from '@onceform/core';

export interface CoDeclarantSpec {
  readonly role: SubjectRole;
  readonly title: LocalizedText;
  /** Whole groups or answers; they stand on their own, and never lie in the rows of a list. */
  readonly pointers: readonly Pointer[];
}

/** By the form's `$id`. */
export const coDeclarants: { readonly [form: string]: readonly CoDeclarantSpec[] } = {
  'https://dvc.example.gov.vn/forms/marriage-registration': [
    { role: 'female', title: { vi: 'Bên nữ', en: 'The bride' }, pointers: ['/female', '/commitments/female'] },
    { role: 'male', title: { vi: 'Bên nam', en: 'The groom' }, pointers: ['/male', '/commitments/male'] },
  ],
};
