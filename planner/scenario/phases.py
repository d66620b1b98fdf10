"""Roadmaps: the scenario of each phase, and of the end."""

from __future__ import annotations

from planner.scenario.schema import LONGEST_NAME, Phase, Scenario


def phase_scenarios(scenario: Scenario) -> tuple[Scenario, ...]:
    """The scenario of each phase in order, none where the scenario has no phases.

    Each is complete by itself: the phase's limits stand in place of those in `[rules]`, all else
    stays. Limits count from today on, not from the phase before. The last one is the end state,
    the same question as the scenario itself.
    """
    return tuple(_of_phase(scenario, phase) for phase in scenario.phases)


def end_state(scenario: Scenario) -> Scenario:
    """The scenario with the limits of its last phase; itself where it has no phases."""
    return _of_phase(scenario, scenario.phases[-1]) if scenario.phases else scenario


def _of_phase(scenario: Scenario, phase: Phase) -> Scenario:
    limits = {
        name: limit
        for name in ("branches", "capital_kes", "annual_kes")
        if (limit := getattr(phase, name)) is not None
    }
    return scenario.model_copy(
        update={
            "name": f"{scenario.name}: {phase.name}"[:LONGEST_NAME],
            "rules": scenario.rules.model_copy(update=limits),
            "phases": (),
        }
    )
