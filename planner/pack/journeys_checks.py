"""What a journey says of other parts of it, and of the pack: order, shared visits, divisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from planner.errors import nearest
from planner.pack.faults import Findings, listed
from planner.pack.journey_types import Journey, Step
from planner.pack.toml_file import Keys


def check_divisions(
    places: Sequence[Keys],
    journeys: Iterable[Journey],
    divisions: Collection[str],
    findings: Findings,
) -> None:
    """A division that is nearly that of a service is a fault; others may have no branch: told."""
    others: dict[str, None] = {}
    for table, journey in zip(places, journeys, strict=True):
        name = journey.division
        if not name or name in divisions:
            continue
        near = nearest(name, divisions)
        if near:
            table.fault("division", name, "the division of a service", f"Did you mean {near[0]}?")
        else:
            others[name] = None
    if others:
        findings.warn(f"{places[0].file}: divisions that no service has: {listed(others)}")


def check_order(tables: Sequence[Keys], steps: Sequence[Step]) -> None:
    """No step may ask for what only it or a later step gives."""
    there: set[str] = set()
    for at, (table, step) in enumerate(zip(tables, steps, strict=True)):
        for name in step.asks:
            givers = [each.id for each in steps[at:] if name in each.gives]
            if givers and name not in there:
                hint = f"Only step {givers[0]} gives it, and that comes no earlier"
                table.fault("asks", name, "what is there before this step", hint)
        there.update(step.gives)


def check_same_visit(tables: Sequence[Keys], steps: Sequence[Step]) -> None:
    """A step within another one's visit names an earlier step that makes a visit of its type."""
    for at, (table, step) in enumerate(zip(tables, steps, strict=True)):
        name = step.same_visit_as
        if not name:
            continue
        earlier = {each.id: each for each in steps[:at] if each.id}
        hosts = [each.id for each in earlier.values() if each.visit_type and not each.same_visit_as]
        host = earlier.get(name)
        if not step.visit_type:
            table.fault("same_visit_as", name, "a visit_type beside it",
                        "Say which visit this step is a part of")  # fmt: skip
        elif host is None and "" in {each.id for each in steps[:at]}:
            continue  # it may be the one whose id is at fault
        elif host is None:
            near = nearest(name, hosts)
            hint = f"Did you mean {near[0]}?" if near else f"Earlier visits: {listed(hosts)}"
            table.fault("same_visit_as", name, "the id of an earlier step of this journey", hint)
        elif host.same_visit_as:
            table.fault("same_visit_as", name, f"{host.same_visit_as}, which makes the visit")
        elif host.visit_type != step.visit_type:
            table.fault("same_visit_as", name, f"a step of visit_type {step.visit_type}",
                        f"Step {name} is of {host.visit_type or 'none'}")  # fmt: skip
