"""`journeys.toml`, written so that it reads as the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from planner.pack.journey_types import Journey, Paper, Step
from planner.pack.toml_write import figure_table, mark_table


def write_journeys(
    journeys: Iterable[Journey],
    path: Path,
) -> None:
    """Writes journeys that read as the same."""
    journeys = tuple(journeys)
    papers = {paper.id: paper for journey in journeys for paper in journey.papers}
    keys = ("customer", "customer_sw", "division", "cases_of", "standard_days", "name_sw")
    top: dict[str, Any] = {
        "papers": [
            _given(each, ("agency", "name_sw")) | {"fact": each.is_fact} | mark_table(each.mark)
            for each in papers.values()
        ],
        "journeys": [
            _given(each, keys)
            | mark_table(each.mark)
            | {"steps": [_written_step(step) for step in each.steps]}
            for each in journeys
        ],
    }
    path.write_text(tomli_w.dumps(top), encoding="utf-8")


def _written_step(
    step: Step,
) -> dict[str, Any]:
    keys = ("agency", "visit_type", "visits", "same_visit_as", "fee_kes", "adds_value", "name_sw")
    makes_visit = bool(step.visit_type) and not step.same_visit_as
    told = _given(step, keys if makes_visit else tuple(k for k in keys if k != "visits"))
    told |= {"channels": list(step.channels), "presence": step.presence}
    lists = {"kind": step.kinds, "asks": step.asks, "gives": step.gives}
    told |= {key: list(each) for key, each in lists.items() if each}
    told |= mark_table(step.mark)
    return told if step.minutes is None else told | {"minutes": figure_table(step.minutes, "value")}


def _given(record: Paper | Journey | Step, keys: Iterable[str]) -> dict[str, Any]:
    """The id, the name, and those of the keys that say something."""
    told = {key: getattr(record, key) for key in keys}
    kept = {key: value for key, value in told.items() if value is not None and value != ""}
    return {"id": record.id, "name": record.name} | kept
