"""Names in a data pack that try to run as scripts, templates or Markdown."""

import csv
import io
import shutil

import pytest
from playwright.sync_api import expect

from planner.pack import data_root
from tests.browser.conftest import frame_of, served
from tests.present.cases import HOSTILE


@pytest.fixture
def hostile_pack(tmp_path):
    shutil.copytree(data_root(), tmp_path / "data")
    pack = tmp_path / "data" / "immigration"
    shutil.rmtree(pack / "scenarios")
    for table in ("sites", "demand_points", "services"):
        rows = list(csv.DictReader(io.StringIO((pack / f"{table}.csv").read_text("utf-8"))))
        for k, row in enumerate(rows):
            row["name"] = f"{HOSTILE[k % len(HOSTILE)]} {k}"
        with (pack / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return pack


def test_names_are_shown_as_they_are_and_none_runs(visit, hostile_pack, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with served(home, UGATUZI_PACK=str(hostile_pack)) as address:
        page, seen = visit(address=address)
        page.on("dialog", lambda dialog: seen.errors.append(f"dialog {dialog.message}"))
        frame = frame_of(page)
        branches = frame.locator(".ug-site")
        expect(branches).to_have_count(10)
        told = []
        tip = frame.locator(".ug-tip")
        for k in range(10):
            branches.nth(k).dispatch_event("mouseover")
            expect(tip).to_have_count(1)
            told.append(tip.locator("strong").first.inner_text())
            branches.nth(k).dispatch_event("mouseout")
            expect(tip).to_have_count(0)
        assert "{{7*7}} 0 (Nairobi)" in told
        assert any("<img src=x onerror=alert(1)>" in name for name in told)
        page.get_by_role("link", name="Plan", exact=True).click()
        frame = frame_of(page)
        expect(frame.locator(".ug-site svg")).to_have_count(159, timeout=10_000)
        page.get_by_role("link", name="Method").click()
        expect(page.get_by_role("heading", name="Method and sources")).to_be_visible()
        expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
        assert seen.outside == []
        assert seen.errors == []
