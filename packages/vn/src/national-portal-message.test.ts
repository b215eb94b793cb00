import type { Receipt } from '@onceform/core';
import { describe, expect, it } from 'vitest';
import { nationalPortalMessage } from './national-portal-message.ts';

const receipt: Omit<Receipt, 'signature'> = {
  format: 'https://onceform.dev/receipt/1',
  code: 'H27.25-261123-0001',
  dossier: { id: 'urn:uuid:00000000-0000-4000-8000-000000000001', sha256: 'a'.repeat(64), size: 1 },
  receivedAt: '2026-11-23T09:00:00+07:00',
  agency: 'H27.25',
  procedure: '1.001193',
  title: { vi: 'Đăng ký khai sinh', en: 'Birth registration' },
  noticeBy: '2026-11-24T09:00:00+07:00',
  due: { channel: 'online', by: '2026-11-24T17:00:00+07:00', workingDays: 1, counterWorkingDays: 1 },
  fee: {
    currency: 'VND',
    total: 8000,
    saved: 0,
    lines: [
      { charge: 'copy', label: { vi: 'Bản sao' }, amount: 8000, quantity: 1, basis: 'x' },
      { charge: 'later', label: 'Tính sau', amount: null, quantity: 1, basis: 'x' },
    ],
  },
};

describe('the message to the national portal', () => {
  it('says what the receipt says, in its words and times', () => {
    expect(
      nationalPortalMessage({ kind: 'dossier.received', at: '2026-11-23T02:00:00Z', receipt, sources: ['npd'] }),
    ).toEqual({
      MaHoSo: 'H27.25-261123-0001',
      MaTTHC: '1.001193',
      TenTTHC: 'Đăng ký khai sinh',
      KenhThucHien: '1',
      NgayHenTra: '20261124170000',
      NgayNopHoSo: '20261123090000',
      TrangThaiHoSo: '1',
      DonViXuLy: 'H27.25',
      DanhSachLePhi: [{ TenPhiLePhi: 'Bản sao', MaPhiLePhi: 'copy', Gia: '8000' }],
      DSKetNoiCSDL: [{ MaCSDL: 'npd' }],
    });
  });

  it('gives each step its time and state, turned into the time of the country', () => {
    const at = '2026-11-23T18:30:00Z';
    expect(nationalPortalMessage({ kind: 'dossier.refused', at, receipt })).toMatchObject({
      TrangThaiHoSo: '3',
      NgayTuChoi: '20261124013000',
    });
    expect(nationalPortalMessage({ kind: 'dossier.done', at, receipt })).toMatchObject({
      TrangThaiHoSo: '9',
      NgayKetThucXuLy: '20261124013000',
    });
    expect(nationalPortalMessage({ kind: 'rating.given', at, receipt })).toBeNull();
  });

  it('says of papers whether the State had them, and leaves out what nobody knows', () => {
    const { fee: _fee, due: _due, title: _title, ...bare } = receipt;
    const message = nationalPortalMessage({
      kind: 'dossier.received',
      at: receipt.receivedAt,
      receipt: { ...bare, procedure: null, agency: null },
      components: [
        { name: 'Giấy chứng sinh', reused: true },
        { code: 'KQ.G01', name: 'Văn bản ủy quyền', reused: false },
      ],
    });
    expect(message).toEqual({
      MaHoSo: receipt.code,
      NgayNopHoSo: '20261123090000',
      TrangThaiHoSo: '1',
      HoSoCoThanhPhanSoHoa: '1',
      TaiLieuNop: [
        { TenTepDinhKem: 'Giấy chứng sinh', DuocSoHoa: '1', DuocLayTuKhoDMQG: '1' },
        { TenTepDinhKem: 'Văn bản ủy quyền', MaThanhPhanHoSo: 'KQ.G01', DuocSoHoa: '1', DuocLayTuKhoDMQG: '0' },
      ],
    });
  });
});
