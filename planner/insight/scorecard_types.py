"""What a scorecard is made of: the parts of the seven outcomes, the charter, groups, weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.pack.voice_types import OUTCOMES, Outcome

Better = Literal["lower", "higher"]
Kind = Literal["minutes", "share", "count", "number", "money", "rating"]
Of = Literal["network", "pack", "today"]
SAME = 1e-9  # relative: what is below is rounding


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
    Spec("engagement.participation", "count", "higher", "comments.csv", "today"),
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
ADOPTION = Spec(
    "engagement.adoption", "rating", "higher", "survey.csv / voices.toml: adoption", "today"
)
GAP = Spec("experience.gap", "minutes", "lower", "customers.toml: segments")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an outcome; None where there is no data, which is never 0.

    `dimension`: of the gap between segments, the dimension; of adoption, the lever; else "".
    `low`, `high`: the 95 % interval of today's value where it is a mean of what people said.
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
        if abs(difference) <= SAME * max(abs(self.today), abs(self.plan)):
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
