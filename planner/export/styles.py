"""How QGIS draws the layers of a plan: shapes and colours of the app, as QML.

The format is that of QGIS 3 style files; a layer is drawn by rules, so that what has no figure is
drawn too. Names of the data stand in filters and labels as text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from xml.etree import ElementTree as ET

from planner.evaluate import Score
from planner.export.columns import Column
from planner.export.layers import MapLayer
from planner.present.maps import mixes
from planner.present.maps.gains import (
    BETTER_BLUE,
    NEAR_MIN,
    UNCHANGED,
    WORSE_ORANGE,
    area_changes,
    gain_breaks,
)
from planner.present.maps.layers import KINDS, MIXES, Mix, Status
from planner.present.shipped import text_of
from planner.present.view import View
from planner.runs import StoredRun
from planner.runs.table import clean_text

VERSION = "3.22.0"
_NO_XML = re.compile("[\ufffe\uffff]")
# The app's shapes by the names that QGIS has for markers.
_MARKERS = {
    "square": "square",
    "diamond": "diamond",
    "circle": "circle",
    "triangle": "triangle",
    "hexagon": "hexagon",
    "plus": "cross_fill",
    "bar": "pentagon",
}
_INK, _PAPER, _BORDER = "#1c2624", "#ffffff", "#7d8784"
_PER_BRANCH = "2.9 + 0.32 * (length(\"services\") - length(replace(\"services\", ';', '')) + 1)"


@dataclass(frozen=True, slots=True)
class Style:
    """One way to draw a layer; QGIS opens the layer with the one that is `first`."""

    layer: str
    name: str
    qml: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is drawn alike: a filter (empty: all; ELSE: the rest), its label and its symbol."""

    filter: str
    label: str
    symbol: ET.Element


def layer_styles(run: StoredRun, layers: Sequence[MapLayer], view: View) -> tuple[Style, ...]:
    """The styles of all layers.

    Args:
        run: The run, with a plan.
        layers: As `map_layers` makes them.
        view: The words of the export with the run's pack.
    """
    w = view.words
    keys = {layer.key for layer in layers}
    headed = {layer.key: layer.sheet.columns for layer in layers}
    everything = [
        Style("areas", w("export.style.change"), _areas(run, view), first=True),
        Style("catchments", w("maps.legend_catchments"), _catchments(view), first=True),
        Style("demand_points", w("export.sheet.points"), _points(view), first=True),
        Style("assignment_lines", w("export.sheet.lines"), _lines(view), first=True),
        Style("duplicates", w("export.sheet.duplicates"), _duplicates(view), first=True),
        *_branches(run, view),
    ]
    return tuple(
        replace(style, qml=_headings(style.qml, headed[style.layer]))
        for style in everything
        if style.layer in keys
    )


def _headings(qml: str, columns: Sequence[Column]) -> str:
    """The style with what each column is called, in the language of the export."""
    aliases = ET.Element("aliases")
    for column in columns:
        ET.SubElement(aliases, "alias", field=column.key, name=_text(column.header))
    told = ET.tostring(aliases, encoding="unicode")
    return qml.replace("</qgis>", f"{told}\n</qgis>")


# -- the layers ----------------------------------------------------------------------------


def _areas(run: StoredRun, view: View) -> str:
    """Areas by how their travel changes, in the classes of the app."""
    w, judged = view.words, run.score
    found = [] if judged is None else area_changes(judged, run.baseline)
    low, high = gain_breaks(found)
    gain = '"today_mean_min" - "mean_min"'
    rules = [
        _Rule(f"{gain} < -{NEAR_MIN:g}", w("legend.longer"), _fill(WORSE_ORANGE)),
        _Rule(f"abs({gain}) <= {NEAR_MIN:g}", w("change.none"), _fill(UNCHANGED)),
    ]
    ends = ((NEAR_MIN, low), (max(low, NEAR_MIN), high), (max(high, NEAR_MIN), None))
    texts = (
        w("legend.up_to", v=w.minutes(low)),
        f"{w.minutes(low)} – {w.minutes(high)}",  # noqa: RUF001 - an en dash, as on the map
        w("legend.over", v=w.minutes(high)),
    )
    for (above, most), text, colour in zip(ends, texts, BETTER_BLUE, strict=True):
        limit = "" if most is None else f" AND {gain} <= {most:g}"
        if most is None or most > above:
            rules.append(_Rule(f"{gain} > {above:g}{limit}", text, _fill(colour)))
    rules.append(_Rule("ELSE", w("unit.none"), _fill("#d5d9d8")))
    return _qml("Polygon", rules, label="name")


def _catchments(view: View) -> str:
    symbol = _fill("#a9d8f0", own_colour="colour")
    rule = _Rule("", view.words("maps.legend_catchment"), symbol)
    return _qml("Polygon", [rule])


def _points(view: View) -> str:
    symbol = _marker("circle", "#4a5552", 0.9, line=_PAPER)
    return _qml("Point", [_Rule("", view.words("export.sheet.points"), symbol)])


def _lines(view: View) -> str:
    """Wider lines carry more visits; less than in proportion, so that small ones are seen."""
    wide = 'scale_exp("visits_per_year", 0, maximum("visits_per_year"), 0.06, 1.0, 0.6)'
    symbol = _stroke("#46549a", 0.3, own_width=wide)
    return _qml("Line", [_Rule("", view.words("export.sheet.lines"), symbol)])


def _duplicates(view: View) -> str:
    w = view.words
    return _qml(
        "Line",
        [
            _Rule('"justified"', w("legend.justified"), _stroke(_INK, 0.8)),
            _Rule("ELSE", w("legend.unnecessary"), _stroke("#b3005e", 0.8, dash="2.2;1.4")),
        ],
    )


def _branches(run: StoredRun, view: View) -> list[Style]:
    """By format where there are several, by the mix of services, and by status."""
    w = view.words
    found: list[tuple[str, list[_Rule]]] = []
    if run.score is not None:
        if len(view.problem.format_ids) > 1:
            found.append((w("maps.symbols_format"), _mix_rules(run.score, view, "format")))
        found.append((w("maps.symbols_services"), _mix_rules(run.score, view, "services")))
    found.append((w("maps.symbols_status"), _status_rules(view)))
    return [
        Style("branches", name, _qml("Point", rules, label="name"), first=at == 0)
        for at, (name, rules) in enumerate(found)
    ]


def _mix_rules(judged: Score, view: View, by: mixes.By) -> list[_Rule]:
    """The symbols of the map: one for each common kind of branch, one for all others."""
    symbol = mixes.kinds(judged, by)
    said = {row.status: row.text for row in mixes.block(view, judged, by)[1]}
    found: dict[Mix, dict[str, None]] = {}
    for branch in judged.branches:
        if by == "format":
            told = _equals("format", view.problem.format_ids[branch.format])
        else:
            names = (view.problem.service_ids[s] for s in branch.services)
            told = _equals("services", ";".join(names))
        found.setdefault(symbol[branch.site], {})[told] = None
    colours = _colours()
    return [
        _Rule(
            " OR ".join(f"({each})" for each in told),
            said[kind],
            _marker(
                _MARKERS[MIXES[kind]["shape"]],
                colours[kind],
                3.4,
                line=_PAPER,
                own_size=_PER_BRANCH,
            ),
        )
        for kind, told in sorted(found.items())
    ]


def _status_rules(view: View) -> list[_Rule]:
    colours = _colours()
    shown: tuple[tuple[str, Status], ...] = (
        ("existing", "existing"),
        ("proposed", "proposed"),
        ("candidate", "new"),
    )
    return [
        _Rule(
            _equals("status", code),
            view.words(f"status.{kind}"),
            _marker(
                _MARKERS[KINDS[kind]["shape"]],
                colours[kind],
                3.4,
                line=_PAPER,
                own_size=_PER_BRANCH,
            ),
        )
        for code, kind in shown
    ]


@cache
def _colours() -> Mapping[str, str]:
    """The fill of each kind of symbol, as the app's style sheet tells it."""
    return dict(re.findall(r"\.ug-(\w+) \{ fill: (#[0-9a-f]{6});", text_of("map.css")))


def _equals(column: str, value: str) -> str:
    """A filter for one value; names of the data stand in it as text."""
    if not value:
        return f'"{column}" IS NULL OR "{column}" = \'\''
    quoted = clean_text(value).replace("\\", "\\\\").replace("'", "''")
    return f"\"{column}\" = '{quoted}'"


# -- the format ----------------------------------------------------------------------------


def _qml(geometry: str, rules: Iterable[_Rule], label: str = "") -> str:
    """A style file: rules, and a column whose text stands beside each place."""
    listed = list(rules)
    top = ET.Element(
        "qgis",
        version=VERSION,
        styleCategories="Symbology|Labeling|Fields",
        labelsEnabled="1" if label else "0",
    )
    renderer = ET.SubElement(top, "renderer-v2", type="RuleRenderer", symbollevels="0")
    tree = ET.SubElement(renderer, "rules", key="{rules}")
    for at, rule in enumerate(listed):
        told = {"key": f"{{rule{at}}}", "symbol": str(at), "label": _text(rule.label)}
        ET.SubElement(tree, "rule", told | ({"filter": rule.filter} if rule.filter else {}))
    symbols = ET.SubElement(renderer, "symbols")
    for at, rule in enumerate(listed):
        rule.symbol.set("name", str(at))
        symbols.append(rule.symbol)
    if label:
        _label(top, label, geometry)
    ET.SubElement(top, "layerGeometryType").text = {"Point": "0", "Line": "1", "Polygon": "2"}[
        geometry
    ]
    ET.indent(top)
    return f"<!DOCTYPE qgis>\n{ET.tostring(top, encoding='unicode')}\n"


def _label(top: ET.Element, column: str, geometry: str) -> None:
    around = {"Point": "6", "Polygon": "1"}[geometry]  # beside a point; over the middle of land
    labeling = ET.SubElement(top, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=column,
        isExpression="0",
        fontFamily="Sans Serif",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="28,38,36,255",
        namedStyle="",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
    )
    first, keeps_off = {"Point": ("8", "1"), "Polygon": ("3", "0")}[geometry]
    ET.SubElement(
        settings, "placement", placement=around, dist="1.2", distUnits="MM", priority=first
    )
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle=keeps_off)


def _text(value: str) -> str:
    return _NO_XML.sub("", clean_text(value))


def _fill(colour: str, own_colour: str = "") -> ET.Element:
    """Filled land; `own_colour` names a column that holds the fill."""
    given = {"color": _rgb(colour), "style": "solid", "joinstyle": "round"}
    line = {"outline_color": _rgb(_BORDER), "outline_width": "0.2", "outline_width_unit": "MM"}
    own = {"fillColor": ("field", own_colour)} if own_colour else {}
    return _symbol("fill", "SimpleFill", given | line, own)


def _stroke(colour: str, width: float, *, dash: str = "", own_width: str = "") -> ET.Element:
    given = {
        "line_color": _rgb(colour),
        "line_width": f"{width:g}",
        "line_width_unit": "MM",
        "capstyle": "flat",
        "use_custom_dash": "1" if dash else "0",
        "customdash": dash or "5;2",
        "customdash_unit": "MM",
    }
    own = {"outlineWidth": ("expression", own_width)} if own_width else {}
    return _symbol("line", "SimpleLine", given, own)


def _marker(shape: str, colour: str, size: float, *, line: str, own_size: str = "") -> ET.Element:
    given = {
        "name": shape,
        "color": _rgb(colour),
        "size": f"{size:g}",
        "size_unit": "MM",
        "outline_color": _rgb(line),
        "outline_width": "0.3",
        "outline_width_unit": "MM",
    }
    own = {"size": ("expression", own_size)} if own_size else {}
    return _symbol("marker", "SimpleMarker", given, own)


def _symbol(
    kind: str, layer: str, given: Mapping[str, str], own: Mapping[str, tuple[str, str]]
) -> ET.Element:
    """A symbol of one layer; `own` are properties told by a column or an expression."""
    symbol = ET.Element("symbol", type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    inner = ET.SubElement(
        symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(inner, "Option", type="Map")
    for name, value in given.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)
        ET.SubElement(inner, "prop", k=name, v=value)
    if own:
        held = ET.SubElement(inner, "data_defined_properties")
        top = ET.SubElement(held, "Option", type="Map")
        ET.SubElement(top, "Option", name="name", type="QString", value="")
        properties = ET.SubElement(top, "Option", name="properties", type="Map")
        for name, (way, told) in own.items():
            each = ET.SubElement(properties, "Option", name=name, type="Map")
            ET.SubElement(each, "Option", name="active", type="bool", value="true")
            ET.SubElement(each, "Option", name=way, type="QString", value=told)
            number = "2" if way == "field" else "3"
            ET.SubElement(each, "Option", name="type", type="int", value=number)
        ET.SubElement(top, "Option", name="type", type="QString", value="collection")
    return symbol


def _rgb(colour: str) -> str:
    """#rrggbb as QGIS writes it."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
