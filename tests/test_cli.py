"""The `planner` command: exit statuses, one JSON object, words on stderr, never a traceback."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from command_line import run
from pack.tiny import FILES, write

from planner.cli import main
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT, EXIT_NO_PLAN, EXIT_USAGE

SCENARIO = 'name = "Small"\npack = "./pack"\n[rules]\nbranches = { max = 2 }\n'
NAMES = ('Murang\'a "East"', "<script>alert(1)</script>", "${jndi} {{7*7}} %s", "=1+1;Café Ñ")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder of its own to work in, with a tiny pack and a scenario."""
    write(tmp_path / "pack")
    (tmp_path / "small.toml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def run_json(capsys, *argv: object) -> tuple[int, dict]:
    status, out, _ = run(capsys, *argv, "--json")
    return status, json.loads(out)


# -- done ----------------------------------------------------------------------------------


def test_solve_verify_export_audit_in_words(home, capsys):
    status, out, err = run(capsys, "solve", "small.toml", "--out", "run")
    assert status == EXIT_DONE
    assert out.startswith("Small\n")
    assert "  keep Alpha town [s1]: c, d;" in out
    assert "searching for plans" in err
    assert "Optimal: proved that no plan under these rules is better" in err
    assert {path.name for path in (home / "run").iterdir()} >= {
        "run.json", "scenario.toml", "assignment.csv", "branches.csv", "offerings.csv", "areas.csv"
    }  # fmt: skip
    status, out, _ = run(capsys, "verify", "run")
    assert (status, out.split(":")[0]) == (0, "The run agrees with the raw pack")
    status, out, _ = run(capsys, "export", "run", "--out", "files")
    assert status == EXIT_DONE
    assert all(Path(line).is_file() for line in out.splitlines())
    status, out, _ = run(capsys, "audit", "small.toml")
    assert (status, out.splitlines()[0]) == (0, "Small")


def test_solve_as_one_json_object(home, capsys):
    status, told = run_json(capsys, "solve", "small.toml", "--out", "run", "--gap", "0")
    assert status == EXIT_DONE
    assert told == json.loads((home / "run" / "run.json").read_text())
    assert (told["status"], told["gap"]) == ("optimal", 0)
    assert told["seconds_by_stage"]["load"] > 0
    status, told = run_json(capsys, "verify", "run")
    assert (status, told["agrees"], told["differences"]) == (0, True, [])
    assert "the proof behind the bound" in told["told"]


def test_the_command_line_overrules_the_file(home, capsys):
    status, told = run_json(
        capsys, "solve", "small.toml", "--out", "run", "--solver", "cbc", "--time-limit", "9"
    )
    assert (status, told["solver"]) == (0, "cbc")
    assert "time_limit_s = 9.0" in (home / "run" / "scenario.toml").read_text()


def test_every_other_command_as_json(home, capsys):
    assert run_json(capsys, "check", "pack")[1]["verdict"] == "accept"
    status, told = run_json(capsys, "scenarios", "immigration")
    assert status == 0
    assert {entry["id"] for entry in told["scenarios"]} >= {"today", "best-14-more", "impossible"}
    status, told = run_json(capsys, "audit", "pack")
    assert (status, told["kpis"]["branches"]) == (0, 1)
    status, told = run_json(capsys, "demand", "pack", "--out", "d.csv")
    assert (status, told["rows"]) == (0, 6)
    status, told = run_json(capsys, "travel", "pack", "--out", "t.parquet")
    assert (status, told["rows"], told["model"]) == (0, 6, "great_circle")
    run(capsys, "solve", "small.toml", "--out", "run")
    status, told = run_json(capsys, "export", "run", "--format", "csv", "--out", "files")
    assert status == 0
    assert told["files"]


def test_tables_that_are_handed_out(home, capsys):
    assert run(capsys, "demand", "pack", "--out", "d.csv")[0] == 0
    demand = pd.read_csv("d.csv", dtype={"area": str})
    assert list(demand.columns[:3]) == ["demand_point", "visit_type", "visits_per_year"]
    assert demand["visits_per_year"].sum() == 19
    assert demand["area"].tolist() == ["001", "001", "002"] * 2
    status, out, _ = run(capsys, "demand", "pack")
    assert (status, out) == (0, Path("d.csv").read_text())
    assert run(capsys, "travel", "pack", "--out", "t.csv")[0] == 0
    travel = pd.read_csv("t.csv")
    assert list(travel.columns[:4]) == ["demand_point", "site", "minutes", "km"]
    assert len(travel) == 6


def test_built_in_scenarios_by_name(home, capsys):
    status, out, _ = run(capsys, "scenarios", "immigration")
    assert status == 0
    assert "today" in out
    status, told = run_json(capsys, "audit", "immigration/proposal-2025")
    assert (status, told["kpis"]["branches"]) == (0, 24)
    status, out, err = run(capsys, "scenarios", "pack")
    assert (status, out) == (0, "")
    assert "no built-in scenarios" in err


# -- the input is at fault -----------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [
        "solve missing.toml --out run",
        "solve . --out run",
        "solve pack --out run",
        "solve pack/sites.csv --out run",
        "verify missing",
        "verify .",
        "audit missing",
        "audit pack/sites.csv",
        "export missing --out files",
        "export . --out files",
        "check missing",
        "check missing.csv --as sites",
        "scenarios missing",
        "demand missing",
        "travel missing --out t.csv",
        "solve small.toml --out small.toml",
        "solve small.toml --out .",
        "solve small.toml --out small.toml/below",
        "demand pack --out small.toml/d.csv",
        "travel pack --out small.toml/t.csv",
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_not_there_is_told(home, capsys, argv, as_json):
    before = sorted(path.name for path in home.iterdir())
    status, out, err = run(capsys, *argv.split(), *(["--json"] if as_json else []))
    assert status == EXIT_INPUT
    assert err or argv.startswith("check")  # the faults are what check prints
    if as_json:
        told = json.loads(out)
        assert told.get("error") or told.get("faults") or told.get("differences")
    assert sorted(path.name for path in home.iterdir()) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "expected valid TOML"),
        (SCENARIO + "extra = 1", "unknown key extra"),
        (SCENARIO.replace("./pack", "nowhere"), "no data pack"),
        (SCENARIO + "[sites]\nopen = ['s9']", "found s9"),
        (SCENARIO + "[channels]\nc = 1", "unknown key c"),
        (SCENARIO.replace("max = 2", "max = 2, exactly = 2"), "either exactly, or min and max"),
    ],
)
def test_a_scenario_at_fault(home, capsys, text, told):
    (home / "bad.toml").write_text(text)
    status, out, err = run(capsys, "solve", "bad.toml", "--out", "run")
    assert (status, out) == (EXIT_INPUT, "")
    assert told in err
    assert not (home / "run").exists()
    status, told_json = run_json(capsys, "solve", "bad.toml", "--out", "run")
    assert status == EXIT_INPUT
    assert told_json["faults"]


def test_a_pack_at_fault_is_told_row_by_row_by_every_command(home, capsys):
    sites = FILES["sites.csv"].replace(",36.5,", ",east,").replace("candidate", "planned")
    write(home / "pack", sites_csv=sites)
    for argv in ("check pack", "solve small.toml --out run", "audit pack", "demand pack"):
        status, out, err = run(capsys, *argv.split())
        assert status == EXIT_INPUT
        assert "sites.csv row 2, lon: found east" in out + err
        assert "sites.csv row 3, status: found planned" in out + err
    status, told = run_json(capsys, "check", "nowhere")
    assert (status, told["verdict"], told["row_count"], told["totals"]) == (1, "refuse", 0, {})
    assert [(f["file"], f["found"]) for f in told["faults"]] == [("nowhere", "no data pack")]
    status, told = run_json(capsys, "check", "pack")
    assert (status, told["verdict"], len(told["faults"])) == (EXIT_INPUT, "refuse", 2)


def test_a_table_is_checked_before_it_is_taken_in(home, capsys):
    (home / "more.csv").write_text("area,population\nWest,abc\nNowhere,5\n")
    argv = ("check", "more.csv", "--as", "area_demand", "--with", "pack/areas.geojson")
    status, told = run_json(capsys, *argv, "--rows")
    assert (status, told["verdict"]) == (EXIT_INPUT, "refuse")
    assert {fault["row"] for fault in told["faults"]} == {2, 3}


# -- wrong usage ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [
        "",
        "frobnicate",
        "solve",
        "solve small.toml",
        "solve small.toml --out run --gap 2",
        "solve small.toml --out run --gap nan",
        "solve small.toml --out run --time-limit 0",
        "solve small.toml --out run --time-limit soon",
        "solve small.toml --out run --solver gurobi",
        "check pack --rows",
        "check pack/sites.csv --as sitez",
        "travel pack --out t.xls",
        "demand pack --out d.parquet",
        "travel pack",
    ],
)
def test_wrong_usage(home, capsys, argv):
    status, out, err = run(capsys, *argv.split())
    assert (status, out) == (EXIT_USAGE, "")
    assert err


def test_a_format_that_cannot_be_exported(home, capsys):
    run(capsys, "solve", "small.toml", "--out", "run")
    status, _, err = run(capsys, "export", "run", "--format", "csv,doc", "--out", "files")
    assert status == EXIT_USAGE
    assert "doc" in err
    assert not (home / "files").exists()


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["solve", "--help"]])
def test_help_is_no_fault(capsys, argv):
    assert main(argv) == EXIT_DONE
    assert capsys.readouterr().out


# -- no plan -------------------------------------------------------------------------------


def test_infeasible_with_the_reasons(home, capsys):
    (home / "none.toml").write_text(SCENARIO.replace("max = 2", "max = 0"))
    status, out, err = run(capsys, "solve", "none.toml", "--out", "run")
    assert (status, out) == (EXIT_INFEASIBLE, "")
    assert "No plan can keep these rules together:\n- rules.branches: Number of branches:" in err
    status, told = run_json(capsys, "solve", "none.toml", "--out", "run")
    assert (status, told["status"]) == (EXIT_INFEASIBLE, "infeasible")
    assert told["clashes"][0]["rule"] == "rules.branches"
    assert (told["objective"], told["bound"], told["gap"]) == (None, None, None)


def test_no_plan_in_the_time_given(home, capsys):
    status, _, err = run(capsys, "solve", "small.toml", "--out", "run", "--time-limit", "1e-9")
    assert status == EXIT_NO_PLAN
    assert "No plan was found in the time given." in err
    status, told = run_json(capsys, "solve", "small.toml", "--out", "r2", "--time-limit", "1e-9")
    assert (status, told["status"]) == (EXIT_NO_PLAN, "unknown")


# -- names ---------------------------------------------------------------------------------


def test_names_of_any_kind_go_through_unharmed(home, capsys):
    def quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    points = FILES["demand_points.csv"]
    for old, new in zip(("Alpha", "Beta", "Gamma"), NAMES, strict=False):
        points = points.replace(old, quoted(new))
    sites = FILES["sites.csv"].replace("Alpha town", quoted(NAMES[0]))
    sites = sites.replace("Gamma town", quoted(NAMES[3]))
    areas = FILES["areas.geojson"].replace('"West"', json.dumps(NAMES[0]))
    areas = areas.replace('"East"', json.dumps(NAMES[1]))
    write(home / "pack", demand_points_csv=points, sites_csv=sites, areas_geojson=areas)
    (home / "small.toml").write_text(SCENARIO.replace('"Small"', json.dumps(NAMES[2])))
    status, out, _ = run(capsys, "solve", "small.toml", "--out", "run")
    assert status == EXIT_DONE
    assert out.startswith(f"{NAMES[2]}\n")
    assert f"keep {NAMES[0]} [s1]" in out
    assert f"open {NAMES[3]} [s2]" in out
    assert json.loads((home / "run" / "run.json").read_text())["name"] == NAMES[2]
    assert run(capsys, "verify", "run")[0] == EXIT_DONE
    assert run(capsys, "export", "run", "--out", "files")[0] == EXIT_DONE
    exported = next((home / "files").rglob("*.geojson")).read_text(encoding="utf-8")
    features = json.loads(exported)["features"]
    assert {NAMES[0], NAMES[3]} <= {str(v) for f in features for v in f["properties"].values()}


def test_a_name_longer_than_any_file(home, capsys):
    status, _, err = run(capsys, "solve", "x" * 5000, "--out", "run")
    assert status == EXIT_INPUT
    assert "no such file" in err


def test_a_name_that_is_no_text_is_refused_before_anything_is_written(home, capsys):
    odd = b"run\xfe".decode(errors="surrogateescape")
    before = sorted(home.rglob("*"))
    status, out, err = run(capsys, "solve", "small.toml", "--out", odd)
    assert (status, out) == (EXIT_USAGE, "")
    assert err.startswith("run?: a name that is no text (UTF-8); give the file")
    assert sorted(home.rglob("*")) == before


def test_the_door_looks_at_a_file_whose_name_is_no_text(home, capsys):
    odd = b"sites\xfe.csv".decode(errors="surrogateescape")
    (home / odd).write_text("id\n")
    status, out, _ = run(capsys, "check", odd, "--as", "sites", "--json")
    assert status == EXIT_INPUT
    assert json.loads(out)["faults"][0]["file"] == "sites .csv"


# -- the last door -------------------------------------------------------------------------


def test_an_error_of_ours_is_kept_in_a_log_and_told_without_details(home, capsys, monkeypatch):
    def broken(_path):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("planner.pack.read_pack", broken)
    assert main(["audit", "pack"]) == 70
    out, err = capsys.readouterr()
    assert "Something went wrong inside the planner (error " in err
    assert "secret" not in out + err
    assert "Traceback" not in out + err


# -- as a process --------------------------------------------------------------------------

PLANNER = [sys.executable, "-m", "planner"]


def test_progress_goes_to_stderr_and_json_to_stdout(home):
    done = subprocess.run(
        [*PLANNER, "solve", "small.toml", "--out", "run", "--json"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"
    assert "searching for plans" in done.stderr


def test_a_reader_that_has_had_enough_is_no_fault():
    process = subprocess.Popen(
        [*PLANNER, "demand", "immigration"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read().decode()
    assert process.wait(timeout=60) == 0
    assert "Error" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_keeps_the_best_plan(tmp_path, number):
    process = subprocess.Popen(
        [*PLANNER, "solve", "best-14-more", "--out", str(tmp_path / "run"), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stderr:
            if "finding what no plan can beat" in line:
                break
        time.sleep(0.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 0, err
    told = json.loads(out)
    assert told["status"] == "feasible"
    assert 0 < told["bound"] < told["objective"]
    assert told["violations"] == []
    assert "the best plan found so far is kept" in err
    assert "Feasible: no plan under these rules can beat this by more than" in err
    assert main(["verify", str(tmp_path / "run")]) == 0
