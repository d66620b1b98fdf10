"""The plan's document in a browser: read by anyone, at any width, in the dark and on paper."""

import re

import pypdfium2
import pytest

from planner.export.document.as_html import html_page
from planner.present.words import words
from tests.browser.walk import AXE, faults_of
from tests.export.render import sample

WIDTHS = (390, 768, 1280, 1920)


@pytest.fixture(scope="module", params=["en", "sw"])
def address(request, tmp_path_factory):
    """A document with every kind of block and texts that try to break out, as a file."""
    path = tmp_path_factory.mktemp("document") / "plan.html"
    path.write_bytes(html_page(sample.document(request.param)))
    return path.as_uri()


@pytest.fixture
def opened(browser, address):
    """The document in a window of its own, and what it asked for or complained of."""
    contexts = []

    def start(width, scheme="light", **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **more
        )
        contexts.append(context)
        page, seen = context.new_page(), []
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.goto(address)
        return page, seen

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_has_no_fault_for_who_sees_little_or_uses_keys(opened, width, scheme):
    page, _ = opened(width, scheme, bypass_csp=True)
    page.evaluate(AXE)
    assert faults_of(page) == []


def test_it_asks_for_nothing_and_nothing_in_it_runs(opened, address):
    page, seen = opened(1280)
    assert seen == [address]
    added = "const s = document.createElement('script'); s.text = 'window.ran = 1'; "
    page.evaluate(f"() => {{ {added} document.body.append(s) }}")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in each for each in seen[1:])


def test_nothing_leaves_the_window_at_any_width(opened):
    page, _ = opened(WIDTHS[0])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = page.evaluate(
            "() => [...document.querySelectorAll('h1, h2, h3, p, li, dd, figure svg')]"
            ".filter((each) => each.getBoundingClientRect().right > innerWidth)"
            ".map((each) => each.outerHTML.slice(0, 80))"
        )
        assert cut == []


def test_a_chapter_of_the_contents_comes_into_view(opened):
    page, _ = opened(1280)
    page.get_by_role("link", name="Place 3").click()
    head = page.get_by_role("heading", name="Place 3")
    assert 0 <= head.bounding_box()["y"] < 300
    page.keyboard.press("Tab")
    page.goto(page.url.split("#")[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"


def test_on_paper_it_has_pages_a_foot_and_heads_of_tables_again(opened):
    page, _ = opened(1280, "dark")
    w = words(page.evaluate("document.documentElement.lang"))
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    texts = [re.sub(r"\s+", " ", each.get_textpage().get_text_bounded()) for each in printed]
    for number, text in enumerate(texts, start=1):
        assert "Fingerprint: 6f0b8ac1d2e3f405" in text
        assert w("export.footer_page", page=number, of=len(texts)) in text
    branches = [text for text in texts if re.search(r"Branch \d+ at the lake", text)]
    assert all("Visits 1 (a year)" in text for text in branches)
    assert len([text for text in texts if "People of this place" in text]) == 3
    assert {(round(each.get_width()), round(each.get_height())) for each in printed} <= {
        (595, 842),
        (842, 595),
    }
    paper = printed[1].render(scale=0.2).to_pil().getpixel((2, 2))
    assert paper == (255, 255, 255)
