"""Nothing of a pack is left out unseen, and one table is read as in the whole pack."""

from __future__ import annotations

import os
import sys

import pytest

from pack import tiny
from planner.pack import check_pack, check_table

OPTIONAL = (
    *("customers.toml", "demand.toml", "voices.toml", "journeys.toml", "modes.toml", "survey.csv"),
    *("work_records.csv", "travel.csv", "travel.json", "towns.csv", "road_changes.csv"),
    *("audit.csv", "formats.csv", "area_demand.csv", "areas.gpkg"),
)


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_folder_in_the_place_of_a_file_of_a_pack_is_told(tmp_path, name):
    folder = tiny.write(tmp_path / "pack")
    (folder / name).mkdir()
    told = {(each.file, each.found) for each in check_pack(folder).faults}
    assert told == ({(name, "a folder")} if name != "areas.gpkg" else set())  # areas have one name


def test_a_folder_in_the_place_of_a_file_that_must_be_there_is_told_once(tmp_path):
    folder = tiny.write(tmp_path / "pack")
    (folder / "sites.csv").unlink()
    (folder / "sites.csv").mkdir()
    assert [(each.file, each.found) for each in check_pack(folder).faults] == [
        ("sites.csv", "a folder")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes and links")
@pytest.mark.parametrize("name", ["customers.toml", "survey.csv", "travel.csv"])
@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("pipe", "no ordinary file"),
        ("device", "no ordinary file"),
        ("link", "a link that leads nowhere"),
    ],
)
def test_what_is_no_file_in_the_place_of_one_is_told(tmp_path, name, kind, found):
    folder = tiny.write(tmp_path / "pack")
    path = folder / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "nowhere")
    assert [(each.file, each.found) for each in check_pack(folder).faults] == [(name, found)]


@pytest.mark.parametrize(
    ("kind", "file"), [("sites", "sites.csv"), ("demand_points", "demand_points.csv")]
)
@pytest.mark.parametrize(("latin", "other"), [("a", "\u0430"), ("H", "\u041d"), ("o", "\u03bf")])
def test_ids_in_letters_that_look_the_same_are_refused(tmp_path, kind, file, latin, other):
    header, first, *_ = tiny.FILES[file].splitlines()
    rest = first.partition(",")[2]
    path = tmp_path / file
    path.write_text(f"{header}\nx{latin}y,{rest}\nx{other}y,{rest}\n", encoding="utf-8")
    faults = [each for each in check_table(path, kind).faults if each.column == "id"]
    assert [(each.row, each.found) for each in faults] == [(3, f"x{other}y")]


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(("factor", "of"), [(60, "minutes"), (1000, "km")])
def test_figures_that_cannot_be_in_their_unit_are_told_of_one_table_too(
    tmp_path, factor, of, in_order
):
    pairs = [("p1", "s1", 0, 0), ("p2", "s2", 220, 180), ("p3", "s1", 160, 130)]
    rows = [
        f"{start},{end},{minutes * (factor if of == 'minutes' else 1)},"
        f"{km * (factor if of == 'km' else 1)}"
        for start, end, minutes, km in pairs
    ]
    if not in_order:
        rows.append("p3,s2,,")
    text = "demand_point,site,minutes,km\n" + "\n".join(rows) + "\n"
    folder = tiny.write(tmp_path / "pack")
    (folder / "travel.csv").write_text(text)
    asked = {each for each in check_pack(folder).warnings if "are they" in each}
    assert len(asked) == 1
    (folder / "travel.csv").rename(tmp_path / "travel.csv")
    for listed in (False, True):
        report = check_table(tmp_path / "travel.csv", "travel", [folder], rows=listed)
        assert asked <= set(report.warnings)
