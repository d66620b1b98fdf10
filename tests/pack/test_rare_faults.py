"""Faults and gaps that few packs have: each is told once, in its place, and nothing is lost."""

import pytest

from pack import tiny
from pack.files import workbook
from pack.test_customers import CUSTOMERS, FACTS, figure, swap
from pack.test_journeys import SOUND as JOURNEYS
from pack.test_stations_file import COUNTS, KEYS
from pack.test_voices import VOICES
from planner.pack import read_pack, write_pack
from planner.pack.customer_types import AreaShare

TOML = tiny.FILES["pack.toml"]
SITES = tiny.FILES["sites.csv"]
TYPES = tiny.FILES["visit_types.csv"]
SPEED = '[travel.class_speed_kmh.trunk]\nvalue = 0\nlow = 1\nhigh = 90\nunit = "km/h"\n'
INFORMATION = 'facts = "customer_facts.csv"\n[information]\n' + "".join(
    ('share = { column = "phones", of = "people" }\n', figure("information.effect", 0.6))
)
THRESHOLD = 'value = {0}\nlow = {0}\nhigh = {0}\nunit = "u"\nsource = "s"\nconfidence = "found"\n'


def customers(text=CUSTOMERS, facts=FACTS):
    return {"customers_toml": text, "customer_facts_csv": facts}


def rated(demand=tiny.DEMAND, facts=tiny.FACTS, **changes):
    return {"visits_csv": None, "demand_toml": demand, "facts_csv": facts} | changes


def thresholds(**values):
    told = "".join(
        f"[thresholds.{name}]\n{THRESHOLD.format(each)}" for name, each in values.items()
    )
    return {"voices_toml": VOICES.partition("[thresholds.mean_rating]")[0] + told}


def layer(*points, **columns):
    """A map layer of the two sites, each where it is given."""
    cells = "".join(f',"{name}":"{each}"' for name, each in columns.items())
    features = [
        f'{{"type":"Feature","properties":{{"id":"s{at}","name":"S{at}","area":"00{at}"{cells}}},'
        f'"geometry":{{"type":"Point","coordinates":{point}}}}}'
        for at, point in enumerate(points, start=1)
    ]
    return {"sites_csv": None, "sites_geojson": tiny.collection(*features)}


FAULTS = {
    "customers without their facts": (
        customers(facts=None), ("customers.toml", None, "facts", "customer_facts.csv")),
    "a whole that an area lacks": (
        customers(INFORMATION, swap(",30,20\n", ",,20\n", FACTS)),
        ("customer_facts.csv", None, "people", "no value for 002")),
    "a column of facts twice": (
        rated(facts="code,town,adults,net_pct,adults\n001,A,8,4,1\n002,G,2,1,1\n"),
        ("facts.csv", 1, None, "columns twice: adults")),
    "a paper without an id": (
        {"journeys_toml": swap('asks = ["id_card"]', 'asks = [""]', JOURNEYS)},
        ("journeys.toml", None, "journeys[1].steps[1].asks", '""')),
    "a paper twice in a step": (
        {"journeys_toml": swap('asks = ["id_card"]', 'asks = ["id_card", "id_card"]', JOURNEYS)},
        ("journeys.toml", None, "journeys[1].steps[1].asks", "id_card twice")),
    "a class of road without speed": (
        {"pack_toml": TOML + SPEED + 'source = "s"\nconfidence = "found"\n'},
        ("pack.toml", None, "travel.class_speed_kmh.trunk.value", "0")),
    "no map of the areas": (
        {"areas_geojson": None}, ("pack.toml", None, "areas", "areas.geojson")),
    "a service done that is not asked for": (
        {"visit_types_csv": "id,name,services,services_done\nget_card,Get a card,c,d\n"
                            "get_deed,Get a deed,c;d,\n"},
        ("visit_types.csv", 2, "services_done", "d")),
    "visit types that are no table": (
        {"visit_types_csv": b"%PDF-1.4"}, ("visit_types.csv", None, None, "a PDF file")),
    "an area by a name that two have": (
        {"areas_geojson": tiny.FILES["areas.geojson"].replace("East", "WEST"),
         "demand_points_csv": swap("Beta,001", "Beta,West", tiny.FILES["demand_points.csv"])},
        ("demand_points.csv", 3, "area", "West")),
    "visit types at fault, asked for by rates": (
        rated(visit_types_csv=swap("get_card,", ",", TYPES)),
        ("visit_types.csv", 2, "id", "a blank cell")),
    "counts that are no table": (
        {"pack_toml": TOML + KEYS, "counts_csv": b"%PDF-1.4"},
        ("counts.csv", None, None, "a PDF file")),
    "sites at fault, with counts": (
        {"pack_toml": TOML + KEYS, "counts_csv": COUNTS, "sites_csv": swap("s2,", ",", SITES)},
        ("sites.csv", 3, "id", "a blank cell")),
    "half a scale": (
        {"voices_toml": swap("low = 0\nhigh = 10\n", "low = 0\n", VOICES)},
        ("voices.toml", None, "scale.high", "missing key: high")),
    "a share above one": (
        thresholds(turned_away=1.5), ("voices.toml", None, "thresholds.turned_away.value", "1.5")),
    "half an answer": (
        thresholds(least_respondents=2.5),
        ("voices.toml", None, "thresholds.least_respondents.value", "2.5")),
    "no weight at all": (
        thresholds(opinion_weight=0, audit_weight=0),
        ("voices.toml", None, "thresholds.audit_weight", "0")),
    "a name of two sites": (
        {"voices_toml": VOICES, "sites_csv": swap("Gamma town", "Alpha town", SITES),
         "survey_csv": "respondent,date,question,rating,branch\n1,2026-03-02,speed,4,Alpha town\n"},
        ("survey.csv", 2, "branch", "Alpha town")),
    "both kinds of places": (
        {"sites_csv": "id,name,area,lat,lon,x,y\ns1,A,001,-0.5,36.5,100,200\n"
                      "s2,G,002,-0.5,37.5,300,400\n"},
        ("sites.csv", None, "x", "both lat, lon and x, y")),
    "a point that is none": (
        layer("[36.5,-0.5]", '["east",-0.5]'),
        ("sites.geojson", 3, "geometry", 'coordinates ["east", -0.5]')),
    "labels of areas that lack one": (
        {"pack_toml": swap('areas = "areas.geojson"\n', "", TOML), "areas_geojson": None,
         "sites_csv": swap("Gamma town,002", "Gamma town,", SITES)},
        ("sites.csv", 3, "area", "a blank cell")),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_each_of_them_is_one_fault_in_its_place(case, tmp_path):
    changes, (file, row, column, found) = FAULTS[case]
    fault = tiny.the_fault(tiny.write(tmp_path / "tiny", **changes))
    assert (fault.file, fault.row, fault.column) == (file, row, column)
    assert fault.found.startswith(found)


def warned(tmp_path, **changes):
    return read_pack(tiny.write(tmp_path / "tiny", **changes)).warnings


def test_a_share_is_one_of_a_hundred_where_nothing_else_is_said(tmp_path):
    text = swap('{ column = "net_pct", of = 100 }', '{ column = "net_pct" }', CUSTOMERS)
    pack = read_pack(tiny.write(tmp_path / "tiny", **customers(text)))
    assert pack.customers.online.share == AreaShare("net_pct", 100.0)


def test_where_an_area_has_people_but_none_of_its_places_has_they_are_shared_equally(tmp_path):
    points = tiny.FILES["demand_points.csv"].replace(",100\n", ",0\n").replace(",50\n", ",0\n")
    given = {"demand_points_csv": points, "area_demand_csv": "area,population\n001,9\n"}
    pack = read_pack(tiny.write(tmp_path / "tiny", **given))
    assert [each.population for each in pack.demand_points] == [5, 4, 30]
    told = [each for each in pack.warnings if each.startswith("area_demand.csv")]
    assert told[-2:] == [
        "area_demand.csv: replaces the population of 2 demand points in 1 areas",
        "area_demand.csv: shared equally, as no demand point has people: 001",
    ]


def test_totals_that_are_all_blank_replace_nothing(tmp_path):
    given = {"area_demand_csv": "area,visit_type,visits_per_year,population\n001,get_card,4,\n"}
    pack = read_pack(tiny.write(tmp_path / "tiny", visits_csv=None, **given))
    assert [each.population for each in pack.demand_points] == [100, 50, 30]
    assert not [each for each in pack.warnings if "replaces" in each]


def test_a_rate_of_nothing_asks_for_nothing_where_nobody_lives(tmp_path):
    nobody = {"demand_points_csv": tiny.FILES["demand_points.csv"].replace(",30\n", ",0\n")}
    cards = "low = 90\nmode = 100\nhigh = 120\n"
    none = swap(cards, "low = 0\nmode = 0\nhigh = 0\n", tiny.DEMAND)
    (told,) = warned(tmp_path / "some", **rated(**nobody))
    assert told.endswith("none of them has people: East")
    assert warned(tmp_path / "none", **rated(none, **nobody)) == ()


def test_of_two_matrices_none_is_taken_in_silence(tmp_path):
    text = "demand_point,site,minutes\np1,s1,5\n"
    folder = tiny.write(tmp_path / "tiny", travel_csv=text)
    workbook(folder / "travel.xlsx", [["demand_point", "site", "minutes"], ["p1", "s1", 6]])
    fault = tiny.the_fault(folder)
    assert (fault.file, fault.found) == ("travel.xlsx", "also travel.csv")


def test_past_fifty_places_outside_only_their_names_are_given(tmp_path):
    rows = "".join(f"n{at},Near {at},001,-0.5,35.99,5\n" for at in range(60))
    rows = tiny.FILES["demand_points.csv"] + rows
    (told,) = (each for each in warned(tmp_path, demand_points_csv=rows) if "outside" in each)
    assert told.startswith("demand_points.csv: 60 places lie outside the area's outline: Near 0 (")
    assert "1.1 km outside West" in told


def test_areas_without_outlines_are_written_as_a_table(tmp_path):
    given = {
        "pack_toml": swap("areas.geojson", "areas.csv", TOML),
        "areas_geojson": None,
        "areas_csv": "code,name\n001,West\n002,East\n",
    }
    pack = read_pack(tiny.write(tmp_path / "tiny", **given))
    write_pack(pack, tmp_path / "out")
    assert (tmp_path / "out" / "areas.csv").read_text() == "code,name\n001,West\n002,East\n"
    assert read_pack(tmp_path / "out").areas == pack.areas


def test_defaults_in_another_currency_are_told(tmp_path):
    text = 'currency = "UGX"\n' + tiny.PACK
    (told,) = (each for each in warned(tmp_path, pack_toml=text) if "UGX" in each)
    assert "fare_kes_per_km, local_leg_kes, value_of_time_kes_per_hour are in KES" in told


def test_columns_of_metres_that_are_blank_all_over_are_none(tmp_path):
    rows = "id,name,area,lat,lon,x,y,status\ns1,A,001,-0.5,36.5,,,existing\n"
    pack = read_pack(tiny.write(tmp_path / "tiny", sites_csv=rows))
    assert (pack.sites[0].lat, pack.sites[0].x) == (-0.5, None)
