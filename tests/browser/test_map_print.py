"""A printed map is drawn as shapes, with its small areas, and lies within the paper."""

import re
import zlib

from playwright.sync_api import expect

from tests.browser.conftest import frame_of
from tests.browser.test_map_step import view_turned
from tests.browser.waiting import settled

SIDES = dict.fromkeys(("top", "left", "right", "bottom"), "12mm")
EDGES = 3_000  # lines of small areas; the areas alone have far fewer


def commands(paper):
    """The drawing commands of a PDF."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_small_areas_print_as_lines_and_no_picture_stands_for_them(visit):
    page, _ = visit(width=1900)
    frame = frame_of(page)
    paper = page.pdf(format="A4", margin=SIDES)
    before = len(re.findall(rb" l\s", commands(paper)))
    view_turned(page, "Small areas")
    expect(frame.locator(".ug-land").first).to_be_attached(timeout=20_000)
    settled(page)
    paper = page.pdf(format="A4", margin=SIDES)
    assert b"/Subtype /Image" not in paper
    assert len(re.findall(rb" l\s", commands(paper))) > before + EDGES
    page.emulate_media(media="print")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
