"""A pack of another country: two districts, metres on a flat map, euros, one kind of visit."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT
from tests.app.conftest import everything
from tests.test_second_pack import PAGES, ROOT

FIGURE = 'value = {0}\nlow = {0}\nhigh = {0}\nunit = "{1}"\nsource = "own"\nconfidence = "found"\n'
TRAVEL = {
    "circuity": (1, "km per km"),
    "speed_kmh": (60, "km/h"),
    "speed_slow_kmh": (60, "km/h"),
    "fare_kes_per_km": (0.5, "EUR per km"),
    "local_leg_kes": (0, "EUR per leg"),
    "value_of_time_kes_per_hour": (12, "EUR per hour"),
}
FILES = {
    "pack.toml": 'id = "huts"\nname = "Mountain libraries"\ncurrency = "EUR"\n'
    'area_label = "district"\n'
    + "".join(f"[travel.{name}]\n{FIGURE.format(*given)}" for name, given in TRAVEL.items()),
    "demand_points.csv": "id,name,area,x,y,population\n"
    "n1,Nordhof,North,0,0,300\nn2,Almdorf,North,20000,0,200\ns1,Seeheim,South,60000,0,500\n",
    "services.csv": "id,name,division,standard_min,separation_km,annual_cost_kes\n"
    "loan,Lending,Culture,30,10,1000\nread,Reading room,Culture,30,,500\n",
    "visit_types.csv": "id,name,services\nborrow,Borrow a book,loan\nstudy,Study,loan;read\n",
    "visits.csv": "demand_point,visit_type,visits_per_year\n"
    "n1,borrow,900\nn2,borrow,600\ns1,borrow,1500\ns1,study,100\n",
    "sites.csv": "id,name,area,x,y,status,services_today,capital_kes,annual_cost_kes\n"
    "a,Nordhof hall,North,0,0,existing,loan;read,,4000\n"
    "b,Almdorf school,North,20000,0,candidate,,30000,3000\n"
    "c,Seeheim pier,South,60000,0,candidate,,40000,5000\n",
    "scenarios/second.toml": 'name = "A second library"\npack = ".."\n[objective]\n'
    'minimize = "total_cost"\n[rules]\nbranches = { max = 2 }\ncapital_kes = { max = 50000 }\n',
    "scenarios/too-dear.toml": 'name = "Too dear"\npack = ".."\n[rules]\n'
    "branches = { exactly = 3 }\ncapital_kes = { max = 69999 }\n",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "huts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path / "huts"


def run(capsys, *argv: object) -> tuple[int, str]:
    """Exit status and all that was said; never a word of another currency."""
    status = main([str(each) for each in argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert not re.search(r"\bKES\b|(?i:county|kenya)", out + err)
    return status, out + err


def test_the_check_has_nothing_to_say(folder, capsys):
    status, said = run(capsys, "check", folder)
    assert status == EXIT_DONE
    assert said.startswith("accept: ")


def test_travel_money_of_the_planner_is_told_to_mean_nothing(folder, capsys):
    manifest = folder / "pack.toml"
    manifest.write_text('id = "h"\nname = "H"\ncurrency = "EUR"\n', encoding="utf-8")
    assert main(["check", str(folder)]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "are in KES and mean nothing in EUR" in said


def test_the_audit_counts_in_euros(folder, capsys):
    status, said = run(capsys, "audit", folder)
    assert status == EXIT_DONE
    assert "1 branches, 3,100 visits a year, EUR 5,500 a year" in said


def test_the_best_plan_by_hand(folder, capsys):
    """The pier saves 1,600 visitors 60 km: 2 x (30 + 12) EUR each, far above its yearly 6,500."""
    status, said = run(capsys, "solve", folder / "scenarios" / "second.toml", "--out", "run")
    assert status == EXIT_DONE
    assert "open Seeheim pier [c]" in said
    assert "yearly cost, EUR: 12,000 (today 5,500)" in said
    assert "capital, EUR: 40,000" in said
    info = json.loads((folder.parent / "run" / "run.json").read_text())
    assert info["status"] == "optimal"
    # 600 visits of Almdorf travel 20 km, each way 20 minutes: 2 x (10 + 4) EUR a visit
    assert info["objective"] == pytest.approx(12_000 + 600 * 28)
    assert run(capsys, "verify", "run")[0] == EXIT_DONE
    status, said = run(capsys, "export", "run", "--out", "handed")  # metres make no GeoJSON
    assert (status, "Export csv, xlsx or json" in said) == (EXIT_INPUT, True)
    assert run(capsys, "export", "run", "--format", "csv,xlsx", "--out", "handed")[0] == EXIT_DONE
    told = "".join(
        path.read_text(encoding="utf-8-sig") for path in folder.parent.glob("handed/*.csv")
    )
    assert '"EUR a year"' in told
    assert '"Districts without a branch"' in told
    assert not re.search(r"\bKES\b|(?i:county)", told)


def test_a_clash_is_told_in_euros(folder, capsys):
    status, said = run(capsys, "solve", folder / "scenarios" / "too-dear.toml", "--out", "run")
    assert status == EXIT_INFEASIBLE
    assert "At most EUR 69,999 of capital" in said
    assert "EUR 70,000" in said


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_pages_speak_of_districts_and_euros(folder, monkeypatch, page, language):
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    running.query_params["lang"] = language
    running = running.run()
    if page != "today":
        running.switch_page(f"app_pages/{page}.py")
        running = running.run()
    assert not running.exception
    assert not running.error
    labels = [str(each.label) for kind in ("number_input", "checkbox", "selectbox", "toggle")
              for each in running.get(kind)]  # fmt: skip
    tables = [table.value.to_string() for table in running.dataframe]
    text = "\n".join([everything(running), *labels, *tables])
    found = re.search(r"\bKES\b|(?i:\bcount(?:y|ies)\b|kaunti|kenya)", text)
    assert found is None, text[max(0, found.start() - 80) : found.end() + 80]
    if (page, language) == ("today", "en"):
        assert "EUR" in text
        assert "Districts with the longest travel" in text
    if (page, language) == ("plan", "sw"):
        assert "EUR milioni" in text
