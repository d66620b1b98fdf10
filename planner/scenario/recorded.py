"""The yearly visits of a pack as scenarios plan for them, and how much of them was recorded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.demand import Visits, VisitTotal, yearly_visits
from planner.demand.account import Level
from planner.demand.record_types import RecordedYear
from planner.demand.records import recorded_year
from planner.pack.figures import MARKS, Mark
from planner.pack.types import Pack
from planner.scenario.demand import demand_of
from planner.scenario.schema import Scenario
from planner.scenario.travel import travel_of
from planner.travel import TravelTimes

LEVELS: tuple[Level, ...] = ("low", "mode", "high")


def planned_visits(
    pack: Pack,
    scenario: Scenario | None = None,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> Visits:
    """The visits of the pack's base year, before any lever: recorded ones in place of the model's.

    Args:
        pack: A checked pack.
        scenario: Its `demand.records` and `demand.choice` count; left out, one with no rules.
        visits: The pack's yearly visits by the model, when already known.
        travel: The pack's travel for the scenario's model, when already known.

    Returns:
        The model's own visits, untouched, where nothing is recorded or the scenario leaves the
        records out; else all three ends, with totals whose mark says what was recorded where.
    """
    visits = visits or yearly_visits(pack)
    scenario = scenario or Scenario(name=pack.name, pack=pack.id)
    year = recorded_year(pack) if scenario.demand.records else None
    if year is None:
        return visits
    travel = travel or travel_of(pack, scenario)
    ends = {}
    for level in LEVELS:
        section = scenario.demand.model_copy(update={"level": level, "year": None})
        plain = Scenario(name=scenario.name, pack=scenario.pack, demand=section)
        plain = plain.model_copy(
            update={"objective": scenario.objective, "travel": scenario.travel}
        )
        ends[level] = demand_of(pack, plain, visits=visits, travel=travel).base
    totals = tuple(_total(pack, year, each, b, ends) for b, each in enumerate(visits.totals))
    return Visits(ends["mode"], ends["low"], ends["high"], totals)


def _total(
    pack: Pack, year: RecordedYear, model: VisitTotal, b: int, ends: dict[Level, np.ndarray]
) -> VisitTotal:
    """The total of one visit type, which says how much of it the records gave."""
    counted = np.flatnonzero(~np.isnan(year.mode[:, b]))
    if counted.size == 0 or pack.work_records is None:
        return model
    low, whole, high = (float(ends[level][:, b].sum()) for level in LEVELS)
    given = float(year.mode[counted, b].sum())
    needs = set(pack.visit_types[b].services)
    branches = sum(
        site.status == "existing" and needs <= set(site.services_today) for site in pack.sites
    )
    source = (
        f"{pack.work_records.file}: {given:,.0f} visits a year recorded at {counted.size} of"
        f" {branches} branches"
    )
    own = model.mark.confidence
    is_mixed = counted.size < branches
    if is_mixed:
        source += f"; at the others the model: {model.mark.source or model.spread}"
    weakest = max(("derived", own) if is_mixed and own else ("derived",), key=MARKS.index)
    return replace(
        model,
        low=low,
        mode=whole,
        high=high,
        chain=(),
        spread=f"as recorded, else {model.spread}",
        mark=Mark(source, weakest, model.mark.note),
    )
