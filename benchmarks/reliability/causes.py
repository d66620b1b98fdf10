"""Why there is no plan, asked of the whole country: the rules that clash, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from textwrap import dedent

from benchmarks.reliability.rows import CAUSE_S, Row
from planner.pack import find_pack, read_pack
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.scenario import build, parse_scenario
from planner.solve import limits_of, solve_problem

PACK = "immigration"
QUESTIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    "money and floors": (
        """
        rules.capital_kes.max = 100_000_000
        rules.branches_per_area.min = 1
        """,
        frozenset({"rules.capital_kes", "rules.branches_per_area"}),
    ),
    "number, floors and today's branches": (
        """
        rules.branches.exactly = 10
        rules.branches_per_area.areas = { Turkana = 1, Mandera = 1 }
        """,
        frozenset({"rules.branches", "rules.branches_per_area", "rules.existing"}),
    ),
    "number and floors": (
        """
        rules.branches.max = 30
        rules.branches_per_area.min = 1
        """,
        frozenset({"rules.branches", "rules.branches_per_area"}),
    ),
    "number and mixes": (
        """
        rules.branches.min = 60
        rules.mix = "as_listed"
        """,
        frozenset({"rules.branches", "rules.mix"}),
    ),
    "floors and duplicates": (
        """
        rules.branches_per_area.services = { alien_registration = 1 }
        duplicates = { rule = "forbid", separation_km = 200, justified_by_load = false }
        """,
        frozenset({"rules.branches_per_area", "duplicates.rule"}),
    ),
    "a thousand shillings": (
        """
        rules.existing = "keep"
        rules.annual_kes.max = 1_000
        """,
        frozenset({"rules.annual_kes"}),
    ),
    "number and a standard": (
        """
        rules.branches.max = 12
        standards.passport_collection = { share = 0.99, mode = "hard", within_min = 60 }
        """,
        frozenset({"standards.passport_collection"}),
    ),
}
"""Rules that cannot hold together, and which of them must be named."""


def asked(pack: Pack, text: str) -> SolveReport:
    """What comes of some rules on a pack."""
    scenario = parse_scenario(f'name = "x"\npack = "{PACK}"\n{dedent(text)}')
    return solve_problem(build(pack, scenario), limits_of(scenario))


def rows(*, quick: bool) -> list[Row]:
    """The promise of causes, on the built-in pack."""
    del quick
    pack = read_pack(find_pack(PACK))
    times: dict[str, float] = {}
    faults: list[str] = []
    for name, (text, rules) in QUESTIONS.items():
        begin = time.perf_counter()
        report = asked(pack, text)
        times[name] = time.perf_counter() - begin
        named = {clash.rule for clash in report.clashes}
        if report.status != "infeasible" or not rules <= named:
            faults.append(f"{name}: {report.status}, {', '.join(sorted(named)) or 'nothing named'}")
        elif not all(clash.text and clash.repair for clash in report.clashes):
            faults.append(f"{name}: without figures or a remedy")
    slowest = max(times, key=times.__getitem__)
    points, sites = len(pack.demand_points), len(pack.sites)
    told = f"{len(QUESTIONS) - len(faults)} of {len(QUESTIONS)} questions, the slowest ({slowest})"
    return [
        Row(
            f"the same of {points:,} points and {sites} sites, the search with it",
            f"all, within {CAUSE_S:.0f} s",
            "; ".join([f"{told} in {times[slowest]:.1f} s", *faults]),
            not faults and times[slowest] <= CAUSE_S,
            "`tests/optimize/test_explain_national.py`",
        )
    ]
