"""The page of daily records: empty, filled, and with a file to be checked."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner import scenario
from planner.demand.records import branch_records
from planner.pack import data_root, find_pack, read_pack
from planner.pack.work_records_file import template
from planner.present.demand import records
from planner.present.view import View
from planner.present.words import words
from planner.scenario import Scenario
from tests.app.conftest import everything
from tests.pack import tiny


def made_up(folder: Path) -> Path:
    """The built-in pack with test records of three branches; a seeded generator made them."""
    at = folder / "recorded"
    shutil.copytree(find_pack("immigration"), at)
    shutil.copytree(data_root() / "counties", folder / "counties")
    rng = np.random.default_rng(3)
    lines = ["date,branch,service,served,wait_min,first_visit,complete,turned_away,staff"]
    for day in (date(2023, 1, 2) + timedelta(n) for n in range(364)):
        if day.weekday() < 5 and day.toordinal() % 29:
            for site, mean in (("047-nyayo-house", 900), ("001-mombasa", 200), ("042-kisumu", 90)):
                served = rng.poisson(mean * (1.3 if day.month in (8, 12) else 1))
                lines.append(
                    f"{day},{site},passport_application,{served},{rng.integers(10, 90)},1,1,"
                    f"{rng.integers(0, 9)},8"
                )
                lines.append(f"{day},{site},passport_collection,{served // 2},12,0,1,,3")
    (at / "work_records.csv").write_text("\n".join(lines) + "\n")
    return at


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_records_the_page_says_how_to_bring_them(app, language):
    running = app("records", lang=language)
    assert not running.exception
    assert not running.error
    text = everything(running)
    assert running.info[0].value == words(language)("records.none")
    for name in ("date", "turned_away", "origin_area"):
        assert f">{name}<" in text.replace("&#95;", "_")
    assert "work_records.csv" in text.replace("\\_", "_").replace("\\.", ".")
    assert running.get("download_button")
    assert running.get("file_uploader")


@pytest.mark.parametrize("language", ["en", "sw"])
def test_with_records_every_branch_is_told(app, tmp_path, monkeypatch, language):
    monkeypatch.setenv("UGATUZI_PACK", str(made_up(tmp_path)))
    running = app("records", lang=language)
    assert not running.exception
    assert not running.error
    text = everything(running)
    for name in ("Nyayo House", "Mombasa", "Kisumu"):
        assert name in text
    assert len(running.get("vega_lite_chart")) == 3
    running.selectbox(key="records.branch").set_value("042-kisumu").run()
    assert not running.exception


# -- values --------------------------------------------------------------------------------


@pytest.fixture
def view(tmp_path):
    rows = "".join(
        f"{date(2024, 1, 1) + timedelta(n)},s1,get_card,{10 + n % 2},1,{n % 2}\n"
        for n in range(31)
        if (date(2024, 1, 1) + timedelta(n)).weekday() < 5
    )
    head = "date,branch,service,served,first_visit,complete\n"
    pack = read_pack(tiny.write(tmp_path / "pack", work_records_csv=head + rows))
    problem = scenario.build(pack, Scenario(name="t", pack="t"))
    return View(words("en"), pack, problem)


def test_the_table_of_branches(view):
    (row,) = records.branch_table(view, branch_records(view.pack)).to_dict("records")
    assert row["Branch"].startswith("Alpha town")
    assert (row["Open days recorded"], row["Open days missing"]) == (23, 0)
    mean = row["Served a day, mean"]
    assert mean == pytest.approx(10.4, abs=0.2)
    assert row["A year"] == pytest.approx(mean * 250, abs=13)
    assert re.fullmatch(r"[\d,]+ to [\d,]+", row["Range, 95 %"])
    (row,) = records.quality_table(view, branch_records(view.pack)).to_dict("records")
    assert 40 < row["Right first time, %"] < 60
    assert pd.isna(row["Wait, min"])


def test_charts_and_their_tables_hold_the_same(view):
    (branch,) = branch_records(view.pack)
    assert len(records.series(view, branch)) == 23
    told = records.series_chart(view, branch).to_dict()
    assert told["encoding"]["y"]["title"] == "Customers served a day"
    assert records.index_frame(view, branch, "months")["Months"].tolist() == ["Jan"]
    days = records.index_frame(view, branch, "weekdays")
    assert days["Days of the week"].tolist() == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert records.index_chart(view, branch, "weekdays").to_dict()["layer"][0]["mark"]["type"]


def test_a_file_that_was_sent_is_checked_and_not_kept(view, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    head = "date,branch,service,served\n"
    good = records.checked("../../x.csv", f"{head}2024-01-02,s1,get_card,3\n".encode(), view.pack)
    assert records.verdict(view, good) == "The file can be taken in: rows: 1; customers served: 3."
    bad = f"{head}2024-01-02,=HYPERLINK(1),get_card,-3\n".encode()
    report = records.checked("a.csv", bad, view.pack)
    assert "2 faults; rows read: 1" in records.verdict(view, report)
    table = records.fault_table(view, report)
    assert sorted(zip(table["Row"], table["Column"], strict=True)) == [
        ("2", "branch"), ("2", "served")
    ]  # fmt: skip
    assert b"'=HYPERLINK" in records.fault_file(report)
    assert not list((tmp_path / "temp").iterdir())


def test_the_template_reads_back_with_no_fault_but_its_emptiness(view):
    report = records.checked("t.csv", template().encode(), view.pack)
    assert [fault.found for fault in report.faults] == ["no rows"]
    row = "2024-01-02,s1,,get_card,branch,3,0,5,6,2,West,1,0,book,found,x\n"
    assert not records.checked("t.csv", (template() + row).encode(), view.pack).faults
