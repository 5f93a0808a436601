"""Changes of units, made of lines of the real conversion tables."""

from datetime import date
from io import BytesIO

import pytest

from intranet.registry.units import BY_PERSON, DISSOLVE, TO, ChangeUnit, Placement, UnitChange

HEAD = "tinh_moi,ten_xa_moi,ma_xa_moi,ten_xa_cu,ma_xa_cu,ghi_chu,quan_huyen_cu,tinh_cu"
UNG_HOA, HOANG_MAI = "Huyện Ứng Hòa (281)", "Quận Hoàng Mai (008)"
# As the table of 1 July 2025 has them, with "Hoà" as others write it.
LINES = (
    ("Xã Vân Đình", "10354", "Thị trấn Vân Đình", "10354", "Nhập toàn bộ", UNG_HOA),
    ("Xã Ứng Thiên", "10369", "Xã Liên Bạt", "10375", "Nhập toàn bộ", UNG_HOA),
    ("Xã Hòa Xá", "10417", "Xã Hoà Phú", "10417", "Nhập toàn bộ", UNG_HOA),
    ("Phường Định Công", "00316", "Phường Đại Kim", "00316", "Nhập một phần diện tích, toàn bộ dân số", HOANG_MAI),
    ("Phường Hoàng Liệt", "00337", "Phường Đại Kim", "00316", "Nhập một phần diện tích", HOANG_MAI),
    ("Phường Hoàng Liệt", "00337", "Phường Hoàng Liệt", "00337", "Nhập một phần", HOANG_MAI),
    ("Phường Yên Sở", "00340", "Phường Hoàng Liệt", "00337", "Nhập một phần", HOANG_MAI),
)


def table(*lines, head=HEAD):
    """A conversion table as a CSV file."""
    rows = (
        f'HN,{new},{new_code},{old},{old_code},"{note}",{district},HN'
        for new, new_code, old, old_code, note, district in lines
    )
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def change(app):
    """The draft of the dissolution of districts on 1 July 2025."""
    return UnitChange.create(
        kind=DISSOLVE,
        title="Sắp xếp đơn vị hành chính 2025",
        decree_number="1656/NQ-UBTVQH15",
        decree_on=date(2025, 6, 16),
        effective_on=date(2025, 7, 1),
    )


@pytest.fixture
def upload(cast):
    """Send a file into a change: upload(change, body) reads a conversion table."""

    def send(change, body, name="bang.csv", page="file", form="file", **fields):
        address = f"/units/changes/{change.id}/{page}"
        return cast("admin").submit(address, form, {"file": (BytesIO(body), name)} | fields)

    return send


@pytest.fixture
def shaped(change, upload):
    """The draft with a few lines of the real table."""
    answer = upload(change, table(*LINES))
    assert answer.status_code == 303, answer.text
    return change


@pytest.fixture
def placed(cast):
    """Place every school that nobody placed yet into the first unit of the change."""

    def place(change):
        first = (
            ChangeUnit.select().where(ChangeUnit.change == change, ChangeUnit.side == TO).order_by(ChangeUnit.id).get()
        )
        Placement.update(target=first, chosen=BY_PERSON).where(
            Placement.change == change, Placement.target.is_null()
        ).execute()
        return first

    return place
