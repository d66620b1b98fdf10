"""One walk over every page of the app, and what is wrong with any of them: seen, heard, printed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib.resources import files

from tests.browser.conftest import SHOTS
from tests.browser.waiting import settled

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
WIDE, PHONE, PAPER = (1280, 900), (390, 844), (703, 1000)  # A4 less its margins, in CSS pixels

_FAULTS = """async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations.flatMap((fault) => fault.nodes.map((node) =>
    `${fault.id}: ${node.target} ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`));
}"""
# Axe cannot judge the texts of a chart: they are compared with the page behind them here.
_PALE = """() => {
  const bright = (colour) => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const app = document.querySelector("[data-testid=stApp]");
  const page = bright(getComputedStyle(app).backgroundColor);
  const places = ".role-axis text, .role-legend text, .role-title text";
  return [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg")]
    .flatMap((chart) => [...chart.querySelectorAll(places)])
    .filter((text) => {
      const own = bright(getComputedStyle(text).fill);
      return (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05) < 4.5;
    })
    .map((text) => `pale: ${text.textContent}`);
}"""
# What goes beyond the page, and single figures whose text is wider than their card.
_CUT = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const cut = main.scrollWidth > main.clientWidth + 1 ? ["the page is wider than its window"] : [];
  for (const value of document.querySelectorAll(".ug-value, .ug-card dt, h1, h2, h3")) {
    if (value.scrollWidth > value.clientWidth + 1) cut.push(`cut: ${value.textContent}`);
  }
  return cut;
}"""
# What has no place on paper, and what does not fit on it.
_ON_PAPER = """() => {
  const seen = { visibilityProperty: true };
  const shown = (node) => node.checkVisibility(seen) && node.offsetHeight > 0;
  const choice = "button[data-variant]:is([aria-checked=true], [aria-pressed=true])";
  const others = "input[type=file], [data-testid=stSidebar], .st-key-guide";
  const controls = `button:not(${choice}), ${others}`;
  const main = document.querySelector("[data-testid=stMain]");
  const wrong = [...document.querySelectorAll(controls)].filter(shown)
    .map((node) => `on paper: ${node.outerHTML.slice(0, 120)}`);
  for (const box of main.querySelectorAll(".ug-table, iframe, [data-testid=stVegaLiteChart] svg")) {
    const right = box.getBoundingClientRect().right;
    const table = box.querySelector("table");
    const ends = table ? Math.max(right, table.getBoundingClientRect().right) : right;
    if (shown(box) || box.tagName === "svg") {
      if (ends > innerWidth + 1) wrong.push(`beyond the paper: ${box.outerHTML.slice(0, 120)}`);
      if (box.scrollHeight > box.clientHeight + 2 && box.className === "ug-table ug-scrolls") {
        wrong.push(`cut on paper: ${box.getAttribute("aria-label")}`);
      }
    }
  }
  return wrong;
}"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk found, each with its page: faults that axe tells, and what is cut or printed."""

    axe: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


def page_links(page):
    """The addresses of all pages, as the links give them."""
    links = page.locator("[data-testid=stSidebarNavLink]")
    return links.evaluate_all("all => all.map(each => each.href)")


def open_link(page, address):
    """Open a page as its link does."""
    links = page.locator("[data-testid=stSidebarNavLink]")
    links.evaluate_all("(all, address) => all.find(each => each.href === address).click()", address)
    page.wait_for_function("address => location.href.split('?')[0] === address", arg=address)
    settled(page)


def faults_of(page, rules=None):
    """The faults that axe tells, of all its rules or of some."""
    return page.evaluate(_FAULTS, rules)


def cut(page):
    """What goes beyond the page, and figures that are wider than their card."""
    return page.evaluate(_CUT)


def on_paper(page):
    """What has no place on paper, and what does not fit on it."""
    return page.evaluate(_ON_PAPER)


def lasting(page, look, seconds=5.0):
    """What is wrong and stays so: the old parts of a page that is drawn anew are pale and wide."""
    end = time.monotonic() + seconds
    while (faults := look()) and time.monotonic() < end:
        page.wait_for_timeout(250)
        settled(page)
    return faults


def walk(page, language):
    """Every page by axe in light and in the dark, and as it prints, or as it stands on a phone.

    In English light and paper are looked at in full, in Kiswahili the dark and a phone: the
    texts differ and the page is the same.
    """
    found = Found()
    full, other = ("light", "dark") if language == "en" else ("dark", "light")
    for number, address in enumerate(page_links(page)):
        if number:
            open_link(page, address)
        name = address.rsplit("/", 1)[-1] or "today"
        found.pages.append(name)
        for scheme, rules in ((other, ["color-contrast"]), (full, None)):
            page.emulate_media(color_scheme=scheme, media="screen")
            page.wait_for_timeout(250)
            faults = lasting(page, lambda of=rules: faults_of(page, of) + page.evaluate(_PALE))
            found.axe.extend(f"{name}, {scheme}: {fault}" for fault in faults)
        if language == "en":
            resize(page, PAPER)
            page.emulate_media(color_scheme="light", media="print")
        else:
            resize(page, PHONE)
        page.wait_for_timeout(350)
        looks = (cut, on_paper) if language == "en" else (cut,)
        faults = lasting(page, lambda of=looks: [fault for look in of for fault in look(page)])
        found.cut.extend(f"{name}: {fault}" for fault in faults)
        SHOTS.mkdir(exist_ok=True)
        kind = "paper" if language == "en" else "phone"
        page.screenshot(path=SHOTS / f"{kind}-{name}-{language}.png")
        page.emulate_media(media="screen")
        resize(page, WIDE)
    return found


def resize(page, size):
    """Give the window another size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
