"""Public holidays and worked Saturdays of 2023 to 2027, as far as they were announced when this was written.

What is not ``checked`` follows from the law and the lunar calendar; the government's announcement was not at hand.
"""

from datetime import date, timedelta
from typing import Any

from peewee import BooleanField, CharField, Database, DateField, Model

LAW = "Bộ luật Lao động 45/2019/QH14, Điều 112"
INSTEAD = "Bộ luật Lao động 45/2019/QH14, Điều 111 khoản 3"
OF_2023 = (
    "Văn phòng Chính phủ, 01/12/2022 (en.nhandan.vn/2023-lunar-new-year-holiday-to-last-seven-days-post120513.html)"
)
OF_2024 = (
    "Thủ tướng Chính phủ, 11/2023 (vietnamnews.vn/society/1636141/one-week-break-approved-for-tet-holiday-in-2024.html)"
)
SWAP_2024 = "Công văn 2450/VPCP-KGVX năm 2024"
OF_2025 = "Công văn 8726/VPCP-KGVX, 26/11/2024; Thông báo 6150/TB-BLĐTBXH năm 2024"
OF_2026 = "Văn phòng Chính phủ, 13/10/2025 (vietnam.vnanet.vn, tin ngày 14/10/2025)"
NEW_YEAR_2026 = "Văn bản 12729/VPCP-KGVX, 25/12/2025"
CULTURE = "Nghị quyết 80-NQ/TW, 07/01/2026; chờ sửa Điều 112 Bộ luật Lao động"
LUNAR_2027 = "Tính theo âm lịch (python-holidays 0.109) và Điều 112 Bộ luật Lao động; chờ thông báo năm 2027"

NEW_YEAR, LUNAR, KINGS = "Tết Dương lịch", "Tết Nguyên đán", "Giỗ Tổ Hùng Vương"
VICTORY, LABOUR, NATION = "Ngày Chiến thắng", "Ngày Quốc tế lao động", "Quốc khánh"
# (first day, how many days, name, source, checked)
OFF = (
    ("2023-01-01", 1, NEW_YEAR, LAW, True),
    ("2023-01-02", 1, f"Nghỉ bù {NEW_YEAR}", INSTEAD, True),
    ("2023-01-20", 7, LUNAR, OF_2023, True),
    ("2023-04-29", 1, KINGS, LAW, True),
    ("2023-04-30", 1, VICTORY, LAW, True),
    ("2023-05-01", 1, LABOUR, LAW, True),
    ("2023-05-02", 1, f"Nghỉ bù {KINGS}", INSTEAD, True),
    ("2023-05-03", 1, f"Nghỉ bù {VICTORY}", INSTEAD, True),
    ("2023-09-01", 4, NATION, OF_2023, True),
    ("2024-01-01", 1, NEW_YEAR, LAW, True),
    ("2024-02-08", 7, LUNAR, OF_2024, True),
    ("2024-04-18", 1, KINGS, LAW, True),
    ("2024-04-29", 1, "Nghỉ, làm bù ngày 04/05/2024", SWAP_2024, True),
    ("2024-04-30", 1, VICTORY, LAW, True),
    ("2024-05-01", 1, LABOUR, LAW, True),
    ("2024-09-02", 2, NATION, OF_2024, True),
    ("2025-01-01", 1, NEW_YEAR, LAW, True),
    ("2025-01-27", 5, LUNAR, OF_2025, True),
    ("2025-04-07", 1, KINGS, LAW, True),
    ("2025-04-30", 1, VICTORY, LAW, True),
    ("2025-05-01", 1, LABOUR, LAW, True),
    ("2025-05-02", 1, "Nghỉ, làm bù ngày 26/04/2025", OF_2025, True),
    ("2025-09-01", 2, NATION, OF_2025, True),
    ("2026-01-01", 1, NEW_YEAR, LAW, True),
    ("2026-01-02", 1, "Nghỉ, làm bù ngày 10/01/2026", NEW_YEAR_2026, True),
    ("2026-02-16", 5, LUNAR, OF_2026, True),
    ("2026-04-26", 1, KINGS, LAW, True),
    ("2026-04-27", 1, f"Nghỉ bù {KINGS}", INSTEAD, True),
    ("2026-04-30", 1, VICTORY, LAW, True),
    ("2026-05-01", 1, LABOUR, LAW, True),
    ("2026-08-31", 1, "Nghỉ, làm bù ngày 22/08/2026", OF_2026, True),
    ("2026-09-01", 2, NATION, OF_2026, True),
    ("2026-11-24", 1, "Ngày Văn hóa Việt Nam", CULTURE, False),
    ("2027-01-01", 1, NEW_YEAR, LAW, True),
    ("2027-02-04", 7, LUNAR, LUNAR_2027, False),
    ("2027-04-16", 1, KINGS, LUNAR_2027, False),
    ("2027-04-30", 1, VICTORY, LAW, True),
    ("2027-05-01", 1, LABOUR, LAW, True),
    ("2027-05-03", 1, f"Nghỉ bù {LABOUR}", INSTEAD, True),
    ("2027-09-02", 1, NATION, LAW, True),
    ("2027-09-03", 1, NATION, LUNAR_2027, False),
    ("2027-11-24", 1, "Ngày Văn hóa Việt Nam", CULTURE, False),
)
WORKED = (
    ("2024-05-04", "Làm bù cho ngày 29/04/2024", SWAP_2024),
    ("2025-04-26", "Làm bù cho ngày 02/05/2025", OF_2025),
    ("2026-01-10", "Làm bù cho ngày 02/01/2026", NEW_YEAR_2026),
    ("2026-08-22", "Làm bù cho ngày 31/08/2026", OF_2026),
)


def up(migrator: Any, db: Database) -> None:
    class SpecialDay(Model):
        on = DateField(unique=True)
        working = BooleanField()
        name = CharField(max_length=120)
        source = CharField(max_length=300)
        checked = BooleanField()

        class Meta:
            database = db
            table_name = "special_day"

    db.create_tables([SpecialDay])
    off = [
        (date.fromisoformat(first) + timedelta(days=later), False, name, source, checked)
        for first, days, name, source, checked in OFF
        for later in range(days)
    ]
    worked = [(date.fromisoformat(on), True, name, source, True) for on, name, source in WORKED]
    fields = (SpecialDay.on, SpecialDay.working, SpecialDay.name, SpecialDay.source, SpecialDay.checked)
    SpecialDay.insert_many(off + worked, fields).execute()
