"""Rules that clash, in the words of the form, with buttons that say what they change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.plan import CHANGES, Change, Clash, SolveReport
from planner.present.rules.clashes import change_label, clashing
from planner.scenario import Scenario
from planner.scenario.change import with_keys
from tests.present.cases import problem, view

REPORT = SolveReport(problem(), "infeasible", None, None, None, None, "highs", 1.0, {}, 0.0)
PLAIN = Scenario(name="x", pack="immigration")
SITE, SERVICE = problem().site_ids[3], problem().service_ids[0]
VALUES = {
    "branches": [{"to": 27, "is_new_free": False}],
    "new": [{"to": 3}],
    "budget": [
        {"rule": "rules.annual_kes", "to": 451_000_001},
        {"rule": "rules.capital_kes", "to": 5},
        {"rule": "rules.annual_kes.divisions.A.b {x}", "to": 5},
        {"rule": "rules.capital_kes.divisions.A", "to": 5},
    ],
    "floor": [{"to": 1}],
    "floor_area": [{"area": "047", "to": 0}],
    "floor_service": [{"service": SERVICE, "to": 0}],
    "capacity": [{"to": "soft"}],
    "assignment": [{"to": "split"}],
    "mix": [{"to": "free"}],
    "existing": [{"to": "may_close"}, {"to": "may_change"}],
    "share": [{"service": SERVICE, "to": 0.813}],
    "minutes": [{"service": SERVICE, "to": 95}],
    "cap": [{"to": 4}],
    "price": [{}],
    "separation": [{"to": 59}],
    "unlock": [
        {"rule": "open", "site": SITE},
        {"rule": "closed", "site": SITE},
        {"rule": "formats", "site": SITE},
        {"rule": "offer", "site": SITE, "service": SERVICE},
        {"rule": "withhold", "site": SITE, "service": SERVICE},
    ],
    "close": [{"site": SITE}],
}


def clashes(*told: Clash) -> SolveReport:
    return replace(REPORT, clashes=told)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_clash_is_told_in_the_form_s_words_without_keys_of_the_file(language):
    report = clashes(
        Clash(
            "duplicates.rule",
            "No service at two branches within 60 km by road.",
            "Allow 4 duplicates (duplicates.rule = cap, max = 4), or give them a price.",
            (Change("cap", {"to": 4}),),
        )
    )
    (found,) = clashing(view(language), report, PLAIN)
    assert found.title == view(language).words("plan.duplicates")
    assert found.repair == "Allow 4 duplicates, or give them a price."
    (mend,) = found.mends
    assert with_keys(PLAIN, mend.keys).duplicates.max == 4
    assert "4" in mend.label
    assert "→" in mend.told


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_change_has_a_label_of_its_own(language):
    assert set(VALUES) == set(CHANGES)
    changes = [Change(what, values) for what, each in VALUES.items() for values in each]
    labels = [change_label(view(language), change) for change in changes]
    assert len(set(labels)) == len(labels)
    assert any("KES 451,000,001" in label.replace("\xa0", " ") for label in labels)


@pytest.mark.parametrize(
    "rule", ["rules.annual_kes.divisions.Citizenship", f"standards.{SERVICE}", "rules.capacity"]
)
def test_every_rule_has_a_name(rule):
    (found,) = clashing(view(), clashes(Clash(rule, "text", "repair")), PLAIN)
    assert found.title
    assert found.mends == ()


def test_what_the_rules_say_already_has_no_button():
    clash = Clash("duplicates.rule", "", "", (Change("price", {}), Change("cap", {"to": 0})))
    (found,) = clashing(view(), clashes(clash), PLAIN)
    assert [mend.keys["duplicates.rule"] for mend in found.mends] == ["cap"]
