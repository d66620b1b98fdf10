"""The seven outcomes of a network, each made of stated parts: today and under a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from planner.demand.voices import hear
from planner.evaluate import todays_network
from planner.insight.scorecard_facts import (
    gaps_by_dimension,
    network_values,
    segment_names,
    service_within,
)
from planner.insight.scorecard_given import Values, heard_values, pack_values
from planner.insight.scorecard_types import (
    ADOPTION,
    GAP,
    SAME,
    SPECS,
    Charter,
    JourneyCharter,
    Part,
    Scorecard,
    SegmentMinutes,
    Spec,
    Weighted,
)
from planner.pack.types import Pack
from planner.pack.voice_types import OUTCOMES, Outcome
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from planner.scenario.schema import ChannelsSection


def scorecard(
    pack: Pack,
    scenario: Scenario,
    plan: Plan,
    *,
    today: date,
    problem: PlanningProblem | None = None,
) -> Scorecard:
    """The seven outcomes of today's network and of a plan, part by part.

    Today is today's branches with people at the nearest and no lever pulled; the plan stands under
    the scenario's levers. Both have the scenario's year, and neither is added up: an outcome has
    no value of its own.

    Args:
        pack: A checked pack.
        scenario: The plan's rules.
        plan: The network with who goes where.
        today: The day from which flags and actions are seen.
        problem: What the scenario makes of the pack, when already known.
    """
    problem = problem or build(pack, scenario)
    as_today = build(pack, scenario.model_copy(update={"channels": ChannelsSection()}))
    now = todays_network(as_today)
    heard = hear(pack, today)
    before: Values = {} if now is None else network_values(as_today, now, pack)
    after = network_values(problem, plan, pack)
    whole = pack_values(pack, as_today)
    said = heard_values(pack, heard, today)
    parts = [_part(spec, before, after, whole, said) for spec in SPECS]
    gaps_now = {} if now is None else gaps_by_dimension(as_today, now, pack)
    gaps = gaps_by_dimension(problem, plan, pack)
    parts += [
        Part(GAP, _gap(gaps_now.get(name)), _gap(minutes), name) for name, minutes in gaps.items()
    ] or [Part(GAP, None, None)]
    parts += [
        Part(ADOPTION, each.used.mean, None, each.lever, each.used.low, each.used.high)
        for each in heard.adoption
    ] or [Part(ADOPTION, None, None)]
    charter = _charter(pack, as_today, now, problem, plan, heard.importance)
    return Scorecard(
        parts=tuple(sorted(parts, key=lambda part: OUTCOMES.index(part.spec.outcome))),
        charter=charter,
        journeys=tuple(JourneyCharter(each.id, each.standard_days) for each in pack.journeys),
        segments=tuple(
            SegmentMinutes(name, segment, old, new)
            for name, minutes in gaps.items()
            for segment, old, new in zip(
                segment_names(pack, name),
                gaps_now.get(name, (None,) * len(minutes)),
                minutes,
                strict=True,
            )
        ),
        important_today=_important([(each.importance, each.today) for each in charter]),
        important_plan=_important([(each.importance, each.plan) for each in charter]),
    )


def weighted(card: Scorecard, weights: Mapping[Outcome, float]) -> Weighted:
    """The share of the compared parts that the plan improves, by the user's own weights.

    Args:
        card: A scorecard.
        weights: Of outcomes, 0 or more; outcomes that are not named weigh nothing.
    """
    found: dict[Outcome, float | None] = {}
    for outcome in OUTCOMES:
        if weights.get(outcome, 0.0) <= 0:
            continue
        changes = [part.change for part in card.of(outcome) if part.change is not None]
        points = {"better": 1.0, "same": 0.5, "worse": 0.0}
        found[outcome] = (
            sum(points[change] for change in changes) / len(changes) if changes else None
        )
    known = {outcome: share for outcome, share in found.items() if share is not None}
    whole = sum(weights[outcome] for outcome in known)
    share = (
        sum(weights[outcome] * share for outcome, share in known.items()) / whole if whole else 0
    )
    left_out = tuple(outcome for outcome, share in found.items() if share is None)
    return Weighted(found, share if whole else None, left_out)


def _part(spec: Spec, before: Values, after: Values, whole: Values, said: Values) -> Part:
    if spec.of == "pack":
        return Part(spec, whole[spec.key], whole[spec.key])
    if spec.of == "today":
        low, high = said.get(f"{spec.key}_low"), said.get(f"{spec.key}_high")
        return Part(spec, said[spec.key], None, low=low, high=high)
    return Part(spec, before.get(spec.key), after[spec.key])


def _gap(minutes: tuple[float | None, ...] | None) -> float | None:
    """The longest mean of a segment less the shortest."""
    known = [each for each in minutes or () if each is not None]
    if len(known) < 2:
        return None
    gap = max(known) - min(known)
    return gap if gap > SAME * max(known) else 0.0


def _charter(
    pack: Pack,
    as_today: PlanningProblem,
    now: Plan | None,
    problem: PlanningProblem,
    plan: Plan,
    importance: Mapping[str, float],
) -> tuple[Charter, ...]:
    none = (None,) * len(pack.services)
    old = none if now is None else service_within(as_today, now)
    new = service_within(problem, plan)
    return tuple(
        Charter(service.id, service.standard_min, old[s], new[s], importance.get(service.id))
        for s, service in enumerate(pack.services)
    )


def _important(shares: list[tuple[float | None, float | None]]) -> float | None:
    known = [(w, share) for w, share in shares if w is not None and share is not None]
    whole = sum(w for w, _ in known)
    return sum(w * share for w, share in known) / whole if whole > 0 else None
