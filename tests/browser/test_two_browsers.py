"""Two browsers and the command line on one store at once: nobody overwrites anybody."""

import os
import re
import subprocess
import sys

import pytest
from insight.uncertain_case import two_places
from playwright.sync_api import expect

from planner.pack import read_pack
from planner.runs import judge_and_write
from planner.scenario import Scenario
from planner.solve import solve
from tests.browser.conftest import ROOT, served
from tests.browser.waiting import idle

WAIT = 20_000


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The home of a server and the folder of a pack of two places."""
    home = tmp_path_factory.mktemp("two")
    return home, two_places(home / "pack").folder


@pytest.fixture(scope="module")
def shared(place):
    home, folder = place
    with served(home, UGATUZI_PACK=str(folder), UGATUZI_USER="Amina") as address:
        yield address


def called(page, name):
    """Say who saves, on the page Plan."""
    page.get_by_text("Who saves").click()
    field = page.get_by_label("Your name", exact=True)
    field.fill(name)
    field.press("Enter")
    page.get_by_text("Who saves").click()


def at_most(page, number):
    field = page.get_by_label("Branches", exact=True)
    field.fill(str(number))
    field.press("Enter")
    said = re.compile(r"Not saved yet: .*Most branches: .* → ")
    expect(page.get_by_text(said)).to_be_visible(timeout=WAIT)


def limited(page, rule):
    """Choose how the number of branches is limited, when the page stands still."""
    field = page.get_by_role("combobox", name="Number of branches")
    field.scroll_into_view_if_needed()  # a list that is open closes when its page scrolls
    idle(page)
    field.click()
    page.get_by_role("option", name=rule).click()


def press(page, name):
    """Press a button when the page stands still."""
    idle(page)
    page.get_by_role("button", name=name, exact=True).click()


def test_who_saves_second_is_told_and_what_the_command_line_keeps_is_there(visit, shared, place):
    home, folder = place
    first, _ = visit("/plan", address=shared)
    called(first, "Wanjiku")
    field = first.get_by_label("Name of this plan")
    field.fill("Shared rules")
    field.press("Enter")
    expect(first.get_by_text(re.compile("Changed, not saved: Name"))).to_be_visible(timeout=WAIT)
    press(first, "Save as my own")
    expect(first.get_by_text(re.compile("Saved: version 1, .* by Wanjiku"))).to_be_visible(
        timeout=WAIT
    )
    number = re.search(r"scenario=([0-9a-f]{16})", first.url)[1]
    limited(first, "At most")

    second, _ = visit(f"/plan?scenario={number}", address=shared)
    expect(second.get_by_text(re.compile("Saved: version 1"))).to_be_visible(timeout=WAIT)
    called(second, "Otieno")
    limited(second, "Exactly")
    expect(second.get_by_text(re.compile("Not saved yet: Branches, exactly"))).to_be_visible(
        timeout=WAIT
    )

    at_most(first, 1)
    press(first, "Save")
    expect(first.get_by_text(re.compile("Saved: version 2, .* by Wanjiku"))).to_be_visible(
        timeout=WAIT
    )
    press(second, "Save")
    expect(second.get_by_text("Not saved: somebody else was quicker.")).to_be_visible(timeout=WAIT)
    expect(second.get_by_text(re.compile("Wanjiku saved Shared rules on"))).to_be_visible()
    press(second, "Save mine as a new scenario")
    expect(second.get_by_label("Name of this plan")).to_have_value("Shared rules (2)", timeout=WAIT)

    pack = read_pack(folder)
    rules = Scenario(name="From the command line", pack=str(folder), solve={"gap": 0.0})
    run = judge_and_write(solve(pack, rules), pack, rules, home / "out" / "run")
    done = subprocess.run(
        [sys.executable, "-m", "planner", "keep", str(run)],
        cwd=ROOT,
        env=os.environ | {"UGATUZI_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    assert done.returncode == 0
    for page in (first, second):
        page.get_by_role("link", name="Kept", exact=True).click()
        expect(page.get_by_role("heading", name="What is kept")).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("rowheader", name="From the command line")).to_be_visible(
            timeout=WAIT
        )
        page.get_by_role("radio", name="Scenarios").or_(
            page.get_by_role("button", name="Scenarios")
        ).first.click()
        for name in ("Shared rules", "Shared rules (2)"):
            expect(page.get_by_role("rowheader", name=name, exact=True)).to_be_visible(timeout=WAIT)
