"""The chain behind a number multiplies to the number, for every place and under every lever."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from pack.tiny import DEMAND, FACTS
from pack.tiny import write as tiny_write

from demand.hand import LEVERS, pack_of
from planner.cli import main
from planner.demand.chain import chain_of
from planner.demand.chain_told import chain_lines, chain_told
from planner.demand.chain_types import Chain, in_force
from planner.demand.visits import yearly_visits
from planner.errors import EXIT_DONE
from planner.pack import find_pack, read_pack
from planner.scenario import parse_scenario
from planner.scenario.demanded import demand

PULLED = """[demand]
year = 2026
[channels]
online = 0.5
assisted = 0.25
information = 0.5
[[channels.where]]
areas = ["002"]
information = 1.0
"""


def scenario(text: str, pack: str = "tiny"):
    return parse_scenario(f'name = "T"\npack = "{pack}"\n{text}')


@pytest.fixture(scope="module")
def rates(tmp_path_factory):
    changes = {"visits_csv": None, "demand_toml": DEMAND, "facts_csv": FACTS}
    return pack_of(tmp_path_factory.mktemp("rates"), LEVERS, **changes)


def links(chain: Chain) -> dict[str, float]:
    return {link.step: in_force(chain, link) for link in chain.links}


def printed_product(chain: Chain) -> float:
    """The product of the numbers that the printed lines show, read back from the text."""
    lines = [line for line in chain_lines(chain, "T", "all") if not line.startswith("     ")]
    factors = [line.removeprefix("  x").split()[0].replace(",", "") for line in lines[1:-1]]
    return math.prod(map(float, factors))


def test_by_hand(rates):
    """100 cards; West 80 x 40.5^0.5 = 509.117, East 20 x 10^0.5 = 63.2456: West 0.889496.
    p1 is 100 of 150 people; 1.1^2; 0.2 x 0.5 x 0.6 x 0.5 avoided; 0.5 x (0.5 x 0.6 + 0.25 x 0.4).
    """
    told = demand(rates, scenario(PULLED))
    chain = chain_of(told.asked, "get_card", point="p1")
    west = 80 * math.sqrt(40.5)
    by_hand = {
        "figure": 100.0,
        "rounding": 1.0,
        "area": west / (west + 20 * math.sqrt(10)),
        "point": 2 / 3,
        "growth": 1.21,
        "information": 0.97,
        "channels": 0.8,
    }
    assert links(chain) == pytest.approx(by_hand)
    assert chain.value == pytest.approx(math.prod(by_hand.values()))
    assert chain.value == pytest.approx(told.account.branch[0, 0], rel=1e-12)


def test_rounding_is_a_link(rates):
    """Rounded to tens: low 90, high 120; the rounded mode of 100 is 100."""
    chain = chain_of(demand(rates).asked, "get_card")
    assert [link.step for link in chain.links] == ["figure", "rounding"]
    assert (chain.low, chain.value, chain.high) == pytest.approx((90, 100, 120))


@pytest.mark.parametrize("level", ["low", "mode", "high"])
@pytest.mark.parametrize("kind", ["get_card", "get_deed"])
def test_every_number_is_the_product_of_its_links(rates, level, kind):
    told = demand(rates, scenario(PULLED.replace("year", f'level = "{level}"\nyear')))
    b = [each.id for each in rates.visit_types].index(kind)
    branch = told.account.branch[:, b]
    area = np.array([point.area for point in rates.demand_points])
    for i, point in enumerate(rates.demand_points):
        chain = chain_of(told.asked, kind, point=point.id)
        assert chain.value == pytest.approx(branch[i], rel=1e-9)
        assert printed_product(chain) == pytest.approx(branch[i], rel=1e-9)
        marked = [link["value"] for link in chain_told(chain)["links"]]
        assert math.prod(marked) == pytest.approx(branch[i], rel=1e-9)
    for code in ("001", "002"):
        value = chain_of(told.asked, kind, area=code).value
        assert value == pytest.approx(branch[area == code].sum(), rel=1e-9)
    assert chain_of(told.asked, kind).value == pytest.approx(branch.sum(), rel=1e-9)


def test_figures_at_an_end_are_shown_as_they_are_used(rates):
    """At the high end growth counts 0.2 in place of 0.1; what levers go by stays most likely."""
    told = demand(rates, scenario('[demand]\nlevel = "high"\nyear = 2026\n'))
    chain = chain_of(told.asked, "get_card")
    lines = list(chain_lines(chain, "Card", "all"))
    assert "    120 cards, cards a year (100 most likely, 90 to 120) [found: s]" in lines
    assert any(line.startswith("        0.2 growth, u (0.1 most likely") for line in lines)
    first, *_, last = chain_told(chain)["links"]
    assert [first[key] for key in ("value", "low", "mode", "high")] == [120, 90, 100, 120]
    assert last["details"][0]["value"] == 0.2
    whole = chain_told(chain)
    assert whole["visits_per_year"] == whole["high"] == pytest.approx(120 * 1.44)
    assert whole["mode"] == pytest.approx(100 * 1.21)


def test_area_totals_are_shared_in_whole_visits_and_the_chain_says_so(tmp_path):
    """50.5 cards over 100 and 50 people: 33.33 and 16.67 of 50, so 33 and 17, and 0.5 to Alpha."""
    rows = "area,visit_type,visits_per_year,high\n001,get_card,50.5,101\n002,get_card,3,\n"
    told = demand(pack_of(tmp_path, visits_csv=None, area_demand_csv=rows))
    assert told.account.base[:, 0].tolist() == [33.5, 17, 3]
    for i, point in enumerate(("p1", "p2", "p3")):
        chain = chain_of(told.asked, "get_card", point=point)
        assert [link.step for link in chain.links] == ["given", "point", "rounding"]
        assert chain.value == pytest.approx(told.account.base[i, 0], rel=1e-12)
        assert chain.high == pytest.approx(told.high[i, 0], rel=1e-12)
        assert printed_product(chain) == pytest.approx(chain.value, rel=1e-9)
    by_hand = {"given": 50.5, "point": 1 / 3, "rounding": 17 / (50.5 / 3)}
    found = links(chain_of(told.asked, "get_card", point="p2"))
    assert found == pytest.approx(by_hand)
    assert links(chain_of(told.asked, "get_card", area="001")) == {"given": 50.5}
    assert links(chain_of(told.asked, "get_card")) == {"given": 53.5}
    assert chain_of(told.asked, "get_deed", point="p2").value == 0


def test_visits_as_given(tmp_path):
    told = demand(pack_of(tmp_path))
    chain = chain_of(told.asked, "get_card", area="001")
    assert (chain.value, [link.step for link in chain.links]) == (15, ["given"])
    assert chain.links[0].figure.mark.source == "given per demand point"
    assert chain.low == chain.value == chain.high


def test_visits_as_given_with_a_range(tmp_path):
    rows = (
        "demand_point,visit_type,visits_per_year,low,high\np1,get_card,10,4,16\n"
        "p2,get_card,5,,9\np3,get_card,3,2,\np1,get_deed,1,,\n"
    )
    pack = pack_of(tmp_path, visits_csv=rows)
    chain = chain_of(demand(pack).asked, "get_card", area="001")
    assert (chain.low, chain.value, chain.high) == (9, 15, 25)
    told = demand(pack, scenario('[demand]\nlevel = "low"\n'))
    assert chain_of(told.asked, "get_card").value == told.account.base[:, 0].sum() == 11


def test_the_chain_names_the_range_of_a_weight_beside_its_share(tmp_path):
    power = (
        '{ mode = 0.5, low = 0, high = 1, unit = "power", source = "t", confidence = "general" }'
    )
    rows = {"visits_csv": None, "facts_csv": FACTS}
    pack = pack_of(tmp_path, demand_toml=DEMAND.replace("= 0.5", f"= {power}"), **rows)
    chain = chain_of(demand(pack).asked, "get_card", area="001")
    share = chain.links[-1]
    (named,) = [each for each in share.details if each.low < each.high]
    assert (named.name, named.low, named.value, named.high) == ("power of net_pct", 0, 0.5, 1)
    assert named.mark.source == "t"
    assert share.figure.low == share.figure.high  # the total's ends keep these shares
    assert "0.5 power of net_pct, power (0 to 1) [general: t]" in "\n".join(
        chain_lines(chain, "Card", "all")
    )


def test_the_table_of_demand_reads_back_as_visits(tmp_path, capsys):
    plain = tiny_write(tmp_path / "a", visits_csv=None, demand_toml=DEMAND, facts_csv=FACTS)
    assert main(["demand", str(plain), "--out", str(tmp_path / "visits.csv")]) == EXIT_DONE
    capsys.readouterr()
    text = (tmp_path / "visits.csv").read_text(encoding="utf-8")
    again = yearly_visits(read_pack(tiny_write(tmp_path / "b", visits_csv=text)))
    first = yearly_visits(read_pack(plain))
    for level in ("low", "mode", "high"):
        assert (getattr(again, level) == getattr(first, level)).all()
    assert [each.mark.confidence for each in again.totals] == ["derived", "assumption"]


def test_records_are_a_link_of_their_own(tmp_path):
    """10 customers on each of two recorded days at the only branch, 250 days: 2,500 of 18 cards."""
    records = "date,branch,service,served\n2024-03-04,s1,get_card,10\n2024-03-05,s1,get_card,10\n"
    told = demand(pack_of(tmp_path, work_records_csv=records), scenario(PULLED))
    chain = chain_of(told.asked, "get_card")
    assert links(chain)["records"] == pytest.approx(2500 / 18)
    assert chain.value == pytest.approx(told.account.branch[:, 0].sum(), rel=1e-9)
    assert (
        "work_records.csv" in next(x for x in chain.links if x.step == "records").figure.mark.source
    )


def test_the_built_in_pack_reconciles():
    """Wards sum to counties, counties to the country, and each number to its chain."""
    pack = read_pack(find_pack("immigration"))
    text = "[demand]\nyear = 2030\n[channels]\nonline = 0.5\nassisted = 0.3\ninformation = 0.5"
    told = demand(pack, scenario(text, "immigration"))
    area = np.array([point.area for point in pack.demand_points])
    for b, kind in enumerate(pack.visit_types):
        branch = told.account.branch[:, b]
        by_area = {code.code: branch[area == code.code].sum() for code in pack.areas}
        assert sum(by_area.values()) == pytest.approx(branch.sum(), rel=1e-12)
        assert round(sum(by_area.values())) == round(branch.sum())
        for code, visits in by_area.items():
            assert chain_of(told.asked, kind.id, area=code).value == pytest.approx(visits, rel=1e-9)
        for i in (0, 700, 1449):
            value = chain_of(told.asked, kind.id, point=pack.demand_points[i].id).value
            assert value == pytest.approx(branch[i], rel=1e-9)
        assert chain_of(told.asked, kind.id).value == pytest.approx(branch.sum(), rel=1e-9)


def test_what_is_told(rates):
    chain = chain_of(demand(rates, scenario(PULLED)).asked, "get_card", area="001")
    told = json.loads(json.dumps(chain_told(chain), allow_nan=False))
    product = math.prod(link["value"] for link in told["links"])
    assert product == pytest.approx(told["visits_per_year"], rel=1e-9)
    assert {"name", "value", "low", "high", "unit", "source", "confidence"} <= told["links"][
        0
    ].keys()
    lines = list(chain_lines(chain, "Get a card", "every area"))
    assert lines[0].startswith("Get a card, West: ")
    assert any("source of growth" in line for line in lines)
    assert any("40.5 net_pct" in line for line in lines)
