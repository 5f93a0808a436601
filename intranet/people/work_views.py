"""The small pages on which people change their work, go on leave, take duties on, and leave."""

from __future__ import annotations

from flask import abort, g, url_for

from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.people import blueprint, forms, rules
from intranet.people.pages import allowed, person_at_work, person_to_move, small_form
from intranet.people.profile import NOW, Duty, Work, duties_of, leaves_of, still
from intranet.registry.districts import District
from intranet.registry.people import Function, Leave, Person
from intranet.web.gate import requires
from intranet.web.layout import format_date, named
from intranet.web.saving import Answer

GET_AND_POST = ("GET", "POST")
# Why one of several jobs ends, and why somebody goes for good.
END_OF_WORK = ("role", "left", "mistake")
END_OF_ALL = ("retired", "left")


@blueprint.route("/<int:person_id>/transfer", methods=GET_AND_POST)
@requires("people.edit")
def transfer(person_id: int) -> Answer:
    """To another school or to the office, or to another office in the same school."""
    person, work = person_at_work(person_id)
    in_school = g.actor.school_id is not None
    form = forms.TransferForm(on=today(), role=work[0].role, title=work[0].title if in_school else "")
    form.offer(person.district_id, office=_office(person))
    text = _("Công việc hiện nay kết thúc hôm trước ngày này; tài khoản và lịch sử đi cùng.")
    if not in_school:
        text += " " + _("Nếu chỉ đổi chức vụ, thầy/cô chọn lại trường đang làm.")
    return small_form(
        person,
        form,
        lambda done: rules.transfer(
            person, allowed(form.post(person.district_id)), on=form.on.data, person_id=g.actor.person_id, done=done
        ),
        heading=_("Đổi chức vụ") if in_school else _("Chuyển công tác"),
        text=text,
        button=_("Lưu"),
        done=_("Đã ghi công việc mới."),
    )


def _office(person: Person) -> str:
    district = District.get_or_none(District.id == person.district_id)
    return district.office_name if district else ""


@blueprint.route("/<int:person_id>/work", methods=GET_AND_POST)
@requires("people.edit")
def work(person_id: int) -> Answer:
    """A role more, beside what the person is."""
    person, _work = person_to_move(person_id)
    form = forms.PostForm(on=today(), school=person.school_id)
    form.offer(person.district_id, office=_office(person))
    return small_form(
        person,
        form,
        lambda done: rules.add_work(
            person,
            allowed(form.post(person.district_id)),
            starts_on=form.on.data,
            person_id=g.actor.person_id,
            done=done,
        ),
        heading=_("Thêm công việc"),
        text=_("Công việc hiện nay vẫn tiếp tục; người này có thêm một vai trò và chọn vai trò đang dùng ở đầu trang."),
        button=_("Thêm công việc"),
        done=_("Đã thêm công việc."),
    )


@blueprint.route("/<int:person_id>/work/<int:membership_id>/end", methods=GET_AND_POST)
@requires("people.edit")
def end_work(person_id: int, membership_id: int) -> Answer:
    """The end of one of several jobs."""
    person, work = person_at_work(person_id)
    row = next((row for row in work if row.id == membership_id), None) or abort(404)
    form = forms.EndForm(END_OF_WORK, on=today())
    return small_form(
        person,
        form,
        lambda done: rules.end_work(
            row.id, person, ends_on=form.on.data, reason=form.reason.data, person_id=g.actor.person_id, done=done
        ),
        heading=_("Kết thúc công việc"),
        text=named(_("%(work)s: kết thúc sau ngày này và ở lại trong quá trình công tác."), work=_words(row)),
        button=_("Kết thúc công việc"),
        done=_("Đã kết thúc công việc."),
    )


def _words(row: Work) -> str:
    return " – ".join(filter(None, (row.label, row.place)))


@blueprint.route("/<int:person_id>/end", methods=GET_AND_POST)
@requires("people.edit")
def end(person_id: int) -> Answer:
    """Somebody leaves for good."""
    person, _work = person_at_work(person_id)
    form = forms.EndForm(END_OF_ALL, on=today())
    return small_form(
        person,
        form,
        lambda done: rules.leave_for_good(
            person, on=form.on.data, reason=form.reason.data, person_id=g.actor.person_id, done=done
        ),
        heading=_("Thôi việc"),
        text=_("Mọi công việc và nhiệm vụ kết thúc sau ngày này. Hồ sơ và lịch sử vẫn còn, tìm bằng bộ lọc “Đã thôi”."),
        button=_("Ghi thôi việc"),
        done=_("Đã ghi thôi việc."),
        danger=True,
    )


@blueprint.route("/<int:person_id>/leave", methods=GET_AND_POST)
@requires("people.edit")
def leave(person_id: int) -> Answer:
    """A time away after which the person comes back."""
    person, _work = person_at_work(person_id)
    form = forms.LeaveForm(starts_on=today())
    return small_form(
        person,
        form,
        lambda done: rules.start_leave(
            person,
            form.kind.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            person_id=g.actor.person_id,
            done=done,
        ),
        heading=_("Ghi thời gian nghỉ"),
        text=_("Công việc giữ nguyên; danh bạ ghi “Đang nghỉ”. Loại nghỉ chỉ phòng và hiệu trưởng xem được."),
        button=_("Ghi thời gian nghỉ"),
        done=_("Đã ghi thời gian nghỉ."),
    )


@blueprint.route("/<int:person_id>/return", methods=GET_AND_POST)
@requires("people.edit")
def back(person_id: int) -> Answer:
    """Somebody is back from a leave."""
    person, _work = person_to_move(person_id)
    row = next((row for row in leaves_of(person.id) if row.state == NOW), None) or abort(404)
    form = forms.ReturnForm(on=today())
    return small_form(
        person,
        form,
        lambda done: rules.end_leave(Leave.get_by_id(row.id), on=form.on.data, person_id=g.actor.person_id, done=done),
        heading=_("Trở lại làm việc"),
        text=_("Thời gian nghỉ từ %(day)s kết thúc vào hôm trước ngày trở lại.", day=format_date(row.starts_on)),
        button=_("Ghi ngày trở lại"),
        done=_("Đã ghi ngày trở lại."),
    )


@blueprint.route("/<int:person_id>/duties", methods=GET_AND_POST)
@requires("people.edit")
def duties(person_id: int) -> Answer:
    """A duty beside the role, in a school where the person works."""
    person, work = person_at_work(person_id)
    schools = {row.school_id: row.school for row in work if row.school_id is not None} or abort(404)
    form = forms.DutyForm(schools.items(), on=today())
    return small_form(
        person,
        form,
        lambda done: rules.add_duty(
            person,
            form.school.data,
            form.kind.data,
            form.detail.data,
            starts_on=form.on.data,
            person_id=g.actor.person_id,
            done=done,
        ),
        heading=_("Thêm nhiệm vụ"),
        text=_("Nhiệm vụ đi kèm vai trò hiện nay, ví dụ chủ nhiệm một lớp; có thể kết thúc riêng."),
        button=_("Thêm nhiệm vụ"),
        done=_("Đã thêm nhiệm vụ."),
    )


@blueprint.route("/<int:person_id>/duties/<int:duty_id>/end", methods=GET_AND_POST)
@requires("people.edit")
def end_duty(person_id: int, duty_id: int) -> Answer:
    """The end of a duty."""
    person, _work = person_to_move(person_id)
    row: Duty = next((row for row in still(duties_of(person.id)) if row.id == duty_id), None) or abort(404)
    form = forms.EndDutyForm(on=today())
    label = str(forms.function_labels().get(row.kind, row.kind))
    return small_form(
        person,
        form,
        lambda done: rules.end_duty(
            Function.get_by_id(row.id), ends_on=form.on.data, person_id=g.actor.person_id, done=done
        ),
        heading=_("Thôi nhiệm vụ"),
        text=named(_("%(duty)s %(detail)s: kết thúc sau ngày này."), duty=label, detail=row.detail),
        button=_("Thôi nhiệm vụ"),
        done=_("Đã ghi ngày thôi nhiệm vụ."),
    )


@blueprint.route("/<int:person_id>/delete", methods=GET_AND_POST)
@requires("people.edit")
def delete(person_id: int) -> Answer:
    """Somebody entered by mistake goes into the trash."""
    person, _work = person_to_move(person_id)
    return small_form(
        person,
        forms.EmptyForm(),
        lambda done: rules.delete_person(person, person_id=g.actor.person_id, done=done),
        heading=_("Chuyển vào thùng rác"),
        text=_("Dùng khi ghi nhầm hoặc ghi trùng; trong 30 ngày có thể khôi phục. Người nghỉ hưu thì ghi thôi việc."),
        button=_("Chuyển vào thùng rác"),
        done=_("Đã chuyển hồ sơ vào thùng rác."),
        danger=True,
        home=url_for("people.index"),
    )
