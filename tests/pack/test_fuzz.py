"""Whatever is sent gives a table or faults, never an error of another kind."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pack import tiny
from planner.errors import InputError
from planner.pack import check_table, read_pack
from planner.pack.columns import SCHEMAS
from planner.pack.faults import Findings
from planner.pack.geo import read_geojson_grid
from planner.pack.tables import read_table

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from([10**400, "Feature", "Polygon", "Point", "1,234", "id", "001", "'=x"]),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "id", "name", "crs"]), inner)
    ),
    max_leaves=12,
)
_FEATURES = st.fixed_dictionaries(
    {"type": st.sampled_from(["Feature", "x", 1])},
    optional={
        "properties": st.dictionaries(
            st.sampled_from(["id", "name", "area", "population"]), _VALUES
        ),
        "geometry": _VALUES
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon"]), "coordinates": _VALUES}
        ),
    },
)


@QUICK
@given(st.lists(_FEATURES, max_size=4), st.sampled_from(["areas", "sites", "demand_points"]))
def test_any_features(features, kind):
    findings = Findings()
    text = json.dumps({"type": "FeatureCollection", "features": features})
    grid = read_geojson_grid(text, "a.geojson", findings)
    if grid is not None:
        read_table(grid, SCHEMAS[kind], findings)


_CELLS = st.sampled_from(
    ["", "a", "001", "Nairobi", "Total", "-1", "1,234", "532.114", "1.5", "91", "e9", '"', "'", ";",
     "\u00a0", "\ufeff", "=1", "\x1f", "Jumla", "NA", "existing", "9" * 30]
)  # fmt: skip
_HEADS = st.sampled_from(
    ["id", "name", "area", "lat", "lon", "population", "visits_per_year", "visit_type", "site",
     "demand_point", "minutes", "km", "code", "status", "x", "y", "", "confidence"]
)  # fmt: skip


@QUICK
@given(
    st.sampled_from(["area_demand", "demand_points", "sites", "visits", "travel", "areas"]),
    st.lists(_HEADS, min_size=1, max_size=8),
    st.lists(st.lists(_CELLS, min_size=1, max_size=8), max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table(tmp_path, kind, head, rows, separator):
    path = tmp_path / "t.csv"
    lines = [separator.join(cells) for cells in [head, *rows]]
    path.write_text("\n".join(lines), encoding="utf-8")
    report = check_table(path, kind, rows=True)
    json.dumps(report.as_json_dict(), allow_nan=False)
    assert report.verdict == ("refuse" if report.faults else report.verdict)
    assert report.row_count == len(report.table)


@QUICK
@given(st.data())
def test_any_damage_to_a_pack(tmp_path, data):
    name = data.draw(st.sampled_from(sorted(tiny.FILES)))
    content = tiny.FILES[name]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(
        st.sampled_from(["", ",", "\n", '"', "9" * 5000, "-", "[[", "é", "\0", "1e999"])
    )
    stem, _, ending = name.rpartition(".")
    damaged = content[:start] + put + content[start + length :]
    folder = tiny.write(tmp_path / "p", **{f"{stem}_{ending}": damaged})
    try:
        read_pack(folder)
    except InputError as error:
        assert error.faults
        assert str(tmp_path) not in str(error)
