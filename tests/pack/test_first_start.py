"""What a pack asks to be computed at the first start."""

import pytest

from planner.errors import InputError
from planner.pack import builtin_packs, find_pack, read_pack, write_pack
from planner.pack.types import FirstStart
from tests.pack import tiny

ASKED = """
[first_start]
scenarios = ["today", "more"]
frontier = "duplicates"
"""


def pack_asking(folder, asked, ready=("today", "more")):
    tiny.write(folder, pack_toml=tiny.FILES["pack.toml"] + asked)
    for name in ready:
        (folder / "scenarios").mkdir(exist_ok=True)
        (folder / "scenarios" / f"{name}.toml").write_text(f"name = '{name}'\npack = '..'\n")
    return folder


def test_it_is_read_and_survives_writing(tmp_path):
    pack = read_pack(pack_asking(tmp_path / "a", ASKED))
    assert pack.first_start == FirstStart(("today", "more"), "duplicates")
    assert pack.first_start.count == 3
    write_pack(pack, tmp_path / "b")
    again = read_pack(tmp_path / "b")  # without ready scenarios: told, no fault
    assert again.first_start == pack.first_start
    assert any("no ready scenarios" in each for each in again.warnings)


def test_a_pack_that_asks_for_nothing(tmp_path):
    pack = read_pack(pack_asking(tmp_path / "a", ""))
    assert pack.first_start == FirstStart()
    assert pack.first_start.count == 0
    write_pack(pack, tmp_path / "b")
    assert "first_start" not in (tmp_path / "b" / "pack.toml").read_text()


def test_every_fault_is_told_at_its_key(tmp_path):
    asked = """
[first_start]
scenarios = ["tody", "zzzz", "more", "more"]
frontier = "lunch"
colour = "red"
"""
    with pytest.raises(InputError) as caught:
        read_pack(pack_asking(tmp_path, asked))
    told = {(each.column, each.found): each for each in caught.value.faults}
    assert len(told) == len(caught.value.faults) == 5
    assert "today" in told["first_start.scenarios", "tody"].message
    assert ("first_start.scenarios", "zzzz") in told
    assert ("first_start.scenarios", "more more than once") in told
    assert told["first_start.frontier", "lunch"].expected.endswith("| duplicates")
    assert any(column == "first_start.colour" for column, _ in told)


@pytest.mark.parametrize("name", builtin_packs())
def test_the_built_in_packs_ask_for_five_plans_and_a_curve(name):
    pack = read_pack(find_pack(name))
    assert pack.first_scenario in pack.first_start.scenarios
    assert (len(pack.first_start.scenarios), pack.first_start.frontier) == (5, "duplicates")
