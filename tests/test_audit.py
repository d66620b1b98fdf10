"""The audit of a network that is given: figures, pairs and words."""

from __future__ import annotations

import json

import pytest
from pack.tiny import write

from planner.audit import audit, audit_lines, found_of, listed
from planner.audit import told as tell
from planner.errors import PlannerError
from planner.pack import find_pack, read_pack
from planner.scenario import Scenario, parse_scenario, read_scenario

MATRIX = "demand_point,site,kes\n" + "".join(
    f"p{i},s{j},{100 * i + 10 * j}\n" for i in (1, 2, 3) for j in (1, 2)
)


@pytest.fixture(scope="module")
def pack():
    return read_pack(find_pack("immigration"))


@pytest.fixture(scope="module")
def today(pack):
    return audit(pack)


@pytest.fixture(scope="module")
def proposal(pack):
    path = find_pack("immigration") / "scenarios" / "proposal-2025.toml"
    return audit(pack, read_scenario(path))


def test_today_has_ten_branches_and_no_pair_within_sixty_kilometres(today):
    kpis = today["kpis"]
    assert (kpis["branches"], kpis["annual_kes"], kpis["capital_kes"]) == (10, 179_500_000, 0)
    assert round(kpis["mean_min"], 1) == 120.9
    # services that few need have wider separations, and six such pairs lie within them
    assert kpis["duplicates"] == {"pairs": 6, "justified": 0, "unnecessary": 6}
    assert min(pair["km"] for pair in today["duplicates"]) > 60
    assert today["branch_pairs_within_km"] == {"15": 0, "30": 0, "60": 0, "100": 4}
    nearest = today["nearest_pair"]
    assert {nearest["site_a"][4:], nearest["site_b"][4:]} == {"kericho", "kisumu"}
    assert round(nearest["km"]) == 82


def test_the_proposal_has_twenty_one_pairs_within_sixty_kilometres(proposal):
    assert proposal["kpis"]["branches"] == 24
    assert proposal["kpis"]["annual_kes"] == 390_900_000
    within = proposal["branch_pairs_within_km"]
    assert (within["60"], within["30"]) == (21, 8)
    assert proposal["kpis"]["duplicates"]["pairs"] == len(proposal["duplicates"])
    for pair in proposal["duplicates"]:
        assert pair["km"] <= pair["separation_km"]


def test_an_audit_is_one_json_object_and_readable_words(pack, today, proposal):
    for told in (today, proposal):
        json.dumps(told, allow_nan=False)
        text = "\n".join(audit_lines(told, pack))
        assert "nan" not in text
        assert "None" not in text
    assert "no pair" not in "\n".join(audit_lines(today, pack))
    assert "0 within 60 km" in "\n".join(audit_lines(today, pack))
    assert "longest travel, mean one way: Mandera" in "\n".join(audit_lines(today, pack))


def test_sites_locked_closed_are_taken_away(tmp_path):
    pack = read_pack(write(tmp_path))
    shut = parse_scenario('name = "A"\npack = "tiny"\n[sites]\nclosed = ["s1"]')
    with pytest.raises(PlannerError, match="no existing office"):
        audit(pack, shut)


def test_a_site_locked_open_counts_only_with_what_is_listed_for_it(tmp_path):
    """s2 is a candidate: nothing is listed there, so it is no branch to audit."""
    pack = read_pack(write(tmp_path))
    told = audit(pack, parse_scenario('name = "A"\npack = "tiny"\n[sites]\nopen = ["s2"]'))
    assert [branch["site"] for branch in told["branches"]] == ["s1"]
    assert told["kpis"]["unserved_visits_per_year"] == 1  # the deed
    assert "1 visits a year have no branch to go to" in "\n".join(audit_lines(told, pack))


def test_loads_are_held_against_what_was_counted(pack, today, proposal):
    """Choosing the nearest branch misses 17 of 100 passports, so the audit says so."""
    (held,) = today["tie_outs"]
    assert held["counted"] == 15_400
    nearest, huff = held["rules"]
    assert (nearest["agrees"], huff["agrees"]) == (False, True)
    assert nearest["missed"] == pytest.approx(0.166, abs=0.002)
    assert nearest["largest_miss"]["name"] == "Nyayo House"
    assert proposal["tie_outs"] == today["tie_outs"]  # the branches of then, whatever opens now
    (line,) = [each for each in audit_lines(today, pack) if "Held against 15,400" in each]
    assert "misses 16.6 of 100" in line
    assert "not to be trusted, least of all at Nyayo House (17 points too few)" in line


def test_where_only_money_is_known_nothing_is_judged(tmp_path):
    folder = write(tmp_path / "costs", travel_csv=MATRIX)
    text = (folder / "pack.toml").read_text()
    text = text.replace("[travel]\n", '[travel]\nmodel = "matrix"\n', 1)
    (folder / "pack.toml").write_text(text)
    pack = read_pack(folder)
    asked = Scenario(name="t", pack=str(folder), objective={"minimize": "travel_cost"})
    network = listed(pack, asked)
    assert found_of(network) is None
    told = json.loads(json.dumps(tell(network, None), allow_nan=False))
    assert told["judged"] is None
    assert told["kpis"]["branches"] == 1
