// The country pack of Lagoona, which does not exist: two concepts of a person, one format, one code list, a calendar
// without holidays. All that a country has to bring to run a form of its own.

/** @type {import('@onceform/core').CountryPack} */
export const lagoonaPack = {
  id: 'lg',
  version: '1.0.0',
  locales: ['en'],
  timeZone: 'UTC',
  concepts: {
    person: concept('person', 'Person', 'B', { edit: 'free' }),
    'person.fullName': concept('person.fullName', 'Full name', 'B', { edit: 'locked' }),
    'person.birthDate': concept('person.birthDate', 'Date of birth', 'B', { edit: 'locked' }),
    'person.islandCode': concept('person.islandCode', 'Home island', 'B', { edit: 'free' }),
    'contact.email': concept('contact.email', 'E-mail', 'B', { edit: 'free' }),
  },
  formats: {
    'lg-boat-number': {
      name: 'lg-boat-number',
      label: 'Boat number',
      pattern: '^LG-[0-9]{4}$',
      message: 'A boat number is LG, a hyphen and four digits.',
      example: 'LG-0042',
      normalize: text => text.trim().toUpperCase(),
    },
  },
  codeLists: {
    islands: {
      id: 'islands',
      title: 'Islands of Lagoona',
      count: 3,
      digest: '92e854ccc5e590a4ea3865c587c3d8236e0f111d79c2be86a1cd66df1d85e7e3',
      load: async () => [
        { code: 'north', label: 'North Island' },
        { code: 'south', label: 'South Island' },
        { code: 'tern', label: 'Tern Rock', aliases: ['the Rock'] },
      ],
    },
  },
  functions: {},
  schemas: {},
  calendar: {
    isWorkingDay: date => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay()),
    addWorkingDays(date, days) {
      const day = new Date(`${date}T00:00:00Z`);
      for (let left = days; left > 0;) {
        day.setUTCDate(day.getUTCDate() + 1);
        if (this.isWorkingDay(day.toISOString().slice(0, 10))) left -= 1;
      }
      return day.toISOString().slice(0, 10);
    },
  },
  dossierCode: {
    format: (agency, date, serial) => `${agency}/${date}/${serial}`,
    pattern: '^[A-Z]+/[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]+$',
  },
};

function concept(id, label, sensitivity, reuse = {}) {
  return { id, label, sensitivity, sources: ['registry'], reuse: { mode: 'fill', ...reuse } };
}
