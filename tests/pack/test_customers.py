"""customers.toml: read with every fault at once, written back as it reads."""

from __future__ import annotations

from datetime import date

import pytest

from pack import tiny
from planner.errors import InputError
from planner.pack import read_pack, write_pack
from planner.pack.customer_types import AreaShare, Customers, Dimension, Opening
from planner.pack.figures import NOT_SAID


def figure(place: str, mode: float, low: float | None = None, high: float | None = None) -> str:
    low, high = (mode if each is None else each for each in (low, high))
    return (
        f'[{place}]\nmode = {mode}\nlow = {low}\nhigh = {high}\nunit = "u"\n'
        'source = "s"\nconfidence = "assumption"\n'
    )


FACTS = "code,name,net_pct,phones,people,adults\n001,West,40,90,150,80\n002,East,10,30,30,20\n"
CUSTOMERS = "".join(
    (
        'facts = "customer_facts.csv"\nassisted_hosts = ["Post office"]\n',
        figure("growth", 0.02, 0.01, 0.03),
        '[online_reach]\nshare = { column = "net_pct", of = 100 }\n',
        figure("online_reach.factor", 1.5),
        figure("online_reach.floor", 0.2),
        '[information]\nshare = { column = "phones", of = "people" }\n',
        figure("information.effect", 0.6),
        '[[visit_types]]\nid = "get_card"\n',
        figure("visit_types.wasted", 0.2),
        figure("visit_types.remote", 0.5),
        figure("visit_types.growth", -0.1, -0.2, 0),
        (
            '[[segments]]\nid = "poor"\nname = "Poor"\nname_sw = "Maskini"\ndimension = "income"\n'
            'share = 0.25\nsource = "s"\nconfidence = "found"\n'
        ),
        figure("segments.rates.get_card", 2),
        figure("segments.online", 0.5),
        figure("segments.need_weight", 3),
        (
            '[[segments]]\nid = "others"\nname = "Others"\ndimension = "income"\n'
            'source = "s"\nconfidence = "derived"\n'
        ),
        (
            '[[segments]]\nid = "phoneless"\nname = "Without a phone"\ndimension = "phone"\n'
            'share = { column = "phones", of = "people", complement = true }\n'
            'source = "s"\nconfidence = "found"\n'
        ),
        (
            '[[segments]]\nid = "phone"\nname = "With a phone"\ndimension = "phone"\n'
            'share = { column = "phones", of = "people" }\nsource = "s"\nconfidence = "found"\n'
        ),
        '[[dimensions]]\nid = "income"\nname = "Income"\nname_sw = "Kipato"\n',
        '[[dimensions]]\nid = "phone"\nname = "Phone"\n',
        figure("choice.decay_per_km", 0.01),
        figure("choice.attraction.s1", 8),
        "[opening]\nweekdays = [0, 1, 2]\nholidays = [2024-12-25, 2024-01-01]\n",
        figure("opening.utilisation", 0.7),
        '[levers]\nadults = "adults"\n',
        figure("levers.information", 10),
        figure("levers.counter", 1_000_000),
    )
)


def pack_of(folder, customers: str = CUSTOMERS, facts: str = FACTS):
    return tiny.write(folder, customers_toml=customers, customer_facts_csv=facts)


def swap(old: str, new: str, text: str = CUSTOMERS) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def test_every_part_is_read(tmp_path):
    given = read_pack(pack_of(tmp_path)).customers
    assert (given.growth.value, given.growth.low, given.growth.high) == (0.02, 0.01, 0.03)
    assert given.online.share == AreaShare("net_pct", 100.0)
    assert (given.online.factor.value, given.online.floor.value) == (1.5, 0.2)
    assert given.information.share == AreaShare("phones", "people")
    own = given.alternatives["get_card"]
    assert (own.wasted.value, own.remote.value, own.growth.low) == (0.2, 0.5, -0.2)
    poor, others, phoneless, _ = given.segments
    assert (poor.share, others.share) == (0.25, None)
    assert phoneless.share == AreaShare("phones", "people", complement=True)
    assert (poor.rates["get_card"].value, poor.online.value, poor.need_weight.value) == (2, 0.5, 3)
    assert others.need_weight.mark == NOT_SAID
    assert poor.name_sw == "Maskini"
    assert given.dimensions == (
        Dimension("income", "Income", "Kipato"),
        Dimension("phone", "Phone"),
    )
    assert given.choice.attraction["s1"].value == 8
    assert given.opening.weekdays == (0, 1, 2)
    assert given.opening.holidays == (date(2024, 1, 1), date(2024, 12, 25))
    assert given.opening.utilisation.value == 0.7
    assert given.opening.days_per_year == Opening().days_per_year
    assert (given.levers.counter.value, given.levers.adults) == (1_000_000, "adults")
    assert given.assisted_hosts == ("Post office",)
    assert given.facts["002"]["net_pct"] == 10


def test_a_pack_without_the_file_says_nothing(tmp_path):
    assert read_pack(tiny.write(tmp_path)).customers == Customers()


def test_facts_are_the_packs_where_the_file_names_none(tmp_path):
    manifest = tiny.PACK.replace("year = 2024\n", 'year = 2024\narea_facts = "facts.csv"\n')
    folder = tiny.write(
        tmp_path,
        pack_toml=manifest + tiny.TRAVEL,
        facts_csv=FACTS,
        customers_toml=CUSTOMERS.replace('facts = "customer_facts.csv"\n', ""),
    )
    pack = read_pack(folder)
    assert pack.customers.facts == pack.area_facts


def test_written_back_as_it_reads(tmp_path):
    pack = read_pack(pack_of(tmp_path / "a"))
    write_pack(pack, tmp_path / "b")
    assert read_pack(tmp_path / "b").customers == pack.customers


FAULTS = {
    "unknown key": (("[growth]", "[grwth]"), "grwth", "an unknown key"),
    "unknown key inside": (("name_sw =", "name_swa ="), "segments[1].name_swa", "an unknown key"),
    "visit type": (('id = "get_card"', 'id = "get_crad"'), "visit_types", "get_crad"),
    "rate": (("rates.get_card", "rates.get_cart"), "segments.poor.rates", "get_cart"),
    "site": (("attraction.s1", "attraction.s9"), "choice.attraction", "s9"),
    "column": (('"net_pct"', '"net_pcd"'), "online_reach.share", "net_pcd"),
    "adults": (('adults = "adults"', 'adults = "adulds"'), "levers.adults", "adulds"),
    "no adults": (('adults = "adults"\n', ""), "levers.adults", "missing key: adults"),
    "doubled segment": (('id = "others"', 'id = "poor"'), "segments[2].id", "poor"),
    "two rests": (("share = 0.25\n", ""), "segments (income)", "no share for poor, others"),
    "no rest": (
        ('[[segments]]\nid = "others"\nname = "Others"\ndimension = "income"\n',
         '[[segments]]\nid = "others"\nname = "Others"\ndimension = "other"\n'),
        "segments (income)", "0.25 in ",
    ),
    "share": (("share = 0.25", "share = 25"), "segments[1].share", "25"),
    "dimension": (('id = "phone"\nname = "Phone"', 'id = "phones"\nname = "Phone"'),
                  "dimensions", "phones"),
    "doubled dimension": (('id = "phone"\nname = "Phone"', 'id = "income"\nname = "Phone"'),
                          "dimensions[2].id", "income"),
    "no name": (('\nname = "Phone"\n', "\n"), "dimensions[2].name", "missing key: name"),
    "weekdays": (("[0, 1, 2]", "[0, 7]"), "opening.weekdays", "[0, 7]"),
    "holidays": (("2024-12-25,", '"Christmas",'), "opening.holidays", "Christmas"),
    "no factor": (("reach.factor]", "reach.other]"), "online_reach.factor", "missing key"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_its_key(tmp_path, name):
    change, key, found = FAULTS[name]
    told = [each for each in tiny.faults(pack_of(tmp_path, swap(*change))) if each.column == key]
    assert told, [str(each) for each in tiny.faults(tmp_path)]
    assert all(each.file == "customers.toml" for each in told)
    assert found in told[0].found


SHARES = (
    *("visit_types.wasted", "visit_types.remote", "information.effect", "online_reach.floor"),
    *("opening.utilisation", "growth", "visit_types.growth"),
)


@pytest.mark.parametrize("place", SHARES)
def test_shares_are_one_at_most(tmp_path, place):
    start = CUSTOMERS.index(f"[{place}]\nmode = ")
    end = CUSTOMERS.index("unit =", start)
    text = f"{CUSTOMERS[:start]}[{place}]\nmode = 1\nlow = 1\nhigh = 1.01\n{CUSTOMERS[end:]}"
    fault = tiny.the_fault(pack_of(tmp_path, text))
    assert (fault.found, "<= 1" in fault.expected) == ("1.01", True)
    assert fault.column.endswith(f"{place.rpartition('.')[2]}.high")


def test_growth_shrinks_by_half_at_most(tmp_path):
    fault = tiny.the_fault(pack_of(tmp_path, swap("low = -0.2", "low = -0.51")))
    assert (fault.column, fault.found) == ("visit_types[1].growth.low", "-0.51")
    assert ">= -0.5" in fault.expected


def test_a_share_over_the_whole_names_file_row_and_column(tmp_path):
    facts = FACTS.replace("002,East,10,", "002,East,104.5,")
    fault = tiny.the_fault(pack_of(tmp_path, facts=facts))
    assert (fault.file, fault.row, fault.column) == ("customer_facts.csv", 3, "net_pct")
    assert (fault.found, fault.expected) == ("104.5", "0 to 100 percent")
    assert "online_reach.share" in fault.message


def test_a_share_of_another_column_over_it(tmp_path):
    facts = FACTS.replace("90,150,", "151,150,")
    told = tiny.faults(pack_of(tmp_path, facts=facts))
    assert {(each.row, each.column, each.found) for each in told} == {(2, "phones", "151")}
    assert "people" in told[0].expected


def test_nobody_to_have_a_share_of(tmp_path):
    told = tiny.faults(pack_of(tmp_path, facts=FACTS.replace("90,150,", "0,0,")))
    assert {(each.row, each.column, each.found) for each in told} == {(2, "people", "0")}


def test_a_missing_fact_names_the_area(tmp_path):
    told = tiny.faults(pack_of(tmp_path, facts=FACTS.replace("10,30,30", ",30,30")))
    assert [(each.file, each.column, each.found) for each in told] == [
        ("customer_facts.csv", "net_pct", "no value for 002")
    ]


def test_segments_that_overlap_name_the_area(tmp_path):
    text = swap("share = 0.25", 'share = { column = "net_pct", of = 100 }')
    text = swap('name = "Others"\n', 'name = "Others"\nshare = 0.7\n', text)
    told = tiny.faults(pack_of(tmp_path, text))
    assert [each.found for each in told] == ["1.1 in West", "0.8 in East"]


def test_every_fault_at_once(tmp_path):
    text = swap("[growth]", "[grwth]", swap('"net_pct"', '"net_pcd"', swap(".s1]", ".s9]")))
    assert len(tiny.faults(pack_of(tmp_path, text))) == 3


@pytest.mark.parametrize("text", ["growth = 3", "segments = 1", "[opening]\nweekdays = 3", "x = ["])
def test_what_is_no_such_file_is_a_fault_and_no_traceback(tmp_path, text):
    with pytest.raises(InputError):
        read_pack(tiny.write(tmp_path, customers_toml=text))


def test_a_share_in_a_chain_is_one_at_most(tmp_path):
    chain = tiny.DEMAND.replace('unit = "cards a year"', 'unit = "share"')
    folder = tiny.write(tmp_path, visits_csv=None, demand_toml=chain, facts_csv=tiny.FACTS)
    fault = tiny.the_fault(folder)
    assert (fault.file, fault.found) == ("demand.toml", "120")
    assert fault.column == "visit_types[1].chain[1].high"


@pytest.mark.parametrize(
    ("figures", "column", "expected"),
    [
        (figure("levers.minutes_factor", 0, 0, 0.5), "levers.minutes_factor.mode", "> 0"),
        (figure("levers.minutes_factor", 0.5, 0, 1), "levers.minutes_factor.low", "> 0"),
        (figure("levers.minutes_factor", 0.5, 0.5, 2), "levers.minutes_factor.high", "<= 1"),
        (figure("opening.peak_day", 1.2, 0.9, 2), "opening.peak_day.low", ">= 1"),
        (figure("opening.peak_hour", 0.5, 1, 2), "opening.peak_hour.mode", ">= 1"),
    ],
)
def test_factors_outside_their_limits(tmp_path, figures, column, expected):
    told = {each.column: each for each in tiny.faults(pack_of(tmp_path, figures))}
    assert expected in told[column].expected


def test_a_fault_of_facts_that_two_files_draw_on_is_told_once(tmp_path):
    customers = 'facts = "facts.csv"\n' + figure("growth", 0.02, 0.01, 0.03)
    folder = tiny.write(
        tmp_path,
        visits_csv=None,
        demand_toml=tiny.DEMAND,
        facts_csv=tiny.FACTS + "002,Gamma,20,10\n",
        customers_toml=customers,
    )
    assert tiny.the_fault(folder).found == "002"
