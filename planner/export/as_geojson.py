"""GeoJSON (RFC 7946): the branches as points, with all that is told about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from planner.export.layers import require_places
from planner.export.sheets import Imprint, Sheet
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import plain
from planner.runs.table import clean_text

_LISTS = ("services", "services_added")


def geojson_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The file by the end of its name.

    Raises:
        PlannerError: Places are in metres or not known.
    """
    require_places(run)
    branches = next(sheet for sheet in sheets if sheet.key == "branches")
    keys = [column.key for column in branches.columns]
    service_name = {service.id: clean_text(w.name(service)) for service in run.pack.services}
    marks = imprint.as_dict()
    features = []
    for row in branches.rows:
        cells: dict[str, Any] = dict(zip(keys, row, strict=True))
        lat, lon = cells.pop("lat", None), cells.pop("lon", None)
        for key in _LISTS:
            cells[key] = [name for name in cells[key].split(";") if name]
        cells["service_names"] = [service_name[name] for name in cells["services"]]
        properties = {key: _clean(value) for key, value in {**cells, **marks}.items()}
        features.append(
            {
                "type": "Feature",
                "id": _clean(cells["site"]),
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": properties,
            }
        )
    collection = {
        "type": "FeatureCollection",
        "run": {"name": clean_text(run.scenario.name), **marks},
        "features": features,
    }
    text = json.dumps(plain(collection), ensure_ascii=False, allow_nan=False, indent=1)
    return {"branches.geojson": text.encode()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    return [_clean(each) for each in value] if isinstance(value, list) else value
