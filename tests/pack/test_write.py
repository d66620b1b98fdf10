from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pack import tiny
from planner.errors import InputError
from planner.pack import find_pack, read_pack, write_pack
from planner.pack.spread import share_out

HOSTILE = [
    "{{7*7}}",
    "<img onerror=1>",
    "=1+1",
    "'=1+1",
    "-x",
    "@a",
    'a,b;"c"\nd',
    "NA",
    "Murang\u2019a",
]


def same(pack, other):
    """Equal but for where it is and what was said while reading."""
    aside = {"folder": pack.folder, "warnings": (), "lakes": None, "roads": None}
    return replace(pack, **aside) == replace(other, **aside)


def round_trip(pack, tmp_path, name="out"):
    write_pack(pack, tmp_path / name)
    return read_pack(tmp_path / name)


def test_explicit_visits_and_a_matrix(tmp_path):
    rows = "demand_point,site,minutes,km\np1,s1,0,0.125\np2,s2,260.5,\n"
    pack = read_pack(tiny.write(tmp_path / "a", travel_csv=rows))
    again = round_trip(pack, tmp_path)
    assert same(pack, again)
    assert again.warnings == (
        (
            'travel: used by scenarios with travel.model = "matrix"; where that is left out, '
            "travel is measured between the places"
        ),
        "travel.csv: 4 of 6 pairs have no route",
        "travel.csv: 1 demand point has no route to any site: Gamma",
    )


def test_rates_with_own_facts(tmp_path):
    folder = tiny.write(
        tmp_path / "a", visits_csv=None, demand_toml=tiny.DEMAND, facts_csv=tiny.FACTS
    )
    pack = read_pack(folder)
    assert same(pack, round_trip(pack, tmp_path))


def test_demand_by_area_and_labels_only(tmp_path):
    folder = tiny.write(
        tmp_path / "a",
        pack_toml='id = "t"\nname = "T"\n',
        areas_geojson=None,
        visits_csv=None,
        area_demand_csv="area,visit_type,visits_per_year,note\n002,get_card,3.1250,n\n001,get_card,7,\n",
    )
    pack = read_pack(folder)
    assert [row.visits_per_year for row in pack.area_demand] == [7, 3.125]
    assert same(pack, round_trip(pack, tmp_path))


def test_the_built_in_pack(tmp_path):
    pack = read_pack(find_pack("immigration"))
    again = round_trip(pack, tmp_path)
    assert same(pack, again)
    assert same(again, round_trip(again, tmp_path, "twice"))


def test_hostile_names_stay_as_they_are(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "a"))
    for number, name in enumerate(HOSTILE):
        sites = (replace(pack.sites[0], name=name, hosts=("=h", name.replace(";", ""))),)
        areas = (replace(pack.areas[0], name=name), pack.areas[1])
        changed = replace(pack, sites=sites, areas=areas, name=name)
        assert same(changed, round_trip(changed, tmp_path, f"out{number}"))


_TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10)
    .map(str.strip)
    .filter(bool)
)
_AMOUNT = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e9))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(_TEXT, min_size=3, max_size=3), amounts=st.lists(_AMOUNT, min_size=4, max_size=4)
)
def test_any_pack_reads_as_it_was_written(tmp_path_factory, names, amounts):
    tmp_path = tmp_path_factory.mktemp("any")
    pack = read_pack(tiny.write(tmp_path / "a"))
    points = tuple(
        replace(point, name=name, population=amount)
        for point, name, amount in zip(pack.demand_points, names, amounts, strict=False)
    )
    visits = tuple(
        replace(row, visits_per_year=amount)
        for row, amount in zip(pack.visits, amounts, strict=True)
    )
    changed = replace(pack, demand_points=points, visits=visits)
    assert same(changed, round_trip(changed, tmp_path))


def test_a_folder_in_use_is_left_alone(tmp_path):
    folder = tiny.write(tmp_path / "a")
    pack = read_pack(folder)
    with pytest.raises(InputError, match="in use"):
        write_pack(pack, folder)
    (tmp_path / "empty").mkdir()
    assert same(pack, round_trip(pack, tmp_path, "empty"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "empty"]


@given(st.integers(0, 10**7), st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_shares_sum_to_the_last_unit(total, weights):
    shares = share_out(total, weights)
    assert sum(shares) == total
    assert all(share >= 0 and share == int(share) for share in shares)
    if sum(weights) > 1e-3:
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - total * weight / sum(weights)) < 1 + 1e-6


def test_a_fraction_of_the_total_goes_to_the_largest_share():
    assert share_out(10.5, [1, 3]) == [2, 8.5] or share_out(10.5, [1, 3]) == [3, 7.5]
    assert sum(share_out(10.5, [1, 3])) == 10.5
    assert share_out(5, [0, 0]) == [3, 2]
    assert share_out(5, []) == []
