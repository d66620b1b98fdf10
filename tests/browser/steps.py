"""Steps that people take through the app, by the words of the page in their own language."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cache

import openpyxl
from playwright.sync_api import expect

from planner.pack import find_pack, read_pack
from planner.present.words import words
from tests.browser.conftest import SHOTS, frame_of, whole_page
from tests.browser.waiting import settled
from tests.browser.walk import PAPER, PHONE, STILL, WIDE, cut, lasting, on_paper, resize

WAIT = 60_000


@cache
def pack():
    """The pack that a newcomer sees."""
    return read_pack(find_pack("immigration"))


@cache
def said(language):
    """The words of a language, with what the pack calls its areas and its money."""
    return words(language).of_pack(pack())


@dataclass(frozen=True)
class Walk:
    """Somebody on the way: the page, what went wrong on it, the words, and a name for pictures."""

    page: object
    seen: object
    w: object
    name: str
    is_phone: bool

    @property
    def main(self):
        return self.page.get_by_test_id("stMain")


def begin(visit, address, name, language, *, is_phone=False):
    """Open the first page as a newcomer: wide and light, or on a phone in the dark."""
    size = PHONE if is_phone else WIDE
    scheme = "dark" if is_phone else "light"
    page, seen = visit(
        f"/?lang={language}", width=size[0], height=size[1], scheme=scheme, address=address
    )
    page.add_style_tag(content=STILL)
    end = "-phone" if is_phone else ""
    walk = Walk(page, seen, said(language), f"{name}-{language}{end}", is_phone)
    expect(page.locator("h1")).to_have_text(walk.w("today.title"), timeout=WAIT)
    settled(page)
    return walk


def turn_to(walk, name):
    """Follow a link beside the page, also where a narrow screen hides the links."""
    ends = ["/", "/today"] if name == "today" else [f"/{name}"]  # the first page has two addresses
    which = ", ".join(f"[href$='{end}']" for end in ends)
    link = walk.page.locator(f"[data-testid=stSidebarNavLink]:is({which})")
    link.evaluate("link => link.click()")
    arrived(walk, name)


def arrived(walk, name):
    """Wait until a page stands under its own title."""
    expect(walk.page.locator("h1")).to_have_text(walk.w(f"{name}.title"), timeout=WAIT)
    settled(walk.page)


def button(walk, key, **values):
    """A button of the page itself by its words."""
    return walk.main.get_by_role("button", name=walk.w(key, **values), exact=True)


def press(walk, key, **values):
    """Press a button and wait until the page has answered."""
    button(walk, key, **values).first.click()
    settled(walk.page)


def link(walk, key, **values):
    """A link of the page itself by its words."""
    return walk.main.get_by_role("link", name=walk.w(key, **values), exact=True)


def tells(walk, text):
    """Wait until the page says a text."""
    expect(walk.main.get_by_text(text).first).to_be_visible(timeout=WAIT)


def telling(walk, key):
    """A text of the page as a pattern: what is put into it may be anything."""
    parts = re.split(r"(\{[^}]*\})", walk.w.texts[key])
    terms = {f"{{{name}}}": re.escape(term) for name, term in walk.w.terms.items()}
    return re.compile(
        "".join(
            terms.get(each, ".+") if at % 2 else re.escape(each) for at, each in enumerate(parts)
        )
    )


def choose(walk, label, option):
    """Choose from a list by typing what is wanted."""
    box = walk.main.get_by_role("combobox", name=label, exact=True).first
    box.click()
    walk.page.keyboard.type(option)
    walk.page.get_by_role("option", name=option, exact=True).first.click()
    settled(walk.page)


def fill(walk, field, value):
    """Type into a field, leave it with Enter, and wait for the answer."""
    field.fill(str(value))
    field.press("Enter")
    settled(walk.page)


def group(walk, name):
    """Open a folded part by the start of its name."""
    walk.main.locator("summary").filter(has_text=name).first.click()
    settled(walk.page)


def download(walk, click_on):
    """Press a button that hands a file out: its name and where it lies."""
    with walk.page.expect_download(timeout=WAIT) as found:
        click_on.click()
    return found.value.suggested_filename, found.value.path()


def stop(walk, name, *, full=False):
    """Look round: nothing is wrong, nothing is cut; a picture. `full`: also printed, on a phone.

    English prints, Kiswahili goes to the phone: the texts differ and the page is the same.
    """
    page = walk.page
    settled(page)
    well(walk, name)
    picture = f"walk-{walk.name}-{name}"
    whole_page(page, picture)
    if not full or walk.is_phone:
        return
    is_english = walk.w.language == "en"
    resize(page, PAPER if is_english else PHONE)
    page.emulate_media(
        media="print" if is_english else "screen", color_scheme="light" if is_english else "dark"
    )
    page.wait_for_timeout(350)
    faults = lasting(page, lambda: (on_paper if is_english else cut)(page))
    page.screenshot(path=SHOTS / f"{picture}-{'paper' if is_english else 'phone'}.png")
    if is_english:
        page.pdf(path=SHOTS / f"{picture}.pdf", format="A4")
    page.emulate_media(media="screen", color_scheme="light")
    resize(page, WIDE)
    assert faults == [], name


def well(walk, name):
    """No page is an error, none is wider than its window, nothing is said in the console."""
    assert walk.page.get_by_test_id("stException").count() == 0, name
    assert walk.page.get_by_text(telling(walk, "error.unexpected")).count() == 0, name
    assert lasting(walk.page, lambda: cut(walk.page)) == [], name
    for frame in walk.page.locator("iframe[title^='streamlit_folium']").all():
        body = frame.content_frame.locator("body")
        assert not body.evaluate("box => box.scrollWidth > box.clientWidth + 1"), name
    assert walk.seen.errors == [], name
    assert walk.seen.outside == [], name


def ends(walk):
    """Nothing was asked from outside and nothing failed but what a page that was left broke off."""
    well(walk, "the end")
    assert [each for each in walk.seen.failed if "/component/" not in each] == []


def map_of(walk):
    """The frame of the map, drawn."""
    return frame_of(walk.page)


def find_plan(walk):
    """Press the button, wait for the result, and give the run's id from the address."""
    before = run_in(walk.page.url)
    button(walk, "plan.run").click()
    return result(walk, before)


def result(walk, before):
    """Wait until a search has come to a run that is not the one before: its id."""
    walk.page.wait_for_function(
        """before => {
            const asked = new URLSearchParams(location.search);
            return asked.get("run") && asked.get("run") !== before && !asked.get("job");
        }""",
        arg=before,
        timeout=2 * WAIT,
    )
    settled(walk.page)
    return run_in(walk.page.url)


def run_in(address):
    """The run that an address names; nothing where it names none."""
    found = re.search(r"[?&]run=([^&]+)", address)
    return found and found.group(1)


def handed_run(walk, name):
    """On the page Export: the id of the run that is handed on, which bears a name."""
    table = walk.main.get_by_role("table", name=walk.w("export.title"))
    rows = {each: table.locator("tr").filter(has_text=walk.w(f"export.{each}")).first
            for each in ("name", "id")}  # fmt: skip
    expect(rows["name"].locator("td")).to_have_text(name, timeout=WAIT)
    return rows["id"].locator("td").inner_text()


def workbook(walk, run):
    """The workbook of a run, taken from the page Export: the rows of each sheet by its title."""
    name, path = download(walk, button(walk, "export.xlsx"))
    assert name.endswith(f"-{run[:8]}-plan.xlsx")  # as the command names it
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    found = {each: list(book[each].iter_rows(values_only=True)) for each in book.sheetnames}
    assert any(run in row for row in found[walk.w("export.sheet.summary")])
    return found


def costs(walk, sheets, site, alone):
    """Whether the workbook has a branch at its own yearly cost with that of its services."""
    rows = sheets[walk.w("export.sheet.branches")]
    row = next(each for each in rows if site in each)
    yearly = {each.id: each.annual_cost_kes or 0 for each in pack().services}
    offered = next(each for each in row[1:] if set(str(each).split(";")) <= yearly.keys())
    return alone + sum(yearly[each] for each in offered.split(";")) in row
