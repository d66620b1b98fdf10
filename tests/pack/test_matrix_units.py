"""Units of a matrix: by convention, confirmed, stated, or asked for; and which column counts."""

from __future__ import annotations

import pytest

from pack import matrices, tiny
from pack.matrices import same, the_fault, the_faults, told, with_choices
from planner.pack import read_pack

OWN = matrices.as_csv(matrices.own())


def test_minutes_where_the_program_writes_seconds_are_a_fault_that_names_the_option(tmp_path):
    table = matrices.osrm(duration=matrices.figures("minutes", 1))
    fault = the_fault(tmp_path, matrices.as_csv(table))
    assert fault.column == "duration"
    assert "as seconds" in fault.found
    assert "It may be minutes (median 134 min" in fault.message
    assert "--units minutes=s|min|h" in fault.message


def test_both_units_in_doubt_are_both_told(tmp_path):
    table = matrices.osrm(
        duration=matrices.figures("minutes", 1), distance=matrices.figures("km", 1)
    )
    faults = the_faults(tmp_path, matrices.as_csv(table))
    assert sorted(each.column for each in faults) == ["distance", "duration"]
    assert any("It may be kilometres" in each.message for each in faults)


def test_a_plain_time_or_distance_is_never_guessed(tmp_path, own_matrix):
    table = {
        "origin": matrices.own()["demand_point"],
        "destination": matrices.own()["site"],
        "time": matrices.figures("minutes", 60),
        "distance": matrices.figures("km", 1),
    }
    text = matrices.as_csv(table)
    faults = the_faults(tmp_path, text)
    assert sorted((each.column, each.found) for each in faults) == [
        ("distance", "no unit"), ("time", "no unit"),
    ]  # fmt: skip
    again = tmp_path / "again"
    pack = with_choices(again, text, time_unit="s", distance_unit="km")
    assert same(pack.travel_matrix, own_matrix)
    assert "time: seconds (as stated" in told(pack)


def test_what_a_person_states_counts_and_is_told_where_it_cannot_be(tmp_path):
    slow = matrices.osrm(duration=matrices.figures("minutes", 60 * 30))
    pack = with_choices(tmp_path, matrices.as_csv(slow), time_unit="s")
    assert pack.travel_matrix.minutes.max() == 175 * 30
    assert "duration: seconds (as stated" in told(pack)
    assert "NOT plausible" in told(pack)


def test_what_a_person_states_is_refused_beyond_a_factor_of_ten(tmp_path):
    text = matrices.as_csv(matrices.osrm())
    fault = the_fault(tmp_path, text, time_unit="h")
    assert (fault.column, "as hours" in fault.found) == ("duration", True)
    assert "It may be seconds" in fault.message
    assert "A file in doubt is not written" in fault.message
    fault = the_fault(tmp_path / "b", text, distance_unit="km")
    assert fault.column == "distance"
    assert "It may be metres" in fault.message


def test_a_matrix_without_any_figure_is_a_fault(tmp_path):
    empty = matrices.osrm(duration=["null"] * 6, distance=["null"] * 6)
    assert the_fault(tmp_path, matrices.as_csv(empty)).found == "no figures"


def test_units_are_not_confirmed_where_places_are_unknown(tmp_path):
    nowhere = {
        "areas_geojson": None,
        "demand_points_csv": "id,name,area,population\np1,A,1,9\np2,B,1,9\np3,C,1,9\n",
        "sites_csv": "id,name,area,status\ns1,A,1,existing\ns2,B,1,candidate\n",
        "pack_toml": 'id = "t"\nname = "T"\n',
    }
    text = matrices.as_csv(matrices.osrm())
    pack = read_pack(tiny.write(tmp_path / "a", **nowhere, travel_csv=text))
    assert "duration: seconds" in told(pack)
    assert "not confirmed: no places are known" in told(pack)


def test_own_columns_in_another_unit_are_told(tmp_path):
    seconds = matrices.own(minutes=matrices.figures("minutes", 60), km=[None] * 6)
    pack = read_pack(tiny.write(tmp_path / "a", travel_csv=matrices.as_csv(seconds)))
    assert "are they minutes?" in told(pack)
    metres = matrices.own(km=matrices.figures("km", 1000))
    pack = read_pack(tiny.write(tmp_path / "b", travel_csv=matrices.as_csv(metres)))
    assert "km: median 142,625 km" in told(pack)
    right = read_pack(tiny.write(tmp_path / "c", travel_csv=OWN))
    assert "are they" not in told(right)


def test_units_in_the_plane(tmp_path):
    changes = {
        "areas_geojson": None,
        "pack_toml": 'id = "t"\nname = "T"\n',
        "demand_points_csv": "id,name,area,x,y,population\np1,A,1,0,0,9\np2,B,1,30000,40000,9\n",
        "sites_csv": "id,name,area,x,y,status\ns1,A,1,0,0,existing\n",
        "visits_csv": "demand_point,visit_type,visits_per_year\np1,get_card,9\n",
    }
    text = "source,destination,duration,distance\np1,s1,0,0\np2,s1,3600,60000\n"
    pack = read_pack(tiny.write(tmp_path / "a", **changes, travel_csv=text))
    assert "distance: metres (the convention of OSRM and openrouteservice; median 60 km, 1.2 x" in (
        told(pack)
    )


# -- columns ---------------------------------------------------------------------------------

PERCENTILES = {
    "travel_time_p25": matrices.figures("minutes", 0.9),
    "travel_time_p50": matrices.figures("minutes", 1),
    "travel_time_p75": matrices.figures("minutes", 1.25),
}


def r5py(*names):
    """A matrix of r5py with some percentiles in place of the median."""
    table = matrices.r5py()
    del table["travel_time"]
    return matrices.as_csv(table | {name: PERCENTILES[name] for name in names})


def test_the_median_of_several_percentiles_is_taken_and_told(tmp_path, own_matrix):
    pack = with_choices(tmp_path, r5py(*PERCENTILES))
    assert same(pack.travel_matrix, own_matrix, km=False)
    assert (
        "times are the median of the departures (travel_time_p50); not used: travel_time_p25,"
        " travel_time_p75" in told(pack)
    )


def test_percentiles_without_the_median_are_asked_for(tmp_path):
    text = r5py("travel_time_p25", "travel_time_p75")
    fault = the_fault(tmp_path, text)
    assert "--column travel_time_p75" in fault.message
    again = tmp_path / "again"
    pack = with_choices(again, text, column="travel_time_p75")
    assert pack.travel_matrix.minutes.tolist() == [0, 165, 75, 218.75, 171.25]
    assert "the 75th percentile" in told(pack)


def test_one_percentile_is_taken_and_told(tmp_path):
    assert "the 25th percentile" in told(with_choices(tmp_path, r5py("travel_time_p25")))


def test_a_column_that_is_not_there(tmp_path):
    fault = the_fault(tmp_path, r5py("travel_time_p50"), column="p99")
    assert "no column p99" in fault.found
    assert "travel_time_p50" in fault.message


def test_itineraries_with_several_rows_a_pair_are_refused(tmp_path):
    table = matrices.r5py() | {"option": [0] * 6, "segment": [0] * 6}
    assert "several rows for a pair" in the_fault(tmp_path, matrices.as_csv(table)).found


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("source,destination,cost", "no column of times or distances"),
        ("source,destination,duration,duration", "the column twice"),
        ("source,source,destination,duration", "the column twice"),
        ("source,destination,duration_s,time_h", "2 columns of times"),
    ],
)
def test_headings_that_do_not_do(tmp_path, head, found):
    row = ",".join(
        {"source": "p1", "destination": "s2"}.get(each, "60") for each in head.split(",")
    )
    assert found in the_fault(tmp_path, f"{head}\n{row}\n").found
