"""The readers by name: what is read by each, and the words that lead into its corners."""

from __future__ import annotations

from collections.abc import Mapping

KINDS = (
    *("area_demand", "demand_points", "sites", "formats", "visits", "travel", "areas", "towns"),
    *("work_records", "survey", "audit", "actions", "comments", "survey_frame", "station_counts"),
    "road_changes",
)
"""Kinds of tables, chosen by an input's first letter."""
READERS: Mapping[str, str] = {
    "csv": "text tables of every kind",
    "workbook": "workbooks: their parts, and whole files",
    "geojson": "GeoJSON of areas, demand points and sites",
    "geopackage": "GeoPackages: their bytes, and what SQL does to a sound one",
    "shapefile": "Shapefiles: their parts, and whole zips",
    "zip": "zips of any kind, byte by byte",
    "pack.toml": "the description of a pack",
    "pack": "the other files of a pack: TOML and tables together",
    "voices": "what is asked and heard: voices.toml, survey, audits, actions, comments",
    "records": "work records, joined to a pack",
    "travel": "travel matrices: tables and the answers of routing programs",
    "parquet": "travel matrices in Parquet",
    "roads": "road layers in GeoJSON",
    "pbf": "road layers in extracts of OpenStreetMap",
    "scenario": "scenario files, and the problem that they make of a pack",
    "run.json": "run.json, read alone and verified",
    "run": "the other files of a run folder, read and verified",
    "returned": "an edited sheet of branches",
    "tracking": "the table of what was done",
    "workspace": "workspaces: their records, and whole zips",
}
_FAMILIES = {
    "tables": ("csv", "workbook", "geojson", "geopackage", "shapefile", "zip", "records"),
    "packs": ("pack.toml", "pack", "voices", "travel", "parquet", "roads", "pbf", "scenario"),
    "kept": ("run.json", "run", "returned", "tracking", "workspace"),
}
FAMILY: Mapping[str, str] = {
    reader: family for family, readers in _FAMILIES.items() for reader in readers
}
"""The module with each reader's door."""
WATCHED: Mapping[str, tuple[str, ...]] = {
    "tables": ("planner.pack",),
    "packs": ("planner.pack", "planner.scenario"),
    "kept": ("planner.pack", "planner.scenario", "planner.evaluate", "planner.runs"),
}
"""The packages whose branches lead the way, by family; all else that is loaded is watched too."""
_CELLS = (
    *('"', "'", ";", ",", "\t", "\r\n", "\n", "\ufeff", "\u00a0", "\u202e", "\x00", "\x1f", "|"),
    *("Total", "Jumla", "NA", "null", "sep=;", "=1+1", "'=1", "-", "+", "1e5", "1e400", "1,234"),
    *(
        "1.234,5",
        "532.114",
        "0x1",
        "NaN",
        "inf",
        "\uff11\uff12",
        "\u0663",
        "²",
        "½",
        "1_0",
        "9" * 20,
        "1 234",
    ),
    *(
        "KES 5",
        "5%",
        "2024-02-30",
        "31/12/2024",
        "9999-12-31",
        "0001-01-01",
        "yes",
        "ndiyo",
        "existing",
        "found",
    ),
    *("id", "name", "area", "lat", "lon", "x", "y", "population", "visits_per_year", "minutes"),
)
_JSON = (
    *('"type":', '"Feature"', '"FeatureCollection"', '"Polygon"', '"MultiPolygon"', '"Point"'),
    *('"GeometryCollection"', '"coordinates":', '"properties":', '"geometry":', "null", "true"),
    *("[]", "{}", "[[", "]]", "NaN", "Infinity", "1e400", "-0", "9" * 30, '"\\ud800"', '"\\u0000"'),
    *('"crs":', '"name":', "urn:ogc:def:crs:EPSG::21037", "EPSG:3857", '"features":', '"id":'),
)
_TOML = (
    *("[[", "]]", "[", "]", "=", '"""', "'''", "'", '"', "{", "}", "\n", "#", ".", "inf", "nan"),
    *("true", "1979-05-27", "07:32:00", "1e400", "0x7fffffffffffffff", "-1", "[]", "{}", '""'),
    *("value", "low", "high", "mode", "unit", "source", "confidence", "id", "name", "\\u0000"),
)
_XML = (
    *("<", "/>", "</", "<c ", ' t="s"', ' t="e"', ' t="b"', ' t="d"', ' t="inlineStr"', "<v>"),
    *('<row r="', '<row r="1048576">', ' r="XFD1"', ' r="A0"', ' spans="', ' hidden="1"', "<f>"),
    *("<!DOCTYPE", "<!ENTITY", "&#0;", "&amp;", '<mergeCell ref="A1:XFD1048576"/>', ' s="1"'),
    *("<is><t>", "</t></is>", "<si>", "</si>", "<sheetData>", "_x0000_", ' count="', "%% "),
)
_SQL = (
    *(
        "SELECT",
        "INSERT INTO",
        "UPDATE",
        "SET",
        "WHERE",
        "DROP TABLE",
        "CREATE VIEW",
        "ALTER TABLE",
    ),
    *("areas", "gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys", "table_name"),
    *("data_type", "'features'", "srs_id", "geom", "x'4750'", "NULL", "zeroblob(", "randomblob("),
    *("substr(geom,", "||", "1e999", "char(0)", "USING rtree", "USING fts5", "definition", "fid"),
    *("GENERATED ALWAYS AS", "DATETIME", "BLOB", "REAL", "WITHOUT ROWID", "RENAME TO", ";"),
)
WORDS: Mapping[str, tuple[str, ...]] = {
    "csv": _CELLS,
    "workbook": _XML + _CELLS,
    "geojson": _JSON,
    "geopackage": _SQL,
    "shapefile": ("%% a.shp", "%% a.dbf", "%% a.prj", "%% a.cpg", "GEOGCS[", "PROJCS[", "UTF-8"),
    "zip": ("PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "..", "/", "mimetype", ".shp", ".dbf", "xl/"),
    "pack.toml": _TOML,
    "pack": _TOML + _CELLS,
    "voices": _TOML + _CELLS,
    "records": _CELLS,
    "travel": _CELLS + _JSON,
    "parquet": ("PAR1", "demand_point", "site", "minutes", "km", "schema", "list", "element", "%"),
    "pbf": ("OSMHeader", "OSMData", "OsmSchema-V0.6", "DenseNodes", "highway", "primary", "oneway"),
    "roads": (*_JSON, '"LineString"', '"highway"', '"oneway"', '"maxspeed"', '"length"', "km"),
    "scenario": (*_TOML, "rules", "branches", "max", "demand", "travel", "objective", "solve"),
    "run.json": (*_JSON, '"schema":1', '"status":', '"branches":', '"kpis":', '"gap":', "-1"),
    "run": _CELLS,
    "returned": _XML + _CELLS,
    "tracking": _CELLS,
    "workspace": (*_JSON, "%% manifest.json", "scenarios/", "runs/", "packs/", "contents/"),
}
