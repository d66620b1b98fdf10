"""Rules that clash on the whole country are named, with figures and what would help."""

from __future__ import annotations

import re

import pytest

from benchmarks.reliability.causes import PACK, QUESTIONS, asked
from planner.pack import find_pack, read_pack


@pytest.fixture(scope="module")
def pack():
    return read_pack(find_pack(PACK))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_rules_that_clash_are_named_with_figures(pack, name):
    text, rules = QUESTIONS[name]
    report = asked(pack, text)
    assert report.status == "infeasible"
    assert report.plan is None
    named = {clash.rule: clash for clash in report.clashes}
    assert rules <= named.keys()
    assert all(clash.repair for clash in report.clashes)
    assert any(re.search(r"\d", clash.text) for clash in report.clashes)


def test_money_that_is_told_as_enough_is_enough_to_the_shilling(pack):
    text, _ = QUESTIONS["money and floors"]
    (told,) = (each for each in asked(pack, text).clashes if each.rule == "rules.capital_kes")
    enough = told.changes[0].values["to"]
    assert asked(pack, text.replace("100_000_000", str(enough))).plan is not None
    assert asked(pack, text.replace("100_000_000", str(enough - 1))).status == "infeasible"
