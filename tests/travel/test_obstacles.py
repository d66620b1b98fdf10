"""What straight lines may not cross."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from pack.tiny import FILES, collection, feature, the_fault, write
from shapely.geometry import mapping

from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.faults import Findings
from planner.pack.lakes_file import read_lakes
from planner.travel.obstacles import MOST_CORNERS, Plane, obstacles_of

LAKE = shapely.box(36.4, -0.6, 36.6, 0.2)  # 22 km wide, 89 km from south to north


def geojson(*shapes) -> str:
    import json

    return collection(*(feature(str(n), "L", json.dumps(mapping(s))) for n, s in enumerate(shapes)))


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path / "tiny"))


@pytest.fixture
def with_lake(tiny, tmp_path):
    def make(*shapes, avoid=("lakes",), **changes):
        path = tmp_path / "lakes.geojson"
        path.write_text(geojson(*shapes))
        return replace(
            tiny, lakes=path, travel=replace(tiny.travel, avoid=avoid), known_roads=(), **changes
        )

    return make


def moved(tiny, *places):
    """The tiny pack's demand points at other degrees; its sites likewise, at the first two."""
    return {
        "demand_points": tuple(
            replace(p, lat=lat, lon=lon)
            for p, (lat, lon) in zip(tiny.demand_points, places, strict=True)
        ),
        "sites": tuple(
            replace(s, lat=lat, lon=lon) for s, (lat, lon) in zip(tiny.sites, places, strict=False)
        ),
    }


def test_great_circles_are_straight_in_the_plane():
    rng = np.random.default_rng(1)
    plane = Plane(1.0, 38.0)
    lat, lon = rng.uniform(-20, 20, 50), rng.uniform(20, 60, 50)
    back = plane.degrees(plane.place(lat, lon))
    assert back[0] == pytest.approx(lat)
    assert back[1] == pytest.approx(lon)
    # The middle of a great circle lies on the straight line between the ends.
    at = np.radians(np.column_stack([lat, lon]))
    ball = np.column_stack(
        [np.cos(at[:, 0]) * np.cos(at[:, 1]), np.cos(at[:, 0]) * np.sin(at[:, 1]), np.sin(at[:, 0])]
    )
    middle = ball[:25] + ball[25:]
    m_lat = np.degrees(np.arctan2(middle[:, 2], np.hypot(middle[:, 0], middle[:, 1])))
    m_lon = np.degrees(np.arctan2(middle[:, 1], middle[:, 0]))
    places, middles = plane.place(lat, lon), plane.place(m_lat, m_lon)
    across, along = places[25:] - places[:25], middles - places[:25]
    turned = across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0]
    assert turned / np.hypot(*across.T) == pytest.approx(np.zeros(25), abs=1e-8)
    assert np.isnan(plane.place([1.0], [-140.0])).all()


def test_lines_cross_a_lake_or_pass_it(with_lake, tiny):
    ashore = moved(tiny, (-0.2, 36.2), (-0.2, 36.8), (-0.5, 37.5))
    obstacles = obstacles_of(with_lake(LAKE, **ashore))
    assert obstacles.any
    assert obstacles.notes == ()
    starts = np.array([(-0.2, 36.2), (-0.2, 36.2), (-0.2, 36.2), (-0.2, 36.5), (50, -150)])
    ends = np.array([(-0.2, 36.8), (-0.2, 36.1), (0.9, 36.8), (-0.2, 36.8), (-0.2, 36.8)])
    crossed = obstacles.crosses(*starts.T, *ends.T)
    assert crossed.tolist() == [True, False, False, True, False]
    assert (obstacles.crosses(*ends.T, *starts.T) == crossed).all()


def test_an_obstacle_counts_from_its_tolerance_inward(with_lake, tiny):
    """1.1 km inside the southern end a line passes, 2.2 km inside it does not."""
    ashore = moved(tiny, (-0.2, 36.2), (-0.2, 36.8), (-0.5, 37.5))
    obstacles = obstacles_of(with_lake(LAKE, **ashore))
    for lat, crosses in ((-0.59, False), (-0.58, True)):
        assert obstacles.crosses([lat], [36.2], [lat], [36.8]).tolist() == [crosses]


def test_nothing_is_in_the_way_where_the_pack_avoids_nothing(with_lake, tiny):
    for pack in (with_lake(LAKE, avoid=()), tiny, replace(tiny, lakes=None)):
        obstacles = obstacles_of(pack)
        assert not obstacles.any
        assert not obstacles.crosses([-0.2], [36.2], [-0.2], [36.8]).any()


def test_the_border_is_the_outside_of_all_areas(tiny):
    """Two squares side by side; the line between them stays in, one round a corner leaves."""
    notch = shapely.box(36.9, -0.4, 37.1, 0.0)
    areas = tuple(replace(a, outline=a.outline.difference(notch)) for a in tiny.areas)
    pack = replace(tiny, areas=areas, travel=replace(tiny.travel, avoid=("border",)))
    obstacles = obstacles_of(pack)
    places = np.array([(-0.2, 36.7, -0.2, 37.3), (-0.6, 36.7, -0.6, 37.3), (-0.5, 36.5, -0.5, 39)])
    assert obstacles.crosses(*places.T).tolist() == [True, False, True]
    assert not obstacles_of(replace(pack, travel=tiny.travel)).any


def test_the_border_needs_the_outline_of_every_area(tiny):
    areas = (replace(tiny.areas[0], outline=None), tiny.areas[1])
    pack = replace(tiny, areas=areas, travel=replace(tiny.travel, avoid=("border",)))
    obstacles = obstacles_of(pack)
    assert not obstacles.any
    assert obstacles.notes == ("Lines may leave the areas: not every area has an outline.",)


def test_a_place_in_a_lake_is_reached_from_its_nearest_shore_alone(with_lake, tiny):
    """5.6 km from the western shore, 16.7 km from the eastern one."""
    drowned = moved(tiny, (-0.2, 36.45), (-0.2, 36.8), (-0.5, 37.5))
    obstacles = obstacles_of(with_lake(LAKE, **drowned))
    west, east = (-0.2, 36.2), (-0.2, 36.8)
    place = (-0.2, 36.45)
    pairs = np.array([(*place, *west), (*place, *east), (*west, *east)])
    assert obstacles.crosses(*pairs.T).tolist() == [False, True, True]


def test_an_island_is_joined_by_its_shortest_crossing(with_lake, tiny):
    island = shapely.box(36.43, -0.3, 36.48, -0.2)  # 3.3 km from the western shore
    places = moved(tiny, (-0.25, 36.45), (-0.25, 36.8), (-0.5, 37.5))
    obstacles = obstacles_of(with_lake(LAKE.difference(island), **places))
    assert obstacles.cut_off == ("Alpha",)
    free = shapely.box(*obstacles.outline.envelope.buffer(20).bounds) - obstacles.outline
    assert free.geom_type == "Polygon"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"type":"FeatureCollection","features":[', "damaged JSON"),
        ("name,lat\nx,1\n", "another kind of file"),
        (collection(feature("1", "L", '{"type":"Point","coordinates":[36,0]}')), "Point"),
        (geojson(shapely.box(300000, 100, 300100, 200)), "coordinates from"),
        (
            geojson(LAKE).replace(
                '"features"',
                '"crs":{"type":"name","properties":{"name":"EPSG:32637"}},"features"',
                1,
            ),
            "EPSG:32637",
        ),
    ],
)
def test_a_lake_file_at_fault_is_told(tmp_path: Path, content, found):
    path = tmp_path / "lakes.geojson"
    path.write_text(content)
    findings = Findings()
    assert read_lakes(path, findings) is None
    assert len(findings.faults) == 1
    assert found in findings.faults[0].found
    assert findings.faults[0].file == "lakes.geojson"


def test_a_damaged_lake_file_is_no_obstacle_in_silence(with_lake):
    pack = with_lake(LAKE)
    pack.lakes.write_text("{")
    with pytest.raises(InputError, match=r"lakes\.geojson"):
        obstacles_of(pack)


def test_the_door_refuses_a_damaged_lake_file(tmp_path):
    toml = 'lakes = "lakes.geojson"\n' + FILES["pack.toml"]
    point = collection(feature("1", "L", '{"type":"Point","coordinates":[36,0]}'))
    for content, found in ((point, "Point"), ("{", "damaged JSON"), (geojson(LAKE), "")):
        folder = write(tmp_path / "pack", pack_toml=toml, lakes_geojson=content)
        if not found:
            assert read_pack(folder).lakes is not None
            continue
        fault = the_fault(folder)
        assert (fault.file, fault.found) == ("lakes.geojson", found)


def test_a_lake_that_changes_on_the_disk_is_read_again(with_lake, tiny):
    ashore = moved(tiny, (-0.2, 36.2), (-0.2, 36.8), (-0.5, 37.5))
    pack = with_lake(LAKE, **ashore)
    there = ([-0.2], [36.2], [-0.2], [36.8])
    assert obstacles_of(pack) is obstacles_of(pack)
    assert obstacles_of(pack).crosses(*there).all()
    pack.lakes.write_text(geojson(shapely.box(36.4, 0.4, 36.6, 0.9), shapely.box(36, 5, 37, 6)))
    assert not obstacles_of(pack).crosses(*there).any()


def test_very_many_corners_are_thinned_out(with_lake, tiny):
    ashore = moved(tiny, (-0.2, 36.0), (-0.2, 38.0), (-0.5, 38.0))
    teeth = np.linspace(36.1, 37.9, 8001)
    shore = np.column_stack([teeth, np.where(np.arange(8001) % 2, 0.0, 0.05)])
    comb = shapely.Polygon([*shore, (37.9, -1.5), (36.1, -1.5)])
    obstacles = obstacles_of(with_lake(comb, **ashore))
    assert shapely.get_num_coordinates(obstacles.outline) < MOST_CORNERS
    assert obstacles.crosses([-0.2], [36.0], [-0.2], [38.0]).all()
