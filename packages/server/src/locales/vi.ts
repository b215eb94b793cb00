// What the portal says when it refuses, in Vietnamese. Keys are error codes; the same in every locale file.

import type { en } from './en.ts';

export const vi: { readonly [code in keyof typeof en]: string } = {
  ERR_UNAUTHENTICATED: 'Vui lòng đăng nhập trước.',
  ERR_FORBIDDEN: 'Tài khoản không có quyền thực hiện việc này.',
  ERR_NOT_FOUND: 'Không tìm thấy nội dung, hoặc nội dung không thuộc về Ông/Bà.',
  ERR_CONFLICT: 'Hồ sơ này đã được nộp với nội dung khác. Không có gì bị thay đổi.',
  ERR_PRECONDITION: 'Bản nháp vừa được thay đổi trên thiết bị khác. Hãy tải lại rồi tiếp tục.',
  ERR_CSRF: 'Trang này đã cũ. Hãy tải lại trang; nội dung đã nhập vẫn được giữ.',
  ERR_RATE_LIMITED: 'Có quá nhiều yêu cầu. Vui lòng chờ một lát rồi thử lại.',
  ERR_REQUEST_INVALID: 'Hệ thống không hiểu yêu cầu.',
  ERR_FORM_UNKNOWN:
    'Phiên bản biểu mẫu này không (hoặc không còn) được cung cấp. Hãy tải lại trang để dùng phiên bản hiện hành.',
  ERR_FORM_REPEALED: 'Biểu mẫu này không còn được sử dụng.',
  FORM_REPEALED_SINCE: 'Biểu mẫu này không còn được sử dụng từ ngày {date}.',
  FORM_ENDED: 'Hiện chưa có biểu mẫu mới tại đây. Đề nghị Ông/Bà hỏi cơ quan có thẩm quyền.',
  FORM_REPLACED_BY: 'Vui lòng dùng biểu mẫu “{title}”.',
  NOTHING_CHANGED: 'Hiện không thực hiện được việc này. Không có gì bị thay đổi.',
  SUPPLEMENT_NOT_ASKED: 'Mục này không thuộc phần được yêu cầu bổ sung; nội dung giữ nguyên như đã nộp.',
  ERR_DEFINITION_INVALID: 'Định nghĩa biểu mẫu chưa đúng; xem các lỗi được liệt kê.',
  ERR_UPLOAD_SIZE: 'Tệp hoặc hồ sơ quá lớn.',
  ERR_UPLOAD_TYPE: 'Loại tệp này không được chấp nhận.',
  ERR_OVER_ASK: 'Biểu mẫu yêu cầu dữ liệu chưa được đăng ký. Không có dữ liệu nào được lấy.',
  ERR_CONSENT_REQUIRED: 'Dữ liệu chỉ được lấy sau khi có sự đồng ý.',
  ERR_SUBJECT_DENIED: 'Tài khoản của Ông/Bà không cho phép lấy dữ liệu này. Ông/Bà có thể tự nhập.',
  ERR_IDENTITY_LEVEL:
    'Tài khoản định danh mức 1 chưa dùng được dữ liệu của cơ quan nhà nước; cần định danh mức 2. Ông/Bà vẫn có thể tự nhập thông tin.',
  ERR_SOURCE_UNAVAILABLE: 'Cơ sở dữ liệu hiện không phản hồi. Ông/Bà có thể tự nhập hoặc thử lại sau.',
  ERR_PACKAGE_TRUNCATED: 'Hồ sơ gửi đến không đầy đủ. Chưa có gì được nộp; vui lòng gửi lại.',
  ERR_PACKAGE_INVALID: 'Hồ sơ bị hỏng. Chưa có gì được nộp; vui lòng gửi lại.',
  ERR_PACKAGE_LIMIT: 'Hồ sơ vượt quá dung lượng cho phép.',
  ERR_DOSSIER_INVALID: 'Hồ sơ không được chấp nhận. Chưa có gì được nộp.',
  ERR_SEAL_INVALID:
    'Dữ liệu từ cơ sở dữ liệu đã bị thay đổi trên đường truyền. Chưa có gì được nộp; vui lòng lấy lại dữ liệu.',
  ERR_SEAL_EXPIRED: 'Dữ liệu lấy từ cơ sở dữ liệu đã quá hạn. Vui lòng lấy lại dữ liệu.',
  ERR_SEAL_VOID:
    'Ông/Bà đã rút lại đồng ý nên dữ liệu đã lấy không dùng được nữa. Chưa có gì được nộp; Ông/Bà có thể mở biểu mẫu mới.',
  ENTRIES_UNCHECKED: 'Hồ sơ còn mục do quầy nhập từ giấy mà chưa được đối chiếu. Hãy kiểm tra các mục đó trước.',
  CORRECTION_REFUSED: 'Biểu mẫu không nhận giá trị này. Chưa có gì thay đổi.',
  AGENCY_NOT_COMPETENT: 'Cơ quan đã chọn không có thẩm quyền giải quyết hồ sơ này. Đề nghị Ông/Bà chọn lại cơ quan.',
  DESK_NOT_SEALED:
    'Máy này đang là quầy hỗ trợ nhưng hồ sơ không ghi như vậy. Chưa có gì được nộp; đề nghị Ông/Bà mở lại biểu mẫu tại đây rồi nộp.',
  PAPER_NOT_GOOD:
    'Giấy tờ mà hồ sơ dẫn chiếu không còn giá trị hoặc không dùng được ở mục này. Đề nghị chọn giấy tờ khác hoặc đính kèm tệp.',
  SEALED_RECORD_CHANGED: 'Cơ sở dữ liệu đã thay đổi thông tin này sau khi được lấy. Đề nghị lấy lại và kiểm tra.',
  SEALED_RECORD_GONE: 'Cơ sở dữ liệu không còn thông tin này. Đề nghị lấy lại hoặc tự khai.',
  PART_RECORD_CHANGED:
    'Cơ sở dữ liệu đã thay đổi thông tin về người cùng khai sau khi người đó xác nhận. Đề nghị người cùng khai mở lại lời mời, kiểm tra và xác nhận lại.',
  ERR_INTERNAL: 'Hệ thống gặp lỗi. Không có gì bị mất; vui lòng thử lại.',
};
