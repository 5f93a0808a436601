"""Stored statements: built once, filled often."""

import pytest

from intranet.kernel.statements import Statement, among, param
from intranet.registry.schools import School


def test_a_statement_is_built_once_and_filled_often(app):
    built = []

    def build():
        built.append(1)
        return School.select(School.name).where(School.code == param("code"))

    by_code = Statement(build)
    names = [by_code.value(code=code) for code in ("01008508", "01281503", "nothing")]
    assert names == ["Trường THCS Yên Sở", "Trường THCS Hồng Quang", None]
    assert built == [1]


@pytest.mark.parametrize("codes", [[], ["01008508"], ["01281503", "01008508", "nothing"]])
def test_a_list_of_any_length_fills_one_place(app, codes):
    by_codes = Statement(lambda: School.select(School.code).where(among(School.code, "codes")))
    assert sorted(by_codes.rows(codes=codes)) == sorted((code,) for code in codes if code != "nothing")
