"""Every error keeps the frame, says what to do next in plain words, and carries a code that stands in the log."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, ServiceUnavailable

from intranet.kernel.files import FULL
from intranet.kernel.forms import AlreadyDone, repeated
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.sealed import Broken, KeyMissing
from intranet.kernel.text import BadText
from intranet.web.hx import go

log = logging.getLogger("intranet.errors")

TITLES = {
    400: _("Yêu cầu chưa đúng"),
    401: _("Cần đăng nhập"),
    403: _("Không có quyền"),
    404: _("Không tìm thấy"),
    405: _("Thao tác không hợp lệ"),
    409: _("Nội dung đã thay đổi"),
    413: _("Nội dung quá lớn"),
    415: _("Loại nội dung không được nhận"),
    422: _("Nội dung chưa hợp lệ"),
    429: _("Thử lại sau ít phút"),
    500: _("Hệ thống gặp lỗi"),
    503: _("Hệ thống đang bận"),
}
MESSAGES = {
    400: _("Máy chủ không hiểu yêu cầu này. Thầy/cô quay lại trang trước và thử lại."),
    401: _("Phiên làm việc đã hết hạn, vui lòng đăng nhập lại."),
    403: _("Thầy/cô không có quyền thực hiện việc này. Nếu cần, hãy liên hệ chuyên viên phụ trách."),
    404: _("Trang này không có, đã được chuyển đi, hoặc thầy/cô không được xem."),
    405: _("Địa chỉ này không nhận thao tác vừa gửi. Thầy/cô quay lại trang trước và thử lại."),
    409: _("Người khác vừa thay đổi nội dung này. Thầy/cô mở lại trang để xem bản mới."),
    415: _("Hệ thống không nhận loại nội dung này."),
    422: _("Có mục chưa hợp lệ. Thầy/cô kiểm tra lại rồi gửi lần nữa."),
    429: _("Có quá nhiều lần thử. Thầy/cô đợi ít phút rồi thử lại."),
    500: _("Lỗi đã được ghi lại. Thầy/cô thử lại; nếu vẫn lỗi, hãy đọc mã dưới đây cho người hỗ trợ."),
    503: _("Hệ thống chưa ghi hoặc đọc được dữ liệu. Chưa có gì bị thay đổi; thầy/cô thử lại sau ít phút."),
}
CSRF_MESSAGE = _("Trang này đã mở quá lâu hoặc biểu mẫu không hợp lệ. Thầy/cô tải lại trang rồi gửi lại.")


def error_response(code: int, message: Any = None) -> Response:
    """The error as a page, or as a message in #flash for htmx."""
    partial = request.htmx.partial
    template = "errors/_fragment.html" if partial else "errors/error.html"
    html = render_template(
        template,
        code=code,
        title=TITLES.get(code, TITLES[400]),
        message=message or MESSAGES.get(code, MESSAGES[400]),
        reference=g.request_id,
    )
    response = make_response(html, code)
    if partial:
        response.headers["HX-Retarget"] = "#flash"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if code >= 500:
        log.error("answered %s", code)
    # Never the library's own words: they are English and may repeat what was sent, a forged Host for one.
    response = error_response(code, _too_large() if code == RequestEntityTooLarge.code else None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _too_large() -> str:
    limit = current_app.extensions["config"].max_upload_mb
    return gettext(
        "Nội dung gửi lên quá lớn: mỗi tệp tối đa %(limit)s MB. Thầy/cô quay lại, chọn tệp nhỏ hơn rồi gửi lại.",
        limit=limit,
    )


def _csrf_error(error: CSRFError) -> Response:
    return error_response(400, CSRF_MESSAGE)


def _database_down(error: Exception) -> Response:
    log.error("database: %s", type(error).__name__, exc_info=error)
    response = error_response(ServiceUnavailable.code)
    response.headers["Retry-After"] = "5"
    return response


def _disk_error(error: OSError) -> Response:
    if error.errno not in FULL:
        if current_app.config["PROPAGATE_UNEXPECTED"]:
            raise error
        return _unexpected(error)
    log.error("disk: %s", error)
    return error_response(ServiceUnavailable.code)


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", exc_info=error)
    return error_response(InternalServerError.code)


def _already_done(error: AlreadyDone) -> Response:
    return go(repeated() or error.location)


def _bad_text(error: BadText) -> Response:
    return error_response(400, gettext("Địa chỉ hoặc nội dung có ký tự không hợp lệ."))


def _key_missing(error: KeyMissing) -> Response:
    log.error("sealed: %s", error)
    return error_response(
        503,
        gettext(
            "Thiếu khóa dữ liệu nên nội dung đã mã hóa không mở được. Không có gì bị ghi đè; thầy/cô báo người quản "
            "trị nạp lại tệp khóa đã xuất."
        ),
    )


def _sealed_broken(error: Broken) -> Response:
    log.error("sealed: %s", error)
    return error_response(
        503,
        gettext(
            "Nội dung đã mã hóa bị hỏng hoặc bị đổi chỗ nên không mở được. Không có gì bị ghi đè; thầy/cô báo người "
            "quản trị khôi phục từ bản sao lưu."
        ),
    )


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(AlreadyDone, _already_done)
    app.register_error_handler(BadText, _bad_text)
    app.register_error_handler(KeyMissing, _key_missing)
    app.register_error_handler(Broken, _sealed_broken)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(InterfaceError, _database_down)
    app.register_error_handler(OSError, _disk_error)
    if not app.config["PROPAGATE_UNEXPECTED"]:
        app.register_error_handler(Exception, _unexpected)
