"""Scenarios: named rules in a TOML file, and the planning problem they make of a pack."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.scenario.demand import adoption_of, demand_of
    from planner.scenario.file import (
        parse_scenario,
        read_scenario,
        scenario_from_dict,
        scenario_toml,
    )
    from planner.scenario.phases import phase_scenarios
    from planner.scenario.problem import build
    from planner.scenario.rules import price_in_objective
    from planner.scenario.schema import OriginSection, Phase, Scenario, SolveSection, StandardRule
else:  # many commands need little of it
    __getattr__ = named(
        __name__,
        {
            "demand": ("adoption_of", "demand_of"),
            "file": ("parse_scenario", "read_scenario", "scenario_from_dict", "scenario_toml"),
            "phases": ("phase_scenarios",),
            "problem": ("build",),
            "rules": ("price_in_objective",),
            "schema": ("OriginSection", "Phase", "Scenario", "SolveSection", "StandardRule"),
        },
    )

__all__ = [
    "OriginSection",
    "Phase",
    "Scenario",
    "SolveSection",
    "StandardRule",
    "adoption_of",
    "build",
    "demand_of",
    "parse_scenario",
    "phase_scenarios",
    "price_in_objective",
    "read_scenario",
    "scenario_from_dict",
    "scenario_toml",
]
