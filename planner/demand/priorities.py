"""What agencies weigh beside what customers find important, with the difference by rank."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scipy.stats import rankdata

from planner.demand.opinions import by_respondent, importance_weights, mean_of
from planner.pack.types import Pack
from planner.pack.voice_types import OUTCOMES

Of = Literal["service", "outcome"]


@dataclass(frozen=True, slots=True)
class Priority:
    """One service or outcome as an agency and as customers weigh it.

    Attributes:
        agency: Whose weight.
        of, key: What is weighed.
        weight: The agency's weight over the sum of its weights of that kind.
        customers: The customers' weight likewise, None where they were not asked.
        rank, customers_rank: Places among those that both weigh, 1 the heaviest, equal ones at the
            mean of their places; None where one of them does not weigh it.
    """

    agency: str
    of: Of
    key: str
    weight: float
    customers: float | None
    rank: float | None
    customers_rank: float | None

    @property
    def difference(self) -> float | None:
        """Places by which the agency puts it lower than customers do; below 0, higher."""
        if self.rank is None or self.customers_rank is None:
            return None
        return self.rank - self.customers_rank


def outcome_importance(pack: Pack) -> dict[str, float]:
    """How much each outcome matters to customers: mean importance over the sum of the means.

    Asked by questions of kind importance without a service whose subject is an outcome.
    """
    subject = {
        each.id: each.subject
        for each in pack.voices.questions
        if each.kind == "importance" and not each.service and each.subject in OUTCOMES
    }
    rated = [each for each in pack.voices.answers if each.question in subject]
    people = by_respondent(rated, lambda each: subject[each.question])
    means = {name: mean_of(values).mean for name, values in people.items()}
    whole = math.fsum(means.values())
    return {each: means[each] / whole for each in OUTCOMES if each in means} if whole > 0 else {}


def priorities(pack: Pack) -> tuple[Priority, ...]:
    """Every weight that an agency gave, beside the customers'; nothing where none gave any."""
    services, outcomes = importance_weights(pack), outcome_importance(pack)
    found: list[Priority] = []
    for each in pack.voices.agency_weights:
        named = {str(key): value for key, value in each.outcomes.items()}
        found += _held(each.agency, "service", each.services, services)
        found += _held(each.agency, "outcome", named, outcomes)
    return tuple(found)


def _held(
    agency: str, of: Of, weights: Mapping[str, float], customers: Mapping[str, float]
) -> tuple[Priority, ...]:
    whole = math.fsum(weights.values())
    if whole <= 0:
        return ()
    both = [key for key in weights if key in customers]
    places = [
        dict(zip(both, rankdata([-given[key] for key in both]).tolist(), strict=True))
        for given in (weights, customers)
    ]
    return tuple(
        Priority(
            agency,
            of,
            key,
            weight / whole,
            customers.get(key),
            places[0].get(key),
            places[1].get(key),
        )
        for key, weight in weights.items()
    )
