// What the portal says when it refuses, in English. Keys are error codes; the same in every locale file.

export const en = {
  ERR_UNAUTHENTICATED: 'Please sign in first.',
  ERR_FORBIDDEN: 'You are not allowed to do this.',
  ERR_NOT_FOUND: 'There is nothing here, or it is not yours.',
  ERR_CONFLICT: 'This was already filed with other content. Nothing was changed.',
  ERR_PRECONDITION: 'The draft was changed on another device in the meantime. Reload it, then go on.',
  ERR_CSRF: 'This page is out of date. Reload it; what you typed stays.',
  ERR_RATE_LIMITED: 'Too many requests. Please wait a moment and try again.',
  ERR_REQUEST_INVALID: 'The portal did not understand the request.',
  ERR_FORM_UNKNOWN:
    'This version of the form is not (or no longer) offered here. Reload the page to get the current one.',
  ERR_FORM_REPEALED: 'This form is not used any more.',
  FORM_REPEALED_SINCE: 'This form has not been used since {date}.',
  FORM_ENDED: 'No new form is offered here yet. Please ask the agency.',
  FORM_REPLACED_BY: 'Please use “{title}” instead.',
  NOTHING_CHANGED: 'This cannot be done as things stand. Nothing was changed.',
  SUPPLEMENT_NOT_ASKED: 'This was not among what you were asked to put right; it stays as it was filed.',
  ERR_DEFINITION_INVALID: 'The definition of the form is not right; see what was found in it.',
  ERR_UPLOAD_SIZE: 'The file or dossier is too large.',
  ERR_UPLOAD_TYPE: 'This kind of file is not accepted here.',
  ERR_OVER_ASK: 'The form asked for data it is not registered for. Nothing was fetched.',
  ERR_CONSENT_REQUIRED: 'Data are fetched only after you agree.',
  ERR_SUBJECT_DENIED: 'Your account does not allow these data to be fetched. You can type them instead.',
  ERR_IDENTITY_LEVEL:
    'An identity account of level 1 cannot use data held by the State; level 2 is needed. You can still type the data yourself.',
  ERR_SOURCE_UNAVAILABLE: 'The register does not answer at the moment. You can type the data or try again later.',
  ERR_PACKAGE_TRUNCATED: 'The dossier arrived incomplete. Nothing was filed; please send it again.',
  ERR_PACKAGE_INVALID: 'The dossier is damaged. Nothing was filed; please send it again.',
  ERR_PACKAGE_LIMIT: 'The dossier is larger than this portal accepts.',
  ERR_DOSSIER_INVALID: 'The dossier was not accepted. Nothing was filed.',
  ERR_SEAL_INVALID: 'Data from the registers were changed on the way. Nothing was filed; please fetch them again.',
  ERR_SEAL_EXPIRED: 'The data from the registers are too old. Please fetch them again.',
  ERR_SEAL_VOID:
    'You took your consent back, so the data fetched with it cannot be used. Nothing was filed; you can open the form anew.',
  ENTRIES_UNCHECKED:
    'These answers were entered at a desk and have not been compared with the paper yet. Check them first.',
  CORRECTION_REFUSED: 'The form does not take this value here. Nothing was changed.',
  AGENCY_NOT_COMPETENT: 'The chosen agency may not decide on this dossier. Please choose again.',
  DESK_NOT_SEALED:
    'This machine is a desk, and the dossier does not say so. Nothing was filed; please open the form again here, and submit.',
  PAPER_NOT_GOOD:
    'A paper that this dossier refers to is no longer good, or does not fit here. Choose another one, or attach a file.',
  SEALED_RECORD_CHANGED:
    'The register has changed these data since they were fetched. Please fetch them again and check them.',
  SEALED_RECORD_GONE: 'The register no longer has these data. Please fetch them again, or type them.',
  PART_RECORD_CHANGED:
    'The register has changed what it says of the person who declares with you since they confirmed it. Please ask them to open the invitation again, check it and confirm anew.',
  ERR_INTERNAL: 'Something went wrong on our side. Nothing was lost; please try again.',
} as const;
