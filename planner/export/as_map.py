"""The map of a plan as one page that opens anywhere, without internet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from planner.evaluate import Score
from planner.export.columns import Column, code_words
from planner.export.layers import MapLayer, map_layers
from planner.export.sheets import Imprint, Sheet
from planner.insight.land import lighter
from planner.present.escape import html_text
from planner.present.maps.area_layers import class_rows, indicator_title, indicator_values
from planner.present.maps.classes import quantile_classes
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow, Shape, Shapes
from planner.present.maps.standalone import Shown, map_page
from planner.present.results import results_map
from planner.present.results.duplicates import link_layer, link_rows
from planner.present.view import View
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import plain
from planner.runs.table import Cell, clean_text

_LIGHTER = 0.004  # degrees, as the outlines of areas
_DECIMALS = 3
_EDGE = "#2f3a38"
_BRANCHES = (
    *("site", "name", "area_name", "status", "format", "services", "visits_per_year"),
    *("mean_min", "mean_km", "capital_kes", "annual_kes"),
)
_AREAS = (
    *("area", "name", "visits_per_year", "mean_min", "today_mean_min"),
    *("within_standard", "today_within_standard", "branches", "today_branches"),
)
Block = tuple[str, Sequence[LegendRow]]


def map_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The page by the end of its name; under the map its figures stand as tables.

    Raises:
        PlannerError: Places are in metres or not known.
    """
    judged = run.score
    if judged is None:
        raise ValueError(run.report.status)
    view = View(w, run.pack, run.problem)
    layers = {layer.key: layer for layer in map_layers(run, sheets, w)}
    said = (
        w("export.map_of", pack=clean_text(run.pack.name)),
        view.travel_line,
    )
    of = {sheet.key: sheet for sheet in sheets}
    below = "".join(
        (
            _table(of["branches"], _BRANCHES, view),
            _table(of["areas"], _AREAS, view),
            _marks(imprint, w),
        )
    )
    content = map_page(
        run.pack,
        w,
        list(_views(view, judged, run.baseline, layers)),
        title=clean_text(run.scenario.name),
        said=said,
        below=below,
    )
    return {"map.html": content}


def _views(
    view: View, judged: Score, before: Score | None, layers: Mapping[str, MapLayer]
) -> Iterator[Shown]:
    """Change, travel under the plan and today on one scale, and who goes where."""
    w = view.words
    if before is not None:
        yield Shown(w("maps.view_change"), results_map.plan_layers(view, judged, before))
    shown = [(judged, w("maps.plan"))] + ([] if before is None else [(before, w("maps.today"))])
    classes = quantile_classes(
        [value for each, _ in shown for value in indicator_values(each, "minutes")]
    )
    rows = class_rows(view, classes, "minutes")
    for each, name in shown:
        cells = {
            area.code: AreaCell(
                classes.colour(told.mean_min),
                (
                    area.name,
                    f"{name}: {w.minutes(told.mean_min)}",
                    w("map.branches_here", n=told.branches),
                ),
            )
            for area, told in zip(view.pack.areas, each.areas, strict=True)
        }
        text = w("map.description_plan", areas=len(cells), branches=each.kpis.branches)
        land = Areas(cells, description=text)
        block = (f"{indicator_title(view, 'minutes')}: {name}", rows)
        yield Shown(f"{w('indicator.minutes')}: {name}", [land, *_over(view, each, block)])
    yield _service_areas(view, judged, layers["catchments"])


def _over(view: View, shown: Score, *blocks: Block) -> list[DrawnLayer]:
    """Duplicates and branches of a network, and the legend."""
    symbols = (
        view.words("legend.number"),
        [*results_map.status_rows(view, shown), *link_rows(view, shown.duplicates)],
    )
    return [
        link_layer(view, shown.duplicates),
        results_map.branch_layer(view, shown),
        Legend([*blocks, symbols]),
    ]


def _service_areas(view: View, judged: Score, layer: MapLayer) -> Shown:
    w = view.words
    colours = layer.sheet.column("colour")
    outlines = lighter([each or shapely.MultiPolygon() for each in layer.geometry], _LIGHTER)
    land = Shapes(
        [
            Shape(str(colour), _rounded(outline), _EDGE)
            for colour, outline in zip(colours, outlines, strict=True)
        ]
    )
    names = {
        area.code: AreaCell("transparent", (area.name,))
        for area in view.pack.areas
        if area.outline is not None
    }
    text = w(
        "maps.described_catchments",
        places=len(view.pack.demand_points),
        branches=judged.kpis.branches,
    )
    ground = Areas(names, description=text, border="rgba(40, 50, 48, 0.55)")
    row = LegendRow("fill", w("maps.legend_catchment"), colour=str(colours[0]))
    block = (w("maps.legend_catchments"), [row])
    return Shown(w("maps.view_catchments"), [land, ground, *_over(view, judged, block)])


def _rounded(outline: BaseGeometry) -> dict[str, Any]:
    return dict(mapping(shapely.transform(outline, lambda xy: np.round(xy, _DECIMALS))))


# -- the same as tables --------------------------------------------------------------------


def _table(sheet: Sheet, keys: Sequence[str], view: View) -> str:
    """Some columns of a table; each figure carries its whole value beside what is shown."""
    names = {service.id: view.words.name(service) for service in view.pack.services}
    at = [position for position, column in enumerate(sheet.columns) if column.key in keys]
    columns = [sheet.columns[position] for position in at]
    head = "".join(
        f'<th scope="col"{_side(column)}>{html_text(column.header)}</th>' for column in columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            _cell(row[k], each, view.words, names) for k, each in zip(at, columns, strict=True)
        )
        + "</tr>"
        for row in sheet.rows
    )
    title = html_text(sheet.title)
    return (
        f'<h2>{title}</h2><div class="box" tabindex="0" role="region" aria-label="{title}">'
        f'<table id="{sheet.key}"><caption>{title}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _side(column: Column) -> str:
    return "" if column.kind in ("text", "code", "flag") else ' class="number"'


def _cell(cell: Cell, column: Column, w: Words, names: Mapping[str, str]) -> str:
    value = plain(cell)
    if value is None or value == "":
        return f"<td{_side(column)}></td>"
    if isinstance(value, str) and column.key == "services":
        value = ", ".join(names[each] for each in value.split(";"))
    if isinstance(value, str):
        told = code_words(w, column.key, value) if column.kind == "code" else value
        return f"<td>{html_text(clean_text(told))}</td>"
    if column.kind == "share":
        text = w.share(float(value))
    else:
        text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return f'<td{_side(column)}><data value="{json.dumps(value)}">{html_text(text)}</data></td>'


def _marks(imprint: Imprint, w: Words) -> str:
    """What every file of an export carries."""
    told = "".join(
        f"<dt>{html_text(w(f'columns.{key}.label'))}</dt><dd>{html_text(clean_text(value))}</dd>"
        for key, value in imprint.as_dict().items()
    )
    return f"<h2>{html_text(w('export.about'))}</h2><dl>{told}</dl>"
