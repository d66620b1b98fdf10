from __future__ import annotations

import pytest

from planner.compare.likeness import REMARKS
from planner.compare.said import PARTS, rule_said
from planner.compare.types import Remark
from planner.compare.words import FACTS, KPIS, figure_said, remark_said, who
from planner.present.words import words
from planner.scenario.schema import Scenario
from tests.compare import cases


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("rules.branches.max", 24, "At most 24 branches"),
        ("rules.branches.max", 1, "At most 1 branch"),
        ("rules.branches.exactly", 1200, "Exactly 1,200 branches"),
        ("rules.branches.new_max", None, "Any number of new branches"),
        ("rules.annual_kes.max", 450_000_000, "KES 450 M a year at most"),
        ("rules.capital_kes.max", 900_500, "KES 900,500 of capital at most"),
        ("rules.annual_kes.divisions.Travel", 1_250_000, "Travel: KES 1.25 M a year at most"),
        ("rules.existing", "may_close", "Today's branches may close"),
        ("rules.formats", "off", "No formats: every branch is plain"),
        ("rules.formats", ("small", "large"), "Formats: small, large"),
        ("rules.branches_per_area.areas.047", 2, "047: at least 2 branches"),
        ("duplicates.rule", "forbid", "No duplicates"),
        ("duplicates.separation_km", 60.0, "The same service within 60 km is a duplicate"),
        ("duplicates.justified_by_load", False, "Load justifies no duplicate"),
        ("standards.passport.share", 0.9, "passport: 90 % within the standard"),
        ("standards.passport.areas.009", 0.5, "passport: 50 % in 009"),
        ("demand.year", 2030, "Visits of the year 2030"),
        ("demand.need_weights", ("age",), "Visits weighted by age"),
        ("demand.need_weights", (), "All visits count alike"),
        ("channels.online", 0.25, "Online pulled to 25 %"),
        ("sites.open", ("a", "b"), "Locked open: a, b"),
        ('sites.offer."a b"', ("c",), "a b must offer c"),
        ("sites.withhold.a", None, "a: no service is withheld"),
        ("travel.model", "roads", "Travel by the roads model"),
        ("phases.0.name", "First", "phases.0.name = First"),
        ("some.new.key", None, "some.new.key not set"),
    ],
)
def test_rules_are_said_as_a_planner_would(key, value, said):
    assert rule_said(key, value, "KES") == said


def leaves(model, place=()):
    for name, field in model.model_fields.items():
        inner = field.annotation
        if hasattr(inner, "model_fields"):
            yield from leaves(inner, (*place, name))
        else:
            yield ".".join((*place, name))


def test_no_rule_of_the_schema_is_said_by_its_key_alone():
    named = {"rules.capital_kes.divisions", "rules.annual_kes.divisions"}
    named |= {"rules.branches_per_area.areas", "rules.branches_per_area.services"}
    named |= {"sites.offer", "sites.withhold", "sites.formats"}
    others = {"name", "pack", "description", "standards", "origin"}
    for key in leaves(Scenario):
        if key in others or key.startswith(("solve.", "origin.")):
            continue
        full = f"{key}.x" if key in named else key
        assert not rule_said(full, None, "KES").startswith(key), key


def test_every_input_of_a_problem_has_words(tmp_path):
    (record,) = cases.runs(tmp_path, "east")
    assert set(record.info["inputs"]) == set(PARTS)


def test_every_figure_and_warning_has_words_everywhere():
    for key in REMARKS:
        values = {"packs": ("x",), "pack": "x", "units": ("km",), "missing": ("points.csv",)}
        text = remark_said(Remark(key, values, (1, 2)), 0)
        assert "{" not in text
        assert text.endswith(".")
        for language in ("en", "sw"):
            assert words(language)(f"compare.warn_{key}", **{**values, "names": "x"})
    assert len(KPIS) == len(set(KPIS.values()))
    assert {"version", "solver", "seed", "gap"} <= set(FACTS)


def test_members_by_their_letters():
    assert [who(each) for each in ((1,), (1, 2), (0, 2, 5))] == ["B", "B and C", "A, C and F"]


@pytest.mark.parametrize(
    ("value", "unit", "signed", "said"),
    [
        (None, "minutes", False, "-"),
        (64.55, "minutes", False, "64.5"),
        (-0.0388, "minutes", True, "-0.039"),
        (0.0, "minutes", True, "+0.0"),
        (0.8998, "share", False, "90.0 %"),
        (0.000125, "share", True, "+0.013 points"),
        (-0.149, "share", True, "-14.9 points"),
        (449_000_000, "money", False, "449,000,000"),
        (-5, "count", True, "-5"),
    ],
)
def test_figures_are_read_with_their_units(value, unit, signed, said):
    assert figure_said(value, unit, signed=signed) == said
