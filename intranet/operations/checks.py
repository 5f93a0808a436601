"""What needs attention, and how things stand: one source for ``intranet doctor`` and for the page of the system."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from peewee import PeeweeException, fn

from intranet.config import Config
from intranet.kernel import migrations
from intranet.kernel.clock import now
from intranet.kernel.database import SAFE_SQLITE, database, is_postgres
from intranet.kernel.jobs import FAILED, RUNNING, WAITING, Job
from intranet.kernel.language import gettext as _
from intranet.operations import keys
from intranet.operations.data_keys import missing_data_keys
from intranet.shared.audit import AuditEntry
from intranet.shared.operations import JOBS, backup_is_due, last_good_backup, seen

# What keeps the installation from working, what may cost something one day, what is good to know.
BAD, WARN, NOTE = "bad", "warn", "info"
# Longer than the pause of a timer that runs `intranet jobs --once`.
JOBS_SILENT = timedelta(minutes=15)
CLOCK_SLACK = timedelta(minutes=5)
LEAST_FREE = 1 << 30
# Room for the next backups before the oldest goes.
BACKUPS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs attention. ``key`` is its name for programs."""

    key: str
    kind: str
    text: str


def findings() -> list[Finding]:
    """All that needs attention, the worst first."""
    config = current_app.extensions["config"]
    found = [*_settings(config), *_keys_file(config), *_disk(config)]
    try:
        found += _engine()
        waiting = migrations.pending(current_app.extensions["components"])
        if waiting:
            names = ", ".join(waiting)
            found.append(Finding("migrations", BAD, _("còn cập nhật cơ sở dữ liệu chưa chạy: %(names)s", names=names)))
        else:
            found += [*_schema(), *_data(config)]
    except PeeweeException as cause:
        found.append(Finding("database", BAD, _("cơ sở dữ liệu không trả lời: %(cause)s", cause=cause)))
    return sorted(found, key=lambda finding: (BAD, WARN, NOTE).index(finding.kind))


def engine_name() -> str:
    """The database and its version."""
    if is_postgres():
        return f"PostgreSQL {database.execute_sql('SHOW server_version').fetchone()[0]}"
    return f"SQLite {_sqlite_version()}"


def _sqlite_version() -> str:
    return database.execute_sql("SELECT sqlite_version()").fetchone()[0]


def _engine() -> Iterator[Finding]:
    if not is_postgres() and tuple(map(int, _sqlite_version().split("."))) < SAFE_SQLITE:
        text = _("SQLite %(version)s có lỗi WAL-reset; bản 3.51.3 trở lên thì không.", version=_sqlite_version())
        yield Finding("sqlite", WARN, text)


def _schema() -> Iterator[Finding]:
    for line in migrations.drift(current_app.extensions["components"]):
        yield Finding("schema", BAD, _("cấu trúc cơ sở dữ liệu khác với bản cài đặt: %(line)s", line=line))


def _settings(config: Config) -> Iterator[Finding]:
    if config.demo:
        return
    if not config.secure:
        text = _("base_url không phải https: mật khẩu và trang đi qua mạng không được mã hóa.")
        yield Finding("https", WARN, text)
    if not config.mail_url:
        yield Finding("mail", NOTE, _("Chưa đặt mail_url: thông báo chỉ hiện trong hệ thống, không gửi thư."))
    if is_postgres() and config.files_directory.is_relative_to(config.instance):
        text = _(
            "Tệp đính kèm nằm trong thư mục của máy này. Nếu chạy trên nhiều máy, đặt files là một thư mục dùng chung."
        )
        yield Finding("files", NOTE, text)


def _keys_file(config: Config) -> Iterator[Finding]:
    for name in keys.FILES:
        path = config.instance / name
        if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
            yield Finding("key_mode", BAD, _("Người khác đọc được tệp %(path)s; hãy chạy chmod 600.", path=path))


def free_bytes(path: Path) -> int:
    """Free space where a directory is or will be."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def _disk(config: Config) -> Iterator[Finding]:
    places = dict.fromkeys((config.instance, config.files_directory, config.backups_directory))
    for path in places:
        free = free_bytes(path)
        if free < LEAST_FREE:
            megabytes = free >> 20
            text = _("Ổ đĩa của %(path)s sắp đầy: còn %(free)s MB.", path=path, free=megabytes)
            yield Finding("disk", BAD, text)


def _data(config: Config) -> Iterator[Finding]:
    """What the tables tell; the schema is this version's."""
    missing = missing_data_keys()
    if missing:
        text = _(
            "Thiếu khóa dữ liệu %(names)s: những gì đã mã hóa bằng khóa đó không mở được. "
            "Hãy chạy intranet keys import với tệp khóa đã xuất.",
            names=", ".join(missing),
        )
        yield Finding("data_keys", BAD, text)
    if config.demo:
        return
    yield from _clock()
    yield from _backup(config)
    if not keys.exported(config.instance):
        text = _("Khóa chưa được cất riêng. Bản sao lưu không chứa khóa: hãy chạy intranet keys export.")
        yield Finding("keys", WARN, text)
    if not jobs_alive():
        text = _("Tiến trình chạy việc nền không hoạt động. intranet serve tự chạy nó, trừ khi có --no-jobs.")
        yield Finding("jobs", WARN, text)


def _backup(config: Config) -> Iterator[Finding]:
    last = last_good_backup()
    if last is None:
        yield Finding("backup", WARN, _("Chưa có bản sao lưu nào."))
        return
    if backup_is_due():
        hours = int((now() - last.finished_at).total_seconds() // 3600)
        yield Finding("backup", WARN, _("Bản sao lưu tốt gần nhất đã cũ %(hours)s giờ.", hours=hours))
    if free_bytes(config.backups_directory) < BACKUPS_AHEAD * (last.size or 0):
        yield Finding("backup_room", WARN, _("Ổ đĩa chứa bản sao lưu sắp không đủ chỗ cho bản tiếp theo."))
    if last.problem:
        yield Finding("backup_files", WARN, _("Bản sao lưu gần nhất thiếu tệp: %(problem)s", problem=last.problem))


def jobs_alive() -> bool:
    """Whether the process that does the jobs was seen lately, or is busy with one."""
    pulse = seen(JOBS)
    if pulse is not None and abs(now() - pulse.seen_at) < JOBS_SILENT:
        return True
    return Job.select().where(Job.state == RUNNING, Job.lease_until > now()).exists()


def _clock() -> Iterator[Finding]:
    """A clock that was turned back, or that runs apart from the database's, shows in times that lie ahead."""
    last = last_good_backup()
    pulse = seen(JOBS)
    written = [
        AuditEntry.select(fn.MAX(AuditEntry.id)).scalar(),
        last.finished_at if last else None,
        pulse.seen_at if pulse else None,
    ]
    written[0] = AuditEntry.get_by_id(written[0]).at if written[0] else None
    if is_postgres():
        written.append(database.execute_sql("SELECT now()").fetchone()[0].astimezone(UTC).replace(tzinfo=None))
    ahead = max((moment for moment in written if moment is not None), default=now())
    if ahead - now() > CLOCK_SLACK:
        text = _(
            "Đồng hồ của máy chậm hơn thời điểm đã ghi (%(moment)s UTC): hãy bật đồng bộ thời gian.",
            moment=ahead.isoformat(sep=" ", timespec="minutes"),
        )
        yield Finding("clock", BAD, text)


@dataclass(frozen=True, slots=True)
class Figures:
    """How things stand."""

    engine: str
    last_backup: Any
    backup_due: bool
    jobs_seen: datetime | None
    jobs_alive: bool
    jobs_waiting: int
    jobs_failed: int
    # (what lies there, free bytes), one for each disk place.
    free: list[tuple[str, int]]
    keys_exported: bool


def figures() -> Figures:
    """How things stand, for the page of the system."""
    config = current_app.extensions["config"]
    pulse = seen(JOBS)
    counts = dict(Job.select(Job.state, fn.COUNT(Job.id)).group_by(Job.state).tuples())
    return Figures(
        engine=engine_name(),
        last_backup=last_good_backup(),
        backup_due=backup_is_due(),
        jobs_seen=pulse.seen_at if pulse else None,
        jobs_alive=jobs_alive(),
        jobs_waiting=counts.get(WAITING, 0),
        jobs_failed=counts.get(FAILED, 0),
        free=[
            (_("Dữ liệu"), free_bytes(config.instance)),
            (_("Tệp đính kèm"), free_bytes(config.files_directory)),
            (_("Bản sao lưu"), free_bytes(config.backups_directory)),
        ],
        keys_exported=keys.exported(config.instance),
    )
