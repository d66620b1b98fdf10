"""Formats, counters, closing costs and minutes apart: read, checked, joined and written back."""

from __future__ import annotations

import pytest

from pack import tiny
from planner.pack import check_pack, check_table, read_pack, write_pack
from planner.pack.figures import Figure, Mark
from planner.pack.types import Format

FORMATS = (
    "id,name,counters,capital_kes,annual_cost_kes,services,source,confidence\n"
    "desk,Desk,2,10600000,5500000,c,press,found\nfull,Full,12,86500000,44000000,,press,derived\n"
)
SITES = (
    "id,name,area,lat,lon,status,services_today,formats,format_today,closing_kes\n"
    "s1,Alpha town,001,-0.5,36.5,existing,c,desk;full,full,700\n"
    "s2,Gamma town,002,-0.5,37.5,candidate,,desk,,\n"
)
SERVICES = (
    "id,name,standard_min,separation_km,separation_min,separation_dense_min,annual_cost_kes,"
    "capital_kes,closing_kes,counter_min_per_visit\n"
    "c,Card,120,60,45,10,1000,200,30,5\nd,Deed,,,,,,,,8\n"
)
CAPACITY = """
[capacity.counter_minutes_per_year]
value = 80000
low = 70000
high = 100000
unit = "minutes a year"
source = "the office"
confidence = "found"
"""


def pack_with(tmp_path, **changes):
    files = {
        "pack_toml": tiny.FILES["pack.toml"] + CAPACITY,
        "formats_csv": FORMATS,
        "sites_csv": SITES,
        "services_csv": SERVICES,
    }
    return tiny.write(tmp_path / "a", **{**files, **changes})


def test_everything_is_read(tmp_path):
    pack = read_pack(pack_with(tmp_path))
    assert pack.warnings == ()
    assert pack.formats == (
        Format("desk", "Desk", 2, 10_600_000, 5_500_000, ("c",), "", Mark("press", "found")),
        Format("full", "Full", 12, 86_500_000, 44_000_000, (), "", Mark("press", "derived")),
    )
    first, second = pack.sites
    assert (first.formats, first.format_today, first.closing_kes) == (("desk", "full"), "full", 700)
    assert (second.formats, second.format_today, second.counters) == (("desk",), "", None)
    card, deed = pack.services
    assert (card.separation_min, card.separation_dense_min) == (45, 10)
    assert (card.capital_kes, card.closing_kes) == (200, 30)
    assert (deed.separation_min, deed.capital_kes, deed.closing_kes) == (None, 0, 0)
    assert pack.counter_minutes_per_year == Figure(
        "counter_minutes_per_year", 80000, 70000, 100000, "minutes a year",
        Mark("the office", "found"),
    )  # fmt: skip


def test_what_is_written_reads_the_same(tmp_path):
    sites = SITES.replace("closing_kes", "closing_kes,counters").replace(",700", ",700,3")
    sites = sites.replace("desk,,\n", "desk,,,\n")
    pack = read_pack(pack_with(tmp_path, sites_csv=sites))
    assert pack.sites[0].counters == 3
    write_pack(pack, tmp_path / "out")
    again = read_pack(tmp_path / "out")
    for name in ("sites", "services", "formats", "counter_minutes_per_year"):
        assert getattr(again, name) == getattr(pack, name)


def test_the_planners_figure_stands_in_and_is_told(tmp_path):
    folder = pack_with(tmp_path)
    (folder / "pack.toml").write_text(tiny.FILES["pack.toml"])
    figure = read_pack(folder).counter_minutes_per_year
    assert (figure.value, figure.mark.confidence) == (90_000, "assumption")
    tiny.warning(folder, "no [capacity] counter_minutes_per_year", "default 90,000")
    plain = tiny.write(tmp_path / "plain")  # no counters: nobody needs the figure
    assert read_pack(plain).warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("value = 80000", "value = 0", "capacity.counter_minutes_per_year.value", "a number > 0"),
        ("value = 80000", "value = 8", "capacity.counter_minutes_per_year.value", "low <= value"),
        ("value = 80000", "vaule = 8", "capacity.counter_minutes_per_year.value", "missing key"),
        ("[capacity.counter_", "[capacity.conter_", "capacity.conter_minutes_per_year", "Did you"),
    ],
)
def test_faults_in_what_a_counter_serves(tmp_path, old, new, place, told):
    folder = pack_with(tmp_path)
    path = folder / "pack.toml"
    path.write_text(path.read_text().replace(old, new))
    faults = {fault.column: str(fault) for fault in tiny.faults(folder)}
    assert told in faults[place]


@pytest.mark.parametrize(
    ("old", "new", "column", "told"),
    [
        ("desk;full,full", "desk;full,desk2", "format_today", "Did you mean desk?"),
        ("desk;full,full", "desk,full", "format_today", "expected desk"),
        ("desk;full,full", ",full", "format_today", "the site lists in formats"),
        (",,desk,,", ",,desk,desk,", "format_today", "Only an existing site"),
        (",,desk,,", ",,dask,,", "formats", "Did you mean desk?"),
        ("existing,c,desk;full,full", "existing,c;d,desk;full,desk", "services_today", "found d;"),
        (",700", ",-1", "closing_kes", "a whole number >= 0"),
        (",700", ",0.5", "closing_kes", "a whole number"),
        (",700", ",inf", "closing_kes", "a whole number"),
    ],
)
def test_faults_of_sites(tmp_path, old, new, column, told):
    assert old in SITES
    faults = tiny.faults(pack_with(tmp_path, sites_csv=SITES.replace(old, new, 1)))
    assert {fault.column for fault in faults} == {column}
    assert told in " ".join(map(str, faults))


@pytest.mark.parametrize(
    ("old", "new", "column", "told"),
    [
        (",2,", ",-2,", "counters", "a whole number from 0 to 100000"),
        (",2,", ",2.5,", "counters", "a whole number from 0 to 100000"),
        (",2,", ",many,", "counters", "a number"),
        (",c,press", ",x,press", "services", "the id of a service"),
        ("full,Full", "desk,Full", "id", "each one once"),
        ("10600000", "1e7", "capital_kes", "all digits"),
        ("press,found", "press,sure", "confidence", "found or derived"),
    ],
)
def test_faults_of_formats(tmp_path, old, new, column, told):
    assert old in FORMATS
    faults = tiny.faults(pack_with(tmp_path, formats_csv=FORMATS.replace(old, new, 1)))
    assert column in {fault.column for fault in faults}
    assert told in " ".join(map(str, faults))


def test_faults_of_several_tables_at_once(tmp_path):
    folder = pack_with(
        tmp_path,
        formats_csv=FORMATS.replace(",2,", ",x,"),
        sites_csv=SITES.replace(",700", ",x"),
        services_csv=SERVICES.replace(",45,", ",-45,"),
    )
    assert {(each.file, each.column) for each in tiny.faults(folder)} == {
        ("formats.csv", "counters"),
        ("sites.csv", "closing_kes"),
        ("services.csv", "separation_min"),
    }


def test_formats_without_their_table(tmp_path):
    faults = tiny.faults(pack_with(tmp_path, formats_csv=None))
    assert [(each.row, each.column) for each in faults] == [
        (2, "formats"), (2, "format_today"), (3, "formats"),
    ]  # fmt: skip
    assert all("no formats.csv" in each.found for each in faults)


def test_what_is_guessed_or_has_no_effect_is_told(tmp_path):
    sites = SITES.replace("desk;full,full,700", "desk;desk2,,").replace("desk,,\n", "desk,,5\n")
    sites = sites.replace("closing_kes\n", "closing_kes,annual_cost_kes\n")
    sites = sites.replace("desk;desk2,,\n", "desk;desk2,,,9\n").replace(",5\n", ",5,\n")
    formats = FORMATS + "desk2,Other,,,,,,\n"
    services = SERVICES.replace(",8\n", ",\n")
    folder = pack_with(tmp_path, sites_csv=sites, formats_csv=formats, services_csv=services)
    tiny.warning(folder, "format_today not given", "Alpha town as desk")
    tiny.warning(folder, "have the costs and counters of the format", "Alpha town")
    tiny.warning(folder, "closing_kes counts for existing sites only: Gamma town")
    tiny.warning(folder, "formats.csv: formats that no site lists: full")
    tiny.warning(folder, "services.csv: no counter_min_per_visit", "Deed")
    assert read_pack(folder).sites[0].format_today == "desk"


def test_check_counts_what_was_read(tmp_path):
    report = check_pack(pack_with(tmp_path))
    assert report.verdict == "accept"
    assert report.row_count == 3 + 2 + 2 + 4 + 2 + 2 + 2  # points, services, types, visits, …


def test_one_table_held_against_a_pack(tmp_path):
    folder = pack_with(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES.replace("desk;full,full", "desk;fall,fall"))
    report = check_table(tmp_path / "sites.csv", "sites", [folder])
    assert [(each.column, each.found) for each in report.faults] == [
        ("formats", "fall"), ("format_today", "fall"),
    ]  # fmt: skip
    (tmp_path / "formats.csv").write_text(FORMATS.replace(",c,", ",x,"))
    report = check_table(tmp_path / "formats.csv", "formats", pack=read_pack(folder))
    assert [each.expected for each in report.faults] == ["the id of a service"]
    (tmp_path / "formats.csv").write_text(FORMATS)
    beside = [tmp_path / "formats.csv", folder / "areas.geojson"]
    against = check_table(tmp_path / "sites.csv", "sites", beside)
    assert [each.found for each in against.faults] == ["fall", "fall"]
    plain = tiny.write(tmp_path / "plain")
    told = check_table(tmp_path / "sites.csv", "sites", [plain]).faults
    assert {each.column for each in told} == {"formats", "format_today"}


def test_a_table_by_itself_is_not_held_against_formats(tmp_path):
    (tmp_path / "sites.csv").write_text(SITES)
    areas = tiny.write(tmp_path / "a") / "areas.geojson"
    report = check_table(tmp_path / "sites.csv", "sites", [areas])
    assert report.faults == ()
    assert "services_today, formats, format_today not checked" in " ".join(report.warnings)
