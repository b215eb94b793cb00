// Every control once, in Vietnamese and English, each with an answer that fits: the form that the gallery shows in every
// state, and that the accessibility tree is checked against. `readOnly` makes every answer one that nobody types.

/** `[key, schema, title in Vietnamese, title in English, an answer]`; nested titles are `vi | en`. */
const controls = [
  ['text', { type: 'string', minLength: 2, maxLength: 60 }, 'Họ và tên', 'Full name', 'Nguyễn Thị Mẫu'],
  ['long', { type: 'string', widget: 'textarea', maxLength: 300 }, 'Lý do', 'Reason', 'Xin cấp lại vì bản cũ bị rách.'],
  ['number', { type: 'number', minimum: 0, maximum: 500 }, 'Diện tích', 'Floor area', 82.5, { unit: 'm²' }],
  ['integer', { type: 'integer', minimum: 1, maximum: 30 }, 'Số bản', 'Number of copies', 3],
  ['money', { type: 'integer', minimum: 1000 }, 'Vốn', 'Capital', 1250000, { unit: 'đồng' }],
  ['phone', { type: 'string', format: 'vn-phone', autocomplete: 'tel' }, 'Số điện thoại', 'Telephone', '+84912345678'],
  ['personalId', { type: 'string', format: 'vn-personal-id' }, 'Số định danh', 'Personal ID', '042196000017'],
  ['date', { type: 'string', format: 'date' }, 'Ngày sinh', 'Date of birth', '1996-04-05', { autocomplete: 'bday' }],
  ['partialDate', { type: 'string', format: 'vn-partial-date' }, 'Năm mất', 'Year of death', '1975'],
  [
    'time',
    { type: 'string', widget: 'time', pattern: '^[0-2][0-9]:[0-5][0-9]$' },
    'Giờ sinh',
    'Time of birth',
    '07:30',
  ],
  ['yesno', { type: 'boolean' }, 'Đã kết hôn', 'Married', true],
  ['box', { type: 'boolean', widget: 'checkbox' }, 'Tôi muốn nhận tin nhắn', 'I would like a text message', true],
  ['radios', options('Nam | Male', 'Nữ | Female', 'Khác | Other'), 'Giới tính', 'Sex', 'b'],
  [
    'select',
    options(
      ...['Kinh', 'Tày', 'Thái', 'Mường', 'Khmer', 'Hoa', 'Nùng', 'Mông', 'Dao', 'Gia Rai'].map(x => `${x} | ${x}`),
    ),
    'Dân tộc',
    'Ethnic group',
    'c',
  ],
  [
    'search',
    options(
      ...[
        ...['Việt Nam | Viet Nam', 'Lào | Laos', 'Thái Lan | Thailand', 'Campuchia | Cambodia', 'Nhật Bản | Japan'],
        ...['Hàn Quốc | South Korea', 'Trung Quốc | China', 'Ấn Độ | India', 'Pháp | France', 'Đức | Germany'],
        ...['Anh | United Kingdom', 'Hoa Kỳ | United States', 'Nga | Russia', 'Úc | Australia', 'Ý | Italy'],
        ...['Tây Ban Nha | Spain', 'Cộng hòa Dân chủ Nhân dân Triều Tiên | Democratic People’s Republic of Korea'],
      ],
    ),
    'Quốc tịch',
    'Nationality',
    'a',
  ],
  [
    'checks',
    {
      type: 'array',
      uniqueItems: true,
      minItems: 1,
      items: options('Bản điện tử | Electronic copy', 'Bản giấy | Paper copy'),
    },
    'Nhận kết quả',
    'How to receive the result',
    ['a', 'b'],
  ],
  [
    'address',
    { $ref: 'https://onceform.dev/vn/schemas/address' },
    'Nơi thường trú',
    'Permanent residence',
    { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073', street: 'Số 5, đường Trần Phú' },
  ],
  [
    'file',
    { type: 'object', format: 'file', accept: ['image/png', 'image/jpeg', 'application/pdf'], maxSize: 2000000 },
    'Ảnh chụp giấy tờ',
    'Picture of the paper',
    undefined,
  ],
];

/** What has no single answer, or none that a source gives. */
const others = {
  rows: {
    type: 'array',
    title: 'Thành viên trong hộ | Members of the household',
    hint: 'Mỗi người một dòng. | One row for each person.',
    items: {
      type: 'object',
      title: 'Thành viên | Member',
      properties: {
        name: { type: 'string', title: 'Họ và tên | Full name' },
        born: { type: 'integer', title: 'Năm sinh | Year of birth', minimum: 1900, maximum: 2026 },
      },
      required: ['name'],
    },
  },
  table: {
    type: 'array',
    widget: 'table',
    title: 'Ngành, nghề | Lines of business',
    items: {
      type: 'object',
      title: 'Ngành | Line',
      properties: {
        code: { type: 'string', title: 'Mã ngành | Code' },
        name: { type: 'string', title: 'Tên ngành | Name' },
      },
      required: ['code'],
    },
  },
  pair: {
    type: 'array',
    title: 'Số và ngày cấp | Number and date of issue',
    prefixItems: [
      { type: 'string', title: 'Số | Number' },
      { type: 'string', format: 'date', title: 'Ngày cấp | Issued on' },
    ],
    items: false,
  },
  map: {
    type: 'object',
    title: 'Thông tin khác | Other facts',
    additionalProperties: { type: 'string' },
  },
  tree: { $ref: '#/$defs/branch', title: 'Cây phả hệ | Family tree' },
  choice: {
    title: 'Nơi nhận | Where to collect',
    oneOf: [
      {
        type: 'object',
        title: 'Tại bộ phận một cửa | At the counter',
        properties: { way: { const: 'desk' }, desk: { type: 'string', title: 'Quầy | Counter' } },
        required: ['way'],
      },
      {
        type: 'object',
        title: 'Qua bưu chính | By post',
        properties: { way: { const: 'post' }, street: { type: 'string', title: 'Địa chỉ nhận | Postal address' } },
        required: ['way', 'street'],
      },
    ],
  },
  double: { type: 'integer', title: 'Lệ phí | Fee', compute: 'data.integer * 8000', unit: 'đồng' },
  fixed: { type: 'string', title: 'Cơ quan tiếp nhận | Receiving office', readOnly: true, default: 'UBND phường Mẫu' },
  unsupported: { type: ['string', 'object'], title: 'Dữ liệu tọa độ | Coordinates' },
};

const otherAnswers = {
  rows: [{ name: 'Trần Văn Mẫu', born: 1990 }, { name: 'Trần Thị Ví Dụ' }],
  table: [
    { code: '4711', name: 'Bán lẻ' },
    { code: '5610', name: 'Nhà hàng' },
  ],
  pair: ['0421/2020', '2020-05-17'],
  map: { 'Mã bưu gửi': 'EA123456789VN' },
  tree: { name: 'Nguyễn Văn Gốc', child: { name: 'Nguyễn Văn Cành' } },
  choice: { way: 'post', street: 'Số 5, đường Trần Phú' },
};

/** Answers that fit, for `data`. */
export const answers = {
  ...Object.fromEntries(controls.filter(row => row[4] !== undefined).map(([key, , , , value]) => [key, value])),
  ...otherAnswers,
};

/** What a source can give: pointers with concepts and values. */
export const offered = controls
  .filter(([, , , , value]) => value !== undefined)
  .map(([key, , , , value]) => ({ pointer: `/${key}`, concept: `gallery.${key}`, value }));

/** The concepts that the compiler has to know. */
export const concepts = Object.fromEntries(
  offered.map(({ concept }) => [
    concept,
    {
      id: concept,
      label: concept,
      sensitivity: 'B',
      sources: ['gallery'],
      reuse: { mode: 'fill', edit: 'correctable' },
    },
  ]),
);

/** The definition; every answer read-only and there already, where that is wanted. */
export function everyControl({ readOnly = false } = {}) {
  const english = {};
  const properties = {};
  for (const [key, schema, vi, en, value, more] of controls) {
    const named = {
      ...schema,
      ...more,
      title: `${vi} | ${en}`,
      hint: 'Theo giấy tờ tùy thân. | As on your identity paper.',
    };
    properties[key] = value === undefined ? named : { ...named, concept: `gallery.${key}`, subject: 'applicant' };
  }
  Object.assign(properties, structuredClone(others));
  if (readOnly) {
    delete properties.file;
    for (const [key, schema] of Object.entries(properties))
      if (key !== 'double')
        Object.assign(schema, { readOnly: true, ...(key in answers ? { default: answers[key] } : {}) });
  }
  const definition = {
    $schema: 'https://onceform.dev/form/1',
    $id: `https://portal.example/forms/every-control${readOnly ? '-read-only' : ''}`,
    title: 'Mọi loại ô nhập | Every control',
    type: 'object',
    properties,
    required: readOnly ? [] : [...controls.map(([key]) => key), 'rows', 'choice'],
    $defs: {
      branch: {
        type: 'object',
        title: 'Nhánh | Branch',
        properties: {
          name: { type: 'string', title: 'Họ và tên | Name' },
          child: { $ref: '#/$defs/branch', title: 'Con | Child' },
        },
      },
    },
  };
  split(definition, '', english);
  return { ...definition, form: { version: '1.0.0', locale: 'vi', locales: { en: english } } };
}

/** `vi | en` texts: leaves the Vietnamese one in place and puts the English one into the table of translations. */
function split(node, pointer, english) {
  for (const [key, value] of Object.entries(node)) {
    const at = `${pointer}/${key}`;
    if (typeof value === 'string' && (key === 'title' || key === 'hint')) {
      const [vi, en] = value.split(' | ');
      node[key] = vi;
      if (en !== undefined) english[at] = en;
    } else if (typeof value === 'object' && value !== null) split(value, at, english);
  }
}

function options(...titles) {
  return { oneOf: titles.map((title, i) => ({ const: String.fromCharCode(97 + i), title })) };
}
