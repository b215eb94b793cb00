// What the registers of Viet Nam call things, as data: for each register where a concept stands in its answer, and which
// normaliser brings it into our form. The shapes are those of the HTTP adapter of the store (`RegisterMapping`).
// Field names of the population database follow a public model of its interface and are likely, not certain.

import type { AssuranceLevel, ConceptId, Json, LocalizedText, Pointer, SourceKind } from '@onceform/core';

export { normalizers } from './register-values.ts';

/** Where one concept stands in a record. */
export interface ValueMapping {
  readonly at: Pointer;
  /** A name in `normalizers`. */
  readonly normalize?: string;
  readonly unverified?: boolean;
}

export interface LookupMapping {
  readonly path: string;
  readonly body: { readonly [member: string]: Pointer };
  readonly records: Pointer;
  readonly recordRef: Pointer;
  readonly subject: Pointer;
  readonly lastUpdated?: Pointer;
  readonly validUntil?: Pointer;
  /** Where its issuer says whether it still stands: `{ uri, idx }` of a status list. */
  readonly status?: Pointer;
  readonly disputed?: Pointer;
  readonly values: { readonly [concept: ConceptId]: ValueMapping };
}

export interface RegisterMapping {
  readonly lookups: { readonly [about: string]: LookupMapping };
  readonly relations?: {
    readonly path: string;
    readonly body: { readonly [member: string]: Pointer };
    readonly record: Pointer;
    readonly subject: Pointer;
    readonly sex?: ValueMapping;
    readonly people: readonly {
      readonly relation: string;
      readonly key: Pointer;
      readonly sex?:
        ValueMapping | { readonly given: { readonly female: 'female' | 'male'; readonly male: 'female' | 'male' } };
    }[];
  };
  readonly report?: { readonly path: string; readonly ticket: Pointer };
  readonly usage?: { readonly path: string };
  readonly health?: string;
}

/** A register as a portal registers it; the base URL and the credentials are the portal's. */
export interface RegisterSource {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: SourceKind;
  readonly assuranceLevel: AssuranceLevel;
  readonly mapping: RegisterMapping;
}

const asked = { SoDinhDanh: '/person/key' } as const;
const common = {
  records: '/KetQua',
  recordRef: '/MaBanGhi',
  subject: '/SoDinhDanh',
  lastUpdated: '/CapNhatLuc',
  disputed: '/DangXacMinh',
} as const;

function register(id: string, vi: string, en: string, mapping: RegisterMapping): RegisterSource {
  return { id, name: { vi, en }, kind: 'authoritative', assuranceLevel: 'high', mapping };
}

/** CSDL quốc gia về dân cư. Also confirms who is whose spouse, parent and child. */
export const population: RegisterSource = register(
  'npd',
  'Cơ sở dữ liệu quốc gia về dân cư',
  'National population database',
  {
    lookups: {
      self: {
        ...common,
        path: '/citizens',
        body: asked,
        values: {
          'person.fullName': { at: '/HoVaTen', normalize: 'name' },
          'person.familyName': { at: '/HoVaTen/Ho', normalize: 'namePart' },
          'person.middleName': { at: '/HoVaTen/ChuDem', normalize: 'namePart' },
          'person.givenName': { at: '/HoVaTen/Ten', normalize: 'namePart' },
          'person.otherName': { at: '/TenGoiKhac', normalize: 'name' },
          'person.personalId': { at: '/SoDinhDanh' },
          'person.oldIdNumber': { at: '/SoCMND' },
          'person.birthDate': { at: '/NgayThangNamSinh', normalize: 'birthDate' },
          'person.gender': { at: '/GioiTinh', normalize: 'gender' },
          'person.ethnicity': { at: '/DanToc', normalize: 'ethnicity' },
          'person.religion': { at: '/TonGiao', normalize: 'religion' },
          'person.nationality': { at: '/QuocTich', normalize: 'country' },
          'person.maritalStatus': { at: '/TinhTrangHonNhan', normalize: 'maritalStatus' },
          'person.homeTown': { at: '/QueQuan', normalize: 'address' },
          'person.placeOfBirth': { at: '/NoiSinh', normalize: 'placeOfBirth' },
          'person.birthRegistrationPlace': { at: '/NoiDangKyKhaiSinh', normalize: 'address' },
          'person.permanentAddress': { at: '/ThuongTru', normalize: 'address' },
          'person.temporaryAddress': { at: '/TamTru', normalize: 'address' },
          'person.currentAddress': { at: '/NoiOHienTai', normalize: 'address' },
          'person.residence': { at: '', normalize: 'residence' },
          'person.residenceType': { at: '', normalize: 'residenceType' },
          'person.idDocument.type': { at: '/GiayTo/Loai', normalize: 'identityDocumentType' },
          'person.idDocument.number': { at: '/GiayTo/So' },
          'person.idDocument.issueDate': { at: '/GiayTo/NgayCap', normalize: 'date' },
          'person.idDocument.issuer': { at: '/GiayTo/NoiCap', normalize: 'text' },
          'person.phone': { at: '/SoDienThoai', normalize: 'phone' },
          'person.email': { at: '/ThuDienTu', normalize: 'text' },
          'person.father.fullName': { at: '/Cha/HoVaTen', normalize: 'name' },
          'person.father.personalId': { at: '/Cha/SoDinhDanh' },
          'person.mother.fullName': { at: '/Me/HoVaTen', normalize: 'name' },
          'person.mother.personalId': { at: '/Me/SoDinhDanh' },
          'person.spouse.fullName': { at: '/VoChong/HoVaTen', normalize: 'name' },
          'person.spouse.personalId': { at: '/VoChong/SoDinhDanh' },
          'household.head.fullName': { at: '/ChuHo/HoVaTen', normalize: 'name' },
          'household.head.personalId': { at: '/ChuHo/SoDinhDanh' },
          'household.relationToHead': { at: '/ChuHo/QuanHe', normalize: 'relation' },
        },
      },
    },
    relations: {
      path: '/citizens',
      body: asked,
      record: '/KetQua',
      subject: '/SoDinhDanh',
      sex: { at: '/GioiTinh', normalize: 'gender' },
      people: [
        { relation: 'spouse', key: '/VoChong/SoDinhDanh', sex: { given: { female: 'male', male: 'female' } } },
        { relation: 'parent', key: '/Cha/SoDinhDanh' },
        { relation: 'parent', key: '/Me/SoDinhDanh' },
        { relation: 'child', key: '/Con/[]/SoDinhDanh' },
      ],
    },
    report: { path: '/reports', ticket: '/MaPhieu' },
    usage: { path: '/usage' },
    health: '/health',
  },
);

/** CSDL hộ tịch điện tử: marriages, births, deaths. */
export const civilStatus: RegisterSource = register(
  'civilStatus',
  'Cơ sở dữ liệu hộ tịch điện tử',
  'Electronic civil-status database',
  {
    lookups: {
      self: {
        ...common,
        path: '/extracts',
        body: asked,
        values: {
          'civilStatus.marriage.number': { at: '/KetHon/So', normalize: 'text' },
          'civilStatus.marriage.book': { at: '/KetHon/QuyenSo', normalize: 'text' },
          'civilStatus.marriage.date': { at: '/KetHon/NgayDangKy', normalize: 'date' },
          'civilStatus.marriage.place': { at: '/KetHon/NoiDangKy', normalize: 'text' },
          'civilStatus.birth.number': { at: '/KhaiSinh/So', normalize: 'text' },
          'civilStatus.birth.book': { at: '/KhaiSinh/QuyenSo', normalize: 'text' },
          'civilStatus.birth.date': { at: '/KhaiSinh/NgayDangKy', normalize: 'date' },
          'civilStatus.birth.place': { at: '/KhaiSinh/NoiDangKy', normalize: 'text' },
          'person.placeOfBirth': { at: '/KhaiSinh/NoiSinh', normalize: 'placeOfBirth' },
          'person.father.birthDate': { at: '/KhaiSinh/Cha/NgayThangNamSinh', normalize: 'birthDate' },
          'person.mother.birthDate': { at: '/KhaiSinh/Me/NgayThangNamSinh', normalize: 'birthDate' },
          'civilStatus.divorce.reference': { at: '/LyHon/BanAn', normalize: 'text' },
        },
      },
    },
    report: { path: '/reports', ticket: '/MaPhieu' },
    usage: { path: '/usage' },
    health: '/health',
  },
);

/** Y tế: the signed data of a birth notice, filed under the mother's number. */
export const health: RegisterSource = register(
  'health',
  'Cơ sở dữ liệu y tế (Giấy chứng sinh)',
  'Health data (birth notices)',
  {
    lookups: {
      child: {
        ...common,
        path: '/birth-notices',
        body: asked,
        values: {
          'civilStatus.birthProof.childName': { at: '/Con/HoVaTen', normalize: 'name', unverified: true },
          'person.birthDate': { at: '/Con/NgaySinh', normalize: 'date' },
          'person.gender': { at: '/Con/GioiTinh', normalize: 'gender' },
          'person.placeOfBirth': { at: '/NoiSinh', normalize: 'placeOfBirth' },
          'civilStatus.birthProof.number': { at: '/So', normalize: 'text' },
          'civilStatus.birthProof.facility': { at: '/NoiSinh/CoSoYTe', normalize: 'text' },
          'civilStatus.birthProof.childWeight': { at: '/Con/CanNang' },
        },
      },
    },
    report: { path: '/reports', ticket: '/MaPhieu' },
    usage: { path: '/usage' },
    health: '/health',
  },
);

const standard = {
  report: { path: '/reports', ticket: '/MaPhieu' },
  usage: { path: '/usage' },
  health: '/health',
} as const;

/** CSDL về cư trú: the household a person lives in, one record for each member; and where they lived, one for each place. */
export const residence: RegisterSource = register('residence', 'Cơ sở dữ liệu về cư trú', 'Residence database', {
  lookups: {
    self: {
      ...common,
      path: '/households',
      body: asked,
      values: {
        'household.head.fullName': { at: '/ChuHo/HoVaTen', normalize: 'name' },
        'household.head.personalId': { at: '/ChuHo/SoDinhDanh' },
        'household.relationToHead': { at: '/ChuHo/QuanHe', normalize: 'relation' },
        'household.recordNumber': { at: '/SoHoSoCuTru', normalize: 'text' },
        'household.members[].fullName': { at: '/ThanhVien/HoVaTen', normalize: 'name' },
        'household.members[].personalId': { at: '/ThanhVien/SoDinhDanh' },
        'household.members[].birthDate': { at: '/ThanhVien/NgayThangNamSinh', normalize: 'birthDate' },
        'household.members[].gender': { at: '/ThanhVien/GioiTinh', normalize: 'gender' },
        'household.members[].relationToHead': { at: '/ThanhVien/QuanHe', normalize: 'relation' },
        'residenceHistory[].from': { at: '/CuTru/TuThang', normalize: 'partialDate' },
        'residenceHistory[].to': { at: '/CuTru/DenThang', normalize: 'partialDate' },
        'residenceHistory[].address': { at: '/CuTru/DiaChi', normalize: 'address' },
      },
    },
  },
  ...standard,
});

/** CSDL giấy phép lái xe: one record for each licence, so that one licence's number never meets another's date. */
export const drivingLicence: RegisterSource = register(
  'drivingLicence',
  'Cơ sở dữ liệu giấy phép lái xe',
  'Driving-licence database',
  {
    lookups: {
      self: {
        ...common,
        path: '/licences',
        body: asked,
        validUntil: '/NgayHetHan',
        status: '/TrangThai',
        values: {
          'person.drivingLicence.number': { at: '/SoGPLX' },
          'person.drivingLicence.class': { at: '/Hang', normalize: 'text' },
          'person.drivingLicence.issueDate': { at: '/NgayCap', normalize: 'date' },
          'person.drivingLicence.expiryDate': { at: '/NgayHetHan', normalize: 'date' },
          'person.drivingLicence.issuer': { at: '/NoiCap', normalize: 'text' },
          'person.drivingLicence.trainingPlace': { at: '/NoiHoc', normalize: 'text' },
        },
      },
    },
    ...standard,
  },
);

/** CSDL đất đai: its quality differs by commune, so its records are chosen, never filled in. */
export const land: RegisterSource = register('land', 'Cơ sở dữ liệu quốc gia về đất đai', 'National land database', {
  lookups: {
    self: {
      ...common,
      path: '/parcels',
      body: asked,
      values: {
        'land.certificate.serial': { at: '/SoPhatHanh', normalize: 'landSerial' },
        'land.certificate.issueDate': { at: '/NgayCap', normalize: 'date' },
        'land.certificate.issuer': { at: '/CoQuanCap', normalize: 'text' },
        'land.certificate.registerNumber': { at: '/SoVaoSo', normalize: 'text' },
        'land.parcel.number': { at: '/SoThua' },
        'land.parcel.mapSheet': { at: '/SoTo' },
        'land.parcel.address': { at: '/DiaChi', normalize: 'address' },
        'land.parcel.area': { at: '/DienTich' },
      },
    },
  },
  ...standard,
});

/** CSDL quốc gia về bảo hiểm. */
export const socialInsurance: RegisterSource = register(
  'socialInsurance',
  'Cơ sở dữ liệu quốc gia về bảo hiểm',
  'National insurance database',
  {
    lookups: {
      self: {
        ...common,
        path: '/insured',
        body: asked,
        values: {
          'person.socialInsuranceNumber': { at: '/MaSoBHXH' },
          'person.healthInsurance.number': { at: '/TheBHYT/SoThe' },
          'person.healthInsurance.validFrom': { at: '/TheBHYT/TuNgay', normalize: 'date' },
          'person.healthInsurance.validTo': { at: '/TheBHYT/DenNgay', normalize: 'date' },
          'person.healthInsurance.facility': { at: '/TheBHYT/NoiKCB', normalize: 'text' },
          'person.workplace': { at: '/DonVi', normalize: 'text' },
        },
      },
    },
    ...standard,
  },
);

/** CSDL về đăng ký hộ kinh doanh. */
export const householdBusiness: RegisterSource = register(
  'householdBusiness',
  'Cơ sở dữ liệu về đăng ký hộ kinh doanh',
  'Household-business register',
  {
    lookups: {
      self: {
        ...common,
        path: '/household-businesses',
        body: asked,
        values: {
          'householdBusiness.name': { at: '/Ten', normalize: 'text' },
          'householdBusiness.code': { at: '/MaSo' },
          'householdBusiness.capital': { at: '/VonKinhDoanh' },
          'householdBusiness.startDate': { at: '/NgayBatDau', normalize: 'date' },
          'org.headOffice': { at: '/TruSo', normalize: 'address' },
        },
      },
    },
    ...standard,
  },
);

/** CSDL thuế: since 1 July 2025 a person's tax code is the personal id. */
export const tax: RegisterSource = register('tax', 'Cơ sở dữ liệu thuế', 'Tax database', {
  lookups: {
    self: {
      ...common,
      path: '/taxpayers',
      body: asked,
      values: { 'person.taxCode': { at: '/MaSoThue', normalize: 'taxCode' } },
    },
  },
  ...standard,
});

/** CSDL an sinh xã hội: poor households, people of merit, people with disabilities. Codes and names of members: *check*. */
export const socialAssistance: RegisterSource = register(
  'socialAssistance',
  'Cơ sở dữ liệu an sinh xã hội',
  'Social-security database',
  {
    lookups: {
      self: {
        ...common,
        path: '/welfare',
        body: asked,
        validUntil: '/DenNgay',
        values: {
          'person.welfare.poverty': { at: '/HoNgheo', normalize: 'poverty' },
          'person.welfare.meritorious': { at: '/NguoiCoCong', normalize: 'text' },
          'person.disability.level': { at: '/KhuyetTat/MucDo', normalize: 'disabilityLevel' },
        },
      },
    },
    ...standard,
  },
);

export const registers: readonly RegisterSource[] = [
  population,
  civilStatus,
  health,
  residence,
  drivingLicence,
  land,
  socialInsurance,
  householdBusiness,
  tax,
  socialAssistance,
];

/** What the identity provider says at sign-in, as the claims source of the store reads it. */
export const signInClaims: {
  readonly id: string;
  readonly name: LocalizedText;
  readonly assuranceLevel: AssuranceLevel;
  readonly claims: {
    readonly [concept: ConceptId]: {
      readonly at: Pointer;
      readonly normalize?: (raw: Json) => Json | undefined;
      readonly unverified?: boolean;
    };
  };
} = {
  id: 'vneid',
  name: { vi: 'Tài khoản định danh điện tử', en: 'Electronic identity account' },
  assuranceLevel: 'substantial',
  claims: {
    'person.fullName': { at: '/name' },
    'person.personalId': { at: '/personal_id' },
    'person.birthDate': { at: '/birthdate' },
    'person.gender': { at: '/gender' },
    'person.phone': { at: '/phone_number', unverified: true },
    'person.email': { at: '/email', unverified: true },
  },
};

/** How the roles of our forms are met. The other party of a marriage is nobody's relative yet: typed, or invited. */
export const roles: {
  readonly [role: string]: readonly {
    readonly relation: string;
    readonly sex?: 'female' | 'male';
    readonly about?: string;
  }[];
} = {
  applicant: [{ relation: 'self' }],
  // The applicant again: contact data come from other sources than the person's record, so they are items of their own.
  contact: [{ relation: 'self' }],
  // And once more, for what is no part of the person's record either: taken where a register has it, whatever the record says.
  apart: [{ relation: 'self' }],
  spouse: [{ relation: 'spouse' }],
  mother: [
    { relation: 'self', sex: 'female' },
    { relation: 'spouse', sex: 'female' },
  ],
  father: [
    { relation: 'self', sex: 'male' },
    { relation: 'spouse', sex: 'male' },
  ],
  female: [{ relation: 'self', sex: 'female' }],
  male: [{ relation: 'self', sex: 'male' }],
  parent: [{ relation: 'self' }, { relation: 'spouse' }],
  child: [{ relation: 'self', about: 'child' }, { relation: 'spouse', about: 'child' }, { relation: 'child' }],
  deceased: [{ relation: 'spouse' }, { relation: 'parent' }, { relation: 'child' }],
  organisation: [{ relation: 'represents' }],
};
