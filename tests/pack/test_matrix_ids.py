"""Whose row is whose: ids, positions, directions, doubles."""

from __future__ import annotations

import pytest

from pack import matrices, tiny
from pack.matrices import same, the_fault, the_faults, told, with_choices
from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.packfile import read_pack_with_matrix

TURNED = {
    "source": matrices.osrm()["destination"],
    "destination": matrices.osrm()["source"],
}


def test_numbers_that_may_be_counted_from_0_or_1_are_asked_for(tmp_path):
    text = "source,destination,duration,distance\n1,1,8220,140000\n"
    fault = the_fault(tmp_path, text)
    assert "--ids positions|positions_from_1" in fault.message
    for choice, point in (("positions", 1), ("positions_from_1", 0)):
        again = tmp_path / choice
        sure = {"time_unit": "s", "distance_unit": "m"}
        matrix = with_choices(again, text, ids=choice, **sure).travel_matrix
        assert (matrix.point.tolist(), matrix.site.tolist()) == ([point], [point])


NUMBERED = {
    "demand_points_csv": (
        "id,name,area,lat,lon,population\n"
        "1,Alpha,001,-0.5,36.5,100\n0,Beta,001,-0.2,36.2,50\n2,Gamma,002,-0.5,37.5,30\n"
    ),
    "sites_csv": (
        "id,name,area,lat,lon,status\n"
        "1,Alpha town,001,-0.5,36.5,existing\n0,Gamma town,002,-0.5,37.5,candidate\n"
    ),
    "visits_csv": "demand_point,visit_type,visits_per_year\n1,get_card,10\n",
}


NUMBERED_IDS = ("1", "0", "2")  # of the points, in the file's order, and of the sites


def minutes_by_id(pack):
    matrix = pack.travel_matrix
    pairs = zip(matrix.point.tolist(), matrix.site.tolist(), strict=True)
    ids = [(pack.demand_points[i].id, pack.sites[j].id) for i, j in pairs]
    return dict(zip(ids, matrix.minutes.tolist(), strict=True))


def test_ids_that_also_are_positions_are_asked_for(tmp_path):
    text = matrices.as_csv(matrices.osrm(**matrices.INDEX))
    fault = tiny.the_fault(tiny.write(tmp_path / "a", **NUMBERED, travel_csv=text))
    assert "--ids ids|positions" in fault.message
    (tmp_path / "given.csv").write_text(text)
    folder = tiny.write(tmp_path / "b", **NUMBERED)
    pack = read_pack_with_matrix(folder, tmp_path / "given.csv", MatrixChoices(ids="positions"))
    assert minutes_by_id(pack) == {
        (NUMBERED_IDS[i], NUMBERED_IDS[j]): matrices.MINUTES[i][j] for i, j in matrices.PAIRS
        if matrices.MINUTES[i][j] is not None
    }  # fmt: skip
    with pytest.raises(InputError, match="check that each row names the right places"):
        read_pack_with_matrix(folder, tmp_path / "given.csv", MatrixChoices(ids="ids"))
    sure = MatrixChoices(time_unit="s", distance_unit="m", ids="ids")
    pack = read_pack_with_matrix(folder, tmp_path / "given.csv", sure)
    assert minutes_by_id(pack) == {
        (str(i), str(j)): matrices.MINUTES[i][j] for i, j in matrices.PAIRS
        if matrices.MINUTES[i][j] is not None
    }  # fmt: skip


def test_ids_that_say_the_same_as_positions_are_no_doubt(tmp_path):
    """Ids 1, 2, 3 in this order: by id or by position, it is the same place."""
    in_order = {
        name: text.replace("\n1,", "\nA,").replace("\n0,", "\n2,").replace("\nA,", "\n1,")
        for name, text in NUMBERED.items()
    }
    in_order["demand_points_csv"] = in_order["demand_points_csv"].replace("\n2,Gamma", "\n3,Gamma")
    text = matrices.as_csv(matrices.osrm(**matrices.FROM_1))
    pack = read_pack(tiny.write(tmp_path / "a", **in_order, travel_csv=text))
    assert pack.travel_matrix.point.tolist() == [0, 0, 1, 1, 2]
    assert "positions" not in told(pack)


def test_positions_out_of_range_are_told_with_the_range(tmp_path):
    square = [(i, j) for i in range(5) for j in range(5)]
    text = "source,destination,duration\n" + "".join(f"{i},{j},60\n" for i, j in square)
    faults = the_faults(tmp_path, text)
    assert [each.found for each in faults] == ["numbers from 0 to 4"] * 2
    assert "positions from 0 to 2" in faults[0].expected
    again = tmp_path / "again"
    assert {each.found for each in the_faults(again, text, ids="positions")} == {"3, 4", "2, 3, 4"}


def test_all_places_to_all_places_by_id_is_told_once_a_side(tmp_path):
    names = (*matrices.POINTS, *matrices.SITES)
    text = "source,destination,duration\n" + "".join(f"{a},{b},60\n" for a in names for b in names)
    found = [each.found for each in the_faults(tmp_path, text) if each.column != "duration"]
    assert found == ["10 rows with s1, s2", "15 rows with p1, p2, p3"]


def test_unknown_ids_both_ways(tmp_path):
    table = matrices.osrm()
    table["source"][0], table["destination"][3] = "p7", "s7"
    faults = the_faults(tmp_path, matrices.as_csv(table))
    assert [(each.row, each.column, each.found) for each in faults] == [
        (2, "source", "p7"), (5, "destination", "s7"),
    ]  # fmt: skip
    half = {name: values[:2] for name, values in matrices.osrm().items()}
    again = tmp_path / "again"
    pack = with_choices(again, matrices.as_csv(half))
    assert "2 demand points have no route to any site: Beta, Gamma" in told(pack)


def test_the_other_direction_is_taken_only_when_stated(tmp_path, own_matrix):
    text = matrices.as_csv(matrices.osrm(**TURNED))
    fault = the_fault(tmp_path, text)
    assert "other direction of travel" in fault.message
    assert "--direction from_sites" in fault.message
    again = tmp_path / "again"
    pack = with_choices(again, text, from_sites=True)
    assert same(pack.travel_matrix, own_matrix)
    assert "the way from the site to the demand point is taken for the way there" in told(pack)


# -- pairs -----------------------------------------------------------------------------------


def test_doubles_that_agree_are_told_and_those_that_differ_are_faults(tmp_path):
    head = "source,destination,duration,distance\n"
    rows = "p1,s2,8000,140000\np1,s2,8000,140000\n"
    pack = with_choices(tmp_path, head + rows)
    assert pack.travel_matrix.point.size == 1
    assert "1 pairs are there again with the same figures" in told(pack)
    again = tmp_path / "again"
    fault = the_fault(again, head + rows + "p1,s2,8000,140001\n")
    assert (fault.row, fault.found) == (4, "p1 + s2")
    assert "already in row 3" in fault.message or "already in row 2" in fault.message


@pytest.mark.parametrize("cell", ["-1", "inf", "-inf", "x", "1e999"])
def test_figures_that_are_none(tmp_path, cell):
    table = matrices.osrm()
    table["duration"][1] = cell
    fault = the_fault(tmp_path, matrices.as_csv(table))
    assert (fault.row, fault.column) == (3, "duration")


def test_the_two_directions_may_differ(tmp_path):
    """Nothing is averaged: what the matrix says one way stands."""
    pack = with_choices(tmp_path, matrices.as_csv(matrices.osrm()))
    minutes = dict(
        zip(
            zip(pack.travel_matrix.point, pack.travel_matrix.site, strict=True),
            pack.travel_matrix.minutes,
            strict=True,
        )
    )
    assert (minutes[0, 1], minutes[2, 0]) == (132, 137)
