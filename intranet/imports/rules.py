"""Each step of a list on its way in. Reading and writing are jobs; nothing of the list is written before the last."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from intranet.imports import summary
from intranet.imports.kinds import KINDS
from intranet.kernel import jobs
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.registry.districts import District, closed_sentence
from intranet.shared import audit, tasks
from intranet.shared.list_imports import ColumnMemory, ListImport, ListImportFile, MatchMemory
from intranet.shared.list_plans import Kind, Plan
from intranet.shared.lists import Table, find_table, read_table
from intranet.shared.notifying import IMPORT, notify
from intranet.shared.spreadsheets import Header, Sheet, UnreadableFile, cell_text, check_file, read_sheets
from intranet.shared.waiting import Waiting

READING, COLUMNS, READY, WRITING, DONE, FAILED = "reading", "columns", "ready", "writing", "done", "failed"
WORKING = (READING, WRITING)
READ, WRITE = "imports.read", "imports.write"
KEEP_FILES = timedelta(days=30)


def store(
    kind: Kind,
    body: bytes,
    file_name: str,
    district: District,
    *,
    person_id: int,
    done: Callable[[ListImport], None] = lambda import_: None,
) -> ListImport:
    """Keep an uploaded file and have it read. Raises UnreadableFile for no list at all, or of no unit of today."""
    _refuse_closed(district)
    check_file(body, file_name)
    with transaction():
        import_ = ListImport.create(
            kind=kind.name, district=district, person=person_id, file_name=file_name[:255], state=READING
        )
        ListImportFile.create(list_import=import_, body=body)
        _have_read(import_, person_id)
        done(import_)
    return import_


def _refuse_closed(district: District) -> None:
    if sentence := closed_sentence(district):
        raise UnreadableFile(sentence)


def _have_read(import_: ListImport, person_id: int) -> None:
    job = _enqueue(READ, import_, {}, person_id)
    ListImport.update(state=READING, problem="", job_id=job.id).where(ListImport.id == import_.id).execute()


def _enqueue(kind: str, import_: ListImport, payload: Mapping[str, Any], person_id: int) -> jobs.Job:
    payload = {"import": import_.id, "back": f"/imports/{import_.id}", **payload}
    return jobs.enqueue(kind, payload, district_id=import_.district_id, person_id=person_id)


def _of_job(run: jobs.Run) -> ListImport | None:
    """The list that a job works on; None once another job does, or when it is written or forgotten."""
    return ListImport.get_or_none(
        ListImport.id == run.payload["import"], ListImport.job_id == run.job.id, ListImport.state != DONE
    )


def _reading_stopped(run: jobs.Run) -> None:
    """Back to the former preview, if there is one: its check value tells when it is outdated."""
    import_ = _of_job(run)
    if import_ is not None:
        state = READY if "plan" in json.loads(import_.content) else FAILED
        ListImport.update(state=state, problem=_why_stopped(run)).where(ListImport.id == import_.id).execute()
        _wait(import_.id)


def _writing_stopped(run: jobs.Run) -> None:
    """Nothing of the list is written; the preview stands again."""
    import_ = _of_job(run)
    if import_ is not None:
        ListImport.update(state=READY, problem=_why_stopped(run)).where(ListImport.id == import_.id).execute()
        _wait(import_.id)


def _why_stopped(run: jobs.Run) -> str:
    if run.job.state == jobs.CANCELLED:
        return _("Việc này đã dừng theo yêu cầu. Chưa có gì được ghi vào hệ thống.")
    return _(
        "Hệ thống gặp lỗi và chưa ghi gì. Thầy/cô thử lại; nếu vẫn lỗi, hãy báo người hỗ trợ số việc %(number)s.",
        number=run.job.id,
    )


@jobs.handles(READ, stopped=_reading_stopped)
def _read(run: jobs.Run) -> None:
    """Find the table, compare it with the register, keep what people will look at."""
    import_ = _of_job(run)
    if import_ is None:
        return
    run.progress(10)
    content = json.loads(import_.content)
    try:
        sheets = read_sheets(_body(import_))
        run.progress(40)
        table = _table(import_, sheets, content.get("place"))
    except UnreadableFile as cause:
        ListImport.update(state=FAILED, problem=str(cause)).where(ListImport.id == import_.id).execute()
        return
    content["sheets"] = summary.of_sheets(sheets)
    if table is None:
        state = COLUMNS
    else:
        mark = last_change(import_.district_id)
        plan = KINDS[import_.kind].plan(table, import_.district, _choices(content))
        content |= {"plan": summary.of_plan(plan, table, KINDS[import_.kind]), "mark": mark}
        content["place"] = content.get("place") or summary.of_place(table.header)
        state = READY
    _save(import_, content, state)


def _body(import_: ListImport) -> bytes:
    return bytes(ListImportFile.get(ListImportFile.list_import == import_).body)


def _choices(content: Mapping[str, Any]) -> dict[int, str]:
    return {int(row): key for row, key in content.get("choices", {}).items()}


def _save(import_: ListImport, content: Mapping[str, Any], state: str, **fields: Any) -> None:
    text = json.dumps(content, ensure_ascii=False)
    # A person may have chosen anew while the job was reading: then that waits for its own job.
    ListImport.update(content=text, state=state, **fields).where(
        ListImport.id == import_.id, ListImport.state == import_.state
    ).execute()
    _wait(import_.id)
    _tell(import_, state)


def _tell(import_: ListImport, state: str) -> None:
    """Who sent the list may have gone on with something else. Its file's name may hold anything and stays out."""
    read, written = lazy_gettext("Danh sách Excel đã đọc xong"), lazy_gettext("Danh sách Excel đã ghi vào hệ thống")
    notify([import_.person_id], IMPORT, written if state == DONE else read, f"/imports/{import_.id}")


def _wait(import_id: int) -> None:
    """A list that was read waits for the person who sent it, as long as there is anything to do with it."""
    import_ = ListImport.get_by_id(import_id)
    step = _next_step(import_)
    if step:
        address = f"/imports/{import_.id}"
        tasks.wait_for_person(import_, import_.person_id, title=import_.file_name, step=step, url=address)
    else:
        tasks.stop_waiting(import_)


def _next_step(import_: ListImport) -> str | None:
    if import_.state == COLUMNS:
        return _("Chọn dòng tiêu đề và các cột")
    if import_.state != READY:
        return None
    counts = json.loads(import_.content)["plan"]["counts"]
    if any(counts[name] for name in ("created", "changed", "to_choose")):
        return _("Xem trước và ghi vào hệ thống")
    return None


def _table(import_: ListImport, sheets: tuple[Sheet, ...], place: Mapping[str, Any] | None) -> Table | None:
    """The list in the file, where a person said that it stands or where it looks like one; None if nowhere."""
    kind = KINDS[import_.kind]
    if place is not None:
        header = header_at(sheets, place)
        if header is None:
            raise UnreadableFile(_("Không tìm thấy trang tính đã chọn trong tệp."))
        return read_table(header, kind.shape)
    header, others = find_table(sheets, kind.shape, remembered_columns(import_.district_id, kind.name))
    return read_table(header, kind.shape, others) if header is not None else None


def header_at(sheets: tuple[Sheet, ...], place: Mapping[str, Any]) -> Header | None:
    """The header row that a person pointed to, with the columns as that person read them."""
    sheet = next((sheet for sheet in sheets if sheet.title == place["sheet"]), None)
    values = next((values for number, values in sheet.rows if number == place["row"]), None) if sheet else None
    if values is None:
        return None
    columns = {key: place for key, place in place["columns"].items() if place < len(values)}
    return Header(sheet, place["row"], columns, {key: cell_text(values[column]) for key, column in columns.items()})


def remembered_columns(district_id: int, kind: str) -> dict[str, str]:
    """{label: field} as the district's people said before."""
    query = ColumnMemory.select(ColumnMemory.label_key, ColumnMemory.field)
    return dict(query.where(ColumnMemory.district == district_id, ColumnMemory.kind == kind).tuples())


def last_change(district_id: int) -> int:
    """A number that grows with every change of the district's schools or people."""
    entries = audit.AuditEntry
    query = entries.select(entries.id).where(
        entries.district_id == district_id, entries.subject_type.in_(("school", "person"))
    )
    return query.order_by(entries.id.desc()).limit(1).scalar() or 0


def set_columns(
    import_: ListImport,
    place: Mapping[str, Any],
    labels: Mapping[str, str],
    *,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Read the file anew with the columns as a person sees them; ``labels`` ({label key: field}) are remembered."""
    with transaction():
        content = json.loads(import_.content) | {"place": dict(place), "choices": {}}
        ListImport.update(content=json.dumps(content, ensure_ascii=False)).where(ListImport.id == import_.id).execute()
        for label, field in labels.items():
            ColumnMemory.insert(
                district=import_.district_id, kind=import_.kind, label_key=label, field=field
            ).on_conflict(
                conflict_target=[ColumnMemory.district, ColumnMemory.kind, ColumnMemory.label_key],
                update={ColumnMemory.field: field},
            ).execute()
        _have_read(import_, person_id)
        done()


def choose(
    import_: ListImport, choices: Mapping[int, str], *, person_id: int, done: Callable[[], None] = lambda: None
) -> None:
    """Note which record some rows mean, and plan anew."""
    with transaction():
        content = json.loads(import_.content)
        content["choices"] = content.get("choices", {}) | {str(row): key for row, key in choices.items()}
        ListImport.update(content=json.dumps(content, ensure_ascii=False)).where(ListImport.id == import_.id).execute()
        _have_read(import_, person_id)
        done()


class Outdated(Exception):
    """The register changed since the preview was made."""


def confirm(import_: ListImport, digest: str, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """Have the list written as it was previewed. Raises Outdated, and then makes a new preview."""
    content = json.loads(import_.content)
    with transaction():
        if content["plan"]["digest"] != digest or content["mark"] != last_change(import_.district_id):
            _have_read(import_, person_id)
            outdated = True
        else:
            outdated = False
            job = _enqueue(WRITE, import_, {"digest": digest, "person": person_id}, person_id)
            ListImport.update(state=WRITING, problem="", job_id=job.id).where(ListImport.id == import_.id).execute()
            _wait(import_.id)
            done()
    if outdated:
        raise Outdated


@jobs.handles(WRITE, stopped=_writing_stopped)
def _write(run: jobs.Run) -> None:
    """Write the list, all or nothing; where it would do something else by now, show a new preview instead."""
    import_ = _of_job(run)
    if import_ is None:
        return
    content = json.loads(import_.content)
    sheets = read_sheets(_body(import_))
    run.progress(30)
    with transaction():
        kind = KINDS[import_.kind]
        table = _table(import_, sheets, content["place"])
        plan = kind.plan(table, import_.district, _choices(content))
        if plan.digest != run.payload["digest"]:
            content |= {"plan": summary.of_plan(plan, table, kind), "mark": last_change(import_.district_id)}
            _save(import_, content, READY, problem=_("Dữ liệu vừa thay đổi. Đây là bản xem trước mới."))
            return
        write(plan, kind, import_.district, person_id=run.payload["person"], batch=f"import-{import_.id}")
        counts = {name: plan.counts[name] for name in ("created", "changed", "unchanged", "rejected")}
        _save(import_, content, DONE, committed_at=now(), **counts)


@jobs.daily
def forget_files(day: date) -> None:
    """Remove uploaded files after 30 days, with what was read from them; the counts of what they did stay."""
    old = ListImport.select(ListImport.id).where(ListImport.created_at < datetime.combine(day, time()) - KEEP_FILES)
    with transaction():
        forgotten = ListImportFile.delete().where(ListImportFile.list_import.in_(old)).execute()
        if forgotten:
            ListImport.update(content="{}").where(ListImport.id.in_(old), ListImport.state == DONE).execute()
            Waiting.delete().where(Waiting.subject_type == "list_import", Waiting.subject_id.in_(old)).execute()
            ListImport.delete().where(ListImport.id.in_(old), ListImport.state != DONE).execute()


def plan_file(kind: Kind, body: bytes, file_name: str, district: District) -> Plan:
    """What a file would do, for the command line and the demo. Raises UnreadableFile."""
    _refuse_closed(district)
    sheets = read_sheets(body, file_name)
    header, others = find_table(sheets, kind.shape, remembered_columns(district.id, kind.name))
    if header is None:
        raise UnreadableFile(no_header(kind))
    return kind.plan(read_table(header, kind.shape, others), district, {})


def no_header(kind: Kind) -> str:
    """The sentence for a file without a list."""
    name = next(column.label for column in kind.shape.columns if column.key == kind.shape.name)
    return _("Không tìm thấy dòng tiêu đề có cột “%(name)s” trong tệp.", name=name)


def write(plan: Plan, kind: Kind, district: District, *, person_id: int | None, batch: str) -> None:
    """Carry a plan out in one transaction, and remember what a person chose."""
    with transaction(), audit.in_batch(batch):
        kind.write(plan, district, person_id=person_id)
        for planned in plan.rows:
            if planned.chosen and planned.key and planned.record_id:
                _remember(district, kind, planned.key, planned.record_id)


def _remember(district: District, kind: Kind, key: str, record_id: int) -> None:
    MatchMemory.insert(district=district, kind=kind.name, row_key=key, record_id=record_id).on_conflict(
        conflict_target=[MatchMemory.district, MatchMemory.kind, MatchMemory.row_key],
        update={MatchMemory.record_id: record_id},
    ).execute()
