// The code an agency gives a dossier: H27.25-261122-0001.

import type { DossierCodeScheme } from '@onceform/core';

export const dossierCode: DossierCodeScheme = {
  format(agency, date, serial) {
    return `${agency}-${date.slice(2).replaceAll('-', '')}-${String(serial).padStart(4, '0')}`;
  },
  pattern: '^(?:000\\.[0-9]{2}\\.[0-9]{2}\\.)?[A-Z][0-9]{2}(?:\\.[0-9]{1,3}){0,5}-[0-9]{6}-[0-9]{4,6}$',
};
