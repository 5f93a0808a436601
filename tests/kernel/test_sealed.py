"""Values that lie encrypted in the database."""

import pytest

from intranet.kernel import sealed


@pytest.fixture
def instance(tmp_path):
    sealed.add_key(tmp_path)
    yield tmp_path
    sealed.configure(tmp_path / "elsewhere")


def test_a_sealed_text_opens_where_it_was_sealed(instance):
    text = sealed.seal("Nguyễn Thị Ánh", "case", 7, "name")
    assert "Nguyễn" not in text
    assert sealed.unseal(text, "case", 7, "name") == "Nguyễn Thị Ánh"


def test_a_sealed_text_moved_to_another_row_does_not_open(instance):
    text = sealed.seal("bí mật", "case", 7, "name")
    with pytest.raises(sealed.Broken):
        sealed.unseal(text, "case", 8, "name")


def test_the_same_text_is_never_sealed_the_same_way_twice(instance):
    assert sealed.seal("bí mật", "case", 7, "name") != sealed.seal("bí mật", "case", 7, "name")


def test_what_an_older_key_sealed_opens_after_a_new_key_came(instance):
    old = sealed.seal("bí mật", "case", 7, "name")
    newest = sealed.add_key(instance)
    assert sealed.unseal(old, "case", 7, "name") == "bí mật"
    assert sealed.seal("bí mật", "case", 7, "name").startswith(f"{newest}.")


def test_without_the_key_a_sealed_text_stays_closed(instance, tmp_path):
    text = sealed.seal("bí mật", "case", 7, "name")
    sealed.configure(tmp_path / "elsewhere")
    assert sealed.has_key() is False
    with pytest.raises(sealed.KeyMissing):
        sealed.unseal(text, "case", 7, "name")


def test_the_file_of_keys_is_readable_by_its_owner_only(instance):
    assert (instance / sealed.FILE).stat().st_mode & 0o777 == 0o600
