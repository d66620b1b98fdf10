from __future__ import annotations

import csv
import errno
import json
import os
import random
import shutil
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError, PlannerError
from planner.evaluate import score, todays_network
from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import print_of
from planner.plan import Change, Clash
from planner.runs import files, judge_and_write, read_run, require_free, write_run
from planner.runs.verify import verify
from planner.scenario import build
from tests.nobody import as_nobody, folder_for_all
from tests.runs import cases

FILES = {
    *("run.json", "scenario.toml", "assignment.csv", "branches.csv"),
    *("offerings.csv", "areas.csv", "points.csv", "standards.csv", "duplicates.csv"),
}
KEYS = {
    *("schema", "name", "fingerprint", "created", "version", "status", "solver", "seconds"),
    *("seconds_by_stage", "objective", "bound", "gap", "peak_memory_mb", "branches", "kpis"),
    *("baseline_kpis", "violations", "objective_parts", "objective_unit", "pack", "clashes"),
}


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_folder_holds_all_that_is_promised(tmp_path):
    run = cases.write_answer(tmp_path)
    assert {path.name for path in run.iterdir()} == FILES
    info = json.loads((run / "run.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert set(info) >= KEYS
    stages = {"load", "travel", "bound", "build", "solve", "check"}
    assert set(info["seconds_by_stage"]) == stages
    assert (info["schema"], info["status"], info["solver"]) == (1, "feasible", "highs")
    assert info["created"] == "2025-03-04T05:06:07+00:00"
    assert info["objective_unit"] == "minutes"
    made_of = info["pack"].pop("files")
    assert {"areas.geojson", "pack.toml", "sites.csv", "visits.csv"} <= set(made_of)
    assert info["pack"].pop("fingerprint") == print_of(tmp_path / "tiny").fingerprint
    told = {"id": "tiny", "name": "Tiny service", "year": 2024, "currency": "KES"}
    assert info["pack"] == told
    assert info["seed"] == 0
    assert [branch["site"] for branch in info["baseline_branches"]] == ["028-iten", "099-voi"]
    assert [branch["site"] for branch in info["branches"]] == ["021-town", "028-iten", "099-voi"]
    first = info["branches"][1]
    assert (first["area"], first["status"], first["format"]) == ("028", "existing", None)
    assert first["services"] == ["passport"]
    assert info["kpis"]["branches"] == 3
    assert info["kpis"]["offerings"] == 5
    assert info["kpis"]["unserved_visits_per_year"] == 0
    assert info["kpis"]["visits_per_year"] == pytest.approx(740.8)
    assert info["baseline_kpis"]["branches"] == 2
    text = (run / "run.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert text.startswith('{\n "schema": 1,\n')  # fit to be read by people, too
    other = cases.write_answer(tmp_path, "other", notes=("Ñ 東",))
    assert "Ñ 東" in (other / "run.json").read_text(encoding="utf-8")


def test_the_tables_say_who_goes_where_and_who_says_so(tmp_path):
    run = cases.write_answer(tmp_path)
    rows = table(run, "assignment.csv")
    assert list(rows[0]) == ["demand_point", "visit_type", "site", "share", "minutes", "km"]
    assert len(rows) == 7
    assert {row["site"] for row in rows} == {"028-iten", "021-town", "099-voi"}
    offerings = {(row["site"], row["service"]): row for row in table(run, "offerings.csv")}
    assert len(offerings) == 5
    # By hand: 021-town has p2's 300 and p1's 10.5 that need both services.
    assert float(offerings["021-town", "passport"]["visits_per_year"]) == 310.5
    assert float(offerings["021-town", "permit"]["visits_per_year"]) == 17.5
    assert offerings["021-town", "permit"]["offered_today"] == "no"
    assert offerings["021-town", "permit"]["confidence"] == "assumption"
    points = table(run, "points.csv")
    assert [row["demand_point"] for row in points] == ["p1", "p2", "p3", "p4"]
    assert float(points[0]["visits_per_year"]) == 110.5
    assert points[3]["mean_min"] == points[3]["today_mean_min"] != ""
    branches = table(run, "branches.csv")
    assert branches[0]["name"] == f"'{cases.HOSTILE}"
    assert branches[0]["services_added"] == "passport;permit"
    assert branches[0]["source"] == "gazette"
    assert [row["name"] for row in table(run, "areas.csv")] == cases.names_in_order()


def test_figures_are_written_with_every_digit(tmp_path):
    run = read_run(cases.write_answer(tmp_path))
    info = json.loads((run.path / "run.json").read_text(encoding="utf-8"))
    assert info["objective"] == run.score.objective.total
    assert info["kpis"]["mean_min"] == run.score.kpis.mean_min
    at = run.report.plan.assignment
    minutes = [float(row["minutes"]) for row in table(run.path, "assignment.csv")]
    assert minutes == run.problem.minutes[at.point, at.site].tolist()


def test_what_was_written_is_read_back(tmp_path):
    path = cases.write_answer(tmp_path)
    run = read_run(path)
    pack = read_pack(tmp_path / "tiny")
    expected = cases.answer(pack, cases.scenario())
    assert run.id == f"{expected.problem.fingerprint}-20250304T050607Z"
    assert run.created == cases.CREATED
    assert run.report.status == "feasible"
    assert run.report.gap == expected.gap
    assert run.report.notes == ("made by hand",)
    assert (run.report.plan.is_open == expected.plan.is_open).all()
    assert (run.report.plan.offers == expected.plan.offers).all()
    for name in ("point", "visit_type", "site", "share"):
        read = getattr(run.report.plan.assignment, name)
        assert np.array_equal(read, getattr(expected.plan.assignment, name))
    assert run.score.objective == score(expected.problem, expected.plan).objective
    assert run.baseline.kpis == score(run.problem, todays_network(run.problem)).kpis
    assert run.scenario.rules == cases.scenario().rules


def test_counters_set_aside_for_each_service_are_read_back_and_strange_ones_named(tmp_path):
    folder = cases.write_pack(tmp_path / "tiny")
    sites = cases.SITES.replace("capacity_visits_per_year", "counters")
    sites = sites.replace(",500,", ",2,").replace(",,gazette", ",3,gazette").replace(",50,", ",1,")
    (folder / "sites.csv").write_text(sites, encoding="utf-8", newline="")
    pack = read_pack(folder)
    rules = cases.scenario(rules={"branches": {"max": 3}, "capacity": "soft",
                                  "counters": "by_service"})  # fmt: skip
    plain = cases.answer(pack, cases.scenario())
    aside = np.array([[0, 0], [2, 1], [1, 0], [1, 2]])
    plan = replace(plain.plan, counters=aside)
    problem = build(pack, rules)
    report = replace(plain, problem=problem, plan=plan,
                     objective=score(problem, plan).objective.total)  # fmt: skip
    run = judge_and_write(report, pack, rules, tmp_path / "run")
    assert np.array_equal(read_run(run).report.plan.counters, aside)
    assert verify(run).agrees
    edit(run, lambda info: info["branches"][1]["counters"].update(haircut=1))
    (fault,) = refused(run, "haircut")
    assert fault.column == "branches.1.counters"


@pytest.mark.parametrize("status", ["infeasible", "unknown"])
def test_an_answer_without_a_plan_is_kept_with_its_reasons(tmp_path, pack, status):
    clash = Clash("rules.branches", "At most 3 branches for 4 counties.", "Allow 4.")
    report = cases.no_answer(pack, cases.scenario(), status, clashes=(clash,))
    run = judge_and_write(report, pack, cases.scenario(), tmp_path / "run")
    info = json.loads((run / "run.json").read_text())
    assert info["branches"] == []
    assert info["kpis"] is None
    assert info["objective"] is None
    assert info["baseline_kpis"]["branches"] == 2
    assert {path.name for path in run.iterdir()} == {"run.json", "scenario.toml"}
    back = read_run(run)
    assert back.report.plan is None
    assert back.score is None
    assert back.report.clashes == (clash,)


def test_infinite_and_missing_figures_become_null(tmp_path, pack):
    rules = cases.scenario()
    report = cases.answer(pack, rules, bound=-np.inf, gap=np.nan, seconds=np.float64(2))
    run = judge_and_write(report, pack, rules, tmp_path / "run")
    info = json.loads((run / "run.json").read_text(), parse_constant=pytest.fail)
    assert (info["bound"], info["gap"], info["seconds"]) == (None, None, 2.0)


def test_the_pack_is_found_again_from_the_run_folder(tmp_path, monkeypatch):
    run = cases.write_answer(tmp_path / "deep", "runs/a/one")
    assert 'pack = "../../../tiny"' in (run / "scenario.toml").read_text()
    moved = tmp_path / "moved"
    shutil.move(tmp_path / "deep", moved)
    monkeypatch.chdir("/")
    assert read_run(moved / "runs/a/one").pack.id == "tiny"


def test_a_folder_that_is_named_like_a_built_in_pack_is_not_taken_for_it(tmp_path, pack):
    rules = cases.scenario("immigration")  # as given; the pack solved was another folder
    run = judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "run")
    assert find_pack(read_run(run).scenario.pack, run) == pack.folder


def test_an_earlier_run_is_replaced_and_leaves_nothing(tmp_path):
    run = cases.write_answer(tmp_path)
    export = f"three-offices-{read_run(run).info['fingerprint'][:8]}-branches.csv"
    for name in (export, ".DS_Store"):
        (run / name).touch()
    (run / ".export-0123abcd").mkdir()  # of an export that was ended
    again = cases.write_answer(tmp_path, seconds=9.0)
    assert again == run
    assert read_run(run).report.seconds == 9.0
    assert {path.name for path in run.iterdir()} == FILES
    assert {path.name for path in tmp_path.iterdir()} == {"run", "tiny"}


def test_what_somebody_put_into_a_run_folder_is_not_deleted(tmp_path):
    run = cases.write_answer(tmp_path)
    (run / "maps").mkdir()
    (run / "maps" / "nairobi.png").write_text("map")
    for name in ("my-notes.docx", "other.csv", "zebra.txt"):
        (run / name).write_text("mine")
    before = (run / "run.json").read_bytes()
    for refuse in (lambda: require_free(run), lambda: cases.write_answer(tmp_path, seconds=9.0)):
        with pytest.raises(PlannerError) as caught:
            refuse()
        words = str(caught.value)
        assert "maps, my-notes.docx, other.csv and 1 more" in words
        assert "Move them away, or choose another folder" in words
    assert (run / "run.json").read_bytes() == before
    assert (run / "maps" / "nairobi.png").read_text() == "map"
    (run / "zebra.txt").unlink()
    with pytest.raises(PlannerError, match=r"also holds maps, my-notes\.docx, other\.csv, which"):
        require_free(run)
    for name in ("my-notes.docx", "other.csv"):
        (run / name).unlink()
    with pytest.raises(PlannerError, match="also holds maps, which"):
        require_free(run)
    shutil.rmtree(run / "maps")
    (run / "assignment.csv").unlink()
    (run / "assignment.csv").mkdir()  # a folder of that name is nobody's table
    with pytest.raises(PlannerError, match=r"assignment\.csv"):
        require_free(run)


@pytest.mark.parametrize("told", ["[]", "{", '{"schema": 1}', '{"fingerprint": "a"}', "5"])
def test_a_folder_with_another_programs_run_json_is_no_run(tmp_path, told):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(told)
    with pytest.raises(PlannerError, match="holds other files and is not a run folder"):
        require_free(tmp_path / "run")


def test_a_place_that_takes_no_folder_is_refused_before_solving(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlannerError, match="a part of the path is a file"):
        require_free(tmp_path / "file" / "run")
    with pytest.raises(PlannerError, match="the name is too long"):
        require_free(tmp_path / ("n" * 300))
    run = cases.write_answer(tmp_path)
    require_free(run)
    require_free(tmp_path / "not" / "yet" / "there")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "run", "tiny"}

    def nothing_is_made(self, *_arguments, **_options):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(self))

    monkeypatch.setattr(type(tmp_path), "mkdir", nothing_is_made)  # as below /proc
    for out in (tmp_path / "new", tmp_path / "not" / "yet", run):
        with pytest.raises(PlannerError, match="does not let files or folders be made"):
            require_free(out)


def test_a_place_where_one_may_not_write_is_refused_before_solving():
    def task(out, words="cannot be written: no permission there."):
        with pytest.raises(PlannerError) as told:
            require_free(out)
        assert str(told.value).startswith(f"The run folder {out.name} {words}")

    with folder_for_all() as folder:
        run = cases.write_answer(folder)
        before = (run / "run.json").read_bytes()
        for place in (folder, run):
            place.chmod(0o555)
        for out in (folder / "new", folder / "not" / "yet", run):
            as_nobody(task, out)
        (folder / "file").write_text("x")
        as_nobody(task, folder / "file" / "run", "could not be written: a part of the path is a")
        assert (run / "run.json").read_bytes() == before


def _close(monkeypatch, name):
    """Let the system refuse to open files of this name."""
    really = os.open

    def closed(path, *arguments, **options):
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, "Permission denied", "/secret")
        return really(path, *arguments, **options)

    monkeypatch.setattr(os, "open", closed)


@pytest.mark.parametrize("name", ["run.json", "assignment.csv"])
def test_a_file_without_permission_is_not_called_missing(tmp_path, monkeypatch, name):
    run = cases.write_answer(tmp_path)
    _close(monkeypatch, name)
    fault = refused(run, "cannot be read: no permission")[0]
    assert (fault.file, "run folder" in str(fault)) == (name, False)


def test_a_run_that_may_not_be_read_is_not_replaced(tmp_path, monkeypatch):
    run = cases.write_answer(tmp_path)
    _close(monkeypatch, "run.json")
    with pytest.raises(PlannerError, match="cannot be read: no permission"):
        require_free(run)


def test_an_empty_folder_is_used_and_any_other_refused(tmp_path):
    (tmp_path / "run").mkdir()
    cases.write_answer(tmp_path)
    for name in ("mine", "json"):
        (tmp_path / name).mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("dear")
    (tmp_path / "json" / "run.json").write_text("[1]")
    (tmp_path / "file").write_text("x")
    for name, words in (
        ("mine", "other files"),
        ("json", "other files"),
        ("file", "file is a file; give a"),
    ):
        with pytest.raises(PlannerError, match=words):
            cases.write_answer(tmp_path, name)
    assert (tmp_path / "mine" / "thesis.doc").read_text() == "dear"


@pytest.mark.parametrize("name", ["fsync", "open", "rename"])
def test_a_full_disk_is_told_and_leaves_the_earlier_run(tmp_path, monkeypatch, name):
    run = cases.write_answer(tmp_path)
    before = (run / "run.json").read_bytes()

    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device", "/secret")

    with monkeypatch.context() as patch:
        patch.setattr(files, "_exchanged", lambda *_: False)  # as on disks that cannot
        target = os if name == "fsync" else type(tmp_path)
        if name == "open":
            whole = type(tmp_path).open
            patch.setattr(
                target,
                "open",
                lambda self, mode="r", *rest, **options: (
                    full()
                    if "w" in mode and ".part" in str(self)
                    else whole(self, mode, *rest, **options)
                ),
            )
        else:
            patch.setattr(target, name, full)
        pack = read_pack(tmp_path / "tiny")
        rules = cases.scenario()
        report = cases.answer(pack, rules)
        with pytest.raises(PlannerError, match="run could not be written: the disk is full"):
            judge_and_write(report, pack, rules, run)
    assert (run / "run.json").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"run", "tiny"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_writer_killed_at_any_moment_leaves_a_whole_run_or_none(tmp_path, pack):
    rules, rng = cases.scenario(), random.Random(7)
    report = cases.answer(pack, rules)
    today = todays_network(report.problem)
    judged, before = score(report.problem, report.plan), score(report.problem, today)
    whole = absent = 0
    for trial in range(60):
        out = tmp_path / "runs" / str(trial)
        child = os.fork()
        if child == 0:
            write_run(report, judged, before, pack, rules, out)
            os._exit(0)
        time.sleep(rng.uniform(0, 0.008))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if out.exists():
            assert {path.name for path in out.iterdir()} == FILES
            assert read_run(out, pack=pack).report.status == "feasible"
            whole += 1
        else:
            absent += 1
    assert whole + absent == 60
    assert absent > 0


# -- damaged and foreign folders -------------------------------------------------------------


def edit(run, change):
    path = run / "run.json"
    info = json.loads(path.read_text(encoding="utf-8"))
    change(info)
    path.write_text(json.dumps(info), encoding="utf-8")


def refused(run, *words):
    with pytest.raises(InputError) as caught:
        read_run(run)
    message = str(caught.value)
    for word in words:
        assert word in message
    assert str(run.parent) not in message
    return caught.value.faults


def test_a_missing_folder_or_file_is_named(tmp_path):
    refused(tmp_path / "nowhere", "run.json", "not a complete run folder")
    run = cases.write_answer(tmp_path)
    for name in ("assignment.csv", "scenario.toml"):
        kept = (run / name).read_bytes()
        (run / name).unlink()
        refused(run, name)
        (run / name).write_bytes(kept)
    read_run(run)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"schema": NaN}', b"[" * 100_000, b'"text"', b"{}"],
)
def test_a_run_json_that_is_none_is_refused(tmp_path, content):
    run = cases.write_answer(tmp_path)
    (run / "run.json").write_bytes(content)
    refused(run, "run.json")


@pytest.mark.parametrize(
    ("key", "value", "column"),
    [
        ("schema", 2, "schema"),
        ("fingerprint", "../../x", "fingerprint"),
        ("created", "yesterday", "created"),
        ("created", "2025-03-04T05:06:07", "created"),
        ("status", "perfect", "status"),
        ("objective", "12", "objective"),
        ("objective", True, "objective"),
        ("seconds", -1, "seconds"),
        ("branches", {}, "branches"),
        ("branches", [{"site": 3}], "branches.0.site"),
        ("kpis", [], "kpis"),
        ("notes", "x", "notes"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(tmp_path, key, value, column):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info.update({key: value}))
    assert column in {fault.column for fault in refused(run)}


def test_damage_is_told_in_plain_words(tmp_path):
    run = cases.write_answer(tmp_path)
    for changes, words in (
        ({"branches": [1]}, "found 1; expected keys with values in { }"),
        ({"branches": 1}, "found 1; expected a list"),
        ({"status": "perfect"}, "expected optimal, feasible, infeasible or unknown"),
        ({"seconds": -1}, "found -1; expected a number >= 0"),
        ({"objective": True}, "found true; expected a number"),
        ({"kpis": None, "name": None}, "found null; expected text"),
        ({"fingerprint": "x"}, "expected 16 digits"),
        ({"name": "n" * 200_000}, "at most 100,000 letters"),
        ({"seconds_by_stage": {"load": "x"}}, 'found "x"; expected a number'),
        ({"baseline_kpis": []}, "found []; expected keys with values"),
    ):
        before = (run / "run.json").read_bytes()
        edit(run, lambda info, changes=changes: info.update(changes))
        told = str(InputError(refused(run, words)))
        for word in ("Input", "valid", "_Branch", "instance", "dictionary", "pattern"):
            assert word not in told
        (run / "run.json").write_bytes(before)
    (run / "run.json").write_text("[1]")
    assert refused(run)[0].found == "[1]"


def test_every_missing_key_is_named_at_once(tmp_path):
    run = cases.write_answer(tmp_path)

    def drop(info):
        del info["status"], info["bound"], info["branches"][1]["services"]

    edit(run, drop)
    columns = {fault.column for fault in refused(run)}
    assert columns == {"status", "bound", "branches.1.services"}


def test_unknown_ids_and_double_sites_are_named(tmp_path):
    run = cases.write_answer(tmp_path)

    def change(info):
        info["branches"][0]["site"] = "nowhere"
        info["branches"][1]["services"] = ["passport", "haircut"]
        info["branches"][2]["format"] = "palace"
        info["branches"].append(info["branches"][2])

    edit(run, change)
    faults = refused(run, "nowhere", "haircut", "palace", "099-voi")
    assert [fault.column for fault in faults] == [
        "branches.0.site",
        "branches.1.services",
        "branches.2.format",
        "branches.3",
        "branches.3.format",
    ]


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        ('"p2"', '"p9"', 4, "demand_point"),
        ('"021-town"', '"=1+1"', 2, "site"),
        ('"permit"', '"perm\u00eft"', 7, "visit_type"),
        (",1.0,", ",half,", 2, "share"),
        (",1.0,", ",1.5,", 2, "share"),
        (",1.0,", ",nan,", 2, "share"),
        (",1.0,", ",-0.1,", 2, "share"),
        (",1.0,", ",٣,", 2, "share"),
        (",1.0,", ',"",', 2, "share"),
        ('"minutes"', '"hours"', 1, None),
        (",1.0,", ",1.0,0,", 2, None),
    ],
)
def test_a_damaged_assignment_is_named_by_row_and_column(tmp_path, old, new, row, column):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    fault = refused(run)[0]
    assert (fault.file, fault.row, fault.column) == ("assignment.csv", row, column)


def test_what_was_found_is_told_as_it_stands_but_not_endlessly(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    text = path.read_text(encoding="utf-8")
    for cell, told in (("half", "half"), ('""', "nothing"), ("x" * 90, "x" * 40)):
        path.write_text(text.replace(",1.0,", f",{cell},", 1), encoding="utf-8", newline="")
        assert refused(run)[0].found == told
    path.write_text(text.replace('"minutes"', "m" * 900), encoding="utf-8", newline="")
    header = f"demand_point, visit_type, site, share, {'m' * 900}, km"
    assert refused(run)[0].found == header[:200]


@pytest.mark.parametrize("share", ["0.0", "0", "1e-3", repr(1 + 1e-6)])
def test_a_share_from_nothing_to_all_is_read(tmp_path, share):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",1.0,", f",{share},", 1), encoding="utf-8", newline="")
    assert read_run(run).report.plan.assignment.share[0] == float(share)


def test_of_a_clash_the_changes_that_are_known_are_read(tmp_path, pack):
    known = Change("branches", {"to": 4.0})
    clash = Clash("rules.branches", "At most 3.", "Allow 4.", (known,))
    report = cases.no_answer(pack, cases.scenario(), clashes=(clash,))
    run = judge_and_write(report, pack, cases.scenario(), tmp_path / "run")
    strange = {"what": "wish", "values": {"key": "x"}}
    edit(run, lambda info: info["clashes"][0]["changes"].append(strange))
    assert read_run(run).report.clashes == (clash,)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'"a\nb', b"\x00\x00"])
def test_an_assignment_that_is_no_table_is_refused(tmp_path, content):
    run = cases.write_answer(tmp_path)
    (run / "assignment.csv").write_bytes(content)
    refused(run, "assignment.csv")


def test_thousands_of_faults_are_told_in_few_lines(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "assignment.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    bad = lines[1].replace('"p1"', '"p9"')
    path.write_text("\n".join([lines[0], *[bad] * 5000]), encoding="utf-8")
    faults = refused(run)
    assert len(faults) == 51
    assert faults[-1].found == "and 4950 more faults"


def test_a_plan_cannot_hide_in_a_run_that_says_there_is_none(tmp_path):
    run = cases.write_answer(tmp_path)
    edit(run, lambda info: info.update(status="infeasible"))
    refused(run, "branches")


def test_a_time_in_another_zone_names_the_same_run(tmp_path, pack):
    rules = cases.scenario()
    moment = datetime.fromisoformat("2025-03-04T08:06:07+03:00")
    run = judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "r", created=moment)
    assert read_run(run).created.astimezone(UTC) == cases.CREATED
