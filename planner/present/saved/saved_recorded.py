"""Rules as a run records them, with what they leave to the pack filled in; and as they were asked.

A run writes down the travel model that its pack chose, what travel is counted in, and how
duplicates are treated where sites have no places: nobody has asked for these, so that they are no
difference between a plan and the rules it was made from.
"""

from __future__ import annotations

from planner.pack.types import Pack
from planner.scenario import Scenario, parse_scenario, scenario_toml
from planner.scenario.change import differing_keys, with_keys

_FOLLOWS = "travel.impedance"  # the objective: no rule by itself
_FILLED = ("travel.model", _FOLLOWS, "duplicates.rule")
_NO_RULES = ("name", "description", "pack", _FOLLOWS)


def recorded(pack: Pack, scenario: Scenario) -> Scenario:
    """The scenario as a run of it on a pack says it, complete."""
    return parse_scenario(scenario_toml(scenario, pack))


def differing_rules(
    pack: Pack, before: Scenario, after: Scenario
) -> list[tuple[str, object, object]]:
    """As `differing_keys` of what both come to on a pack.

    What a scenario is called and where its pack lies are no rules.
    """
    found = differing_keys(recorded(pack, before), recorded(pack, after))
    return [each for each in found if each[0] not in _NO_RULES]


def as_asked(pack: Pack, scenario: Scenario, seen: Scenario | None = None) -> Scenario:
    """The rules of a run without what was filled in: what they come to on the pack is the same.

    Args:
        pack: The run's.
        scenario: Its rules.
        seen: The scenario that they are changes of; what that says as they do stays.
    """
    told = recorded(pack, scenario)
    for key in _FILLED:
        if seen is not None and all(key != name for name, *_ in differing_keys(seen, scenario)):
            continue
        plain = with_keys(scenario, {key: None})
        if not differing_keys(recorded(pack, plain), told):
            scenario = plain
    return scenario
