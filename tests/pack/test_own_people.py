"""Whose a pack of one's own is: others use it, do not see it where private, and never change it."""

import json

import pytest

from pack import tiny
from planner.errors import InputError, PlannerError
from planner.pack import find_pack
from planner.pack.own import bring_back, keep_pack, own_packs, put_away, set_private
from planner.pack.own_note import NOTE, own_folder, own_root
from planner.people import NotYoursError, Person, acting_as

AMINA, BARAKA = Person("amina", "Amina W."), Person("baraka", "Baraka O.")


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return own_root()


@pytest.fixture
def hers(root, tmp_path):
    source = tiny.write(tmp_path / "tiny")
    with acting_as(AMINA):
        return keep_pack(root, source, name="Hers", based_on="tiny")


def test_a_pack_belongs_to_who_kept_it_and_others_use_it(root, hers):
    assert (hers.owner, hers.owner_name, hers.is_private) == ("amina", "Amina W.", False)
    with acting_as(BARAKA):
        assert find_pack("hers") == hers.folder
        for change in (
            lambda: put_away(root, "hers"),
            lambda: set_private(root, "hers", is_private=True),
        ):
            with pytest.raises(NotYoursError, match=r"Amina W\."):
                change()
        assert [each.id for each in own_packs(root)] == ["hers"]


def test_a_private_pack_is_not_there_for_others(root, hers):
    with acting_as(AMINA):
        assert set_private(root, "hers", is_private=True).is_private
        assert find_pack("hers") == hers.folder
    with acting_as(BARAKA):
        assert own_packs(root) == ()
        assert own_folder(root, "hers") is None
        with pytest.raises(InputError) as told:
            find_pack("hers")
        assert "hers" not in told.value.faults[0].message
    assert find_pack("hers") == hers.folder  # the command line
    with acting_as(AMINA):
        put_away(root, "hers")
    with acting_as(BARAKA):
        assert own_packs(root, away=True) == ()
        with pytest.raises(NotYoursError, match="keeps it private"):
            bring_back(root, "hers")
    with acting_as(AMINA):
        bring_back(root, "hers")


def test_a_pack_of_nobody_is_everybodys_and_never_private(root, tmp_path):
    keep_pack(root, tiny.write(tmp_path / "tiny"), name="All")
    note = root / "all" / NOTE
    told = json.loads(note.read_bytes())
    assert (told.pop("owner"), told.pop("owner_name"), told.pop("is_private")) == ("", "", False)
    note.write_text(json.dumps(told))  # as it was before packs had owners
    with acting_as(BARAKA):
        with pytest.raises(PlannerError, match="belongs to everybody"):
            set_private(root, "all", is_private=True)
        put_away(root, "all")
        bring_back(root, "all")
