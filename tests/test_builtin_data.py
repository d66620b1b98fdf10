"""The built-in county data and immigration pack are sound, and rebuild to the same bytes."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import orient_polygons
from shapely.geometry import Point, shape

ROOT = Path(__file__).resolve().parent.parent
COUNTIES = ROOT / "data" / "counties"
PACK = ROOT / "data" / "immigration"
MARKS = {"found", "derived", "general", "assumption"}
SERVICES = [
    "passport_biometrics",
    "passport_collection",
    "passport_problem_cases",
    "alien_registration",
    "citizenship_interviews",
    "temporary_permits",
]
TOTALS = {
    "passport_application": 675_000,
    "passport_collection": 540_000,
    "passport_problem_cases": 54_000,
    "alien_registration": 75_000,
    "citizenship_interviews": 5_000,
    "temporary_permits": 93_000,
}


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def haversine_km(lat_1, lon_1, lat_2, lon_2):
    phi_1, lam_1, phi_2, lam_2 = map(np.radians, (lat_1, lon_1, lat_2, lon_2))
    half = (
        np.sin((phi_2 - phi_1) / 2) ** 2
        + np.cos(phi_1) * np.cos(phi_2) * np.sin((lam_2 - lam_1) / 2) ** 2
    )
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


def coordinates(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return frame["lat"].astype(float).to_numpy(), frame["lon"].astype(float).to_numpy()


def distances(points: pd.DataFrame, sites: pd.DataFrame) -> np.ndarray:
    (lat_1, lon_1), (lat_2, lon_2) = coordinates(points), coordinates(sites)
    return haversine_km(lat_1[:, None], lon_1[:, None], lat_2, lon_2)


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return gpd.read_file(COUNTIES / "counties.geojson").set_index("code", drop=False)


@pytest.fixture(scope="module")
def counties_m(counties) -> gpd.GeoDataFrame:
    """The counties on an equal-area map in metres."""
    return counties.to_crs("+proj=laea +lat_0=0.5 +lon_0=37.8 +units=m")


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return table(COUNTIES / "county_facts.csv")


@pytest.fixture(scope="module")
def wards() -> pd.DataFrame:
    return table(PACK / "demand_points.csv")


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    return table(PACK / "sites.csv")


@pytest.fixture(scope="module")
def services() -> pd.DataFrame:
    return table(PACK / "services.csv")


@pytest.fixture(scope="module")
def visit_types() -> pd.DataFrame:
    return table(PACK / "visit_types.csv")


@pytest.fixture(scope="module")
def demand() -> dict:
    return tomllib.loads((PACK / "demand.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def settings() -> dict:
    return tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def make_pack():
    spec = importlib.util.spec_from_file_location("make_pack", ROOT / "tools" / "make_pack.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_pack"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_pack"]


# Counties


def test_the_47_counties_are_valid_polygons(counties):
    assert list(counties.index) == [f"{code:03d}" for code in range(1, 48)]
    assert counties.name.is_unique
    assert counties.is_valid.all()
    assert set(counties.geom_type) <= {"Polygon", "MultiPolygon"}
    assert counties.crs.to_epsg() == 4326


def test_no_two_counties_overlap(counties):
    first, second = counties.sindex.query(counties.geometry, predicate="intersects")
    shapes = counties.geometry.to_list()
    for i, j in zip(first, second, strict=True):
        if i < j:
            assert shapes[i].intersection(shapes[j]).area < 1e-9, (i + 1, j + 1)


def test_outlines_have_nearly_the_census_area(counties, counties_m, facts):
    geod = counties.crs.get_geod()
    turned = counties.geometry.map(orient_polygons)  # the sign of an area follows the ring
    for row in facts.itertuples():
        km2 = abs(geod.geometry_area_perimeter(turned[row.code])[0]) / 1e6
        assert abs(km2 / float(row.area_km2) - 1) <= 0.11, (row.name, km2, row.area_km2)
        assert km2 == pytest.approx(counties_m.geometry[row.code].area / 1e6, rel=0.01)


def test_the_facts_are_those_of_the_counties(counties, facts):
    assert facts["code"].tolist() == list(counties.index)
    outline_names = counties["name"].replace("Nairobi", "Nairobi City")
    assert facts["name"].tolist() == outline_names.tolist()
    assert facts["population_2019"].astype(int).sum() == 47_564_296
    assert facts["adults_18plus_2019"].astype(int).sum() == 25_627_134
    assert "Murang'a" in set(facts["name"])
    assert "foreign_residents_nonrefugee_ESTIMATE" in facts


def test_headquarters_lie_in_their_county(counties_m, facts):
    points = gpd.GeoSeries(
        gpd.points_from_xy(facts["hq_lon"].astype(float), facts["hq_lat"].astype(float)), crs=4326
    ).to_crs(counties_m.crs)
    for row, point in zip(facts.itertuples(), points, strict=True):
        assert counties_m.geometry[row.code].distance(point) <= 500, row.hq_town


@pytest.mark.parametrize("name", ["lakes", "roads"])
def test_map_layers_can_be_read(name, counties):
    layer = gpd.read_file(COUNTIES / f"{name}.geojson")
    assert len(layer) > 0
    assert layer.crs.to_epsg() == 4326
    west, south, east, north = counties.total_bounds
    box = layer.total_bounds
    assert west - 4 < box[0] < box[2] < east + 4
    assert south - 4 < box[1] < box[3] < north + 4


def test_roads_have_the_length_of_their_table():
    layer = gpd.read_file(COUNTIES / "roads.geojson")
    edges = table(PACK / "sources" / "trunk_edges.csv")
    assert layer["km"].tolist() == edges["km"].astype(float).tolist()
    assert layer["km"].sum() == pytest.approx(9113.355)
    assert set(layer["class"]) == {"trunk"}
    drawn = layer.to_crs(32737).length / 1000
    assert (drawn <= 1.005 * layer["km"] + 0.1).all()
    assert drawn.sum() == pytest.approx(layer["km"].sum(), rel=0.05)


def test_towns_are_the_urban_centres_with_a_point_in_their_county(counties_m):
    towns = table(PACK / "towns.csv")
    centres = table(PACK / "sources" / "urban_centres.csv")
    assert len(centres[centres["lat"] != ""]) == 296
    assert len(towns) == 293  # without Githunguri, Makutano (Kyumbi) and Timboroa
    assert not {"Makutano (kyumbi)", "Timboroa"} & set(towns["name"])
    assert set(towns["confidence"]) == {"found"}
    assert towns["population"].astype(int).min() >= 2000
    points = gpd.points_from_xy(towns["lon"].astype(float), towns["lat"].astype(float))
    away = gpd.GeoSeries(points, crs=4326).to_crs(counties_m.crs)
    country = counties_m.geometry.union_all()
    assert (away.distance(country) <= 500).all()


# Demand points


def test_wards(wards, facts):
    assert len(wards) == 1450
    assert wards["id"].tolist() == [f"{code:04d}" for code in range(1, 1451)]
    assert set(wards["area"]) == set(facts["code"])
    assert wards["constituency"].nunique() == 290
    assert "Njabini\\Kiburu" in set(wards["name"])
    population = wards["population"].astype(int)
    assert population.sum() == 47_564_296
    census = facts.set_index("code")["population_2019"].astype(int)
    assert (population.groupby(wards["area"]).sum() == census).all()


def test_1448_ward_centres_lie_in_their_county(wards, counties):
    inside = [
        counties.geometry[row.area].covers(Point(float(row.lon), float(row.lat)))
        for row in wards.itertuples()
    ]
    assert sum(inside) == 1448
    outside = wards[~np.array(inside)]
    assert set(outside["name"]) == {"Kibish", "Lapur"}
    assert outside["note"].str.contains("Ilemi").all()


# Sites


def test_sites(sites, facts):
    assert len(sites) == 159
    assert sites["id"].is_unique
    assert sites["status"].value_counts().to_dict() == {
        "existing": 10,
        "proposed": 14,
        "candidate": 135,
    }
    assert set(sites["area"]) == set(facts["code"])
    assert (sites["id"].str[:3] == sites["area"]).all()
    assert sites["id"].map(lambda text: bool(re.fullmatch(r"\d{3}-[a-z0-9-]+", text))).all()
    assert "047-nyayo-house" in set(sites["id"])
    assert sites.loc[sites["name"] == "Githunguri", "area"].tolist() == ["022"]


def test_services_of_today(sites):
    today = sites.set_index("id")["services_today"].str.split(";")
    full = {"047-nyayo-house", "001-mombasa", "042-kisumu", "035-kericho", "039-bungoma"}
    for site in sites.itertuples():
        if site.status == "candidate":
            assert today[site.id] == [""]
        else:
            assert today[site.id] == (SERVICES if site.id in full else SERVICES[:2]), site.id
    assert full <= set(sites.loc[sites["status"] == "existing", "id"])


def test_site_money_and_capacity(sites, services, visit_types):
    assert (sites["annual_cost_kes"] == "12000000").all()
    built = sites["status"] == "existing"
    assert (sites.loc[built, "capital_kes"] == "0").all()
    assert (sites.loc[~built, "capital_kes"] == "52000000").all()
    minutes = services.set_index("id")["counter_min_per_visit"].astype(float)
    done = visit_types.set_index("id")["services_done"]
    mean = sum(TOTALS[visit] * minutes[done[visit]] for visit in TOTALS) / sum(TOTALS.values())
    for site in sites.itertuples():
        counters = 40 if site.id == "047-nyayo-house" else 12
        expected = counters * 250 * 7.5 * 60 * 0.80 / mean
        assert int(site.capacity_visits_per_year) == round(expected / 100) * 100


def test_todays_yearly_cost(sites, services):
    cost = services.set_index("id")["annual_cost_kes"].astype(int)
    existing = sites[sites["status"] == "existing"]
    total = existing["annual_cost_kes"].astype(int).sum()
    total += sum(cost[offer] for row in existing["services_today"] for offer in row.split(";"))
    assert total == 179_500_000


def test_sites_lie_in_or_near_their_county(sites, counties_m):
    points = gpd.GeoSeries(
        gpd.points_from_xy(sites["lon"].astype(float), sites["lat"].astype(float)), crs=4326
    ).to_crs(counties_m.crs)
    outside = set()
    for row, point in zip(sites.itertuples(), points, strict=True):
        metres = counties_m.geometry[row.area].distance(point)
        assert metres <= 5000, row.id
        if metres > 0:
            outside.add(row.name)
            assert "outside" in row.note
    assert outside == {"Moyale", "Mbita", "Emali", "Mazeras", "Keroka", "Matunda"}


def test_no_two_sites_of_a_county_are_one_place(sites):
    km = distances(sites, sites)
    area = sites["area"].to_numpy()
    office = sites["status"].isin(["existing", "proposed"]).to_numpy()
    near = np.triu((km <= 1.0) & (area[:, None] == area) & ~(office[:, None] & office), k=1)
    assert not near.any()


def test_every_huduma_centre_with_a_place_is_a_host_once(sites):
    centres = table(PACK / "sources" / "huduma_centres.csv")
    placed = sorted(centres.loc[centres["lat"] != "", "name"])
    hosts = [host for row in sites["hosts"] for host in row.split(";")]
    assert sorted(host for host in hosts if host.startswith("Huduma Centre")) == placed
    assert len(placed) == 61


def test_straight_distances_to_the_nearest_office(wards, sites):
    weights = wards["population"].astype(float)
    for statuses, expected in ((["existing"], 68.60), (["existing", "proposed"], 52.00)):
        chosen = sites[sites["status"].isin(statuses)]
        nearest = distances(wards, chosen).min(axis=1)
        assert np.average(nearest, weights=weights) == pytest.approx(expected, abs=0.01)


# Services, visit types, demand


def test_services(services):
    assert services["id"].tolist() == SERVICES
    figures = services.set_index("id")
    assert figures["standard_min"].tolist() == ["120", "120", "180", "180", "240", "120"]
    assert figures["separation_km"].tolist() == ["60", "60", "100", "100", "150", "60"]
    assert figures["separation_dense_km"].tolist() == ["15", "15", "", "", "", "15"]
    assert figures["counter_min_per_visit"].tolist() == ["10", "3", "15", "10", "45", "5"]
    assert (services["name_sw"] != "").all()


def test_visit_types(visit_types, services):
    assert visit_types["id"].tolist() == list(TOTALS)
    for row in visit_types.itertuples():
        needed, done = set(row.services.split(";")), set(row.services_done.split(";"))
        assert done <= needed <= set(services["id"])
    needs = visit_types.set_index("id")["services"]
    assert needs["passport_application"] == needs["passport_collection"]
    assert visit_types["visits_per_case"].astype(float).tolist() == [1.25, 1, 2, 2, 2, 1]


def test_yearly_totals(demand):
    totals = {
        rate["id"]: round(math.prod(link["mode"] for link in rate["chain"]) / rate["round_to"])
        * rate["round_to"]
        for rate in demand["visit_types"]
    }
    assert totals == TOTALS
    assert list(totals) == list(TOTALS)


def test_every_rate_is_a_range_with_a_source(demand):
    for rate in demand["visit_types"]:
        assert rate["spread"] in demand["spreads"]
        for link in rate["chain"]:
            assert 0 <= link["low"] <= link["mode"] <= link["high"]
            assert link["confidence"] in MARKS
            assert link["source"]
            assert link["unit"]


def test_spreads_use_columns_of_the_facts(demand):
    facts = table((PACK / demand["facts"]).resolve())
    for spread in demand["spreads"].values():
        assert spread["confidence"] in MARKS
        assert spread["source"]
        for term in spread["terms"]:
            for figure in (term["weight"], *term["powers"].values()):
                if isinstance(figure, dict):
                    assert figure["low"] < figure["mode"] < figure["high"]
                    assert figure["confidence"] in MARKS
            for column in term["powers"]:
                assert (facts[column].astype(float) > 0).all()


def test_weights_and_powers_that_are_assumed_have_a_range(demand):
    (internet,) = demand["spreads"]["internet_adults"]["terms"]
    power = internet["powers"]["internet_use_pct_2023_24"]
    assert (power["low"], power["mode"], power["high"]) == (0, 0.5, 1)
    weight = demand["spreads"]["foreign_and_adults"]["terms"][1]["weight"]
    assert (weight["low"], weight["mode"], weight["high"]) == (0.05, 0.1, 0.2)


def test_formats(services):
    formats = table(PACK / "formats.csv").set_index("id")
    assert formats["counters"].tolist() == ["2", "6", "12"]
    assert formats["capital_kes"].tolist() == ["10600000", "52000000", "86500000"]
    assert formats["annual_cost_kes"].tolist() == ["5500000", "23000000", "44000000"]
    assert formats["services"].tolist() == [";".join([*SERVICES[:2], SERVICES[5]]), "", ""]
    assert set(SERVICES) == set(services["id"])


def test_what_a_format_costs_a_year_is_what_its_note_says():
    formats = table(PACK / "formats.csv").set_index("id")
    for row in formats.itertuples():
        capital = int(row.capital_kes)
        kit = capital * 0.3 * 0.1 / (1 - 1.1**-5)
        building = capital * 0.7 * 0.1 / (1 - 1.1**-20)
        staff = int(row.counters) * 1.3 * 65_000 * 12 * 1.3
        other = float(re.search(r"KES ([0-9.]+) million", row.note)[1]) * 1e6
        assert building + kit + staff + other == pytest.approx(int(row.annual_cost_kes), rel=0.01)
        assert "assumption" in row.note


def test_what_a_counter_serves(settings, make_pack):
    figure = settings["capacity"]["counter_minutes_per_year"]
    assert figure["value"] == make_pack.counter_minutes(PACK / "sources") == 90_000
    assert figure["low"] <= figure["value"] <= figure["high"]
    assert figure["confidence"] in MARKS


def test_settings(settings, facts):
    for key in ("areas", "area_facts", "lakes", "roads"):
        assert (PACK / settings[key]).is_file()
    names = facts.set_index("code")["name"]
    assert names[settings["dense_areas"]].tolist() == ["Mombasa", "Nairobi City"]
    assert set(names[settings["travel"]["slow_areas"]]) == {
        "Garissa",
        "Isiolo",
        "Lamu",
        "Mandera",
        "Marsabit",
        "Samburu",
        "Tana River",
        "Turkana",
        "Wajir",
    }
    assert settings["travel"]["model"] == "network"
    values = {k: v for k, v in settings["travel"].items() if isinstance(v, dict)}
    assert {k: v["value"] for k, v in values.items()} == {
        "circuity": 1.35,
        "road_factor": 1.11,
        "link_circuity": 1.36,
        "speed_kmh": 45,
        "speed_slow_kmh": 28,
        "fare_kes_per_km": 5,
        "local_leg_kes": 100,
        "value_of_time_kes_per_hour": 75,
    }
    for value in values.values():
        assert value["low"] <= value["value"] <= value["high"]
        assert value["confidence"] in MARKS
        assert value["source"]
        assert value["unit"]
    credit = " ".join(settings["attribution"])
    assert all(name in credit for name in ("OpenStreetMap", "GeoNames", "Natural Earth"))


# Reference tables


def test_circuity_pairs():
    pairs = table(PACK / "reference" / "circuity_pairs.csv")
    number = pairs.drop(columns=["from_town", "to_town", "source", "confidence"]).astype(float)
    assert len(number) == 20
    straight = haversine_km(number.from_lat, number.from_lon, number.to_lat, number.to_lon)
    assert np.allclose(straight, number.straight_km, rtol=0.01)
    assert np.allclose(number.road_km / number.straight_km, number.circuity, atol=0.001)
    assert number.road_km.sum() / number.straight_km.sum() == pytest.approx(1.35, abs=0.01)


def test_station_volumes(sites):
    stations = table(PACK / "reference" / "stations_2023-10-02.csv")
    assert len(stations) == 7
    assert stations["count"].astype(int).sum() == 15_400
    assert set(stations["site"]) <= set(sites.loc[sites["status"] == "existing", "id"])


# All files


@pytest.mark.parametrize(
    "name", ["demand_points.csv", "sites.csv", "services.csv", "visit_types.csv", "formats.csv"]
)
def test_every_row_has_a_source_and_one_of_the_four_marks(name):
    frame = table(PACK / name)
    assert set(frame["confidence"]) <= MARKS
    assert (frame["source"] != "").all()


@pytest.mark.parametrize("path", sorted((ROOT / "data").rglob("*.csv")), ids=lambda path: path.name)
def test_tables_are_utf8_with_lf(path):
    raw = path.read_bytes()
    raw.decode("utf-8")
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")


def test_rebuild_gives_the_same_bytes(make_pack):
    files = make_pack.build(ROOT / "data")
    assert len(files) == 7
    assert make_pack.differing(files) == []


def test_check_says_when_a_file_differs(make_pack, monkeypatch, capsys):
    assert make_pack.main(["--check"]) == 0
    monkeypatch.setattr(make_pack, "build", lambda data: {data / "immigration/sites.csv": "x\n"})
    assert make_pack.main(["--check"]) == 1
    assert "differs: data/immigration/sites.csv" in capsys.readouterr().out.replace("\\", "/")


def test_a_point_far_outside_its_county_is_refused(make_pack):
    outlines = {
        "001": (
            "Box",
            shape(
                {
                    "type": "Polygon",
                    "coordinates": [[[39, -4], [40, -4], [40, -3], [39, -3], [39, -4]]],
                }
            ),
        )
    }
    place = make_pack.Place("Far", "001", "-3.5", "38.9", "a source")
    with pytest.raises(ValueError, match="outside Box"):
        make_pack.border_note(place, outlines)
    near = make_pack.Place("Near", "001", "-3.5", "38.99", "a source")
    assert "1.1 km outside" in make_pack.border_note(near, outlines)
