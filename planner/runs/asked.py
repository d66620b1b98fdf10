"""What a run asked, of a pack in the order that it had then."""

from __future__ import annotations

from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.row_order import in_order
from planner.pack.types import Pack
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build


def asked_of(pack: Pack, scenario: Scenario, fingerprint: str) -> tuple[Pack, PlanningProblem]:
    """The pack and the question that a run was made of.

    Runs of older planners took rows and roads as they stand in the files. Where the very same
    question comes of a pack only so, it is taken so; else as it is.

    Args:
        pack: As it is read now.
        scenario: The run's.
        fingerprint: Of the question that the run answers.
    """
    problem = build(pack, scenario)
    if problem.fingerprint == fingerprint or pack.as_filed:
        return pack, problem
    try:
        filed = read_pack(pack.folder, as_filed=True)
        then = build(filed, scenario)
    except InputError:  # its files were changed meanwhile
        return pack, problem
    is_then = then.fingerprint == fingerprint and in_order(filed) == pack
    return (filed, then) if is_then else (pack, problem)
