// English, the sentences of the engine and of every face: those of a first page. The others are in en-later.ts.

export const en: { readonly [key: string]: string } = {
  'action.next': 'Continue',
  'action.back': 'Back',
  'action.addRow': 'Add a row',
  'action.removeRow': 'Remove this row',
  'action.tryAgain': 'Try again',
  'form.progress': 'Step {current} of {total}: {title}',
  'form.requiredNote': 'Items marked (*) are required.',
  'form.loading': 'Loading the form…',
  'badge.computed': 'Computed',
  'error.summary': 'To correct before submitting: {count}.',
  'error.technical': 'Something went wrong. Please try again in a few minutes. Error code: {code}.',
  'draft.saved': 'Draft saved at {time}.',
  'draft.saving': 'Saving…',
  'draft.failed': 'The draft was not saved. Please check the connection and try again.',
  'draft.found': 'There is a draft of {date}. Continue?',
  'draft.continue': 'Continue the draft',
  'draft.new': 'Start a new dossier',
  'a11y.required': 'required',
  'a11y.progress': '{percent} percent done',
  'a11y.loading': 'Loading',
};
