"""A pack stands in an order of its own, whatever the order of the rows in its files."""

import random
from dataclasses import fields

import numpy as np
import pytest

from pack import tiny
from pack.test_work_records import folder as with_records
from planner.pack import read_pack
from planner.pack.row_order import id_key

IDS = ["s2", "s10", "s1", "s01", "S1", "a-2-b", "a-10-b", "a-2", "047", "47", "9", "", "s٣", "é"]


def test_ids_go_by_the_numbers_in_them_and_no_two_share_a_place():
    assert sorted(["s10", "s2", "s1"], key=id_key) == ["s1", "s2", "s10"]
    assert sorted(["10-b", "9-b", "9-a"], key=id_key) == ["9-a", "9-b", "10-b"]
    assert len({repr(id_key(each)) for each in IDS}) == len(IDS)
    whole = sorted(IDS, key=id_key)
    for seed in range(20):
        assert sorted(random.Random(seed).sample(IDS, len(IDS)), key=id_key) == whole


def test_a_long_number_in_an_id_is_no_number():
    assert id_key("9" * 5000) < id_key("1" + "0" * 5000)


def services(pack):
    return [each.id for each in pack.services]


def test_services_and_visit_types_stand_where_they_are_put(tmp_path):
    text = "id,name,order\na,A,\nb,B,7\nc,Card,2\nd,Deed,2\n"
    types = "id,name,services,order\nget_deed,Get a deed,c;d,1\nget_card,Get a card,c,\n"
    pack = read_pack(tiny.write(tmp_path / "p", services_csv=text, visit_types_csv=types))
    assert services(pack) == ["c", "d", "b", "a"]
    assert [each.id for each in pack.visit_types] == ["get_deed", "get_card"]


@pytest.mark.parametrize("order", ["-1", "1.5", "first"])
def test_a_place_is_a_whole_number(tmp_path, order):
    text = f"id,name,order\nc,Card,{order}\nd,Deed,\n"
    fault = tiny.the_fault(tiny.write(tmp_path / "p", services_csv=text))
    assert (fault.row, fault.column, fault.found) == (2, "order", order)


def test_formats_stand_by_their_size(tmp_path):
    text = (
        "id,name,counters,capital_kes\nunknown,U,,\nfull,F,12,900\nlarge,L,12,800\n"
        "small,S,2,100\ndesk,D,2,100\n"
    )
    pack = read_pack(tiny.write(tmp_path / "p", formats_csv=text))
    assert [each.id for each in pack.formats] == ["desk", "small", "large", "full", "unknown"]


def turned(text):
    """The table with its rows from the last to the first."""
    head, *rows = text.splitlines()
    return "\n".join([head, *rows[::-1], ""])


HEAD = "demand_point,site,minutes,km\n"
MATRIX = HEAD + "p1,s1,1,1\np1,s2,2,2\np2,s1,3,3\np2,s2,4,4\np3,s1,5,5\np3,s2,6,6\n"


def test_a_matrix_follows_the_points_and_sites(tmp_path):
    plain = read_pack(tiny.write(tmp_path / "a", travel_csv=MATRIX))
    names = ("demand_points.csv", "sites.csv", "visits.csv")
    changes = {name.replace(".", "_"): turned(tiny.FILES[name]) for name in names}
    other = read_pack(tiny.write(tmp_path / "b", travel_csv=turned(MATRIX), **changes))
    assert other.travel_matrix == plain.travel_matrix
    assert plain.travel_matrix.minutes.tolist() == [1, 2, 3, 4, 5, 6]
    for part in fields(plain):
        if part.name != "folder":
            assert getattr(other, part.name) == getattr(plain, part.name), part.name


def test_daily_records_follow_their_branches_and_carry_their_sources(tmp_path):
    rows = [
        "2024-01-03,s1,c,4,,",
        "2024-01-02,s1,c,9,office,found",
        "2024-01-02,s1,d,3,desk,derived",
    ]
    heads = "date,branch,service,served,source,confidence\n"
    one, two = (
        read_pack(with_records(tmp_path / name, text + "\n", head=heads)).work_records
        for name, text in (("a", "\n".join(rows)), ("b", "\n".join(rows[::-1])))
    )
    assert one == two
    assert one.served.tolist() == [9, 3, 4]
    assert [one.marks[at].source for at in one.mark] == ["office", "desk", ""]
    assert one.row.tolist() == [3, 4, 2]
    assert two.row.tolist() == [3, 2, 4]
    assert np.array_equal(one.day, two.day)
