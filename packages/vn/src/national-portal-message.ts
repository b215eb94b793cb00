// The message by which a local system tells the National Public Service Portal of a dossier. Names of its members are
// those of a public integration project, not of a document of the portal: *check* them, and the codes of `TrangThaiHoSo`,
// against the interface description that you connect to. What we cannot say truthfully is left out.

import type { Receipt } from '@onceform/core';

/** Codes of the dossier's state. *check* */
const STATUS: { readonly [kind: string]: string } = {
  'dossier.received': '1',
  'dossier.accepted': '2',
  'dossier.refused': '3',
  'dossier.supplement': '5',
  'dossier.supplemented': '4',
  'dossier.done': '9',
};

/** What happened, and the receipt of the dossier that it happened to. */
export interface NationalPortalEvent {
  /** As the portal's outbox calls it: `dossier.received`, … */
  readonly kind: string;
  /** RFC 3339. */
  readonly at: string;
  readonly receipt: Omit<Receipt, 'signature'>;
  /** Who decides now; absent: who the receipt says. */
  readonly agency?: string | null;
  /** Components that were met by data of the State instead of a file, and those met by a file. */
  readonly components?: readonly {
    /** Code in the national database of procedures; absent where the form gives none. */
    readonly code?: string;
    readonly name: string;
    readonly reused: boolean;
  }[];
  /** Ids of the sources that were asked. */
  readonly sources?: readonly string[];
}

/** *check*: see above. Times are `yyyyMMddHHmmss` where the agency is. */
export interface NationalPortalMessage {
  readonly MaHoSo: string;
  readonly MaTTHC?: string;
  readonly TenTTHC?: string;
  /** 1 online, 2 in person, 3 post. */
  readonly KenhThucHien?: string;
  readonly NgayNopHoSo: string;
  readonly NgayTiepNhan?: string;
  readonly NgayHenTra?: string;
  readonly NgayTuChoi?: string;
  readonly NgayKetThucXuLy?: string;
  readonly TrangThaiHoSo: string;
  readonly DonViXuLy?: string;
  readonly HoSoCoThanhPhanSoHoa?: '0' | '1';
  readonly TaiLieuNop?: readonly {
    readonly TenTepDinhKem: string;
    readonly MaThanhPhanHoSo?: string;
    readonly DuocSoHoa: '0' | '1';
    readonly DuocLayTuKhoDMQG: '0' | '1';
  }[];
  readonly DanhSachLePhi?: readonly {
    readonly TenPhiLePhi: string;
    readonly MaPhiLePhi: string;
    readonly Gia: string;
  }[];
  readonly DSKetNoiCSDL?: readonly { readonly MaCSDL: string }[];
}

/** The message of an event; null for one that the national portal is not told of. */
export function nationalPortalMessage(event: NationalPortalEvent): NationalPortalMessage | null {
  const { kind, at, receipt, components, sources } = event;
  const status = STATUS[kind];
  if (status === undefined) return null;
  const { code, procedure, title, receivedAt, due, fee } = receipt;
  const { agency = receipt.agency } = event;
  const name = title === undefined ? undefined : typeof title === 'string' ? title : title['vi'];
  return {
    MaHoSo: code,
    ...(procedure === null ? {} : { MaTTHC: procedure }),
    ...(name === undefined ? {} : { TenTTHC: name }),
    ...(due === undefined ? {} : { KenhThucHien: CHANNEL[due.channel], NgayHenTra: stamp(due.by) }),
    NgayNopHoSo: stamp(receivedAt),
    ...(kind === 'dossier.accepted' ? { NgayTiepNhan: stamp(at) } : {}),
    ...(kind === 'dossier.refused' ? { NgayTuChoi: stamp(at) } : {}),
    ...(kind === 'dossier.done' ? { NgayKetThucXuLy: stamp(at) } : {}),
    TrangThaiHoSo: status,
    ...(agency === null ? {} : { DonViXuLy: agency }),
    ...(components === undefined
      ? {}
      : {
          HoSoCoThanhPhanSoHoa: components.length > 0 ? '1' : '0',
          TaiLieuNop: components.map(({ code: id, name: paper, reused }) => ({
            TenTepDinhKem: paper,
            ...(id === undefined ? {} : { MaThanhPhanHoSo: id }),
            DuocSoHoa: '1',
            DuocLayTuKhoDMQG: reused ? '1' : '0',
          })),
        }),
    ...(fee === undefined
      ? {}
      : {
          DanhSachLePhi: fee.lines.flatMap(({ label, charge, amount }) =>
            amount === null
              ? []
              : [
                  {
                    TenPhiLePhi: typeof label === 'string' ? label : (label['vi'] ?? charge),
                    MaPhiLePhi: charge,
                    Gia: String(amount),
                  },
                ],
          ),
        }),
    ...(sources === undefined ? {} : { DSKetNoiCSDL: sources.map(MaCSDL => ({ MaCSDL })) }),
  };
}

const CHANNEL = { online: '1', 'in-person': '2', remote: '1', post: '3' } as const;

/** `2026-11-23T09:00:00+07:00` → `20261123090000`; another offset is turned into that of the country. */
function stamp(time: string): string {
  const local = new Date(Date.parse(time) + 7 * 3_600_000).toISOString();
  return local.slice(0, 19).replaceAll(/[-T:]/g, '');
}
