"""The real server and a real browser that may reach nothing but the server."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SHOTS = ROOT / "ci-artifacts"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(chromium() is None, reason="no browser here"))


@contextmanager
def served(home, *, by="streamlit", **environment):
    """The address of the app, served by a module: Streamlit alone, or the app's own server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", by, "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ
            | {"UGATUZI_HOME": str(home), "UGATUZI_FIRST_START": "off"}
            | environment,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/_stcore/health", process)
            yield address
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests of the built-in pack."""
    with served(tmp_path_factory.mktemp("home")) as address:
        yield address


def _wait(address, process):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@dataclass
class Seen:
    """What went wrong on the way: requests to elsewhere, failed ones, errors of scripts."""

    outside: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    errors: list = field(default_factory=list)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def visit(browser, server):
    """Open the app in a window of a size; gives the page and what went wrong on it."""
    contexts = []

    def start(path="/", *, width=1280, height=900, scheme="light", address=server):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-KE"
        )
        contexts.append(context)
        page, seen = context.new_page(), Seen()
        context.route("**/*", lambda route: _only_here(route, seen))
        page.on("requestfailed", lambda request: seen.failed.append(request.url))
        page.on("response", lambda r: _answered(r, seen))
        page.on("console", lambda message: _logged(message, seen))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.goto(address + path)
        page.wait_for_selector("h1", timeout=30_000)
        return page, seen

    yield start
    for context in contexts:
        context.close()


def _is_question(address):
    """Whether Streamlit only asks under which address the server stands.

    A page that is opened by its own address looks for the server below that address first.
    """
    path = urllib.parse.urlsplit(address).path
    return bool(re.fullmatch(r"/\w+/_stcore/(health|host-config)", path))


def _answered(response, seen):
    if response.status >= 400 and not _is_question(response.url):
        seen.failed.append(response.url)


def _logged(message, seen):
    if message.type == "error" and not _is_question(message.location["url"]):
        seen.errors.append(message.text)


def _only_here(route, seen):
    address = route.request.url
    if address.startswith(("http://127.0.0.1", "data:", "blob:")):
        route.continue_()
    else:
        seen.outside.append(address)
        route.abort()


def frame_of(page):
    """The frame of the map, once its areas are drawn."""
    frame = page.frame_locator("iframe[title^='streamlit_folium']")
    frame.locator("path.ug-area").first.wait_for(timeout=20_000)
    return frame


def whole_page(page, name):
    """A picture of the whole page for people to look at."""
    SHOTS.mkdir(exist_ok=True)
    size = page.viewport_size
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall)})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / f"{name}.png")
    page.set_viewport_size(size)


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    """The address of a server whose store has two finished plans."""
    from planner.pack import find_pack
    from planner.runs import jobs
    from planner.scenario import read_scenario
    from tests.app.test_flow import finished

    home, pack = tmp_path_factory.mktemp("planned"), find_pack("immigration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(home))
        files = [pack / "scenarios" / f"{name}.toml" for name in ("today", "proposal-2025")]
        started = [jobs.start(pack, read_scenario(file)) for file in files]
        assert {finished(job, seconds=120).status for job in started} == {"done"}
    with served(home) as address:
        yield address


@pytest.fixture(scope="session", params=["en", "sw"])
def walked(request, browser, planned):
    """What one walk over all pages found, in each language."""
    from tests.browser.waiting import settled
    from tests.browser.walk import AXE, STILL, walk

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(AXE)  # in the frames of the maps too
    page = context.new_page()
    page.goto(f"{planned}/?lang={request.param}")
    page.wait_for_selector("h1", timeout=60_000)
    page.add_style_tag(content=STILL)
    settled(page)
    yield walk(page, request.param)
    context.close()
