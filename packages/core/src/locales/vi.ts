// Vietnamese, the sentences of the engine and of every face: those of a first page. The others are in vi-later.ts.

export const vi: { readonly [key: string]: string } = {
  'action.next': 'Tiếp tục',
  'action.back': 'Quay lại',
  'action.addRow': 'Thêm dòng',
  'action.removeRow': 'Xóa dòng này',
  'action.tryAgain': 'Thử lại',
  'form.progress': 'Bước {current}/{total}: {title}',
  'form.requiredNote': 'Các mục có dấu (*) là bắt buộc.',
  'form.loading': 'Đang tải biểu mẫu…',
  'badge.computed': 'Hệ thống tự tính',
  'error.summary': 'Còn {count} mục cần sửa trước khi nộp.',
  'error.technical': 'Có lỗi kỹ thuật. Vui lòng thử lại sau ít phút. Mã lỗi: {code}.',
  'draft.saved': 'Đã lưu nháp lúc {time}.',
  'draft.saving': 'Đang lưu…',
  'draft.failed': 'Chưa lưu được bản nháp. Vui lòng kiểm tra kết nối và thử lại.',
  'draft.found': 'Có bản nháp lưu lúc {date}. Tiếp tục điền?',
  'draft.continue': 'Tiếp tục bản nháp',
  'draft.new': 'Bắt đầu hồ sơ mới',
  'a11y.required': 'bắt buộc',
  'a11y.progress': 'Đã hoàn thành {percent} phần trăm',
  'a11y.loading': 'Đang tải',
};
