"""The seven outcomes of a network, each made of stated parts: today and under a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from planner.demand.voices import hear
from planner.evaluate import todays_network
from planner.insight.scorecard_facts import (
    Values,
    gaps_by_dimension,
    heard_values,
    network_values,
    pack_values,
    segment_names,
    service_within,
)
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from planner.scenario.schema import ChannelsSection

Outcome = Literal[
    "speed", "engagement", "responsiveness", "value", "integration", "choice", "experience"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Better = Literal["lower", "higher"]
Kind = Literal["minutes", "share", "count", "number", "money", "rating"]
Of = Literal["network", "pack", "today"]
_SAME = 1e-9  # relative: what is below is rounding


@dataclass(frozen=True, slots=True)
class Spec:
    """What a part of an outcome is; its name and formula stand in the language files.

    Attributes:
        key: Outcome and name (`speed.mean_min`).
        kind: What the value is: minutes, a share of 1, a whole count, a number, money, a rating.
        better: Which way is better.
        needs: The file that gives it, told where there is no value; "" for files of every pack.
        of: What decides it: the network, the pack whatever the network, or only what was said and
            recorded, so that a plan has no value.
    """

    key: str
    kind: Kind
    better: Better
    needs: str = ""
    of: Of = "network"

    @property
    def outcome(self) -> Outcome:
        """The outcome that it belongs to."""
        return next(each for each in OUTCOMES if self.key.startswith(f"{each}."))


COUNTERS = "sites.csv / formats.csv: counters"
SPECS = (
    Spec("speed.door_min", "minutes", "lower", "journeys.toml"),
    Spec("speed.mean_min", "minutes", "lower"),
    Spec("speed.worst_tenth_min", "minutes", "lower"),
    Spec("speed.within_standard", "share", "higher", "services.csv: standard_min"),
    Spec("speed.peak_wait_min", "minutes", "lower", COUNTERS),
    Spec("speed.within_wait", "share", "higher", COUNTERS),
    Spec("speed.recorded_wait_min", "minutes", "lower", "work_records.csv", "today"),
    Spec("speed.right_first_time", "share", "higher", "work_records.csv", "today"),
    Spec("engagement.respondents", "count", "higher", "survey.csv", "today"),
    Spec("engagement.importance", "share", "higher", "survey.csv", "today"),
    Spec("engagement.actions_closed", "share", "higher", "actions.csv", "today"),
    Spec("engagement.champions", "share", "higher", "voices.toml: champions"),
    Spec("responsiveness.overloaded", "count", "lower", COUNTERS),
    Spec("responsiveness.overflowing", "count", "lower", COUNTERS),
    Spec("responsiveness.spare", "share", "higher", COUNTERS),
    Spec("responsiveness.turned_away", "share", "lower", "work_records.csv", "today"),
    Spec("responsiveness.flags", "count", "lower", "survey.csv / audit.csv", "today"),
    Spec("responsiveness.overdue", "count", "lower", "actions.csv", "today"),
    Spec("value.public_per_visit", "money", "lower"),
    Spec("value.public_per_case", "money", "lower", "journeys.toml"),
    Spec("value.customer_per_visit", "money", "lower"),
    Spec("value.duplicates", "count", "lower"),
    Spec("value.idle_desks", "count", "lower", "services.csv: counter_min_per_visit"),
    Spec("integration.no_wrong_door", "share", "higher", "journeys.toml"),
    Spec("integration.one_stop", "share", "higher"),
    Spec("integration.asked_twice", "count", "lower", "journeys.toml", "pack"),
    Spec("choice.backup", "share", "higher", "services.csv: standard_min"),
    Spec("choice.channels", "number", "higher", "journeys.toml", "pack"),
    Spec("choice.can_be_online", "share", "higher", "customers.toml", "pack"),
    Spec("choice.elsewhere", "share", "higher", "customers.toml"),
    Spec("experience.rating", "rating", "higher", "survey.csv", "today"),
    Spec("experience.audit", "share", "higher", "audit.csv", "today"),
)
GAP = Spec("experience.gap", "minutes", "lower", "customers.toml: segments")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an outcome; None where there is no data, which is never 0.

    `dimension`: of the gap between segments, the dimension; "" for all else. `low`, `high`: the
    95 % interval of today's value where it is a mean of what people said.
    """

    spec: Spec
    today: float | None
    plan: float | None
    dimension: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def has_data(self) -> bool:
        """Whether there is any value to tell."""
        return self.today is not None or self.plan is not None

    @property
    def change(self) -> Literal["better", "worse", "same"] | None:
        """How the plan stands against today; None where one of them has no value."""
        if self.today is None or self.plan is None or self.spec.of != "network":
            return None
        difference = self.plan - self.today
        if abs(difference) <= _SAME * max(abs(self.today), abs(self.plan)):
            return "same"
        return "better" if (difference < 0) == (self.spec.better == "lower") else "worse"


@dataclass(frozen=True, slots=True)
class Charter:
    """One service against its standard: share of the visits within it, today and in the plan.

    `importance`: its weight by customers' ratings, None where they were not asked.
    """

    service: str
    standard_min: float | None
    today: float | None
    plan: float | None
    importance: float | None


@dataclass(frozen=True, slots=True)
class JourneyCharter:
    """A journey's promised days; what it takes is in no table yet, so `recorded` is None."""

    journey: str
    standard_days: float | None
    recorded_days: float | None = None


@dataclass(frozen=True, slots=True)
class SegmentMinutes:
    """Mean travel of a segment of the people, one way."""

    dimension: str
    segment: str
    today: float | None
    plan: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Parts in the outcomes' order, the charter, and travel by segment.

    `important_today`, `important_plan`: share within the standard over all services, each weighted
    by customers' importance; None where they were not asked.
    """

    parts: tuple[Part, ...]
    charter: tuple[Charter, ...]
    journeys: tuple[JourneyCharter, ...]
    segments: tuple[SegmentMinutes, ...]
    important_today: float | None
    important_plan: float | None

    def of(self, outcome: Outcome) -> tuple[Part, ...]:
        """The parts of an outcome."""
        return tuple(part for part in self.parts if part.spec.outcome == outcome)


@dataclass(frozen=True, slots=True)
class Weighted:
    """What the user's weights make of the parts that can be compared.

    Attributes:
        by_outcome: (parts better + half of the parts the same) / parts compared, for each weighed
            outcome; None where no part can be compared.
        share: sum of weight x that over the outcomes that have one / sum of their weights.
        left_out: Weighed outcomes without a part to compare.
    """

    by_outcome: Mapping[Outcome, float | None]
    share: float | None
    left_out: tuple[Outcome, ...]


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
    asked = scenario.travel.model
    model = None if asked == "roads" else asked  # build refuses roads; narrows the type
    heard = hear(pack, today)
    before: Values = {} if now is None else network_values(as_today, now, pack, model)
    after = network_values(problem, plan, pack, model)
    whole = pack_values(pack, as_today)
    said = heard_values(pack, heard, today)
    parts = [_part(spec, before, after, whole, said) for spec in SPECS]
    gaps_now = {} if now is None else gaps_by_dimension(as_today, now, pack)
    gaps = gaps_by_dimension(problem, plan, pack)
    parts += [
        Part(GAP, _gap(gaps_now.get(name)), _gap(minutes), name) for name, minutes in gaps.items()
    ] or [Part(GAP, None, None)]
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
    return gap if gap > _SAME * max(known) else 0.0


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
