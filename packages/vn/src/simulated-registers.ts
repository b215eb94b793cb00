// What the simulated registers know of the invented people of personas.ts, in the field names of real registers, and how
// they answer over HTTP. For demonstrations and tests only.

import type { Json, JsonObject } from '@onceform/core';

/** What a register answers with, by the number it is asked for. */
export interface RegisterData {
  /** `POST /citizens` → `{ KetQua: record | null }`. */
  readonly population: { readonly [personalId: string]: JsonObject };
  /** `POST /extracts` → `{ KetQua: records }`. */
  readonly civilStatus: { readonly [personalId: string]: readonly JsonObject[] };
  /** `POST /birth-notices` → `{ KetQua: records }`. */
  readonly health: { readonly [personalId: string]: readonly JsonObject[] };
  /** `POST /households`, `/licences`, `/parcels`, `/insured`, `/household-businesses`, `/taxpayers` → `{ KetQua: records }`. */
  readonly residence: { readonly [personalId: string]: readonly JsonObject[] };
  readonly drivingLicence: { readonly [personalId: string]: readonly JsonObject[] };
  readonly land: { readonly [personalId: string]: readonly JsonObject[] };
  readonly socialInsurance: { readonly [personalId: string]: readonly JsonObject[] };
  readonly householdBusiness: { readonly [personalId: string]: readonly JsonObject[] };
  readonly tax: { readonly [personalId: string]: readonly JsonObject[] };
  /** `POST /welfare` → `{ KetQua: records }`. */
  readonly socialAssistance: { readonly [personalId: string]: readonly JsonObject[] };
}

/** Where each register of the simulation answers, and what it says about somebody it does not know. */
export const registerPaths: {
  readonly [register in keyof RegisterData]: { readonly path: string; readonly none: null | readonly never[] };
} = {
  population: { path: '/citizens', none: null },
  civilStatus: { path: '/extracts', none: [] },
  health: { path: '/birth-notices', none: [] },
  residence: { path: '/households', none: [] },
  drivingLicence: { path: '/licences', none: [] },
  land: { path: '/parcels', none: [] },
  socialInsurance: { path: '/insured', none: [] },
  householdBusiness: { path: '/household-businesses', none: [] },
  tax: { path: '/taxpayers', none: [] },
  socialAssistance: { path: '/welfare', none: [] },
};

const NAME = (family: string, middle: string, given: string): JsonObject => ({
  Ho: family,
  ChuDem: middle,
  Ten: given,
});
const THANH_SEN = { MaTinhThanh: '42', MaPhuongXa: '18073', ChiTiet: 'Số 12, đường Mẫu, tổ dân phố 5', QuocGia: 'VN' };
/** At the border; nobody else of these people lives there. */
const SON_KIM_1 = { MaTinhThanh: '42', MaPhuongXa: '18196', ChiTiet: 'Thôn Mẫu', QuocGia: 'VN' };
/** A commune as papers of before July 2025 have it. */
const CU = (detail: string): JsonObject => ({
  MaTinhThanh: '42',
  MaQuanHuyen: '436',
  MaPhuongXa: '18073',
  ChiTiet: detail,
  QuocGia: 'VN',
});
const DUC_THO = { MaTinhThanh: '42', MaPhuongXa: '18229', ChiTiet: 'Thôn Ví Dụ', QuocGia: 'VN' };

interface Citizen {
  readonly id: string;
  readonly name: JsonObject;
  readonly gender: '1' | '2';
  readonly born: JsonObject;
  readonly ethnicity?: string;
  readonly marital: string;
  readonly more: JsonObject;
}

function citizen({ id, name, gender, born, ethnicity = '01', marital, more }: Citizen): readonly [string, JsonObject] {
  return [
    id,
    {
      MaBanGhi: `DC-${id.slice(-6)}`,
      CapNhatLuc: '2026-03-09T08:00:00+07:00',
      SoDinhDanh: id,
      HoVaTen: name,
      GioiTinh: gender,
      DanToc: ethnicity,
      TonGiao: '99',
      QuocTich: 'VN',
      TinhTrangHonNhan: marital,
      NgayThangNamSinh: born,
      QueQuan: DUC_THO,
      NoiSinh: { DiaChi: CU('') },
      ThuongTru: THANH_SEN,
      GiayTo: { Loai: 'CC', So: id, NgayCap: '20250312', NoiCap: 'Bộ Công an' },
      ...more,
    },
  ];
}

const day = (compact: string): JsonObject => ({ NgayThangNam: compact, Nam: compact.slice(0, 4) });
const person = (family: string, middle: string, given: string, id: string): JsonObject => ({
  HoVaTen: NAME(family, middle, given),
  SoDinhDanh: id,
  QuocTich: 'VN',
});
const MAU = person('Nguyễn', 'Thị', 'Mẫu', '042196000017');
const THU = person('Lê', 'Văn', 'Thử', '042094000025');
const VI_DU = person('Phạm', 'Thị', 'Ví Dụ', '042158000041');
/** The parents of Thử; no register knows more of them. */
const CHA = person('Lê', 'Văn', 'Ví Dụ', '042064000091');
const ME = person('Hoàng', 'Thị', 'Thử', '042166000109');

const marriage = (id: string): JsonObject => ({
  MaBanGhi: 'KH-45-2023',
  CapNhatLuc: '2023-06-15T09:30:00+07:00',
  SoDinhDanh: id,
  KetHon: {
    So: '45/2023',
    QuyenSo: '01/2023',
    NgayDangKy: '15.06.2023',
    NoiDangKy: 'UBND phường Nam Hà, thành phố Hà Tĩnh, tỉnh Hà Tĩnh',
  },
});

/** What a birth extract says of the parents: more often the year than the day. */
const birthExtract = (id: string, father: JsonObject, mother: JsonObject): JsonObject => ({
  MaBanGhi: `KS-${id.slice(-6)}`,
  CapNhatLuc: '2024-01-15T08:00:00+07:00',
  SoDinhDanh: id,
  KhaiSinh: {
    Cha: { ...CHA, NgayThangNamSinh: father },
    Me: { ...ME, NgayThangNamSinh: mother },
  },
});

const birthNotice = (mother: string, no: string, signed: string, child: JsonObject): JsonObject => ({
  MaBanGhi: `GCS-${no}`,
  CapNhatLuc: `${signed}T10:15:00+07:00`,
  SoDinhDanh: mother,
  So: no,
  Con: child,
  NoiSinh: {
    CoSoYTe: 'Bệnh viện Mẫu Hà Tĩnh',
    DiaChi: { MaTinhThanh: '42', MaPhuongXa: '18073', ChiTiet: 'Số 1, đường Thử', QuocGia: 'VN' },
  },
});

/** One record for each member of the household, as seen by one of them: the asked person is not a member beside itself. */
function household(asked: string, relation: string, members: readonly JsonObject[]): readonly JsonObject[] {
  const base = {
    CapNhatLuc: '2025-12-01T00:00:00+07:00',
    SoDinhDanh: asked,
    SoHoSoCuTru: '42-0012345',
    ChuHo: { ...THU, QuanHe: relation },
  };
  return [
    { ...base, MaBanGhi: 'HO-1' },
    ...members
      .filter(member => member['SoDinhDanh'] !== asked)
      .map((member, i) => ({
        MaBanGhi: `HO-1-${i + 1}`,
        CapNhatLuc: base.CapNhatLuc,
        SoDinhDanh: asked,
        ThanhVien: member,
      })),
  ];
}

/** Where somebody lived, as far as the register has it; without an end it is where they live. */
function stays(
  holder: string,
  places: readonly (readonly [from: string, to: string | null, place: JsonObject])[],
): readonly JsonObject[] {
  return places.map(([from, to, place], i) => ({
    MaBanGhi: `CT-${holder.slice(-6)}-${i + 1}`,
    CapNhatLuc: '2025-12-01T00:00:00+07:00',
    SoDinhDanh: holder,
    CuTru: { TuThang: from, DenThang: to, DiaChi: place },
  }));
}

const MEMBERS: readonly JsonObject[] = [
  { ...THU, NgayThangNamSinh: day('19940902'), GioiTinh: '1', QuanHe: 'Chủ hộ' },
  { ...MAU, NgayThangNamSinh: day('19960405'), GioiTinh: '2', QuanHe: 'Vợ' },
  {
    ...person('Lê', 'Thị', 'Thử Con', '042320000066'),
    NgayThangNamSinh: day('20200718'),
    GioiTinh: '2',
    QuanHe: 'Con gái',
  },
];

const licence = (holder: string, no: string, kind: JsonObject): JsonObject => ({
  MaBanGhi: `GPLX-${no}`,
  CapNhatLuc: '2024-05-20T00:00:00+07:00',
  SoDinhDanh: holder,
  SoGPLX: no,
  ...kind,
});

/** Poverty is surveyed every year; a record is good to the end of the year after. */
const welfare = (holder: string, of: JsonObject): JsonObject => ({
  MaBanGhi: `ASXH-${holder.slice(-6)}`,
  CapNhatLuc: '2026-01-02T00:00:00+07:00',
  SoDinhDanh: holder,
  DenNgay: '2027-12-31',
  ...of,
});

/** The day that the tests of this pack take for today. */
const TEST_DAY = '2026-11-22';

/** What the registers hold of people whose life has not begun anew since. */
const standing: Omit<RegisterData, 'health' | 'drivingLicence'> = {
  population: Object.fromEntries([
    citizen({
      id: '042196000017',
      name: NAME('Nguyễn', 'Thị', 'Mẫu'),
      gender: '2',
      born: day('19960405'),
      marital: '2',
      more: { VoChong: THU, Me: VI_DU, SoDienThoai: '0912345678', ChuHo: { ...THU, QuanHe: 'Vợ' } },
    }),
    citizen({
      id: '042094000025',
      name: NAME('Lê', 'Văn', 'Thử'),
      gender: '1',
      born: day('19940902'),
      marital: '2',
      more: { VoChong: MAU, Cha: CHA, Me: ME, ChuHo: { ...THU, QuanHe: 'Chủ hộ' }, SoDienThoai: '0987 654 321' },
    }),
    citizen({
      id: '040199000033',
      name: NAME('Trần', 'Thị', 'Giả Định'),
      gender: '2',
      born: day('19991231'),
      ethnicity: '03',
      marital: '1',
      more: { QueQuan: { MaTinhThanh: '40', MaPhuongXa: '16681', ChiTiet: '', QuocGia: 'VN' } },
    }),
    citizen({
      id: '042158000041',
      name: NAME('Phạm', 'Thị', 'Ví Dụ'),
      gender: '2',
      born: { NgayThangNam: '19580000', Nam: '1958' },
      marital: '3',
      more: {
        ThuongTru: CU('Số 3, đường Cũ'),
        Con: [MAU],
      },
    }),
    citizen({
      id: '042098000077',
      name: NAME('Hồ', 'Văn', 'Mẫu'),
      gender: '1',
      born: day('19980203'),
      marital: '1',
      more: { ThuongTru: SON_KIM_1 },
    }),
    citizen({
      id: '042186000058',
      name: NAME('Đặng', 'Thị', 'Thí Nghiệm'),
      gender: '2',
      born: day('19860228'),
      marital: '3',
      more: { TamTru: SON_KIM_1 },
    }),
  ]),
  civilStatus: {
    '042196000017': [marriage('042196000017')],
    '042094000025': [
      marriage('042094000025'),
      birthExtract('042094000025', day('19641120'), { NgayThangNam: '19660000', Nam: '1966' }),
    ],
    '042186000058': [
      {
        MaBanGhi: 'LH-12-2020',
        CapNhatLuc: '2020-08-03T00:00:00+07:00',
        SoDinhDanh: '042186000058',
        LyHon: { BanAn: 'Bản án số 12/2020/HNGĐ-ST ngày 03/8/2020 của Tòa án nhân dân thành phố Hà Tĩnh' },
      },
    ],
  },
  residence: {
    '042094000025': [
      ...household('042094000025', 'Chủ hộ', MEMBERS),
      ...stays('042094000025', [
        ['09/2008', '06/2017', CU('Số 8, đường Cũ')],
        ['07/2017', null, THANH_SEN],
      ]),
    ],
    '042196000017': [
      ...household('042196000017', 'Vợ', MEMBERS),
      ...stays('042196000017', [
        ['04/2010', '05/2023', DUC_THO],
        ['06/2023', null, THANH_SEN],
      ]),
    ],
    // What was before the register was kept on a computer it does not know.
    '042158000041': stays('042158000041', [['05/1998', null, CU('Số 3, đường Cũ')]]),
    '042098000077': stays('042098000077', [['02/2012', null, SON_KIM_1]]),
    '042186000058': stays('042186000058', [['02/2000', null, THANH_SEN]]),
  },
  land: {
    '042094000025': [
      {
        MaBanGhi: 'DD-125-14',
        CapNhatLuc: '2022-02-02T00:00:00+07:00',
        SoDinhDanh: '042094000025',
        SoPhatHanh: 'AA 012345',
        NgayCap: '20211015',
        CoQuanCap: 'Sở Tài nguyên và Môi trường tỉnh Hà Tĩnh',
        SoVaoSo: 'CS 00125',
        SoThua: 125,
        SoTo: 14,
        DienTich: 75.5,
        DiaChi: THANH_SEN,
      },
    ],
  },
  socialInsurance: {
    '042196000017': [
      {
        MaBanGhi: 'BH-1',
        CapNhatLuc: '2026-01-05T00:00:00+07:00',
        SoDinhDanh: '042196000017',
        MaSoBHXH: '4215000017',
        TheBHYT: {
          SoThe: 'DN4424215000017',
          TuNgay: '20260101',
          DenNgay: '20261231',
          NoiKCB: '42001 - Bệnh viện Mẫu Hà Tĩnh',
        },
        DonVi: 'Công ty TNHH Ví Dụ',
      },
    ],
  },
  householdBusiness: {},
  tax: {
    '042094000025': [
      {
        MaBanGhi: 'THUE-25',
        CapNhatLuc: '2025-07-01T00:00:00+07:00',
        SoDinhDanh: '042094000025',
        MaSoThue: '042094000025',
      },
    ],
  },
  socialAssistance: {
    '040199000033': [welfare('040199000033', { HoNgheo: '1' })],
    '042158000041': [welfare('042158000041', { HoNgheo: '0', NguoiCoCong: 'Thân nhân liệt sĩ' })],
    '042186000058': [welfare('042186000058', { HoNgheo: '2', KhuyetTat: { MucDo: '2' } })],
  },
};

/**
 * What the simulated registers hold on a day. Children were born twelve days before it and a licence ends soon after it,
 * so that a demonstration does not grow old.
 *
 * @param today `2026-11-22`
 */
export function registerDataOn(today: string): RegisterData {
  const signed = daysAfter(today, -10);
  const born: Json = daysAfter(today, -12).split('-').reverse().join('.');
  return {
    ...standing,
    health: {
      '042196000017': [
        birthNotice('042196000017', '2026/00817', signed, { NgaySinh: born, GioiTinh: '2', CanNang: 3200 }),
      ],
      // Twins: two records, the citizen chooses.
      '040199000033': [
        birthNotice('040199000033', '2026/00820', signed, {
          HoVaTen: 'Trần Mẫu Một',
          NgaySinh: born,
          GioiTinh: '1',
          CanNang: 2600,
        }),
        birthNotice('040199000033', '2026/00821', signed, {
          HoVaTen: 'Trần Mẫu Hai',
          NgaySinh: born,
          GioiTinh: '2',
          CanNang: 2500,
        }),
      ],
    },
    drivingLicence: {
      // Two licences: their numbers and dates must never be mixed.
      '042094000025': [
        licence('042094000025', '420123456789', {
          Hang: 'B2',
          NgayCap: '20170110',
          NgayHetHan: daysAfter(today, 49),
          NoiCap: 'Sở GTVT Hà Tĩnh',
          NoiHoc: 'Trường Mẫu',
        }),
        licence('042094000025', '420987654321', {
          Hang: 'A1',
          NgayCap: '20130605',
          NgayHetHan: null,
          NoiCap: 'Sở GTVT Hà Tĩnh',
        }),
      ],
    },
  };
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

export const registerData: RegisterData = registerDataOn(TEST_DAY);

/**
 * A simulated register as a `fetch`: knows its people, says "nobody" of others, and answers 503 when it is down.
 *
 * @param id the register's id as a source, such as `npd`
 */
export function simulateRegister(id: string, { down = [] }: { readonly down?: readonly string[] } = {}): typeof fetch {
  return async (input, init) => {
    if (down.includes(id)) return new Response('', { status: 503, headers: { 'Retry-After': '60' } });
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    if (path === '/health') return Response.json({ status: 'well' });
    const found = Object.entries(registerPaths).find(([, register]) => register.path === path);
    if (found === undefined) return new Response('', { status: 404 });
    const [name, { none }] = found;
    const { SoDinhDanh: key = '' } = JSON.parse(String(init?.body ?? '{}')) as { SoDinhDanh?: string };
    return Response.json({ KetQua: registerData[name as keyof RegisterData][key] ?? none });
  };
}
