// Forms that two people sign: which part the other may declare on their own device. A portal that invites co-declarants is
// given this list; without it both parts are typed by whoever files.

import type { LocalizedText, Pointer, SubjectRole } from '@onceform/core';

export interface CoDeclarantSpec {
  readonly role: SubjectRole;
  readonly title: LocalizedText;
  /** Whole members of the form's root. */
  readonly pointers: readonly Pointer[];
}

/** By the form's `$id`. */
export const coDeclarants: { readonly [form: string]: readonly CoDeclarantSpec[] } = {
  'https://dvc.example.gov.vn/forms/marriage-registration': [
    { role: 'female', title: { vi: 'Bên nữ', en: 'The bride' }, pointers: ['/female'] },
    { role: 'male', title: { vi: 'Bên nam', en: 'The groom' }, pointers: ['/male'] },
  ],
};
