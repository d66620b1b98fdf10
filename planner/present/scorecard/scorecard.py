"""The scorecard as values: cards and tables by outcome, the charter, groups, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from planner.demand.segments import dimension_of
from planner.insight.scorecard_types import (
    Charter,
    Part,
    Scorecard,
    Weighted,
)
from planner.pack.types import Pack
from planner.pack.voice_types import OUTCOMES, Outcome
from planner.present.cards import Card
from planner.present.travel import error_beside, part_text
from planner.present.words import Words
from planner.travel import TravelTold

DASH = "\N{EN DASH}"
_EXACT_BELOW = 60  # minutes that are told with a decimal
_TRAVEL = frozenset({"speed.mean_min", "speed.worst_tenth_min", "experience.gap"})
_HOLDS_TRAVEL = frozenset({"speed.door_min"})


def name_of(w: Words, pack: Pack, part: Part) -> str:
    """What a part is called."""
    key = f"scorecard.name_{part.spec.key.replace('.', '_')}"
    return w(key, dimension=w.name(dimension_of(pack, part.dimension)))


def value_of(w: Words, pack: Pack, part: Part, value: float | None) -> str:
    """A part's value with its unit."""
    if value is None:
        return w("unit.none")
    kind = part.spec.kind
    if kind == "minutes" and value < _EXACT_BELOW:
        return w("uncertain.value_min", v=f"{value:.1f}").replace(" ", "\N{NO-BREAK SPACE}")
    if kind == "minutes":
        return w.minutes(value)
    if kind == "share":
        return w.share(value) if value in (0.0, 1.0) else w.unit("percent", v=f"{value * 100:.1f}")
    if kind == "money":
        return w.money(value)
    if kind == "count":
        return w.count(value)
    if kind == "rating":
        most = w("scorecard.of_rating", high=w.number(pack.voices.rating_high))
        return f"{value:.1f} {most}"
    return f"{value:.2f}"


def lead_sentences(w: Words, card: Scorecard) -> list[str]:
    """How many parts are better, worse and the same, and how many lack data."""
    changes = [part.change for part in card.parts if part.change is not None]
    lines = [
        w(
            "scorecard.lead",
            of=len(changes),
            **{name: changes.count(name) for name in ("better", "worse", "same")},
        )
    ]
    lacking = sum(not part.has_data for part in card.parts)
    return [*lines, w("scorecard.no_data", n=lacking)] if lacking else lines


def cards(
    w: Words, pack: Pack, card: Scorecard, outcome: Outcome, told: TravelTold | None
) -> list[Card]:
    """The parts of an outcome that have data: the plan's value, and how it was."""
    return [
        replace(shown, error=_error(w, part, shown.value, told))
        for part in card.of(outcome)
        if part.has_data
        for shown in [_card(w, pack, part)]
    ]


def _error(w: Words, part: Part, value: str, told: TravelTold | None) -> str:
    if is_travel(part):
        return error_beside(w, value, told)
    return part_text(w, told) if part.spec.key in _HOLDS_TRAVEL else ""


def is_travel(part: Part) -> bool:
    """Whether a part is a time of travel and nothing else."""
    return part.spec.key in _TRAVEL


def _card(w: Words, pack: Pack, part: Part) -> Card:
    today = value_of(w, pack, part, part.today)
    if part.spec.of == "pack":
        return Card(name_of(w, pack, part), today, w("scorecard.of_pack"))
    if part.spec.of == "today":
        note = w("scorecard.today_only")
        if part.low is not None and part.high is not None:
            ends = w("scorecard.interval", low=f"{part.low:.1f}", high=f"{part.high:.1f}")
            note = f"{ends}; {note}"
        return Card(name_of(w, pack, part), today, note)
    change = part.change or "same"
    told = "" if part.change is None else w(f"scorecard.{change}")
    was = w("scorecard.was", v=today)
    return Card(name_of(w, pack, part), value_of(w, pack, part, part.plan), was, told, change)


def missing_sentence(w: Words, pack: Pack, card: Scorecard, outcome: Outcome) -> str:
    """The parts of an outcome without data, and what to add for each."""
    lacking = [part for part in card.of(outcome) if not part.has_data]
    names = [
        w("scorecard.missing_one", name=name_of(w, pack, part), file=part.spec.needs)
        for part in lacking
    ]
    return w("scorecard.missing", names="; ".join(names)) if names else ""


def part_table(w: Words, pack: Pack, card: Scorecard, outcome: Outcome) -> pd.DataFrame:
    """Every part of an outcome with its values, direction, formula and where it comes from."""
    return pd.DataFrame(
        [
            {
                w("scorecard.column_part"): name_of(w, pack, part),
                w("scorecard.column_today"): value_of(w, pack, part, part.today),
                w("scorecard.column_plan"): (
                    DASH if part.spec.of == "today" else value_of(w, pack, part, part.plan)
                ),
                w("scorecard.column_change"): (
                    w(f"scorecard.{part.change}") if part.change else DASH
                ),
                w("scorecard.column_better"): w(f"scorecard.{part.spec.better}"),
                w("scorecard.column_how"): how_of(w, part),
                w("scorecard.column_from"): from_of(w, part),
            }
            for part in card.of(outcome)
        ]
    )


def how_of(w: Words, part: Part) -> str:
    """How a part is worked out."""
    return w(f"scorecard.how_{part.spec.key.replace('.', '_')}")


def from_of(w: Words, part: Part) -> str:
    """The file that gives a part, or what to add."""
    if not part.has_data:
        return w("scorecard.add", file=part.spec.needs)
    return part.spec.needs or w("scorecard.from_base")


def charter_table(w: Words, pack: Pack, card: Scorecard) -> pd.DataFrame:
    """Each service against its standard."""
    named = {service.id: w.name(service) for service in pack.services}
    return pd.DataFrame([_charter_row(w, named, each) for each in card.charter])


def _charter_row(w: Words, named: Mapping[str, str], each: Charter) -> dict[str, str]:
    weight = w("scorecard.not_asked") if each.importance is None else w.share(each.importance)
    return {
        w("column.service"): named[each.service],
        w("scorecard.column_standard"): w.minutes(each.standard_min),
        w("scorecard.column_within_today"): w.share(each.today),
        w("scorecard.column_within_plan"): w.share(each.plan),
        w("scorecard.column_importance"): weight,
    }


def importance_sentence(w: Words, card: Scorecard) -> str:
    """The charter weighted by what customers find important, or that they were not asked."""
    if card.important_plan is None:
        return w("scorecard.not_important")
    today, plan = w.share(card.important_today), w.share(card.important_plan)
    return w("scorecard.important", today=today, plan=plan)


def journey_table(w: Words, pack: Pack, card: Scorecard) -> pd.DataFrame:
    """The days that journeys promise."""
    named = {journey.id: w.name(journey) for journey in pack.journeys}
    return pd.DataFrame(
        [
            {
                w("scorecard.column_journey"): named[each.journey],
                w("scorecard.column_promised"): _days(w, each.standard_days, "no_promise"),
                w("scorecard.column_recorded"): _days(w, each.recorded_days, "no_record"),
            }
            for each in card.journeys
        ]
    )


def _days(w: Words, days: float | None, none: str) -> str:
    if days is None:
        return w(f"scorecard.{none}")
    return w("scorecard.days", n=w.number(days))


def segment_table(w: Words, pack: Pack, card: Scorecard) -> pd.DataFrame:
    """Travel of each group of people, today and in the plan."""
    named = {segment.id: w.name(segment) for segment in pack.customers.segments}
    return pd.DataFrame(
        [
            {
                w("scorecard.column_group"): named[each.segment],
                w("scorecard.column_dimension"): w.name(dimension_of(pack, each.dimension)),
                w("scorecard.column_today"): w.minutes(each.today),
                w("scorecard.column_plan"): w.minutes(each.plan),
            }
            for each in card.segments
        ]
    )


def weighted_sentences(w: Words, found: Weighted) -> list[str]:
    """What the user's weights make of the parts."""
    if found.share is None:
        return [w("scorecard.weighted_none")]
    parts = ", ".join(
        f"{w(f'scorecard.{outcome}')} {w.share(found.by_outcome[outcome])}"
        for outcome in OUTCOMES
        if found.by_outcome.get(outcome) is not None
    )
    lines = [w("scorecard.weighted", share=w.share(found.share), parts=parts)]
    if found.left_out:
        names = ", ".join(w(f"scorecard.{outcome}") for outcome in found.left_out)
        lines.append(w("scorecard.weighted_left", names=names))
    return lines
