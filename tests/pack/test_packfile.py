import pytest

from pack import tiny
from planner.errors import InputError
from planner.pack import check_pack, describe_faults, find_pack, read_pack

POINTS = tiny.FILES["demand_points.csv"]
SITES = tiny.FILES["sites.csv"]
VISITS = tiny.FILES["visits.csv"]
SERVICES = tiny.FILES["services.csv"]
TYPES = tiny.FILES["visit_types.csv"]
TOML = tiny.FILES["pack.toml"]
AREAS = tiny.FILES["areas.geojson"]


def test_the_tiny_pack_reads_whole(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "tiny"))
    assert pack.warnings == ()
    assert [area.code for area in pack.areas] == ["001", "002"]
    assert [point.population for point in pack.demand_points] == [100, 50, 30]
    assert pack.services[0].standard_min == 120
    assert pack.services[1].standard_min is None
    assert pack.services[1].annual_cost_kes == 0
    assert pack.visit_types[1].services == ("c", "d") == pack.visit_types[1].services_done
    assert pack.sites[0].services_today == ("c",)
    assert sum(row.visits_per_year for row in pack.visits) == 19
    assert pack.travel.speed_kmh.value == 50
    assert pack.travel.slow_areas == {"002"}
    assert pack.dense_areas == {"001"}
    assert not pack.projected
    assert pack.currency == "KES"


def test_the_built_in_pack_has_no_faults():
    pack = read_pack(find_pack("immigration"))
    assert len(pack.areas) == 47
    assert all(area.outline.is_valid for area in pack.areas)
    assert sum(point.population for point in pack.demand_points) == 47_564_296
    assert pack.rates.rates
    assert {rate.spread for rate in pack.rates.rates} <= set(pack.rates.spreads)


def swap(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


FAULTS = {
    "negative population": (
        "demand_points_csv", swap(POINTS, ",50\n", ",-3\n"), 3, "population", "-3", ">= 0"),
    "blank population": (
        "demand_points_csv", swap(POINTS, ",50\n", ",\n"), 3, "population", "blank", "number"),
    "latitude out of range": (
        "demand_points_csv", swap(POINTS, "-0.2,36.2", "-95,36.2"), 3, "lat", "-95", "90"),
    "swapped point": (
        "demand_points_csv", swap(POINTS, "-0.2,36.2", "36.2,-0.2"), 3, "lat", "36.2", "areas"),
    "lost minus sign": (
        "demand_points_csv", swap(POINTS, "-0.2,36.2", "0.2,36.2"), 3, "lat", "0.2", "West"),
    "unknown area": (
        "demand_points_csv", swap(POINTS, "Beta,001", "Beta,Wes"), 3, "area", "Wes", "name"),
    "id twice": ("sites_csv", swap(SITES, "s2,", "s1,"), 3, "id", "s1", "once"),
    "site far outside": (
        "sites_csv", swap(SITES, "-0.5,37.5", "-0.5,36.5"), 3, "lat", "36.5", "East"),
    "unknown status": ("sites_csv", swap(SITES, "existing", "open"), 2, "status", "open",
                       "existing or candidate or proposed|existing or proposed or candidate"),
    "unknown service today": ("sites_csv", swap(SITES, ",c,0", ",cc,0"), 2, "services_today", "cc",
                              "service"),
    "service twice": ("sites_csv", swap(SITES, ",c,0", ",c;c,0"), 2, "services_today", "c", "once"),
    "money in parts": ("sites_csv", swap(SITES, "900000", "9000.50"), 3, "capital_kes", "9000.50",
                       "whole"),
    "ambiguous money": ("sites_csv", swap(SITES, "900000", "900.000"), 3, "capital_kes", "900.000",
                        "one way"),
    "unknown visit type": ("visits_csv", swap(VISITS, "p1,get_deed", "p1,get_dead"), 5,
                           "visit_type", "get_dead", "visit type"),
    "unknown point": ("visits_csv", swap(VISITS, "p3,", "p9,"), 4, "demand_point", "p9",
                      "demand point"),
    "doubled visits": ("visits_csv", swap(VISITS, "p2,get_card", "p1,get_card"), 3,
                       "demand_point + visit_type", "p1 + get_card", "once"),
    "unknown service": ("visit_types_csv", swap(TYPES, "c;d", "c;x"), 3, "services", "x",
                        "service"),
    "semicolons instead of services": ("visit_types_csv", swap(TYPES, "c;d", ";"), 3, "services",
                                       ";", "ids with semicolons"),
    "semicolons instead of a blank": ("sites_csv", swap(SITES, ",c,0", ", ; ;,0"), 2,
                                      "services_today", "; ;", "ids with semicolons"),
    "standard of zero": ("services_csv", swap(SERVICES, "120", "0"), 2, "standard_min", "0", "> 0"),
    "bad confidence": (
        "services_csv", "id,name,confidence\nc,Card,sure\nd,Deed,found\n", 2, "confidence", "sure",
        "found"),
    "no geometry": ("areas_geojson", tiny.collection(
        tiny.feature("001", "West", tiny.square(36, -1, 37, 0)),
        tiny.feature("002", "East", "null")), 3, "geometry", "no geometry", "polygon"),
    "metres as degrees": ("areas_geojson", tiny.collection(
        tiny.feature("001", "West", tiny.square(36, -1, 37, 0)),
        tiny.feature("002", "East", tiny.square(370000, -1000, 380000, 0))),
        3, "geometry", "370000", "degrees"),
    "text coordinates": ("areas_geojson", swap(AREAS, "[36,-1]", '["36",-1]'), 2, "geometry",
                         "36", "geometry"),
    "open ring": ("areas_geojson", swap(AREAS, "[36,-1],[37,-1]", "[36.5,-1],[37,-1]"), 2,
                  "geometry", "not closed", "geometry"),
    "unknown key": ("pack_toml", swap(TOML, "area_label", "area_lable"), None, "area_lable",
                    "unknown key", "known key"),
    "wrong type": ("pack_toml", swap(TOML, "2024", '"2024"'), None, "year", "2024", "whole"),
    "missing id": ("pack_toml", swap(TOML, 'id = "tiny"', ""), None, "id", "missing key", "text"),
    "no such file": ("pack_toml", swap(TOML, "areas.geojson", "ares.geojson"), None, "areas",
                     "ares.geojson", "file"),
    "unknown dense area": ("pack_toml", swap(TOML, '["001"]', '["1"]'), None, "dense_areas", "1",
                           "area"),
    "unknown slow area": ("pack_toml", swap(TOML, '["002"]', '["009"]'), None,
                          "travel.slow_areas", "009", "area"),
    "speed of zero": ("pack_toml", swap(TOML, "value = 50", "value = 0"), None,
                      "travel.speed_kmh.value", "0", "> 0"),
    "value above high": ("pack_toml", swap(TOML, "value = 50", "value = 55"), None,
                         "travel.speed_kmh.value", "55", "low <= value <= high"),
    "figure without source": ("pack_toml", swap(TOML, 'source = "s"\n', ""), None,
                              "travel.circuity.source", "missing key", "text"),
    "figure with a bad mark": ("pack_toml", swap(TOML, '"assumption"', '"sure"'), None,
                               "travel.circuity.confidence", "sure", "found"),
    "broken toml": ("pack_toml", 'id = "tiny"\nname = Tiny\n', 2, None, "no TOML", "key = value"),
    "not utf-8 toml": ("pack_toml", b'id = "\xff"', None, None, "not UTF-8", "UTF-8"),
    "cut off json": ("areas_geojson", AREAS[:-30], 1, None, "damaged JSON", "GeoJSON"),
    "deep json": ("areas_geojson", '{"a":' + "[" * 5000, None, None, "nested", "GeoJSON"),
    "other json": ("areas_geojson", '{"type":"Topology"}', None, "type", "Topology", "Feature"),
    "no sites": ("sites_csv", None, None, None, "no such file", "sites"),
    "no demand": ("visits_csv", None, None, None, "no demand", "demand.toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_is_one_fault_in_its_place(case, tmp_path):
    key, content, row, column, found, expected = FAULTS[case]
    fault = tiny.the_fault(tiny.write(tmp_path / "tiny", **{key: content}))
    assert fault.row == row
    assert fault.column == column
    assert found in fault.found
    assert any(each in fault.expected for each in expected.split("|"))
    assert str(tmp_path) not in str(fault)
    if case.startswith("swapped"):
        assert "swapped" in fault.message
    if case.startswith("lost"):
        assert "minus sign" in fault.message
    if case == "unknown key":
        assert "area_label" in fault.message


@pytest.mark.parametrize("cell", ["c;;d", "c;d;", " ; c;d", "c; ;;d"])
def test_a_blank_entry_in_a_list_of_ids_is_passed_over_and_said(cell, tmp_path):
    pack = read_pack(tiny.write(tmp_path / "tiny", visit_types_csv=swap(TYPES, "c;d", cell)))
    assert pack.visit_types[1].services == ("c", "d")
    (told,) = [each for each in pack.warnings if "semicolons" in each]
    assert told == (
        "visit_types.csv: services: semicolons with nothing between them were passed over, such as"
        f" {cell.strip()}"
    )


def test_every_file_is_read_before_anything_is_said(tmp_path):
    folder = tiny.write(
        tmp_path / "tiny",
        demand_points_csv=POINTS.replace(",50\n", ",-3\n"),
        sites_csv=SITES.replace("existing", "open"),
        visits_csv="demand_point,visit_type\n",
        pack_toml=TOML.replace("area_label", "area_lable"),
    )
    files = {fault.file for fault in tiny.faults(folder)}
    assert files == {"demand_points.csv", "sites.csv", "visits.csv", "pack.toml"}


def test_one_fault_does_not_hide_another(tmp_path):
    folder = tiny.write(
        tmp_path / "tiny",
        demand_points_csv=POINTS.replace(",50\n", ",-3\n"),
        sites_csv=SITES.replace("existing", "open").replace("Gamma town,002", "Gamma town,009"),
        visits_csv=VISITS.replace("p3,", "p9,"),
        services_csv=SERVICES.replace("id,name,", "id,nme,"),
        visit_types_csv=TYPES.replace("c;d", "c;x"),
        pack_toml=TOML.replace('["001"]', '["1"]'),
    )
    found = {fault.found for fault in tiny.faults(folder)}
    assert found == {"-3", "open", "009", "p9", "missing column: name", "x", "1"}
    broken = tiny.write(tmp_path / "broken", pack_toml="x =", sites_csv=SITES.replace("s2,", "s1,"))
    assert {fault.file for fault in tiny.faults(broken)} == {"pack.toml", "sites.csv"}


def test_of_two_with_one_id_one_is_another_so_that_no_id_is_called_unknown(tmp_path):
    folder = tiny.write(
        tmp_path / "tiny",
        demand_points_csv=POINTS.replace("p2,", "p1,"),
        sites_csv=SITES.replace("s2,", "s1,"),
        survey_csv="respondent,date,question,rating,branch\n1,2026-03-02,q,4,s2\n",
        audit_csv="date,branch,item,score,most,auditor\n2026-03-02,s2,signs,3,5,M\n",
        actions_csv="branch,flag,action\ns2,rating,more counters\n",
        work_records_csv="date,branch,service,served\n2024-01-02,s2,get_card,x\n",
    )
    told = [(fault.file, fault.found) for fault in tiny.faults(folder)]
    assert told == [("demand_points.csv", "p1"), ("sites.csv", "s1"), ("work_records.csv", "x")]
    told_too = " ".join(check_pack(folder).warnings)
    assert "visits.csv: demand_point not checked, as not every id" in told_too
    twice = tiny.write(tmp_path / "twice", areas_geojson=swap(AREAS, '"002"', '"001"'))
    assert [(fault.file, fault.found) for fault in tiny.faults(twice)] == [("areas.geojson", "001")]


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("sites_csv", "-0.5,37.5", "-95,37.5", "-95"),
        ("services_csv", "120", "-120", "-120"),
    ],
)
def test_a_bad_cell_of_a_row_hides_no_unknown_name_in_daily_records(
    tmp_path, file, old, new, found
):
    content = {"sites_csv": SITES, "services_csv": SERVICES}[file].replace(old, new)
    rows = "2024-01-02,s9,get_card,1\n2024-01-02,s2,get_deal,1\n"
    given = {file: content, "work_records_csv": "date,branch,service,served\n" + rows}
    folder = tiny.write(tmp_path, **given)
    assert [fault.found for fault in tiny.faults(folder)] == [found, "s9", "get_deal"]


def test_places_are_held_against_the_areas_that_can_be_read(tmp_path):
    folder = tiny.write(
        tmp_path / "tiny",
        areas_geojson=tiny.collection(
            tiny.feature("001", "West", tiny.square(36, -1, 37, 0)),
            tiny.feature("002", "East", "null"),
        ),
        demand_points_csv=POINTS.replace("-0.2,36.2", "36.2,-0.2").replace("36.5,100", "36.5,-1"),
    )
    told = {(each.file, each.row, each.column) for each in tiny.faults(folder)}
    assert told == {
        ("areas.geojson", 3, "geometry"), ("demand_points.csv", 2, "population"),
        ("demand_points.csv", 3, "lat"),
    }  # fmt: skip


def test_what_a_fault_hides_is_not_called_absent(tmp_path):
    folder = tiny.write(
        tmp_path / "a",
        sites_csv=SITES.replace("existing", "open"),
        visits_csv=VISITS.replace("p1,get_deed,1", "p1,get_deed,1,1"),
        travel_csv="demand_point,site,minutes\np1,s1,x\n",
    )
    told = "\n".join(check_pack(folder).warnings)
    for word in ("without status", "without any visits", "no route", "cannot be reached"):
        assert word not in told
    blank = tiny.write(
        tmp_path / "b",
        sites_csv=SITES.replace("existing", "").replace("candidate", "open"),
    )
    assert any("1 of 2 sites without status" in each for each in check_pack(blank).warnings)
    rates = tiny.write(
        tmp_path / "c", visits_csv=None, facts_csv=tiny.FACTS,
        demand_toml=tiny.DEMAND.replace('id = "get_deed"', 'id = "get_dead"'),
    )  # fmt: skip
    assert not any("without any visits" in each for each in check_pack(rates).warnings)


@pytest.mark.parametrize(
    ("demand", "file"),
    [
        ({"area_demand_csv": "area,visit_type,visits_per_year\n001,get_card,9\n002,get_card,5\n"},
         "area_demand.csv"),
        ({"demand_toml": tiny.DEMAND, "facts_csv": tiny.FACTS}, "demand.toml"),
    ],
)  # fmt: skip
def test_visits_where_nobody_is_counted_are_shared_equally_and_said(tmp_path, demand, file):
    points = POINTS.replace(",30\n", ",0\n")
    folder = tiny.write(tmp_path / "a", visits_csv=None, demand_points_csv=points, **demand)
    assert tiny.warning(folder, "shared equally").startswith(f"{file}: ")
    assert tiny.warning(folder, "shared equally").endswith(": East")
    fine = tiny.write(tmp_path / "b", visits_csv=None, **demand)
    assert not any("shared equally" in each for each in read_pack(fine).warnings)


def test_no_joins_are_judged_against_a_table_that_cannot_be_read(tmp_path):
    folder = tiny.write(tmp_path / "tiny", services_csv="nonsense\n1\n", areas_geojson="{")
    assert {fault.file for fault in tiny.faults(folder)} == {"services.csv", "areas.geojson"}
    ragged = tiny.write(tmp_path / "ragged", demand_points_csv=POINTS.replace("Beta,", "Beta,x,"))
    assert [fault.found for fault in tiny.faults(ragged)] == ["7 fields"]


def test_what_looks_odd_is_a_warning(tmp_path):
    folder = tiny.write(
        tmp_path / "a", services_csv=SERVICES + "e,Extra,,,\n",
        sites_csv="id,name,area,lat,lon\ns1,A,001,-0.5,36.5\ns2,B,East county,0.02,37.5\n",
        demand_points_csv=POINTS.replace("-0.2,36.2", "-0.2,35.9").replace("Alpha,001", "Alpha,1"),
        visits_csv="demand_point,visit_type,visits_per_year\np1,get_card,10\n",
    )  # fmt: skip
    tiny.warning(folder, "services in no visit type", "e")
    tiny.warning(folder, "2 of 2 sites without status", "candidate")
    tiny.warning(folder, "sites.csv: 1 place lies outside", "B (2.2 km outside East)")
    tiny.warning(folder, "demand_points.csv: 1 place lies outside", "Beta (11.1 km outside West)")
    tiny.warning(folder, "area codes understood: 1 as 001")
    tiny.warning(folder, "area names understood: East county as 002")
    tiny.warning(folder, "demand points without any visits: Beta, Gamma")
    tiny.warning(folder, "visit types without any visits: get_deed")


def test_an_area_without_people_is_a_warning_and_defaults_are_said(tmp_path):
    extra = tiny.feature("003", "North", tiny.square(36, 0, 37, 1))
    folder = tiny.write(
        tmp_path / "a",
        areas_geojson=AREAS[:-2] + "," + extra + "]}",
        pack_toml='id = "t"\nname = "T"\nareas = "areas.geojson"\n',
    )
    tiny.warning(folder, "areas without any demand point: North")
    assert "speed_kmh 45" in tiny.warning(folder, "defaults")
    pack = read_pack(folder)
    assert pack.travel.circuity.value == 1.35
    assert pack.travel.value_of_time_kes_per_hour.mark.confidence == "assumption"
    assert pack.year is None


def test_a_crossed_outline_is_repaired_and_said(tmp_path):
    bow = '{"type":"Polygon","coordinates":[[[36,-1],[37,0],[37,-1],[36,0],[36,-1]]]}'
    east = tiny.feature("002", "East", tiny.square(37, -1, 38, 0))
    folder = tiny.write(
        tmp_path / "a",
        areas_geojson=tiny.collection(tiny.feature("001", "West", bow), east),
        demand_points_csv=POINTS.replace("-0.5,36.5", "-0.5,36.1"),
        sites_csv=SITES.replace("-0.5,36.5", "-0.5,36.1"),
    )
    told = tiny.warning(folder, "West", "repaired")
    assert "area changed by" in told
    assert read_pack(folder).areas[0].outline.area == pytest.approx(0.5)


def test_demand_comes_from_rates(tmp_path):
    folder = tiny.write(
        tmp_path / "a", visits_csv=None, demand_toml=tiny.DEMAND, facts_csv=tiny.FACTS
    )
    rates = read_pack(folder).rates
    assert rates.year == 2024
    assert rates.facts == {"001": {"adults": 80, "net_pct": 40.5},
                           "002": {"adults": 20, "net_pct": 10}}  # fmt: skip
    assert rates.rates[0].chain[0].value == 100
    assert rates.rates[0].round_to == 10
    powers = rates.spreads["adults"].terms[0].powers
    assert {name: power.value for name, power in powers.items()} == {"adults": 1, "net_pct": 0.5}
    assert "population" in rates.spreads


RATES = {
    "unknown spread": ('spread = "adults"', 'spread = "adult"', "visit_types[1].spread", "adult"),
    "unknown fact": ("adults = 1.0", "adulst = 1.0", "spreads.adults.terms", "adulst"),
    "text fact": ("adults = 1.0", "town = 1.0", "town", "row 2: Alpha"),
    "no such facts": ('"facts.csv"', '"fact.csv"', "facts", "fact.csv"),
    "unknown visit type": ('id = "get_deed"', 'id = "get_dead"', "visit_types", "get_dead"),
    "twice": ('id = "get_deed"', 'id = "get_card"', "visit_types", "get_card"),
    "mode above high": ("mode = 100", "mode = 130", "visit_types[1].chain[1].mode", "130"),
    "unknown key": ("round_to", "round_too", "visit_types[1].round_too", "unknown key"),
    "no mode": ("mode = 100\n", "", "visit_types[1].chain[1].mode", "missing key"),
    "reserved": ("[spreads.adults]", "[spreads.population]", "spreads.population", "population"),
    "no terms": ("terms = [{ weight = 1.0, powers = { adults = 1.0, net_pct = 0.5 } }]",
                 "terms = []", "spreads.adults.terms", "no terms"),
}  # fmt: skip


@pytest.mark.parametrize("case", RATES)
def test_each_fault_of_the_rates(case, tmp_path):
    old, new, column, found = RATES[case]
    folder = tiny.write(
        tmp_path / "a", visits_csv=None, demand_toml=swap(tiny.DEMAND, old, new),
        facts_csv=tiny.FACTS,
    )  # fmt: skip
    told = tiny.faults(folder)
    assert any(each.column == column and found in each.found for each in told), map(str, told)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ("code,adults,net_pct\n001,80,40\n", "no value for 002"),
        ("code,adults,net_pct\n001,80,40\n002,-1,5\n", "below 0 in 002"),
        ("code,adults,net_pct\n001,80,40\n001,1,5\n002,1,1\n", "001"),
        ("code,adults,net_pct\n001,80\n002,1,1\n", "2 fields"),
        ("kode,adults,net_pct\n001,80,1\n002,1,1\n", "missing column: code"),
    ],
)
def test_each_fault_of_the_facts(facts, found, tmp_path):
    folder = tiny.write(tmp_path / "a", visits_csv=None, demand_toml=tiny.DEMAND, facts_csv=facts)
    assert any(found in each.found for each in tiny.faults(folder))


def test_visits_come_from_one_file_only(tmp_path):
    both = tiny.write(tmp_path / "a", demand_toml=tiny.DEMAND, facts_csv=tiny.FACTS)
    assert "visits.csv and demand.toml" in tiny.the_fault(both).found
    people = tiny.write(
        tmp_path / "b", visits_csv=None, area_demand_csv="area,population\n001,200\n002,10\n"
    )
    assert "population only" in tiny.the_fault(people).message


def test_demand_by_area(tmp_path):
    folder = tiny.write(
        tmp_path / "a", visits_csv=None,
        area_demand_csv="County,visit_type,visits_per_year\nWest County,get_card,70\n",
    )  # fmt: skip
    pack = read_pack(folder)
    assert [(row.demand_point, row.visits_per_year) for row in pack.area_demand] == [("001", 70)]
    assert pack.visits is None
    tiny.warning(folder, "areas not in it have no visits: East")


def test_population_by_area_is_shared_to_the_last_person(tmp_path):
    folder = tiny.write(
        tmp_path / "a", area_demand_csv="area,population,source,confidence\n001,100,census,found\n"
    )
    pack = read_pack(folder)
    assert [point.population for point in pack.demand_points] == [67, 33, 30]
    assert pack.demand_points[0].mark.source == "census"
    assert pack.area_demand is None
    tiny.warning(folder, "areas not in it keep the population of their demand points: East")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("area,visit_type,visits_per_year\nWest,get_card,1\n001,get_card,2\n", "001"),
        ("area,visits_per_year\nWest,1\n", "missing column: visit_type"),
        ("area,visit_type,visits_per_year\nWest,,1\n", "a blank cell"),
        ("area,visit_type,visits_per_year\nWest,get_card,\n", "a blank cell"),
        ("area,visit_type,visits_per_year\nWest,get_dead,1\n", "get_dead"),
        ("area,visit_type\nWest,get_dead\n", "missing column: population or visits_per_year"),
        ("area,visit_type,visits_per_year\nWst,get_card,1\n", "Wst"),
    ],
)
def test_each_fault_of_demand_by_area(text, found, tmp_path):
    folder = tiny.write(tmp_path / "a", visits_csv=None, area_demand_csv=text)
    assert found in tiny.faults(folder)[0].found


def test_demand_of_an_area_without_points_is_not_lost(tmp_path):
    folder = tiny.write(
        tmp_path / "a",
        demand_points_csv="id,name,area,lat,lon,population\np1,Alpha,001,-0.5,36.5,100\n",
        visits_csv=None,
        area_demand_csv="area,visit_type,visits_per_year\n001,get_card,1\nEast,get_card,5\n",
    )
    assert "lost" in tiny.the_fault(folder).message


def test_a_matrix_counts_its_missing_pairs_and_refuses_doubled_ones(tmp_path):
    rows = "demand_point,site,minutes,km\np1,s1,0,\np1,s2,60,80.5\np2,s1,,\n"
    folder = tiny.write(tmp_path / "a", travel_csv=rows)
    assert "4 of 6 pairs have no route" in tiny.warning(folder, "travel.csv", "pairs")
    tiny.warning(folder, "travel.csv: 2 demand points have no route to any site: Beta, Gamma")
    assert not any("cannot be reached" in each for each in read_pack(folder).warnings)
    pack = read_pack(folder)
    assert pack.travel_matrix == tiny.matrix(pack, [("p1", "s1", 0), ("p1", "s2", 60, 80.5)])
    twice = tiny.write(tmp_path / "b", travel_csv=rows + "p1,s2,61,80\n")
    assert tiny.the_fault(twice).found == "p1 + s2"
    far = tiny.write(tmp_path / "d", travel_csv="demand_point,site,km\np1,s1,1\np2,s1,2\n",
                     demand_points_csv=POINTS.replace(",30\n", ",0\n"),
                     visits_csv=VISITS.replace("p3,get_card,3", "p3,get_card,0"))  # fmt: skip
    tiny.warning(far, "travel.csv: 1 site cannot be reached from any demand point: Gamma town")
    assert not any("to any site" in each for each in read_pack(far).warnings)  # nobody asks
    strange = tiny.write(tmp_path / "c", travel_csv=rows + "p1,s9,61,80\n")
    assert tiny.the_fault(strange).found == "s9"


PLAIN_POINTS = "id,name,area,population\np1,A,North,5\np2,B,North,5\np3,C,South,1\n"
PLAIN_SITES = "id,name,area,status\ns1,A,North,existing\ns2,C,South,candidate\n"
PLAIN_TOML = 'id = "t"\nname = "T"\n'


def test_a_pack_without_places_needs_a_matrix(tmp_path):
    changes = {
        "demand_points_csv": PLAIN_POINTS, "sites_csv": PLAIN_SITES, "areas_geojson": None,
        "pack_toml": PLAIN_TOML,
    }  # fmt: skip
    folder = tiny.write(tmp_path / "a", **changes)
    assert "no travel matrix" in tiny.the_fault(folder).found
    folder = tiny.write(tmp_path / "b", **changes, travel_csv="demand_point,site,km\np1,s1,1\n")
    pack = read_pack(folder)
    assert [area.code for area in pack.areas] == ["North", "South"]
    assert pack.demand_points[0].lat is None


def test_a_projected_pack_has_metres(tmp_path):
    changes = {
        "demand_points_csv": PLAIN_POINTS.replace("population", "x,y,population").replace(
            ",5\n", ",1000,2000.5,5\n").replace(",1\n", ",0,0,1\n"),
        "areas_geojson": None, "pack_toml": PLAIN_TOML,
    }  # fmt: skip
    sites = "id,name,area,status,x,y\ns1,A,North,existing,0,1\n"
    pack = read_pack(tiny.write(tmp_path / "a", **changes, sites_csv=sites))
    assert pack.projected
    assert pack.demand_points[0].y == 2000.5
    degrees = "id,name,area,status,lat,lon\ns1,A,North,existing,0,1\n"
    mixed = tiny.write(tmp_path / "b", **changes, sites_csv=degrees)
    assert "same way" in tiny.the_fault(mixed).message
    half = tiny.write(tmp_path / "c", **changes, sites_csv=degrees.replace(",lon", ",lonn"))
    assert "missing column: lon" in tiny.the_fault(half).found


def test_two_files_of_one_table_are_a_fault(tmp_path):
    folder = tiny.write(tmp_path / "a", sites_geojson="{}")
    assert "one file for each table" in tiny.faults(folder)[0].expected


def test_no_pack(tmp_path):
    with pytest.raises(InputError, match=r"no pack\.toml"):
        read_pack(tmp_path)


def test_faults_in_words_are_not_endless(tmp_path):
    lines = "".join(f"q{n},get_card,1\n" for n in range(50))
    folder = tiny.write(tmp_path / "a", visits_csv=VISITS + lines)
    told = tiny.faults(folder)
    assert len(told) == 50
    words = describe_faults(told).splitlines()
    assert len(words) == 21
    assert words[-1] == "visits.csv, demand_point: and 30 more"
