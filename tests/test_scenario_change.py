"""Keys of a scenario: set as the file writes them, every fault at once, and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.scenario import Scenario, parse_scenario
from planner.scenario.change import differing_keys, key_parts, with_key, with_keys

BASE = parse_scenario(
    """
name = "A"
pack = "tiny"
[rules.branches]
max = 24
[standards]
passport = 0.8
[sites.offer]
"021 town.x" = ["passport"]
[[phases]]
name = "first"
[phases.branches]
max = 10
[[phases]]
name = "second"
"""
)


def faults_of(values: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        with_keys(BASE, values)
    return [str(fault) for fault in caught.value.faults]


def test_a_key_is_set_and_all_else_stays():
    changed = with_key(BASE, "rules.branches.max", 25)
    assert changed.rules.branches.max == 25
    assert with_key(changed, "rules.branches.max", 24) == BASE
    assert BASE.rules.branches.max == 24


def test_none_leaves_a_key_out_which_is_its_default():
    changed = with_keys(BASE, {"rules.branches.max": None, "rules.branches.exactly": 20})
    assert changed.rules.branches.max is None
    assert changed.rules.branches.exactly == 20


def test_a_share_and_its_table_are_one_key():
    changed = with_keys(BASE, {"standards.permit": 0.5, "standards.permit.within_min": 30})
    assert changed.standards["permit"].share == 0.5
    assert changed.standards["permit"].within_min == 30


def test_names_in_quotes_and_entries_by_number():
    changed = with_keys(
        BASE,
        {
            'sites.offer."021 town.x"': ["passport", "permit"],
            "sites.offer.013-chuka": ["permit"],
            "phases.1.branches.max": 12,
        },
    )
    assert changed.sites.offer == {
        "021 town.x": ("passport", "permit"),
        "013-chuka": ("permit",),
    }
    assert [phase.branches and phase.branches.max for phase in changed.phases] == [10, 12]


def test_every_fault_at_once():
    found = faults_of(
        {
            "rules.branchs.max": 3,
            "solve.gap": 7,
            "name.first": "B",
            "phases.2.name": "third",
            "phases.2": {},
            "phases.x": {},
            "": 1,
            "a = 1\nb": 2,
            "rules..max": 3,
        }
    )
    assert len(found) == 9
    text = "\n".join(found)
    assert "rules.branchs" in text
    assert "Did you mean branches?" in text
    assert "solve.gap: found 7; expected less than or equal to 1" in text
    assert 'name.first: found "A"; expected a table at name. It has no inner keys' in text
    assert "phases.2: found 2; expected a number from 0 to 1" in text
    assert "phases.x" in text
    assert "found no key; expected a key as the file writes it" in text


def test_values_that_do_not_go_together_are_told():
    (told,) = faults_of({"rules.branches.exactly": 20})
    assert "either exactly, or min and max" in told


@pytest.mark.parametrize("key", ["", " ", "a b", "a=b", "a\n[b]", 'a."', "a.", ".", "a # b", "a]"])
def test_what_is_no_key(key):
    assert key_parts(key) == []


def test_the_keys_that_differ():
    changed = with_keys(
        BASE,
        {
            "rules.branches.max": 25,
            "rules.branches.new_max": 3,
            "duplicates.rule": "cap",
            'sites.offer."021 town.x"': ["permit"],
            "standards.passport": None,
            "phases.0.name": "start",
        },
    )
    assert differing_keys(BASE, changed) == [
        ("rules.branches.max", 24, 25),
        ("rules.branches.new_max", None, 3),
        ("duplicates.rule", "price", "cap"),
        ("standards.passport.share", 0.8, None),
        ("standards.passport.mode", "hard", None),
        ("standards.passport.scope", "national", None),
        ('sites.offer."021 town.x"', ["passport"], ["permit"]),
        ("phases.0.name", "first", "start"),
    ]
    assert differing_keys(BASE, BASE) == []


def test_lists_of_other_lengths_differ_as_a_whole():
    ((key, before, after),) = differing_keys(BASE, with_key(BASE, "phases.1", None))
    assert key == "phases"
    assert [len(before), len(after)] == [2, 1]


def test_the_run_that_wrote_a_scenario_is_no_rule():
    origin = {"problem": "0" * 16, "pack": "1" * 16, "version": "1"}
    assert differing_keys(BASE, with_key(BASE, "origin", origin)) == []


@given(
    st.dictionaries(
        st.sampled_from(
            ["rules.branches.max", "solve.seed", "rules.capital_kes.max", "duplicates.max"]
        ),
        st.integers(0, 1000),
    )
)
def test_setting_what_differs_makes_one_the_other(values):
    changed = with_keys(BASE, values)
    keys = {key: after for key, _, after in differing_keys(BASE, changed)}
    assert with_keys(BASE, keys) == changed


def test_what_is_left_out_stays_left_out():
    changed = with_keys(Scenario(name="x", pack="p"), {"rules.branches.max": 5})
    assert changed.rules.branches.max == 5
    assert "rule" not in changed.duplicates.model_fields_set
