import pytest

from planner.pack import check_table, read_pack, write_pack
from planner.pack.faults import Findings
from planner.pack.road_changes_file import read_road_changes
from planner.pack.travel_types import RoadChange
from tests.pack import tiny

HEADER = "kind,from_lat,from_lon,to_lat,to_lon,km,minutes,both_ways,name\n"
FERRY = "ferry,-0.5,36.5,-0.5,36.6,11.5,40,,Mbita\n"


def fault_of(tmp_path, row):
    return tiny.the_fault(tiny.write(tmp_path, road_changes_csv=HEADER + FERRY + row + "\n"))


def test_changes_are_read_and_written_back(tmp_path):
    rows = FERRY + "link,-0.5,36.5,-0.4,36.5,,,no,\nclosed,-0.5,36.55,-0.51,36.55,,,,Bridge\n"
    pack = read_pack(tiny.write(tmp_path / "a", road_changes_csv=HEADER + rows))
    assert pack.road_changes == (
        RoadChange("closed", -0.5, 36.55, -0.51, 36.55, name="Bridge"),
        RoadChange("ferry", -0.5, 36.5, -0.5, 36.6, 11.5, 40, both_ways=True, name="Mbita"),
        RoadChange("link", -0.5, 36.5, -0.4, 36.5, both_ways=False),
    )
    write_pack(pack, tmp_path / "b")
    assert read_pack(tmp_path / "b").road_changes == pack.road_changes
    assert read_pack(tiny.write(tmp_path / "c")).road_changes == ()


def test_other_headings_and_words(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Type,start lat,start lon,end lat,end lon,Two way,ferry,crossing min\n"
                    "Ferry,0,36,0,36.1,hapana,Likoni,30\n")  # fmt: skip
    findings = Findings()
    (change,) = read_road_changes(path, findings)
    assert not findings.faults
    assert (change.kind, change.both_ways, change.name) == ("ferry", False, "Likoni")


@pytest.mark.parametrize(
    ("row", "column", "found", "expected"),
    [
        ("tunnel,-0.5,36.5,-0.5,36.7,,,,", "kind", "tunnel", "ferry or link or closed"),
        ("ferry,-0.5,36.5,-0.5,36.7,,,,", "minutes", "neither minutes nor km", "minutes, or km"),
        ("link,-0.5,36.5,-0.5,36.5,,,,", "to_lat", "the same place as from", "another place"),
        ("link,-0.5,36.5,-0.5,36.7,5,,,", "km", "5", "at least the straight line, 22.2 km"),
        ("link,-0.5,36.5,-0.5,36.7,,5,,", "minutes", "5", "a time at no more than 150 km/h"),
        ("link,-0.5,36.5,-0.5,36.7,-5,,,", "km", "-5", "a number > 0"),
        ("link,-0.5,36.5,,36.7,,,,", "to_lat", "blank", "a number"),
        ("link,-0.5,36.5,-0.5,36.7,,,perhaps,", "both_ways", "perhaps", "1 or 0, yes or no"),
        ("closed,-0.5,36.5,-0.5,36.7,,,no,", "both_ways", "no", "yes, or blank"),
        ("link,-0.5,36.5,-9,36.5,,,,", "to_lat", "-9, 36.5", "a place near the pack's"),
    ],
)
def test_a_change_that_cannot_be_is_a_fault(tmp_path, row, column, found, expected):
    fault = fault_of(tmp_path, row)
    assert (fault.row, fault.column) == (3, column)
    assert found in fault.found
    assert expected in fault.expected


def test_exchanged_coordinates_are_said_to_be(tmp_path):
    found = tiny.faults(
        tiny.write(tmp_path, road_changes_csv=HEADER + "link,36.5,-0.5,36.7,-0.5,,,,\n")
    )
    assert [each.message for each in found] == ["Latitude and longitude look exchanged"] * 2


def test_the_same_change_twice_is_a_fault(tmp_path):
    fault = fault_of(tmp_path, FERRY.strip())
    assert fault.row == 3


def test_what_is_assumed_or_means_nothing_is_told(tmp_path):
    rows = "ferry,-0.5,36.5,-0.5,36.6,12,,,Mbita\nclosed,-0.5,36.55,-0.51,36.55,3,,,\n"
    pack = read_pack(tiny.write(tmp_path, road_changes_csv=HEADER + rows))
    told = "\n".join(pack.warnings)
    assert "ferries without minutes go at the speed of roads" in told
    assert "Mbita" in told
    assert "km and minutes of closed roads mean nothing: 1 rows" in told


def test_a_table_is_checked_alone_and_against_a_pack(tmp_path):
    pack = tiny.write(tmp_path / "pack")
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "link,10,36.5,10,36.7,,,,\n")
    assert check_table(path, "road_changes").verdict == "accept"
    report = check_table(path, "road-changes", [pack])
    assert [each.column for each in report.faults] == ["from_lat", "to_lat"]
