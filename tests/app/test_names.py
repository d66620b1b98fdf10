"""No name from data becomes a link, a picture or a script on any page."""

import csv
import io
import json

import pytest
from pack import tiny
from streamlit.testing.v1.element_tree import Block

from planner.pack import read_pack
from planner.runs import judge_and_write
from planner.runs.store import Subject, open_store
from planner.scenario import Scenario
from planner.solve import solve
from tests.app.conftest import ROOT

PICTURE, TAG = "![x](http://outside.test/a.png)", "<img src=x onerror=alert(1)>"
NAME = f"{PICTURE} {TAG}"
PAGES = sorted(file.stem for file in (ROOT / "app_pages").glob("*.py"))


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """A tiny pack whose every name is one, and a run of it with such a name, a tag and a note."""
    files = dict(tiny.FILES)
    for table in ("sites", "demand_points", "services", "visit_types"):
        rows = list(csv.DictReader(io.StringIO(files[f"{table}.csv"])))
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"name": f"{NAME} {k}"} for k, row in enumerate(rows))
        files[f"{table}.csv"] = text.getvalue()
    areas = json.loads(files["areas.geojson"])
    for k, feature in enumerate(areas["features"]):
        feature["properties"]["name"] = f"{NAME} {k}"
    files["areas.geojson"] = json.dumps(areas)
    files["pack.toml"] = files["pack.toml"].replace('name = "Tiny"', f"name = {json.dumps(NAME)}")
    folder = tmp_path / "hostile"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    pack = read_pack(folder)
    scenario = Scenario(name=NAME, pack=str(folder))
    made = judge_and_write(solve(pack, scenario), pack, scenario, tmp_path / "run")
    with open_store() as store:
        run = store.runs.keep(made, pack=pack, source="solve")
        store.notes.tag(Subject("run", run), "x")
        store.notes.add(Subject("run", run), NAME)
        store.scenarios.create(scenario, pack=str(folder))
    return run, pack.areas[0].code, pack.sites[0].id


def elements(node):
    """Every element of a page."""
    if isinstance(node, Block):
        for child in node.children.values():
            yield from elements(child)
    if getattr(node, "proto", None) is not None:
        yield node


@pytest.mark.parametrize("page", PAGES)
def test_names_stay_text(app, hostile, page):
    run, area, site = hostile
    running = app(page, run=run, area=area, site=site, lang="en")
    assert not running.exception
    raw = [f"{each.type}: {written(each)[:300]}" for each in elements(running._tree) if runs(each)]
    assert raw == []


AS_DATA = frozenset(
    {"component_instance", "iframe", "dataframe", "vega_lite_chart", "text", "code"}
)
LISTS = frozenset({"selectbox", "multiselect", "text_input", "text_area", "download_button"})


def written(element):
    """What of an element is read as Markdown or HTML; lists show what they hold as it is."""
    if element.type in AS_DATA:
        return ""
    if element.type in LISTS:
        return f"{element.proto.label} {element.proto.help}"
    return str(element.proto)


def runs(element):
    """Whether a text reaches Markdown or HTML as it was written."""
    text = written(element)
    return PICTURE in text or (element.type == "html" and TAG in text)
