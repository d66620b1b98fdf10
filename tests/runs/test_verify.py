from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from planner.errors import InputError
from planner.evaluate import score
from planner.pack import find_pack, read_pack
from planner.runs import judge_and_write, read_run
from planner.runs.content import told_of
from planner.runs.verify import verify, verify_run
from planner.scenario import parse_scenario
from planner.solve import solve
from tests.runs import cases


def edit(run, change):
    path = run / "run.json"
    info = json.loads(path.read_text(encoding="utf-8"))
    change(info)
    path.write_text(json.dumps(info), encoding="utf-8")


def told(run):
    result = verify(run)
    assert result.agrees == (not result.differences)
    return "\n".join(result.differences)


def test_an_honest_run_agrees(tmp_path):
    assert told(cases.write_answer(tmp_path)) == ""


def test_a_run_without_a_plan_agrees(tmp_path, pack):
    report = cases.no_answer(pack, cases.scenario())
    run = judge_and_write(report, pack, cases.scenario(), tmp_path / "run")
    assert told(run) == ""
    edit(run, lambda info: info["baseline_kpis"].update(branches=3))
    assert "baseline_kpis.branches: 3; recomputed 2" in told(run)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def set_at(info, path, change):
    for key in path[:-1]:
        info = info[key]
    info[path[-1]] = change(info[path[-1]])


def figures(info):
    told_only = {"schema", "seconds", "seconds_by_stage", "peak_memory_mb", "pack"}
    return [path for path in leaves(info) if path[0] not in told_only]


def test_no_figure_can_be_changed_unseen(tmp_path):
    run = cases.write_answer(tmp_path)
    original = (run / "run.json").read_text(encoding="utf-8")
    paths = figures(json.loads(original))
    assert len(paths) > 40
    for path in paths:
        for change in (lambda x: x + 1, lambda x: x * (1 + 1e-7) if x else 1e-3):
            edit(run, lambda info, path=path, change=change: set_at(info, path, change))
            assert told(run), path
            (run / "run.json").write_text(original, encoding="utf-8")
    assert told(run) == ""


@pytest.mark.parametrize("name", ["branches", "offerings", "areas", "duplicates", "assignment"])
def test_no_number_in_a_table_can_be_changed_unseen(tmp_path, name):
    run = cases.write_answer(tmp_path)
    path = run / f"{name}.csv"
    original = path.read_text(encoding="utf-8")
    head = original.index("\n")
    numbers = list(re.finditer(r"(?<=,)-?\d+(\.\d+)?(?=[,\r])", original[head:]))
    assert numbers
    for match in numbers:
        start, end = match.start() + head, match.end() + head
        path.write_text(f"{original[:start]}0.123456{original[end:]}", encoding="utf-8", newline="")
        if float(match[0]) != 0.123456:
            assert told(run), match[0]
    path.write_text(original, encoding="utf-8", newline="")
    assert told(run) == ""


def test_rows_and_columns_cannot_go(tmp_path):
    run = cases.write_answer(tmp_path)
    for name in ("offerings", "areas", "branches"):
        path = run / f"{name}.csv"
        lines = path.read_bytes().split(b"\r\n")
        path.write_bytes(b"\r\n".join(lines[:-2]) + b"\r\n")
        assert f"{name}.csv" in told(run)
        path.unlink()
        assert f"{name}.csv" in told(run)
        path.write_bytes(b"\r\n".join(lines))
    assert told(run) == ""


def test_a_changed_pack_is_told_first(tmp_path):
    run = cases.write_answer(tmp_path)
    path = tmp_path / "tiny" / "visits.csv"
    path.write_text(path.read_text().replace("p2,passport,300", "p2,passport,301"))
    result = verify(run)
    assert not result.agrees
    assert "the pack has changed since" in result.differences[0]


def test_a_pack_that_lost_a_site_is_told_as_changed(tmp_path):
    run = cases.write_answer(tmp_path)
    path = tmp_path / "tiny" / "sites.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("099-voi", "099-new"), encoding="utf-8"
    )
    with pytest.raises(InputError):
        read_run(run)
    result = verify(run)
    assert not result.agrees
    assert "the pack has changed since" in result.differences[0]
    assert "099-voi" in "\n".join(result.differences)


def test_a_corrected_name_changes_no_answer(tmp_path):
    run = cases.write_answer(tmp_path)
    path = tmp_path / "tiny" / "sites.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",Iten,", ",Iten Town,"), "utf-8")
    assert told(run) == ""


def test_changed_rules_are_told(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "scenario.toml"
    path.write_text(path.read_text().replace("max = 3", "max = 2"))
    text = told(run)
    assert "or the scenario" in text
    assert "a rule is broken" in text


def test_a_damaged_folder_of_an_unchanged_pack_is_no_disagreement(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    path.write_text(path.read_text("utf-8").replace('"p1"', '"p9"'), "utf-8")
    with pytest.raises(InputError, match="p9"):
        verify(run)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("310.5", "many", "offerings.csv row 2, visits_per_year: many; recomputed 310.5"),
        ("310.5", "", "visits_per_year: nothing; recomputed 310.5"),
        ("offered_today", "offered_then", "offerings.csv: the columns are site, "),
        (',"no",', ',"yes",', "offered_today: yes; recomputed False"),
    ],
)
def test_a_cell_or_column_of_another_kind_is_told(tmp_path, old, new, words):
    run = cases.write_answer(tmp_path)
    path = run / "offerings.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert words in told(run)


def test_a_plan_that_sends_people_where_the_service_is_not_is_told(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    text = path.read_text(encoding="utf-8")
    row = re.search(r'"p1","both","021-town".*', text)[0]
    path.write_text(text.replace(row, row.replace("021-town", "028-iten")), encoding="utf-8")
    assert "a rule is broken" in told(run)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "optimal"}, "optimal with a gap of 0.2"),
        ({"status": "optimal", "gap": None, "bound": None}, "optimal with no gap"),
        ({"gap": 0.2}, "the gap is given as 0.2"),
        ({"gap": None}, "a bound is given without a gap"),
        ({"bound": None}, "a gap is given without a bound"),
        ({"bound": 1e9, "gap": 0.0}, "is above the objective"),
        ({"objective": None}, "no objective is given"),
        ({"violations": ["rules.branches: 4 open, at most 3"]}, "a rule is broken: rules.branches"),
        ({"objective_unit": "km"}, "objective_unit"),
        ({"name": "Other"}, "run.json name"),
        ({"solver": "magic"}, "run.json solver: 'magic'; expected highs or cbc"),
        ({"version": "latest"}, "run.json version"),
        ({"version": "1.0" + "a" * 90_000 + "!"}, "run.json version"),
        ({"kpis": None}, "run.json kpis"),
        ({"baseline_kpis": None}, "run.json baseline_kpis"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path, changes, words):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info.update(changes))
    assert words in told(run)


@pytest.mark.parametrize("share", [1.0, 0.9995])
def test_feasible_is_not_said_of_what_is_proved(tmp_path, pack, share):
    rules = cases.scenario()
    objective = cases.answer(pack, rules).objective
    gap = (objective - objective * share) / objective
    report = cases.answer(pack, rules, bound=objective * share, gap=gap)
    run = judge_and_write(report, pack, rules, tmp_path / "run")
    assert "so it would be optimal" in told(run)


ASKED, WITHIN = 0.001, 1e-9  # the gap that the scenario asks for, and what is rounding
LAST_DIGITS = {
    "the gap that was asked for": ("optimal", {"gap": ASKED + 2 * WITHIN}, ""),
    "a gap above it": ("optimal", {"gap": ASKED + 2.5 * WITHIN}, "is optimal with a gap"),
    "nearly as small a gap": ("feasible", {"gap": ASKED - WITHIN}, ""),
    "a smaller one": ("feasible", {"gap": ASKED - 1.5 * WITHIN}, "so it would be optimal"),
    "no gap at all": ("feasible", {"gap": 0.0}, "so it would be optimal"),
    "neither bound nor gap": ("feasible", {"bound": None, "gap": None}, ""),
    "a bound above by rounding": ("optimal", {"gap": 0.0, "above": WITHIN}, ""),
    "a bound above": ("optimal", {"gap": 0.0, "above": 1.5 * WITHIN}, "is above the objective"),
    "a gap off by rounding": ("feasible", {"gap": 0.25, "above": -0.25 - 0.9 * WITHIN}, ""),
    "another gap": ("feasible", {"gap": 0.25, "above": -0.25 - 2 * WITHIN}, "the gap is given"),
    "an objective of 0": ("optimal", {"objective": 0.0, "bound": -1.0, "gap": 0.0}, ""),
    "least by rounding": ("optimal", {"gap": 0.0, "least": 10 * (1 + WITHIN) + WITHIN}, ""),
    "least above": ("optimal", {"gap": 0.0, "least": 10 * (1 + WITHIN) + 2 * WITHIN}, "is above"),
    "least far above": (
        "optimal",
        {"gap": 0.0, "least": 15.0},
        "the least shortfall 15.0 is above",
    ),
    "nearly proved": ("optimal", {"gap": 0.0, "least": 10 - 10 * ASKED - 0.5e-6}, ""),
    "not proved": ("optimal", {"gap": 0.0, "least": 10 - 10 * ASKED - 2e-6}, "proved to be needed"),
    "nothing missed": ("optimal", {"gap": 0.0, "missed": 0.0, "least": -1e-6}, ""),
    "gap proved, shortfall not": ("feasible", {"gap": 0.0, "least": 0.0}, ""),
}


@pytest.mark.parametrize("what", LAST_DIGITS)
def test_the_proof_is_held_together_to_the_last_digits(tmp_path, what):
    status, given, words = LAST_DIGITS[what]
    run = read_run(cases.write_answer(tmp_path))
    objective = run.report.objective
    above = given.get("above", -(given["gap"] or 0.0))
    report = replace(
        run.report,
        status=status,
        objective=given.get("objective", objective),
        bound=given.get("bound", objective + above * objective),
        gap=given["gap"],
        shortfall=given.get("missed", 10.0),
        shortfall_bound=given.get("least", 10.0),
    )
    told_of_all = verify_run(replace(run, report=report)).differences
    found = "\n".join(each for each in told_of_all if not each.startswith("run.json "))
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize("status", ["infeasible", "unknown"])
def test_a_run_without_a_plan_tells_of_none(tmp_path, pack, status):
    rules = cases.scenario()
    run = judge_and_write(cases.no_answer(pack, rules, status), pack, rules, tmp_path / "run")
    assert told(run) == ""
    original = (run / "run.json").read_text(encoding="utf-8")
    for changes, words in (
        ({"kpis": {"branches": 3}}, "run.json kpis"),
        ({"bound": 5.0}, "yet a bound is given"),
        ({"objective": 5.0}, "yet an objective or a gap is given"),
        ({"objective_parts": {"travel": 5.0}}, "objective_parts"),
        ({"baseline_kpis": None}, "baseline_kpis"),
    ):
        edit(run, lambda info, changes=changes: info.update(changes))
        assert words in told(run)
        (run / "run.json").write_text(original, encoding="utf-8")
    (run / "branches.csv").write_text("site\n")
    assert "yet there is a table branches.csv" in told(run)
    (run / "branches.csv").unlink()
    path = tmp_path / "tiny" / "visits.csv"
    path.write_text(path.read_text().replace("p2,passport,300", "p2,passport,301"))
    assert "the pack has changed since" in told(run)


def test_of_very_many_differences_the_first_hundred_are_told(tmp_path, monkeypatch):
    run = cases.write_answer(tmp_path)
    path = tmp_path / "tiny" / "demand_points.csv"
    path.write_text(path.read_text("utf-8").replace("0.5,", "0.6,"), "utf-8")
    path = tmp_path / "tiny" / "visits.csv"
    path.write_text(path.read_text("utf-8").replace("0,count", "1,count"), "utf-8")
    found = verify(run).differences
    assert len(found) == 101
    more = re.fullmatch(r"and (\d+) more differences", found[-1])
    assert "the pack has changed since" in found[0]
    every = 100 + int(more[1])
    monkeypatch.setattr("planner.runs.verify._MOST_DIFFERENCES", every)
    assert len(verify(run).differences) == every
    assert verify(run).differences[:100] == found[:100]
    monkeypatch.setattr("planner.runs.verify._MOST_DIFFERENCES", every - 1)
    assert verify(run).differences[-1] == "and 1 more differences"


def test_a_run_from_before_demand_points_were_kept_agrees(tmp_path):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info.pop("inputs"))
    (run / "points.csv").unlink()
    assert told(run) == ""
    (run / "duplicates.csv").unlink()
    assert told(run).startswith("duplicates.csv")


def test_an_optimal_run_that_misses_soft_rules_more_than_is_proved_is_told(tmp_path):
    """The branch of Iten can serve half of those who come; that too needs a proof."""
    folder = cases.write_pack(tmp_path / "tiny")
    (folder / "sites.csv").write_text(cases.SITES.replace(",500,", ",50,"), "utf-8")
    pack = read_pack(folder)
    rules = cases.scenario(rules={"branches": {"max": 3}, "capacity": "soft"})
    honest = cases.answer(pack, rules)
    missed = score(honest.problem, honest.plan).shortfall
    assert missed > 1
    for proved, words in ((missed, ""), (missed / 2, "and only"), (missed * 2, "is above the")):
        report = cases.answer(
            pack,
            rules,
            status="optimal",
            bound=honest.objective,
            gap=0.0,
            shortfall=missed,
            shortfall_bound=proved,
        )
        run = judge_and_write(report, pack, rules, tmp_path / "run")
        text = told(run)
        assert words in text
        assert bool(text) == bool(words)


def test_a_list_that_is_longer_or_other_than_recomputed_is_told(tmp_path):
    run = cases.write_answer(tmp_path)
    before = (run / "run.json").read_text("utf-8")
    for change, words in (
        (
            lambda info: info["baseline_branches"].pop(),
            "run.json baseline_branches: 1 entries; recomputed 2",
        ),
        (
            lambda info: info["baseline_branches"][0].update(services=["permit"]),
            "run.json baseline_branches 028-iten.services: ['permit']; recomputed ['passport']",
        ),
        (lambda info: info["kpis"].update(branches=[3]), "kpis.branches: [3]; recomputed 3"),
    ):
        edit(run, change)
        assert words in told(run)
        (run / "run.json").write_text(before, "utf-8")


def test_what_cannot_be_recomputed_is_named(tmp_path, pack):
    run = cases.write_answer(tmp_path)
    assert verify(run).told == (
        *("created", "version", "made_with", "pack", "solver", "seconds", "seconds_by_stage"),
        *("peak_memory_mb", "notes", "the proof behind the bound"),
    )
    rules = cases.scenario()
    for status, proof in (("infeasible", "the proof that no plan exists"), ("unknown", "notes")):
        report = cases.no_answer(pack, rules, status)
        assert verify(judge_and_write(report, pack, rules, tmp_path / status)).told[-1] == proof


def test_an_optimal_run_within_its_tolerance_agrees(tmp_path, pack):
    rules = cases.scenario()
    objective = cases.answer(pack, rules).objective
    for bound, gap in ((objective, 0.0), (objective * (1 + 1e-12), 0.0)):
        report = cases.answer(pack, rules, status="optimal", bound=bound, gap=gap)
        run = judge_and_write(report, pack, rules, tmp_path / "run")
        assert told(run) == ""


def test_where_no_gap_is_allowed_none_is_optimal(tmp_path):
    run = read_run(cases.write_answer(tmp_path))
    exact = run.scenario.model_copy(
        update={"solve": run.scenario.solve.model_copy(update={"gap": 0.0})}
    )
    report = replace(run.report, bound=run.report.objective, gap=0.0)
    found = verify_run(replace(run, scenario=exact, report=report)).differences
    assert any("so it would be optimal" in each for each in found)


def test_one_branch_alone_is_compared(tmp_path):
    folder = cases.write_pack(tmp_path / "tiny")
    sites = cases.SITES.replace("38.45,existing,passport;permit", "38.45,candidate,")
    (folder / "sites.csv").write_text(sites, "utf-8")
    pack, rules = read_pack(folder), cases.scenario()
    run = judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "run")
    assert told(run) == ""
    edit(run, lambda info: info["baseline_branches"][0].update(visits_per_year=1.0))
    assert "baseline_branches 028-iten.visits_per_year: 1.0" in told(run)


def test_services_in_another_order_are_the_same_branch(tmp_path):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info["branches"].reverse())
    edit(run, lambda info: info["branches"][1]["services"].reverse())
    assert told(run) == ""


# -- how travel was measured ---------------------------------------------------------------


def write_with_known_road(folder):
    """A run of the tiny pack with one road of known length; the run and the table."""
    path = cases.write_pack(folder / "tiny")
    text = (path / "pack.toml").read_text(encoding="utf-8")
    (path / "pack.toml").write_text('known_roads = "known.csv"\n' + text, encoding="utf-8")
    known = path / "known.csv"
    head = "from_town,from_lat,from_lon,to_town,to_lat,to_lon,road_km,source\n"
    known.write_text(f"{head}A,0.5,35.5,B,0.5,36.5,150,survey\n")
    pack, rules = read_pack(path), cases.scenario(str(path))
    return judge_and_write(cases.answer(pack, rules), pack, rules, folder / "run"), known


def test_a_run_tells_by_which_model_travel_is_measured_and_how_far_it_is_off(tmp_path):
    run, _ = write_with_known_road(tmp_path)
    travel = json.loads((run / "run.json").read_text())["travel"]
    stored = read_run(run).problem.travel
    assert (travel["model"], travel["mode"], travel["known_roads"]) == ("great_circle", "", 1)
    assert travel["error_share"] == travel["worst_share"] == stored.error > 0
    assert travel["sources"] == list(stored.sources)
    assert travel["notes"] == list(stored.notes)
    assert told_of(travel) == stored
    assert told(run) == ""


def test_an_older_run_without_travel_is_read_and_agrees(tmp_path):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info.pop("travel"))
    assert told(run) == ""
    assert told_of(read_run(run).info.get("travel")) is None


def test_known_roads_that_changed_since_are_told_as_another_error(tmp_path):
    run, known = write_with_known_road(tmp_path)
    known.write_text(known.read_text().replace(",150,", ",160,"))
    assert "run.json travel.error_share" in told(run)
    known.write_text(known.read_text().replace(",160,survey", ",150,another survey"))
    assert told(run) == ""  # a source describes, it is no figure


def test_two_travel_models_are_named_and_not_to_be_compared(tmp_path):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info["travel"].update(model="network", mode="bus"))
    assert (
        "the run measured travel by the network model with mode bus, the files now give "
        "the great-circle model: minutes and kilometres of the two cannot be compared"
    ) in told(run)


def test_a_name_that_the_pack_does_not_have_is_told(tmp_path):
    run = cases.write_answer(tmp_path)
    assert not any("the name" in each for each in verify(run).told)
    edit(run, lambda info: info["branches"][0].update(name="Somewhere else"))
    result = verify(run)
    assert result.agrees
    site = json.loads((run / "run.json").read_text())["branches"][0]["site"]
    assert any(f"the name 'Somewhere else' of {site}" in each for each in result.told)


@pytest.mark.parametrize("step", [-1, 1])
def test_counters_of_a_branch_that_may_have_any_number_are_as_its_work_needs(tmp_path, step):
    pack = read_pack(find_pack("immigration"))
    text = (pack.folder / "scenarios" / "counters-by-service.toml").read_text()
    scenario = parse_scenario(text.replace("exactly = 24", "exactly = 10"))
    run = judge_and_write(solve(pack, scenario), pack, scenario, tmp_path / "run")
    assert told(run) == ""

    def change(info):
        most = max(info["branches"], key=lambda entry: entry["counters"]["passport_biometrics"])
        most["counters"]["passport_biometrics"] += step

    edit(run, change)
    assert "counters.passport_biometrics" in told(run)
