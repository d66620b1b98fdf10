"""A pack that somebody uploads runs nothing on any page, however its texts are written."""

import csv
import io
import json
import re
import zipfile

import pytest
from pack import tiny
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, served
from tests.browser.waiting import idle

WAIT = 30_000
TEXTS = (
    "<img src=x onerror=alert(1)>",
    "{{7*7}} {% raw %}",
    "${alert(1)} `${alert(2)}`",
    "=1+1",
    "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd",
    "</script><script>alert(3)</script>",
    "[x](javascript:alert(4)) :red[y] $z$",
    "Nyahururu 🇰🇪 👩🏾‍💻",
)
NAME = "<img src=x onerror=alert(9)> {{7*7}} ${x} \u202e🇰🇪"


def hostile_files():
    """The tiny pack with a text of that kind wherever people may write one."""
    files, at = dict(tiny.FILES), 0
    for table in ("sites", "demand_points", "services", "visit_types"):
        rows = list(csv.DictReader(io.StringIO(files[f"{table}.csv"])))
        for row in rows:
            row["name"] = f"{TEXTS[at % len(TEXTS)]} {at}"
            row |= {"source": TEXTS[(at + 1) % len(TEXTS)], "note": TEXTS[(at + 2) % len(TEXTS)]}
            row["confidence"] = "assumption"
            at += 1
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        files[f"{table}.csv"] = text.getvalue()
    areas = json.loads(files["areas.geojson"])
    for k, feature in enumerate(areas["features"]):
        feature["properties"]["name"] = f"{TEXTS[k]} area"
    files["areas.geojson"] = json.dumps(areas)
    told = in_toml(list(TEXTS))
    toml = files["pack.toml"].replace('name = "Tiny"', f"name = {in_toml(NAME)}\nlimits = {told}")
    files["pack.toml"] = toml.replace('["nobody"]', told)
    files["scenarios/plain.toml"] = (
        f'name = {in_toml(TEXTS[0])}\ndescription = {in_toml(TEXTS[1])}\npack = ".."\n'
    )
    return files


def in_toml(value):
    """Texts as TOML writes them: as JSON does, with every sign as itself."""
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture
def upload(tmp_path):
    file = tmp_path / "<img src=x onerror=alert(7)>.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in hostile_files().items():
            archive.writestr(f"tiny/{name}", content)
    return file


def test_an_uploaded_pack_is_kept_and_runs_nothing_on_any_page(visit, upload, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with served(home) as address:
        page, seen = visit("/", address=address)
        page.on("dialog", lambda dialog: seen.errors.append(f"dialog {dialog.message}"))
        turn_to(page, "Data")
        page.locator("input[type=file]").set_input_files(upload)
        keep = page.get_by_role("button", name="Keep as new data and show it")
        keep.wait_for(timeout=WAIT)
        expect(page.get_by_text("alert(7)").first).to_be_visible()
        keep.click()
        expect(page.get_by_text("is kept as")).to_be_visible(timeout=WAIT)
        assert re.search(r"[?&]pack=img-src-x", page.url)
        expect(page.get_by_text("<img src=x onerror=alert(9)>").first).to_be_visible()
        for name in ("Today", "Plan", "Compare", "Plans", "My county", "Sites and costs", "Export"):
            turn_to(page, name)
            if name in ("Today", "Plan"):
                frame = frame_of(page)
                mark = frame.locator(".ug-site").first
                mark.dispatch_event("mouseover")
                expect(frame.locator(".ug-tip strong").first).to_contain_text(re.compile(" [0-9]"))
            if name == "Plan":
                page.get_by_role("button", name="Find the best plan").click()
                page.wait_for_url(re.compile("run="), timeout=WAIT)
            no_harm(page, seen)
        turn_to(page, "Data")
        page.get_by_role("button", name="Put this data away").click()
        expect(page.get_by_text("was put away")).to_be_visible(timeout=WAIT)
        no_harm(page, seen)


def turn_to(page, name):
    """Follow a link of the sidebar and wait until its page stands."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    idle(page)


def no_harm(page, seen):
    """Nothing has run, nothing was asked of elsewhere, and the page is no error."""
    assert page.locator("img[src=x]").count() == 0
    assert page.get_by_text("This page could not be shown").count() == 0
    assert "49 " not in page.get_by_test_id("stMain").inner_text()[:400]
    assert seen.outside == []
    assert seen.errors == []
