"""What the store keeps of a plan stands in its document: steps that end at it, and looks."""

from __future__ import annotations

import json

import numpy as np
import pytest

from planner.evaluate import todays_network
from planner.export.document.content import plan_document
from planner.export.document.kept import Beside, beside_in, kept_beside
from planner.export.document.model import Grid, Paragraph
from planner.insight import Effort
from planner.insight.assumptions import assumptions
from planner.insight.ends_kept import ends_values
from planner.insight.roadmap import Roadmap, Stage
from planner.insight.roadmap_told import roadmap_told
from planner.insight.sampled import sampled
from planner.insight.sampled_kept import samples_values
from planner.insight.uncertain import Kept, one_at_a_time
from planner.optimize import Limits
from planner.pack import read_pack
from planner.present.words import words
from planner.runs.store import open_store
from tests.export.document.runs import hostile, listed_run, tiny_run
from tests.pack import tiny
from tests.runs import cases


@pytest.fixture
def run(tmp_path):
    return tiny_run(tmp_path)


@pytest.fixture
def store(tmp_path):
    with open_store(str(tmp_path / "kept" / "store.sqlite")) as opened:
        yield opened


def steps_to(run):
    """Steps that begin with today's network and end at the run's plan."""
    rules = cases.scenario(str(run.pack.folder))
    first = cases.answer(run.pack, rules, plan=todays_network(run.problem))
    last = cases.answer(run.pack, rules, plan=run.report.plan)
    stages = (Stage("First year", first, first), Stage("=1+1", last, last))
    return json.loads(json.dumps(roadmap_told(Roadmap(stages, 10.0, 9.0, 0.1, 1), run.pack)))


def keep(store, made, kind, told, **spec):
    study = store.studies.begin(
        kind, kind, scenario=made.scenario, pack=made.pack, spec=spec, points=()
    )
    store.studies.finish(study, "done", told)
    return study


def chapter(document, name):
    return next(each for each in document.chapters if each.id == name)


# -- steps ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sw"])
def test_steps_are_told_phase_by_phase(run, language):
    told = steps_to(run)
    found = chapter(plan_document(run, language, phases=told), "phases")
    phases, branches = [block for block in found.blocks if isinstance(block, Grid)]
    assert [row[0] for row in phases.rows][1:] == ["First year", "=1+1"]
    kpis = run.score.kpis
    assert phases.rows[-1][1] == str(kpis.branches)
    assert phases.rows[-1][-1] == words(language).money(kpis.annual_kes)
    new = [
        run.pack.sites[b.site].name for b in run.score.branches if not run.problem.existing[b.site]
    ]
    assert new
    assert set(new) <= {row[0] for row in branches.rows}
    assert [column.heading for column in branches.columns][2:] == ["First year", "=1+1"]


def test_without_steps_it_says_how_to_make_them(run):
    (said,) = chapter(plan_document(run, "en"), "phases").blocks
    assert isinstance(said, Paragraph)
    assert "planner roadmap" in said.text


def test_steps_that_end_at_the_plan_are_found_in_the_store(run, store):
    mine = keep(store, run, "roadmap", steps_to(run))
    found = beside_in(store, run)
    assert found.studies == (mine,)
    assert found.phases == steps_to(run)
    assert found.sensitivity is None


def test_steps_that_end_elsewhere_are_not(run, store):
    told = steps_to(run)
    told["gantt"]["rows"][0]["services"][0]["cells"][-1] = "stops"
    keep(store, run, "roadmap", told)
    assert beside_in(store, run) == Beside()


# -- looks ----------------------------------------------------------------------------------


@pytest.fixture
def uncertain(tmp_path):
    """A run whose deeds may be one to three."""
    folder = tiny.write(
        tmp_path / "tiny", visits_csv=None, demand_toml=tiny.DEMAND, facts_csv=tiny.FACTS
    )
    sites = tiny.FILES["sites.csv"].replace(",c,", ",c;d,")
    (folder / "sites.csv").write_text(sites)
    return listed_run(read_pack(folder), tmp_path)


def test_a_kept_look_at_a_plan_is_in_its_document(uncertain, store):
    run = uncertain
    figures = assumptions(run.pack)
    held, effort = Kept(run.pack, run.scenario, run.report.plan), Effort(Limits(30, 0.0))
    tornado = one_at_a_time(held, figures, effort=effort)
    draws = sampled(held, figures, effort=effort, count=12)
    here = store.runs.keep(run.path, pack=run.pack)
    ends = keep(store, run, "uncertain", ends_values(tornado), run=here, ask="ends")
    drawn = keep(store, run, "uncertain", samples_values(draws), run=here, ask="draw")
    keep(store, run, "uncertain", ends_values(tornado), run="0" * 16, ask="ends")
    found = beside_in(store, run)
    assert found.studies == tuple(sorted((ends, drawn)))
    assert found.sensitivity.one_by_one.now == tornado.now
    assert np.array_equal(found.sensitivity.drawn.drawn, draws.drawn)
    for language in ("en", "sw"):
        document = plan_document(run, language, sensitivity=found.sensitivity)
        sections = chapter(document, "sensitivity").sections
        assert len(sections) == 2
        table = next(block for block in sections[0].blocks if isinstance(block, Grid))
        assert len(table.rows) == len(tornado.swings)
    said = [
        block.text for block in chapter(document, "sensitivity").blocks if hasattr(block, "text")
    ]
    none = chapter(plan_document(run, "sw"), "sensitivity").blocks[0].text
    assert none not in said


def test_without_a_store_nothing_is_kept_and_none_is_made(run, tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "nowhere"))
    assert kept_beside(run) == Beside()
    assert not (tmp_path / "nowhere").exists()


def test_steps_with_hostile_names_are_text(run):
    told = steps_to(run)
    document = plan_document(hostile(run), "en", phases=told)
    cells = [
        cell
        for block in chapter(document, "phases").blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
    ]
    assert "=1+1" in cells
