// What the store says to citizens, in Vietnamese: the usage log, and what related people are called.

import type { UsageWords } from '../usage-words.ts';

export const vi: UsageWords = {
  answered: '{requester} đã lấy {used} từ {sources}, để: {purpose}.',
  partial: '{requester} đã lấy {used} từ {sources}, để: {purpose}. Một số thông tin được yêu cầu chưa lấy được.',
  failed: '{requester} đã hỏi {sources} về {asked} nhưng không nhận được gì. Mục đích: {purpose}.',
  interrupted:
    '{requester} đã bắt đầu hỏi về {asked} nhưng bị gián đoạn. Không rõ kết quả ra sao. Mục đích: {purpose}.',
  refused: '{requester} đã yêu cầu {asked}. Yêu cầu bị từ chối vì {reason}. Không có thông tin nào được cung cấp.',
  sealed: 'Ông/Bà đã dùng {used} trong tờ khai tại {requester}. Mục đích: {purpose}.',
  disputed: 'Ông/Bà đã dùng {used} trong tờ khai tại {requester} và báo có thông tin sai.',
  kept: 'Theo ý Ông/Bà, {requester} lưu {used} cho các tờ khai sau.',
  withdrawn: 'Sự đồng ý của Ông/Bà với {requester} đã chấm dứt vì {reason}. Dữ liệu đã lấy đã được xóa.',
  declared: 'Bên còn lại tự khai',
  nextForms: 'điền sẵn các tờ khai sau',
  more: '{count} thông tin khác',
  nobody: 'không nguồn nào',
  nothing: 'không thông tin nào',
  relations: {
    self: 'chính Ông/Bà',
    spouse: 'vợ hoặc chồng của Ông/Bà',
    child: 'con của Ông/Bà',
    parent: 'cha hoặc mẹ của Ông/Bà',
    represents: 'tổ chức mà Ông/Bà đại diện',
    principal: 'người mà Ông/Bà đại diện',
  },
  reasons: {
    ERR_OVER_ASK: 'tờ khai không được phép hỏi thông tin này',
    ERR_CONSENT_REQUIRED: 'Ông/Bà chưa đồng ý',
    ERR_UNAUTHENTICATED: 'mức đăng nhập chưa đủ tin cậy',
    ERR_SEAL_FORM: 'tờ khai đã cũ',
    ERR_RATE_LIMITED: 'đã hỏi quá nhiều lần',
    ERR_SUBJECT_DENIED: 'đây là hồ sơ của người khác',
    withdrawn: 'Ông/Bà đã rút lại',
    expired: 'đã hết thời hạn',
    other: 'không được phép',
  },
};
