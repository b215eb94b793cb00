// Vietnamese, what is said once a dossier is filed: it comes with the receipt.

export const viFiled: { readonly [key: string]: string } = {
  'receipt.built': 'Đã lập gói hồ sơ',
  'receipt.receivedAt': 'Tiếp nhận lúc',
  'receipt.receivedBy': 'Cơ quan tiếp nhận',
  'receipt.decidedBy': 'Cơ quan giải quyết',
  'receipt.noticeBy': 'Thông báo kết quả tiếp nhận trước',
  'receipt.dossier': 'Mã gói hồ sơ',
  'receipt.digest': 'Dấu vân tay số (SHA-256)',
  'receipt.differs': 'Biên nhận ghi một gói hồ sơ khác với gói đã gửi. Vui lòng liên hệ cơ quan tiếp nhận.',
  'receipt.earlier':
    'Hồ sơ này đã được nộp trước đó. Biên nhận dưới đây là của lần nộp đó; những gì sửa sau đó không nằm trong hồ sơ.',
  'receipt.dueBy': 'Ngày hẹn trả kết quả',
  'receipt.faster': '{days} ngày làm việc; nộp tại quầy là {counter} ngày.',
  'receipt.parts': 'Đã nộp {count} hồ sơ cùng lúc. Mỗi hồ sơ có mã và kết quả riêng.',
  'fee.nothing': 'Không phải nộp',
  'fee.unknown': 'Cơ quan tiếp nhận sẽ thông báo mức thu.',
  'fee.line': '{what}: {amount}',
  'fee.times': '{what} × {count}',
  'fee.free': '{what}: miễn phí ({reason})',
  'fee.saved': 'Ông/Bà được giảm {amount} so với nộp tại quầy.',
  'fee.exempted': 'Ông/Bà được miễn, giảm {amount}.',
  'fee.byExemption': 'Theo đối tượng, Ông/Bà được miễn, giảm {amount}.',
  'fee.byOnline': 'Nộp trực tuyến, Ông/Bà được giảm {amount} so với nộp tại quầy.',
  'fee.reference': 'Mã thanh toán: {reference}',
  'fee.pay': 'Thanh toán {amount} – {provider}',
  'fee.payLater': 'Chưa mở được trang thanh toán. Hồ sơ đã được nộp; Ông/Bà có thể thanh toán sau.',
};
