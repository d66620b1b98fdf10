"""A roadmap in short sentences and a table of branches by phases, from its plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.insight.words import figure_words, sites_words
from planner.percent import percent_up

MARKS = {"opens": "O", "stays": "-", "gains": "+", "loses": "~", "closes": "X", "": " "}
KEY = "O opens, - stays, + gains services, ~ loses services, X closes"
_NAME = 34
_CELL = 16


def roadmap_lines(
    told: Mapping[str, Any], names: Mapping[str, str], unit: str, currency: str
) -> Iterator[str]:
    """A roadmap, phase by phase, then the table."""
    for phase in told["phases"]:
        if "branches" not in phase:
            yield f"{phase['phase']}: {phase['status']}."
            yield from (f"  - {clash}" for clash in phase["clashes"])
            continue
        yield (
            f"{phase['phase']}: {phase['branches']} branches, {phase['mean_min']:.1f} min a visit; "
            f"opens {sites_words(phase['opens'], names, 99)}"
        )
        low, high = phase["nesting_low_per_visit"], phase["nesting_high_per_visit"]
        most = "unknown" if high is None else f"{figure_words(high)} {unit} a visit"
        share = "" if high is None else f" ({percent_up(phase['nesting_high_share'], 2)}%)"
        yield f"  nesting costs it at least {figure_words(low)} and at most {most}{share}"
    if told["gap"] is not None:
        most = f"{percent_up(told['gap'], 2)}%"
        yield f"No nested phases can beat these by more than {most} in all: proved."
    if told["gantt"] is not None:
        yield from gantt_lines(told["gantt"], currency)


def gantt_lines(gantt: Mapping[str, Any], currency: str) -> Iterator[str]:
    """One line a branch, one column a phase; money and travel below."""
    phases = gantt["phases"]
    yield _line("", [phase["phase"] for phase in phases])
    for row in gantt["rows"]:
        cells = [_cell(cell) for cell in row["cells"]]
        yield _line(f"{row['name']} ({row['area']})", cells)
    yield _line("branches", [f"{phase['branches']}" for phase in phases])
    yield _line("min a visit, one way", [_minutes(phase["mean_min"]) for phase in phases])
    money = {
        "capital, the phase alone": "capital_more_kes",
        "capital, from today on": "capital_kes",
        "a year, more than before": "annual_more_kes",
        "a year, in all": "annual_kes",
    }
    for label, key in money.items():
        yield _line(f"{label}, M {currency}", [f"{phase[key] / 1e6:,.1f}" for phase in phases])
    yield f"  {KEY}"


def _cell(cell: Mapping[str, Any]) -> str:
    mark = MARKS[cell["state"]]
    if cell["state"] == "opens":
        return f"{mark} {cell['services']} services"
    if cell["state"] in ("gains", "loses"):
        parts = [f"+{len(cell['gains'])}"] if cell["gains"] else []
        parts += [f"-{len(cell['drops'])}"] if cell["drops"] else []
        return f"{mark} {' '.join(parts)}"
    return mark


def _minutes(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _line(name: str, cells: list[str]) -> str:
    shown = "".join(f"{cell[: _CELL - 1]:<{_CELL}}" for cell in cells)
    return f"  {name[: _NAME - 1]:<{_NAME}}{shown}".rstrip()
