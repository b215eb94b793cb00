// English, what is said once a dossier is filed: it comes with the receipt.

export const enFiled: { readonly [key: string]: string } = {
  'receipt.built': 'The dossier package is ready',
  'receipt.receivedAt': 'Received at',
  'receipt.receivedBy': 'Taken in by',
  'receipt.decidedBy': 'Decided by',
  'receipt.noticeBy': 'You will be told of acceptance before',
  'receipt.dossier': 'Package id',
  'receipt.digest': 'Digital fingerprint (SHA-256)',
  'receipt.differs': 'The receipt names another package than the one that was sent. Please contact the agency.',
  'receipt.earlier':
    'This dossier had been submitted before. The receipt below is of that time; what was changed afterwards is not in it.',
  'receipt.dueBy': 'Result due by',
  'receipt.faster': '{days} working days; at the counter it takes {counter}.',
  'receipt.parts': '{count} dossiers were submitted together. Each has its own code and result.',
  'fee.nothing': 'Nothing to pay',
  'fee.unknown': 'The agency will tell you the amount.',
  'fee.line': '{what}: {amount}',
  'fee.times': '{what} × {count}',
  'fee.free': '{what}: free ({reason})',
  'fee.saved': 'You save {amount} compared with the counter.',
  'fee.exempted': 'You pay {amount} less.',
  'fee.byExemption': 'Your exemption or reduction saves you {amount}.',
  'fee.byOnline': 'Filing online saves you {amount} compared with the counter.',
  'fee.reference': 'Payment reference: {reference}',
  'fee.pay': 'Pay {amount} – {provider}',
  'fee.payLater': 'The payment page cannot be opened now. Your dossier is submitted; you can pay later.',
};
