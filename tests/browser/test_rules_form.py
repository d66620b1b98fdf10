"""The form of rules in a browser: help with a picture, marks of what differs, undo."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.waiting import idle

pytestmark = pytest.mark.browser
WAIT = 30_000


def test_a_rule_is_explained_changed_marked_and_undone(visit):
    page, seen = visit("/plan")
    field = page.locator(".st-key-plan-annual_m input")
    expect(field).to_be_visible(timeout=WAIT)
    idle(page)
    page.get_by_role("button", name="Help for Yearly budget").hover()
    picture = page.get_by_role("img", name="Three piles of coins that come again each year")
    expect(picture).to_be_visible(timeout=WAIT)
    assert picture.evaluate("image => image.naturalWidth") > 0
    idle(page)  # what is typed into a page that is drawn anew is gone
    was = field.input_value()
    field.fill("380")
    field.press("Enter")
    money = page.locator(".st-key-rules-money summary")
    expect(money).to_have_text(re.compile("Money · 1 changed"), timeout=WAIT)
    expect(field).to_be_visible()  # the group is still open
    expect(page.get_by_role("button", name=f"Base: {was}")).to_be_visible(timeout=WAIT)
    idle(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(money).to_have_text(re.compile("Money$"), timeout=WAIT)
    expect(field).to_have_value(was, timeout=WAIT)
    assert seen.outside == []
