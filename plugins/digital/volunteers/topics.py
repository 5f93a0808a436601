"""With what people help, as bits."""

from intranet.api import lazy_gettext as _

TOPICS = {
    1: _("Mạng, wifi"),
    2: _("Máy tính, máy chiếu, màn hình"),
    4: _("Dạy học trực tuyến, LMS"),
    8: _("Làm học liệu số"),
    16: _("Phần mềm quản lý, CSDL ngành"),
    32: _("An toàn thông tin, tài khoản"),
    64: _("Kiểm tra trên máy tính"),
}
