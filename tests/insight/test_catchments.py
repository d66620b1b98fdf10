"""Service areas and bands of minutes: they tile the land, and every place is in the right one."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from pack.tiny import FILES, collection, feature, square, write
from travel.tiny_modes import BODA, BUS, CAR, FOOT, PEOPLE

from planner.errors import PlannerError
from planner.evaluate import listed_network
from planner.insight.catchments import catchments, serving
from planner.insight.isochrones import dry_land, isochrones
from planner.insight.land import grounds, lighter
from planner.pack import read_pack
from planner.pack.figures import Figure
from planner.plan import Assignment, Plan
from planner.scenario import Scenario, build
from planner.travel import TravelTold, places_at, places_of, ways_of

L_SHAPE = (
    '{"type":"Polygon","coordinates":[[[37,-1],[38,-1],[38,-0.4],[37.5,-0.4],[37.5,0],[37,0],'
    "[37,-1]]]}"
)
LAKE = {
    "type": "FeatureCollection",
    "features": [{
        "type": "Feature",
        "properties": {"name": "Round"},
        "geometry": json.loads(square(36.3, -0.8, 36.7, -0.6)),
    }],
}  # fmt: skip
WITHIN = (30.0, 60.0, 120.0)


def pack_of(folder, seed, points=25, sites=4, **changes):
    """Two areas, one not convex, with points anywhere in them and some at the same place."""
    rng = np.random.default_rng(seed)
    areas = {"001": shapely.box(36, -1, 37, 0), "002": shapely.from_geojson(L_SHAPE)}
    rows, offices = [], []
    while len(rows) < points or len(offices) < sites:
        lon, lat = np.round(rng.uniform([36, -1], [38, 0]), 3)
        code = next((c for c, outline in areas.items() if outline.contains_properly(
            shapely.Point(lon, lat))), None)  # fmt: skip
        if code is None:
            continue
        if len(rows) < points:
            if rows and rng.random() < 0.1:
                _, _, code, lat, lon = rows[-1]
            rows.append((f"p{len(rows)}", f"P{len(rows)}", code, lat, lon))
        else:
            offices.append((f"s{len(offices)}", f"S{len(offices)}", code, lat, lon))
    files = {
        "areas_geojson": collection(
            feature("001", "West", square(36, -1, 37, 0)), feature("002", "East", L_SHAPE)
        ),
        "demand_points_csv": "id,name,area,lat,lon,population\n"
        + "".join(f"{','.join(map(str, row))},{rng.integers(10, 900)}\n" for row in rows),
        "visits_csv": "demand_point,visit_type,visits_per_year\n"
        + "".join(
            f"{row[0]},{kind},{rng.integers(0, 50)}\n"
            for row in rows
            for kind in ("get_card", "get_deed")
        ),
        "sites_csv": "id,name,area,lat,lon,status,services_today,capital_kes\n"
        + "".join(
            f"{','.join(map(str, row))},existing,{'c;d' if n % 2 else 'c'},0\n"
            for n, row in enumerate(offices)
        ),
    }
    return read_pack(write(folder / f"pack{seed}", **files | changes))


def todays(pack, **scenario):
    problem = build(pack, Scenario(name="t", pack="p", **scenario))
    return problem, listed_network(problem, problem.existing)


def anywhere(count, seed=5):
    rng = np.random.default_rng(seed)
    return rng.uniform([36, -1], [38, 0], (count, 2)).T


# -- service areas -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [None, 0, 1])
def test_they_tile_the_areas_and_hold_what_is_nearest(tmp_path, seed, kind):
    pack = pack_of(tmp_path, seed)
    problem, plan = todays(pack)
    found = catchments(pack, problem, plan, kind)
    outlines = [each.outline for each in found]
    land = shapely.union_all([area.outline for area in pack.areas])
    assert shapely.coverage_is_valid(outlines)
    assert all(outline.is_valid for outline in outlines)
    assert sum(outline.area for outline in outlines) == pytest.approx(land.area, rel=1e-5)
    assert shapely.union_all(outlines).symmetric_difference(land).area < 1e-4 * land.area
    owner = serving(problem, plan, kind)
    at = np.array([[point.lon, point.lat] for point in pack.demand_points])
    for lon, lat in zip(*anywhere(400), strict=True):
        spot = shapely.Point(lon, lat).buffer(1e-4)
        area = [c for c, each in enumerate(pack.areas) if each.outline.contains(spot)]
        if not area:
            continue
        inside = np.flatnonzero(problem.point_area == area[0])
        squeezed = (at[inside] - [lon, lat]) * [np.cos(np.radians(0.5)), 1]
        far = np.hypot(*squeezed.T)
        near = inside[far < far.min() + 2e-4]  # on a border either may be right
        holders = [each.site for each in found if each.outline.contains(shapely.Point(lon, lat))]
        assert len(holders) <= 1
        assert set(holders) <= set(owner[near].tolist())


@pytest.mark.parametrize("seed", range(6))
def test_they_count_everybody_once(tmp_path, seed):
    pack = pack_of(tmp_path, seed)
    problem, plan = todays(pack)
    found = catchments(pack, problem, plan, 0)
    assert sum(each.points for each in found) == len(pack.demand_points)
    assert sum(each.people for each in found) == sum(p.population for p in pack.demand_points)
    assert sum(each.visits for each in found) == problem.visits[:, 0].sum()
    for each in found:  # one visit type, nearest choice: nobody goes elsewhere
        assert each.own_share in (1.0, None)
    summed = sum((each.mean_min or 0) * each.visits for each in found)
    assert summed == pytest.approx((problem.visits[:, 0] * problem.minutes.min(axis=1)).sum())
    assert [each.site for each in found] == sorted(each.site for each in found)


def test_most_visits_decide_and_equals_go_to_the_first(tmp_path):
    pack = read_pack(write(tmp_path / "p"))
    problem, _ = todays(pack)
    rows = [(0, 0, 0, 0.3), (0, 0, 1, 0.7), (1, 0, 1, 0.5), (1, 0, 0, 0.5), (2, 0, 1, 1.0)]
    table = np.array(rows)
    where = [table[:, k].astype(np.int64) for k in range(3)]
    shared = Plan(np.ones(2, bool), np.ones((2, 2), bool), Assignment(*where, table[:, 3]))
    assert serving(problem, shared).tolist() == [1, 0, 1]
    first, second = catchments(pack, problem, shared, 0)
    assert (first.visits, first.own_share) == (5, 0.5)
    assert (second.visits, second.own_share) == (13, pytest.approx((7 + 3) / 13))
    assert second.people == 130
    minutes = problem.minutes
    told = (3 * minutes[0, 0] + 7 * minutes[0, 1] + 3 * minutes[2, 1]) / 13
    assert second.mean_min == pytest.approx(told)


def test_land_that_no_branch_serves_is_told(tmp_path):
    pack = read_pack(write(tmp_path / "p"))
    problem, plan = todays(pack)  # no branch does deeds
    (only,) = catchments(pack, problem, plan, 1)
    assert (only.site, only.own_share, only.mean_min, only.visits) == (None, 0.0, None, 1)
    assert only.outline.area == pytest.approx(2.0, rel=1e-5)


def test_points_without_visits_are_with_the_nearest_branch(tmp_path):
    pack = read_pack(write(tmp_path / "p"))
    problem, plan = todays(pack)
    assert serving(replace(problem, visits=np.zeros((3, 2))), plan, 0).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "points",
    [
        [(36.5, -0.5)],
        [(36.5, -0.5)] * 3,
        [(36.2, -0.5), (36.8, -0.5)],
        [(36.2, -0.5), (36.4, -0.5), (36.8, -0.5)],
        [(36.2, -0.5), (36.2000001, -0.5), (36.2, -0.4999999), (36.9, -0.1)],
        [(36.5, -0.5), (36.6, 0.4)],  # the second lies outside its area
    ],
)
@pytest.mark.parametrize("outlined", [True, False])
def test_few_points_and_points_in_a_row(tmp_path, points, outlined):
    """Each point has a branch beside it, and its land around it."""
    pack = read_pack(write(tmp_path / "p"))
    first = pack.demand_points[0]
    pack = replace(
        pack,
        areas=pack.areas[:1] if outlined else (replace(pack.areas[0], outline=None),),
        demand_points=tuple(
            replace(first, id=f"p{n}", lon=lon, lat=lat) for n, (lon, lat) in enumerate(points)
        ),
        sites=tuple(
            replace(pack.sites[0], id=f"s{n}", lon=lon, lat=lat)
            for n, (lon, lat) in enumerate(points)
        ),
        visits=None,
        area_demand=tuple(
            replace(pack.visits[0], demand_point=pack.areas[0].code, visit_type=kind.id)
            for kind in pack.visit_types
        ),
        travel=replace(pack.travel, slow_areas=frozenset()),
    )
    problem, plan = todays(pack)
    found = catchments(pack, problem, plan, 0)
    outlines = [each.outline for each in found]
    assert shapely.coverage_is_valid(outlines)
    land = shapely.union_all([part.outline for part in grounds(pack)])
    assert sum(each.area for each in outlines) == pytest.approx(land.area, rel=1e-4)
    for place in {point for point in points if land.contains(shapely.Point(point))}:
        n = points.index(place)
        held = shapely.union_all([each.outline for each in found if each.site == n])
        assert held.distance(shapely.Point(place)) < 1e-5


def test_without_outlines_there_is_a_hull_that_leaves_other_areas_alone(tmp_path):
    pack = pack_of(tmp_path, 1)
    bare = replace(pack, areas=(pack.areas[0], replace(pack.areas[1], outline=None)))
    known, hull = grounds(bare)
    assert known.outline.equals(pack.areas[0].outline)
    assert hull.outline.intersection(known.outline).area == 0
    for i in hull.points:
        point = pack.demand_points[i]
        assert hull.outline.contains(shapely.Point(point.lon, point.lat))
    problem, plan = todays(bare)
    outlines = [each.outline for each in catchments(bare, problem, plan)]
    assert shapely.coverage_is_valid(outlines)


def test_metres_are_refused(tmp_path):
    places = "id,name,area,x,y,population\np1,A,001,0,0,1\np2,B,002,9000,0,1\n"
    sites = "id,name,area,x,y,status,services_today\ns1,S,001,0,0,existing,c\n"
    visits = "demand_point,visit_type,visits_per_year\np1,get_card,1\np2,get_card,1\n"
    pack = read_pack(
        write(
            tmp_path / "p",
            pack_toml=FILES["pack.toml"].replace('areas = "areas.geojson"', 'areas = "areas.csv"'),
            areas_geojson=None,
            areas_csv="code,name\n001,West\n002,East\n",
            demand_points_csv=places,
            sites_csv=sites,
            visits_csv=visits,
        )
    )
    problem, plan = todays(pack)
    for ask in (
        lambda: catchments(pack, problem, plan),
        lambda: isochrones(pack, problem, plan, WITHIN),
    ):
        with pytest.raises(PlannerError, match="latitude and longitude of every demand point"):
            ask()


def test_lighter_parts_still_share_their_edges(tmp_path):
    pack = pack_of(tmp_path, 3, points=60)
    problem, plan = todays(pack)
    whole = [each.outline for each in catchments(pack, problem, plan)]
    light = lighter([*whole, shapely.Polygon()], 0.05)
    assert light[-1].is_empty
    assert shapely.coverage_is_valid(light[:-1])
    assert shapely.get_num_coordinates(light).sum() < shapely.get_num_coordinates(whole).sum()


# -- bands of minutes ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A pack with a lake, today's network and its bands."""
    head = FILES["pack.toml"].replace("area_label", 'lakes = "lakes.geojson"\narea_label', 1)
    pack = pack_of(
        tmp_path_factory.mktemp("bands"),
        2,
        sites=3,
        lakes_geojson=json.dumps(LAKE),
        pack_toml=head,
    )
    problem, plan = todays(pack)
    return pack, problem, plan, isochrones(pack, problem, plan, WITHIN)


def band_of(found, lon, lat):
    """The band that holds a place, -1 for none; no place may be inside two."""
    place = shapely.points(lon, lat)
    held = np.array([shapely.intersects(band, place) for band in found.bands])
    inner = np.array([shapely.contains_properly(band, place) for band in found.bands])
    assert (inner.sum(axis=0) <= 1).all()
    return np.where(held.any(axis=0), held.argmax(axis=0), -1)


def test_bands_tile_the_dry_land(drawn):
    pack, _, _, found = drawn
    land = dry_land(pack)
    assert land.area == pytest.approx(1.8 - 0.4 * 0.2)
    assert len(found.bands) == len(WITHIN) + 1
    full = [band for band in found.bands if not band.is_empty]
    assert shapely.coverage_is_valid(full)
    assert all(band.is_valid for band in full)
    assert sum(band.area for band in full) == pytest.approx(land.area, rel=2e-3)
    assert shapely.union_all(full).symmetric_difference(land).area < 2e-3 * land.area


def test_grid_places_are_in_the_band_of_their_minutes(drawn):
    """To within the tenth of a step that lines may have moved, in minutes of the slow area."""
    _, _, _, found = drawn
    surface = found.surface
    assert len(surface.lon) > 150
    lon, lat = np.meshgrid(surface.lon, surface.lat)
    band = band_of(found, lon[surface.known], lat[surface.known])
    minutes = surface.minutes[surface.known]
    slack = 0.2 * surface.step_km * 1.3 / 25 * 60
    assert slack < 1
    ends = np.array([-np.inf, *WITHIN, np.inf])
    on_land = band >= 0
    assert on_land.sum() > 9_000
    assert (minutes[on_land] <= ends[band[on_land] + 1] + slack).all()
    assert (minutes[on_land] > ends[band[on_land]] - slack).all()


def test_any_place_is_in_the_band_of_its_minutes(drawn):
    """Asked of the model itself: between the grid's places at most a step's minutes are lost."""
    pack, _, plan, found = drawn
    lon, lat = anywhere(3000)
    ways = ways_of(pack, "great_circle")
    open_sites = [pack.sites[j] for j in np.flatnonzero(plan.is_open)]
    _, minutes = ways.between(places_at(pack, lat, lon), places_of(pack, open_sites))
    near, band = minutes.min(axis=1), band_of(found, lon, lat)
    on_land = band >= 0
    right = np.searchsorted(WITHIN, near) == band
    assert right[on_land].mean() > 0.98
    ends = np.array([-np.inf, *WITHIN, np.inf])
    off = np.maximum(near - ends[band + 1], ends[band] - near)[on_land & ~right]
    border = np.abs(lon - 37)[on_land & ~right] < 0.02  # speed changes from area to area
    assert (off[~border] <= found.surface.step_km * 1.3 / 25 * 60).all()


def test_what_is_told_of_the_error(drawn):
    _, _, _, found = drawn
    assert 0 <= found.off_min <= found.off_most_min < 5
    assert found.agree > 0.9
    assert found.seconds < 10


def test_a_visit_type_has_its_own_branches(drawn):
    pack, problem, plan, found = drawn
    deeds = isochrones(pack, problem, plan, WITHIN, kind=1)
    assert plan.offers[:, 1].sum() < plan.offers[:, 0].sum()
    assert deeds.bands[0].area < found.bands[0].area
    assert deeds.bands[0].difference(found.bands[0]).area < 1e-3


@pytest.mark.parametrize("mode", ["boda", "mixed"])
def test_modes_have_bands_of_their_own(drawn, mode):
    """By motorcycle at 30 and 20 km/h, or the cheapest that each group can use."""
    pack, _, plan, plain = drawn
    pack = replace(pack, modes=(BUS, FOOT, BODA, CAR), customers=PEOPLE)
    problem, plan = todays(pack, travel={"mode": mode})
    found = isochrones(pack, problem, plan, WITHIN)
    assert found.agree >= 0.95
    assert found.off_most_min < 5
    assert found.bands[0].area != pytest.approx(plain.bands[0].area, rel=0.02)


def test_waiting_counts_everywhere(drawn):
    """With 20 minutes before each trip the 30 minute band is what was within 10 before."""
    pack, _, _, plain = drawn
    waits = Figure("wait_min", 12, 0, 30, "minutes"), Figure("local_min", 8, 0, 30, "minutes")
    later = replace(pack, travel=replace(pack.travel, wait_min=waits[0], local_min=waits[1]))
    problem, plan = todays(later)
    found = isochrones(later, problem, plan, WITHIN)
    known = plain.surface.known
    assert found.surface.minutes[known] == pytest.approx(plain.surface.minutes[known] + 20)
    assert found.agree == 1.0


def test_a_matrix_has_no_surface(drawn):
    pack, problem, plan, _ = drawn
    by_matrix = replace(problem, travel=TravelTold("matrix"))
    with pytest.raises(PlannerError, match="knows its own pairs only"):
        isochrones(pack, by_matrix, plan, WITHIN)


def test_without_a_branch_that_can_do_it_there_are_no_bands(tmp_path):
    pack = read_pack(write(tmp_path / "p"))
    problem, plan = todays(pack)
    with pytest.raises(PlannerError, match="No branch is open"):
        isochrones(pack, problem, plan, WITHIN, kind=1)


def test_far_thresholds_leave_outer_bands_empty(tmp_path):
    pack = read_pack(write(tmp_path / "p"))
    problem, plan = todays(pack)
    found = isochrones(pack, problem, plan, (5000.0, 6000.0))
    assert [band.is_empty for band in found.bands] == [False, True, True]
    assert found.agree == 1.0


def test_places_without_a_route_are_beyond(tmp_path, monkeypatch):
    """East of 37.5 nothing is connected: it lies in the last band, and in no other."""
    pack = read_pack(write(tmp_path / "p"))
    problem, plan = todays(pack)
    ways = ways_of(pack, "great_circle")

    class Broken:
        sources, notes = (), ()

        def between(self, start, end):
            km, minutes = ways.between(start, end)
            cut = start.east > 37.5
            km[cut], minutes[cut] = np.inf, np.inf
            return km, minutes

    monkeypatch.setattr("planner.insight.isochrones.ways_of", lambda *_: Broken())
    found = isochrones(pack, problem, plan, (30.0, 900.0))
    assert band_of(found, np.array([37.45, 37.6]), np.array([-0.5, -0.5])).tolist() == [1, 2]
