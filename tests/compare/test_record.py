from __future__ import annotations

import csv
import json
import time

import pytest

from planner.errors import InputError
from planner.runs import read_run
from planner.runs.record import read_record, today_of
from tests.compare import cases


@pytest.fixture
def folder(tmp_path):
    pack = cases.write_pack(tmp_path / "pack")
    return cases.write_network(tmp_path / "east", pack, cases.NETWORKS["east"])


def rows_of(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(folder) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_record(folder)
    return [str(fault) for fault in caught.value.faults]


def change(folder, **changes) -> None:
    info = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**info, **changes}))


def drop(folder, *keys) -> None:
    info = json.loads((folder / "run.json").read_text())
    for key in keys:
        inner = info
        *above, last = key.split(".")
        for part in above:
            inner = inner[part]
        inner.pop(last)
    (folder / "run.json").write_text(json.dumps(info))


def test_a_record_says_what_the_files_say(folder):
    record = read_record(folder)
    assert record.id == read_run(folder).id
    assert record.info == json.loads((folder / "run.json").read_text())
    assert record.kpis == record.info["kpis"]
    assert record.scenario.name == "east"
    assert (record.is_today, record.missing, record.folder) == (False, (), folder)
    for row, told in zip(record.points, rows_of(folder, "points.csv"), strict=True):
        assert (row.point, row.name, row.area) == (told["demand_point"], told["name"], told["area"])
        assert (row.population, row.visits_per_year) == (
            float(told["population"]),
            float(told["visits_per_year"]),
        )
        for value, cell in ((row.mean_min, "mean_min"), (row.today_mean_min, "today_mean_min")):
            assert value == (float(told[cell]) if told[cell] else None)
    for row, told in zip(record.areas, rows_of(folder, "areas.csv"), strict=True):
        assert (row.code, row.name) == (told["area"], told["name"])
        for before, figures in (("", row.figures), ("today_", row.today)):
            for key in ("mean_min", "mean_km", "within_standard", "worst_min", "branches"):
                assert getattr(figures, key) == float(told[f"{before}{key}"])
    for row, told in zip(record.branches, rows_of(folder, "branches.csv"), strict=True):
        assert (row.site, row.name, row.area_name) == (
            told["site"],
            told["name"],
            told["area_name"],
        )
        assert ";".join(row.services) == told["services"]
        assert row.place == (float(told["lat"]), float(told["lon"]))
        assert (row.capital_kes, row.annual_kes) == (
            int(told["capital_kes"]),
            int(told["annual_kes"]),
        )


def test_todays_network_is_a_record_too(folder):
    record = read_record(folder)
    today = today_of(record)
    assert today.is_today
    assert today.kpis == record.info["baseline_kpis"]
    assert today.kpis["mean_min"] == pytest.approx(60.0)
    assert [(row.site, row.services, row.area_name) for row in today.branches] == [
        ("s1", ("card",), "West")
    ]
    assert [row.mean_min for row in today.points] == [10.0, 40.0, 90.0, None]
    assert [row.figures for row in today.areas] == [row.today for row in record.areas]
    assert today.id != record.id


def test_a_run_without_a_plan_has_no_tables(tmp_path):
    folder = cases.write_no_plan(tmp_path / "none", cases.write_pack(tmp_path / "pack"))
    record = read_record(folder)
    assert (record.kpis, record.branches, record.areas, record.points) == (None, (), (), ())
    today = today_of(record)
    assert today.kpis["mean_min"] == pytest.approx(60.0)
    assert today.missing == ("areas.csv", "points.csv")
    assert [row.site for row in today.branches] == ["s1"]


def test_an_older_run_says_what_it_lacks(folder):
    drop(folder, "inputs", "baseline_branches", "pack.fingerprint", "pack.files", "seed")
    (folder / "points.csv").unlink()
    record = read_record(folder)
    assert record.missing == (
        *("inputs", "baseline_branches", "pack.fingerprint", "pack.files", "points.csv"),
    )
    assert record.points == ()
    assert record.kpis["mean_min"] == pytest.approx(cases.MEANS["east"])


def test_a_run_of_now_must_have_its_points(folder):
    (folder / "points.csv").unlink()
    (told,) = refused(folder)
    assert told.startswith("points.csv: found no file")


def test_every_fault_of_every_file_is_told_at_once(folder):
    info = json.loads((folder / "run.json").read_text())
    kpis = {**info["kpis"], "mean_min": "long", "duplicates": {"pairs": True}}
    change(folder, kpis=kpis, seed="seven", pack={"id": 5, "name": "By hand", "files": [1]})
    points = (folder / "points.csv").read_text().replace("1000.0", "-3").replace("40.0", "forty")
    (folder / "points.csv").write_text(points)
    areas = (folder / "areas.csv").read_text().replace('"today_branches"', '"branches_today"')
    (folder / "areas.csv").write_text(areas)
    (folder / "duplicates.csv").unlink()
    (folder / "scenario.toml").write_text('name = "x"\nspeed = 3\n')
    told = "\n".join(refused(folder))
    for part in (
        "scenario.toml, speed: found unknown key speed",
        "run.json, pack.id: found 5; expected text",
        "run.json, pack.files: found [1]",
        "run.json, kpis.mean_min: found long; expected a number",
        "run.json, kpis.duplicates.pairs: found True; expected a number",
        "run.json, seed: found seven; expected a whole number",
        "areas.csv row 1: found area, name",
        "expected also the columns today_branches",
        "duplicates.csv: found no file",
        "points.csv row 2, population: found -3; expected a number >= 0",
        "points.csv row 3, today_mean_min: found forty; expected a number",
    ):
        assert part in told


@pytest.mark.parametrize("cell", ["nan", "inf", "1_000", "1e999", " 5", "٣"])
def test_no_number_by_another_grammar(folder, cell):
    text = (folder / "points.csv").read_text().replace("1000.0", cell)
    (folder / "points.csv").write_text(text, encoding="utf-8")
    (told,) = refused(folder)
    assert "points.csv row 2, population" in told


def test_a_place_that_stands_twice_is_a_fault(folder):
    text = (folder / "points.csv").read_text().replace('"p2"', '"p1"')
    (folder / "points.csv").write_text(text)
    (told,) = refused(folder)
    assert told.startswith("points.csv row 3, demand_point: found p1; expected each once")


def test_tables_and_run_json_tell_of_one_network(folder):
    text = (folder / "branches.csv").read_text()
    (folder / "branches.csv").write_text(text.replace("card;deed", "card").replace('"s1"', '"s3"'))
    told = refused(folder)
    assert len(told) == 3
    assert "branches.csv, site: found nothing; expected s1, as in run.json" in told[0]
    assert "branches.csv, services: found card; expected card;deed at s2" in told[1]
    assert "branches.csv, site: found s3; expected the branches of run.json" in told[2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kpis": None}, "found no figures; expected figures and branches"),
        ({"status": "infeasible"}, "found figures; expected no plan when infeasible"),
    ],
)
def test_status_and_figures_go_together(folder, changes, told):
    change(folder, **changes)
    assert any(told in each for each in refused(folder))


def test_a_folder_that_is_no_run(tmp_path):
    told = refused(tmp_path / "nowhere")
    assert [each.split(":")[0] for each in told] == ["run.json", "scenario.toml"]


def test_text_that_spreadsheets_would_run_comes_back_as_it_was(tmp_path):
    sites = cases.FILES["sites.csv"].replace("Gamma town", "=1+1")
    pack = cases.write_pack(tmp_path / "pack", sites_csv=sites)
    folder = cases.write_network(tmp_path / "east", pack, cases.NETWORKS["east"])
    assert read_record(folder).branches[1].name == "=1+1"


def test_reading_is_quick(folder):
    """The figure for the built-in pack is in benchmarks/compare.py; this is a far larger table."""
    head, first, *_ = (folder / "points.csv").read_text().splitlines()
    rows = [first.replace('"p1"', f'"p{n}"') for n in range(20_000)]
    (folder / "points.csv").write_text("\n".join([head, *rows]))
    begin = time.process_time()
    assert len(read_record(folder).points) == 20_000
    assert time.process_time() - begin < 5
