"""python -m benchmarks.app [--runs N] [--times N] [--home FOLDER] [--pages NAME ...]

Measures the app in a real browser, on the built-in pack with so many kept runs: from the command
to the drawn map, from page to page, and a click on the map with what it sends. Times are those that
a person waits: from the press until nothing on the page is being computed any more and the map,
where the page has one, is drawn. Beside it stands the least work of the processor for the app,
which a busy machine changes little.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.store import a_run, copies
from planner.runs.store import open_store

ROOT = Path(__file__).parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
AREA = "path.ug-area"
MAP = "iframe[title^='streamlit_folium']"
PAGE_GOAL_S, FIRST_GOAL_S, CLICK_GOAL_S, CLICK_GOAL_KB = 1.0, 3.0, 0.5, 20.0
HEAD = "| what | least, s | middle, s | most, s | work, s | sent, kB | goal |\n" + "|---" * 7 + "|"


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--home", type=Path, help="kept for the next time")
    parser.add_argument("--pages", nargs="*", help="only these pages")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        home = options.home or Path(place) / "home"
        os.environ |= {"UGATUZI_HOME": str(home), "UGATUZI_FIRST_START": "off"}
        _fill(options.runs, Path(place))
        print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n{HEAD}", flush=True)
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        try:
            _first_page(browser, options.times)
            with _app() as address:
                _opened(browser, address, options.times)
                _at_rest()
                _pages(browser, address, options.times, options.pages)
                if not options.pages or "today" in options.pages:
                    _clicks(browser, address, options.times)
        finally:
            browser.close()
    return 0


# -- what is measured ----------------------------------------------------------------------


def _first_page(browser: Browser, times: int) -> None:
    """From the command to the drawn map."""
    found, work = [], []
    for _ in range(times):
        begin = time.perf_counter()
        with _app() as address, _visit(browser, address) as (page, _):
            _map_drawn(page)
            found.append(time.perf_counter() - begin)
            work.append(_work_s())
    _tell("from `planner app` to the drawn map", found, min(work), f"{FIRST_GOAL_S:.0f} s")


def _opened(browser: Browser, address: str, times: int) -> None:
    """From a browser's first request to the drawn map, at a server that has been used."""
    found, work = [], []
    for turn in range(times + 1):
        begin, before = time.perf_counter(), _work_s()
        with _visit(browser, address) as (page, _):
            _map_drawn(page)
            if turn:
                found.append(time.perf_counter() - begin)
                work.append(_work_s() - before)
        _at_rest()
    _tell("from a visitor's request to the drawn map", found, min(work), f"{FIRST_GOAL_S:.0f} s")


def _at_rest() -> None:
    """Wait until the server has nothing to do, as it is while somebody reads the first page."""
    for _ in range(60):
        before = _work_s()
        time.sleep(2.0)
        if _work_s() - before < 0.2:
            return


def _pages(browser: Browser, address: str, times: int, only: Sequence[str] | None) -> None:
    """From page to page: the first time on this server, and again."""
    with _visit(browser, address) as (page, sent):
        _map_drawn(page)
        links = page.locator("[data-testid=stSidebarNavLink]")
        names = [link.get_attribute("href") or "" for link in links.all()]
        names = [name.rsplit("/", 1)[-1] or "today" for name in names]
        names = [name for name in dict.fromkeys(names) if not only or name in only]
        for turn in ("first", "again"):
            for name in names:
                count = times if turn == "again" else 1
                found = [_turn_to(page, name, sent) for _ in range(count)]
                took, work, kilobytes = (list(each) for each in zip(*found, strict=True))
                goal = f"{PAGE_GOAL_S:.0f} s" if turn == "again" else ""
                _tell(f"page {name}, {turn}", took, min(work), goal, min(kilobytes))


def _turn_to(page: Page, name: str, sent: list[int]) -> tuple[float, float, float]:
    """Turn to a page by its link, from another one: seconds, work of the processor, kB sent."""
    other = "method" if name != "method" else "today"
    _press(page, other)
    title = page.locator("h1").first.inner_text()
    begin, work, before = time.perf_counter(), _work_s(), sent[0]
    _link(page, name).click()
    page.wait_for_function(
        "t => document.querySelector('h1') && document.querySelector('h1').innerText !== t",
        arg=title,
        timeout=60_000,
    )
    _still(page)
    if page.locator(MAP).count():
        _map_drawn(page)
    return time.perf_counter() - begin, _work_s() - work, (sent[0] - before) / 1000


def _link(page: Page, name: str) -> Locator:
    ends = ["/", "/today"] if name == "today" else [f"/{name}"]  # the first page has two addresses
    which = ", ".join(f"[href$='{end}']" for end in ends)
    return page.locator(f"[data-testid=stSidebarNavLink]:is({which})").first


def _press(page: Page, name: str) -> None:
    _link(page, name).click()
    page.wait_for_timeout(400)
    _still(page)


def _clicks(browser: Browser, address: str, times: int) -> None:
    """A click on an area of Today's map, and another indicator."""
    with _visit(browser, address) as (page, sent):
        _map_drawn(page)
        _still(page)
        frame = page.frame_locator(MAP)
        took, before, work = [], sent[0], _work_s()
        for k in range(3 * times):
            area = frame.locator(AREA).nth(5 + k)
            took.append(_until_still(page, lambda area=area: area.dispatch_event("click")))
        kilobytes = (sent[0] - before) / 1000 / len(took)
        goal = f"{CLICK_GOAL_S} s, {CLICK_GOAL_KB:.0f} kB"
        _tell("a click on an area of Today", took, (_work_s() - work) / len(took), goal, kilobytes)
        took, before, work = [], sent[0], _work_s()
        box = page.locator(".st-key-today-indicator [role=combobox]")
        for k in range(1, 1 + times):
            box.click()
            took.append(_until_still(page, page.get_by_role("option").nth(1 + k % 3).click))
        kilobytes = (sent[0] - before) / 1000 / len(took)
        _tell("another indicator on Today", took, (_work_s() - work) / len(took), "", kilobytes)


def _until_still(page: Page, act: Callable[[], object]) -> float:
    """From an act until the page it led to stands still."""
    page.wait_for_timeout(300)
    begin = time.perf_counter()
    act()
    try:
        page.locator("[data-testid=stApp][data-test-script-state=running]").wait_for(timeout=2000)
    except Exception:  # noqa: BLE001 - it was over before it was seen
        return time.perf_counter() - begin
    _still(page)
    return time.perf_counter() - begin


def _still(page: Page) -> None:
    page.locator(STILL).wait_for(timeout=60_000)


def _map_drawn(page: Page) -> None:
    page.frame_locator(MAP).locator(AREA).first.wait_for(timeout=60_000)


def _tell(
    what: str, took: Sequence[float], work: float, goal: str, kilobytes: float | None = None
) -> None:
    told = (min(took), statistics.median(took), max(took))
    sent = "" if kilobytes is None else f"{kilobytes:.1f}"
    times = " | ".join(f"{each:.2f}" for each in told)
    print(f"| {what} | {times} | {work:.2f} | {sent} | {goal} |", flush=True)


# -- server and browser --------------------------------------------------------------------


def _fill(runs: int, place: Path) -> None:
    with open_store() as store:
        missing = runs - len(store.runs.list())
        if missing > 0:
            made = copies(a_run(place), place / "copies")
            for _ in range(missing):
                store.runs.keep(next(made))


@contextmanager
def _app() -> Iterator[str]:
    """The app as a user starts it; ended with all that it began."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "planner", "app", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def _visit(browser: Browser, address: str) -> Iterator[tuple[Page, list[int]]]:
    """A page of the app, and how many bytes its web socket has brought."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-KE")
    page, sent = context.new_page(), [0]

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda data: sent.__setitem__(0, sent[0] + len(data)))

    page.on("websocket", listen)
    try:
        page.goto(address)
        yield page, sent
    finally:
        context.close()


def _work_s() -> float:
    """What the processors have worked for the app's processes, in seconds; not for the browser."""
    found = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "planner" in " ".join(process.cmdline()[1:3]):
                used = process.cpu_times()
                found += used.user + used.system
    return found


if __name__ == "__main__":
    raise SystemExit(main())
