"""How firm a plan is: the recipe on a pack of two places, what time leaves out, the command."""

from __future__ import annotations

import csv
import json

import pytest
from command_line import run
from pack.tiny import write

from insight.uncertain_case import two_places
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT, EXIT_USAGE
from planner.insight import Effort
from planner.insight.robust import Depth, robust
from planner.insight.robust_told import robust_told
from planner.insight.robust_words import robust_lines
from planner.insight.uncertain import Kept, one_at_a_time
from planner.optimize import Limits
from planner.runs.robust_folder import regret_table, sites_table
from planner.runs.store import open_store
from planner.scenario import Scenario
from planner.solve import solve
from tests.runs.cases import write_pack

EXACT = Limits(60, 0.0)


@pytest.fixture
def asked(tmp_path):
    """One branch for two places; which place depends on figures."""
    pack = two_places(tmp_path)
    rules = {"branches": {"exactly": 1}}
    scenario = Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})
    return pack, scenario, solve(pack, scenario)


def test_the_whole_of_it_by_hand(asked):
    pack, scenario, report = asked
    found = robust(
        pack, scenario, report, effort=Effort(EXACT), depth=Depth(ties=3, tolerance=10.0)
    )
    told = robust_told(found, pack, scenario.name)
    given = [site["site"] for site in told["sites"] if site["in_plan"]]
    assert len(given) == 1
    # Each loss leads to the other place; each is a future.
    assert [loss["site"] for loss in told["losses"]] == given
    assert len(told["losses"][0]["opens"]) == 1
    counted = sum(site["plans"] for site in told["sites"])
    assert counted == told["plans"]["all"]  # one branch in each plan
    own = next(site for site in told["sites"] if site["in_plan"])
    assert own["of"] == told["plans"]["all"] - 1  # but for the plan without it
    assert own["plans"] == sum(count["plans"] for count in own["families"].values())
    # With the branch gone nobody is served.
    (shock,) = told["shocks"]
    assert shock["stranded_visits_per_year"] == pytest.approx(shock["visits_per_year"])
    assert set(shock["services_lost"]) == set(report.problem.service_ids)
    assert told["hurts_most"] == given[0]
    regret = told["regret"]
    kinds = {future["kind"] for future in regret["futures"]}
    assert kinds == {"as_is", "low", "high", "lost"}
    assert len(regret["plans"]) == 2
    lost = [f for f, future in enumerate(regret["futures"]) if future["kind"] == "lost"]
    for plan in regret["plans"]:
        assert plan["cells"][0]["low"] is not None
        assert max(plan["cells"][f]["missed_more"] for f in lost) > 0
    assert not any(told["left_out"].values())
    lines = "\n".join(robust_lines(told, {}))
    for words in ("How often a site is chosen", "closes tomorrow", "Regret of 2 plans", "is lost"):
        assert words in lines


def test_the_regret_at_an_end_is_that_of_keeping_the_plan(asked):
    """The same as solving again at each end says: `resolve`."""
    pack, scenario, report = asked
    found = robust(pack, scenario, report, effort=Effort(EXACT), depth=Depth(ties=1, lost=False))
    assert found.ties is None
    assert found.losses == ()
    cells = dict(zip((f.key for f in found.regret.futures), found.regret.cells[0], strict=True))
    changes = 0
    for end in found.ends:
        cell = cells[f"{end.question.assumption.key}:{end.question.end}"]
        assert cell.low == pytest.approx(end.regret_low)
        assert cell.high == pytest.approx(end.regret_high)
        changes += end.verdict == "change"
    assert changes > 0


def test_some_figures_are_those_that_move_travel_most(asked):
    pack, scenario, report = asked
    found = robust(
        pack, scenario, report, effort=Effort(EXACT), depth=Depth(ties=1, figures=1, lost=False)
    )
    tornado = one_at_a_time(Kept(pack, scenario, report.plan), effort=Effort(EXACT))
    first = tornado.by("mean_min")[0].assumption.key
    assert {end.question.assumption.key for end in found.ends} == {first}
    none = robust(
        pack, scenario, report, effort=Effort(EXACT), depth=Depth(ties=1, figures=0, lost=False)
    )
    assert none.ends == ()
    assert none.frequency.whole.plans == 1


def test_what_time_does_not_suffice_for_is_named(asked):
    pack, scenario, report = asked
    found = robust(pack, scenario, report, effort=Effort(EXACT, should_stop=lambda: True))
    assert found.ends == ()
    assert found.losses == ()
    assert found.left_out.ends
    assert found.left_out.sites
    assert found.shocks  # these need no search
    told = robust_told(found, pack, scenario.name)
    assert told["regret"] is None
    lines = "\n".join(robust_lines(told, {}))
    assert "Left out for time" in lines
    assert regret_table(told).rows == ()
    assert len(sites_table(told).rows) > 0


# -- the command ---------------------------------------------------------------------------

SCENARIO = 'name = "Small"\npack = "./pack"\n[rules]\nbranches = { max = 2 }\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    write(tmp_path / "pack")
    (tmp_path / "small.toml").write_text(SCENARIO)
    (tmp_path / "none.toml").write_text(SCENARIO.replace("max = 2", "max = 0"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_command_tells_and_writes(home, capsys):
    assert run(capsys, "solve", "small.toml", "--out", "base")[0] == EXIT_DONE
    (home / "one.toml").write_text(SCENARIO.replace("max = 2", "max = 1"))
    assert run(capsys, "solve", "one.toml", "--out", "one")[0] == EXIT_DONE
    status, out, _ = run(
        capsys, "robust", "base", "--lost", "--ties", "2", "--with", "one", "--out", "firm"
    )
    assert status == EXIT_DONE
    assert "How often a site is chosen" in out
    assert "run one" in out
    assert {path.name for path in (home / "firm").iterdir()} == {
        "robust.json",
        "sites.csv",
        "regret.csv",
    }
    told = json.loads((home / "firm" / "robust.json").read_text())
    with (home / "firm" / "regret.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(told["regret"]["plans"]) * len(told["regret"]["futures"])
    assert sum(row["is_worst"] == "yes" for row in rows) == len(told["regret"]["plans"])
    with (home / "firm" / "sites.csv").open(newline="") as file:
        sites = [row for row in csv.DictReader(file) if not row["service"]]
    assert [row["site"] for row in sites] == [site["site"] for site in told["sites"]]
    status, out, _ = run(capsys, "robust", "base", "--out", "firm", "--json")
    assert (status, json.loads(out)["losses"]) == (EXIT_DONE, [])


def test_the_command_keeps_a_study(home, capsys):
    status, out, _ = run(capsys, "robust", "small.toml", "--lost", "--keep", "--json")
    assert status == EXIT_DONE
    with open_store() as store:
        study = store.studies.get(json.loads(out)["study"])
        assert (study.kind, study.status) == ("robust", "done")
        assert study.spec["lost"] is True
        assert "given" in study.points[0].values["keys"]
        for point in study.points:
            assert point.run_id is not None or point.message
            if point.run_id is not None:
                assert store.runs.open(point.run_id).report.plan is not None
                folder = store.runs.folder(point.run_id)
                assert run(capsys, "verify", folder)[0] == EXIT_DONE


def test_what_cannot_be_asked(home, capsys):
    assert run(capsys, "robust", "none.toml")[0] == EXIT_INFEASIBLE
    assert run(capsys, "robust", "small.toml", "--ties", "x")[0] == EXIT_USAGE
    assert run(capsys, "robust", "small.toml", "--figures", "few")[0] == EXIT_USAGE
    (home / "firm").mkdir()
    (home / "firm" / "notes.txt").write_text("mine")
    status, _, err = run(capsys, "robust", "small.toml", "--out", "firm")
    assert (status, "nothing was written" in err) == (EXIT_INPUT, True)
    assert (home / "firm" / "notes.txt").read_text() == "mine"


def test_runs_of_other_sites_cannot_be_held_against_it(home, capsys):
    folder = write_pack(home / "other")
    text = f'name = "Other"\npack = "{folder}"\n[rules]\nbranches = {{ max = 3 }}\n'
    (home / "other.toml").write_text(text)
    assert run(capsys, "solve", "other.toml", "--out", "other-run")[0] == EXIT_DONE
    status, _, err = run(capsys, "robust", "small.toml", "--with", "other-run")
    assert status == EXIT_INPUT
    assert "cannot be held against this" in err
