"""The readers on texts written by hand, the rules of the instances, and one row end to end."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import instances, readers, rows, table


def written(tmp_path, text):
    path = tmp_path / "file.txt"
    path.write_text(text)
    return path


def test_pmed_paths_and_the_later_edge_counts(tmp_path):
    read = readers.read_pmed(written(tmp_path, " 4 4 2\n1 2 9\n2 3 4\n 2 1 3\n3 3 1\n"))
    assert read.count == 2
    apart = np.inf
    expected = [[0, 3, 7, apart], [3, 0, 4, apart], [7, 4, 0, apart], [apart, apart, apart, 0]]
    assert np.array_equal(read.distance, np.array(expected, dtype=float))


def test_cap_with_and_without_capacities(tmp_path):
    text = "2 3\n capacity 7.5\n 50 0\n 4 10 20\n 5 1.5 2\n 6 3 4\n"
    read = readers.read_cap(written(tmp_path, text))
    assert read.cost.tolist() == [[10, 20], [1.5, 2], [3, 4]]
    assert read.fixed.tolist() == [7.5, 0]
    assert read.capacity.tolist() == [np.inf, 50]
    assert read.demand.tolist() == [4, 5, 6]


def test_tsp_coordinates(tmp_path):
    text = (
        "NAME : three\nTYPE : TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE : EUC_2D\n"
        "NODE_COORD_SECTION\n1 0 0\n2 3.0e0 4\n 3 10 0\nEOF\n"
    )
    assert readers.read_tsp(written(tmp_path, text)).tolist() == [[0, 0], [3, 4], [10, 0]]


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (readers.read_pmed, "3 2 1\n1 2 5\n"),
        (readers.read_cap, "1 1\n capacity 5\n 4\n"),
        (readers.read_tsp, "EDGE_WEIGHT_TYPE: GEO\nNODE_COORD_SECTION\n1 0 0\nEOF\n"),
    ],
)
def test_files_that_are_not_whole_are_refused(tmp_path, reader, text):
    with pytest.raises(ValueError, match="expected"):
        reader(written(tmp_path, text))


def test_instances_are_the_same_each_time():
    assert np.array_equal(instances.random_graph(40, 2), instances.random_graph(40, 2))
    points = instances.clustered(500, 1)
    assert points.shape == (500, 2)
    assert np.array_equal(points, np.rint(points))
    problem = instances.many_services(20, 8, 3)
    assert problem.fingerprint == instances.many_services(20, 8, 3).fingerprint
    assert len(instances.GRAPH_SIZES) == 40


def test_names_of_rows_are_their_own():
    names = [row.name for row in rows.ROWS]
    assert len(set(names)) == len(names)
    assert rows.chosen(["plane-n500"])[0].case["n"] == 500
    assert {row.name for row in rows.QUICK} < set(names)
    with pytest.raises(SystemExit, match="nothing-like-it"):
        rows.chosen(["nothing-like-it"])


def test_the_smallest_row_end_to_end(tmp_path, capsys, monkeypatch):
    """The planner and one peer, each in a process of its own, and the page."""
    case = {"kind": "plane", "n": 40, "p": 8, "seed": 3}
    row = rows.Row("smallest", case, ("planner", "spopt-highs"), "a goal")
    monkeypatch.setattr(command, "ROWS", (row,))
    report = tmp_path / "report.md"
    report.write_text("an older page\n" + table.REMARKS + "\nwhat somebody wrote\n")
    assert command.main(["--write", str(report)]) == 0
    (measured,) = [
        part for part in capsys.readouterr().out.splitlines() if part.startswith("| smallest")
    ]
    _, _, goal, ours, peer, ratio, _ = (part.strip() for part in measured.split("|"))
    assert goal == "a goal"
    assert ours.split()[1].startswith("proved")
    assert peer.startswith(f"spopt-highs: {ours.split()[0]} proved")
    assert " x; " in ratio
    page = report.read_text()
    assert measured in page
    assert "an older page" not in page
    assert page.endswith("\nwhat somebody wrote\n")


def test_a_file_of_ones_own(tmp_path, capsys):
    path = written(tmp_path, "3 2 1\n1 2 5\n2 3 1\n")
    assert command.main(["--file", str(path), "--kind", "pmed"]) == 0
    assert "6 proved" in capsys.readouterr().out


@pytest.mark.parametrize(("room", "expected"), [("capacity", "23 proved"), ("6", "38 proved")])
def test_a_file_with_and_without_capacities(tmp_path, capsys, room, expected):
    """Demand 5 and 4; a visit costs 1 at the first site, 2 and 4 at the second.

    Without capacities the first site serves all: 14 + 9. With room for six at each, the second
    takes three of the first customer's five visits: 14 + 12 + 6 + 3 x 2. Unsplit it were 40.
    """
    text = f"2 2\n {room} 14\n {room} 12\n 5 5 10\n 4 4 16\n"
    path = written(tmp_path, text)
    assert command.main(["--file", str(path), "--kind", "cap"]) == 0
    assert expected in capsys.readouterr().out


def test_what_fails_is_told():
    row = rows.ROWS[0]
    failed = {side: {"error": "it broke"} for side in row.sides}
    assert table.line(row, failed).count("failed (it broke)") == 3
