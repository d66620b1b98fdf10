"""What opens first: the phases of a kept roadmap, or how to make one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.export.document.facts import DASH, Told, grid, left, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph

Phases = Mapping[str, Any]
"""A roadmap as plain values: see `planner.insight.roadmap_told.roadmap_told`."""


def phases(told: Told, found: Phases | None) -> Chapter:
    """Each phase with what it adds, and each branch by phases."""
    w = told.w
    gantt = None if found is None else found.get("gantt")
    blocks: tuple[Block, ...]
    if found is None or gantt is None:
        blocks = (Paragraph(w("document.phases_none")),)
    else:
        proved = found.get("gap")
        lines = [w("document.phases_words", n=len(gantt["phases"]))]
        if proved is not None:
            lines.append(w("roadmap.gap", gap=w.gap(proved)))
        blocks = (*map(Paragraph, lines), _steps(told, gantt), _branches(told, gantt))
    return Chapter("phases", w("document.phases"), blocks)


def _steps(told: Told, gantt: Mapping[str, Any]) -> Grid:
    w = told.w
    columns = (
        left(w("roadmap.phase")),
        right(w("column.branches")),
        right(told.sure(w("column.per_visit"))),
        right(w("roadmap.capital_more")),
        right(w("roadmap.capital")),
        right(w("roadmap.annual")),
    )
    rows = []
    if gantt["today"] is not None:
        today = gantt["today"]
        figures = (w.count(today["branches"]), w.minutes(today["mean_min"]))
        rows.append((w("roadmap.today"), *figures, DASH, DASH, w.money(today["annual_kes"])))
    rows += [
        (
            str(phase["phase"]),
            w.count(phase["branches"]),
            w.minutes(phase["mean_min"]),
            w.money(phase["capital_more_kes"]),
            w.money(phase["capital_kes"]),
            w.money(phase["annual_kes"]),
        )
        for phase in gantt["phases"]
    ]
    return grid(w("document.phases_table"), columns, rows, note=w("document.phases_note"))


def _branches(told: Told, gantt: Mapping[str, Any]) -> Grid:
    """Every branch that changes in some phase, and what happens to it in each."""
    w = told.w
    columns = (
        left(w("column.branch")),
        left(w("column.area")),
        *(left(str(phase["phase"])) for phase in gantt["phases"]),
    )
    rows = (
        (
            str(row["name"]),
            str(row["area"]),
            *(_cell(told, cell) for cell in row["cells"]),
        )
        for row in gantt["rows"]
        if any(cell["state"] not in ("", "stays") for cell in row["cells"])
    )
    return grid(w("document.phases_branches"), columns, rows)


def _cell(told: Told, cell: Mapping[str, Any]) -> str:
    """What happens to a branch in a phase."""
    w, state = told.w, str(cell["state"])
    if not state:
        return DASH
    said = [w(f"roadmap.state_{state}")]
    if state == "opens":
        said.append(w.counted("roadmap.services", cell["services"]))
    elif state != "stays":
        said += [f"+ {_service(told, each)}" for each in cell["gains"]]
        if state != "closes":
            said += [f"\N{MINUS SIGN} {_service(told, each)}" for each in cell["drops"]]
    return ", ".join(said)


def _service(told: Told, name: str) -> str:
    ids = told.run.problem.service_ids
    return told.service(name) if name in ids else name
