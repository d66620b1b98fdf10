"""How many customers to ask, and how many of each group: sample sizes and their allocation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from scipy.stats import norm

from planner.demand.visits import apportion, yearly_visits
from planner.pack.frame_file import Person
from planner.pack.types import Pack

Method = Literal["yamane", "cochran", "given"]
METHODS: tuple[Method, ...] = ("yamane", "cochran")
Grouping = Literal["division", "area"]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many to ask of a population, and the formula with its numbers filled in."""

    method: Method
    population: int
    exact: float
    n: int
    formula: str


@dataclass(frozen=True, slots=True)
class StratumSample:
    """What one stratum is asked.

    Attributes:
        population: N_h. `n`: n_h, answers wanted. `invited`: people to ask, given the response.
        weight: N_h / n_h: how many customers one answer stands for; None without answers.
        margin: Margin of error of a share in this stratum, finite population; None likewise.
        lifted: Whether the minimum raised it above its proportional part.
    """

    name: str
    population: int
    proportional: int
    n: int
    invited: int
    weight: float | None
    margin: float | None
    lifted: bool


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """A sample over strata.

    Attributes:
        size: How the total was found.
        n: Answers wanted; above `size.n` only where the minimum of each stratum makes it so.
        margin: Margin of error of a share of all, stratified; None where a stratum has no answers.
    """

    size: SampleSize
    strata: tuple[StratumSample, ...]
    confidence: float
    share: float
    least: int
    response: float
    margin: float | None

    @property
    def n(self) -> int:
        """Answers wanted."""
        return sum(each.n for each in self.strata)

    @property
    def invited(self) -> int:
        """People to ask."""
        return sum(each.invited for each in self.strata)

    @property
    def too_few(self) -> tuple[StratumSample, ...]:
        """The strata with too few people for the answers wanted, at this response."""
        return tuple(each for each in self.strata if each.invited * self.response < each.n - 1e-9)


def normal_quantile(confidence: float) -> float:
    """The z of a two-sided interval: 1.96 at 0.95."""
    return float(norm.ppf((1 + confidence) / 2))


def yamane(population: int, error: float) -> SampleSize:
    """Yamane's size: n = N / (1 + N e^2), rounded up to whole people (Yamane 1967).

    Args:
        population: N, from 1.
        error: e, the margin of error wanted, as a share: 0.05 for 5 %.
    """
    e = Fraction(str(error))
    exact = population / (1 + population * e * e)
    n = math.ceil(exact)
    text = f"n = N / (1 + N e^2) = {population} / (1 + {population} x {error:g}^2)"
    return SampleSize("yamane", population, float(exact), n, f"{text} = {float(exact):.2f}")


def cochran(population: int, error: float, confidence: float, share: float) -> SampleSize:
    """Cochran's size with his correction for a finite population, rounded up (Cochran 1977, 4.4).

    n0 = z^2 p (1 - p) / e^2; n = n0 / (1 + (n0 - 1) / N).
    """
    z = normal_quantile(confidence)
    n0 = z * z * share * (1 - share) / (error * error)
    exact = n0 / (1 + (n0 - 1) / population)
    n = max(1, math.ceil(round(exact, 9)))
    text = (
        f"n0 = z^2 p (1 - p) / e^2 = {z:.4f}^2 x {share:g} x {1 - share:g} / {error:g}^2"
        f" = {n0:.2f}; n = n0 / (1 + (n0 - 1) / N) = {n0:.2f} / (1 + {n0 - 1:.2f} / {population})"
    )
    return SampleSize("cochran", population, exact, n, f"{text} = {exact:.2f}")


def given_size(population: int, n: int) -> SampleSize:
    """A size that somebody chose, at most the population."""
    return SampleSize("given", population, float(n), n, f"n = {n}, as given")


def proportional(populations: Sequence[int], n: int) -> list[int]:
    """Shares n in proportion by largest remainder; of equals the first gets it.

    The parts sum to n exactly, and none is above its population where n is not above their sum.
    """
    whole = sum(populations)
    parts = [n * each // whole for each in populations]
    rest = [n * each % whole for each in populations]
    first = sorted(range(len(parts)), key=lambda h: (-rest[h], h))
    for h in first[: n - sum(parts)]:
        parts[h] += 1
    return parts


def with_minimum(parts: Sequence[int], populations: Sequence[int], least: int) -> list[int]:
    """Lifts each part to `least`, or to its population where that is less.

    What is added is taken, one by one, from the part that is largest (the first of equals) and
    above its own minimum; where there is none left to take from, the total grows.
    """
    floors = [min(least, each) for each in populations]
    n = sum(parts)

    def at_most(level: int) -> list[int]:
        return [max(floor, min(part, level)) for part, floor in zip(parts, floors, strict=True)]

    low, high = 0, max(parts, default=0)
    if sum(at_most(high)) <= n or sum(at_most(low)) >= n:
        return at_most(high if sum(at_most(high)) <= n else low)
    while high - low > 1:  # the total at `low` stays at most n, that at `high` above it
        level = (low + high) // 2
        low, high = (level, high) if sum(at_most(level)) <= n else (low, level)
    lifted = at_most(high)
    for h in [h for h, part in enumerate(lifted) if part == high > floors[h]][: sum(lifted) - n]:
        lifted[h] -= 1
    return lifted


def margin_of_error(n: int, population: int, confidence: float, share: float) -> float | None:
    """Of a share p: z sqrt(p (1 - p) / n (N - n) / (N - 1)).

    None without answers, 0 where all are asked.
    """
    if n == 0:
        return None
    if n >= population:
        return 0.0
    spread = share * (1 - share) / n * (population - n) / (population - 1)
    return normal_quantile(confidence) * math.sqrt(spread)


def plan_sample(
    populations: Mapping[str, int],
    size: SampleSize,
    *,
    confidence: float = 0.95,
    share: float = 0.5,
    least: int = 2,
    response: float = 1.0,
) -> SamplePlan:
    """Shares a sample over strata.

    Args:
        populations: People of each stratum, from 1, in the order in which equals are served.
        size: The total, of the sum of the populations.
        confidence: Of the margins of error.
        share: p, the share that is estimated; 0.5 is the most careful.
        least: Answers wanted from each stratum at least, as far as it has people.
        response: Share of the people asked that answers, above 0.
    """
    counts = list(populations.values())
    parts = proportional(counts, size.n)
    lifted = with_minimum(parts, counts, least)
    strata = tuple(
        StratumSample(
            name=name,
            population=count,
            proportional=part,
            n=n,
            invited=min(count, math.ceil(n / Fraction(str(response)))),
            weight=count / n if n else None,
            margin=margin_of_error(n, count, confidence, share),
            lifted=n > part,
        )
        for (name, count), part, n in zip(populations.items(), parts, lifted, strict=True)
    )
    return SamplePlan(
        size=size,
        strata=strata,
        confidence=confidence,
        share=share,
        least=least,
        response=response,
        margin=_stratified_margin(strata, confidence),
    )


def _stratified_margin(strata: Sequence[StratumSample], confidence: float) -> float | None:
    """How far a share of all is known: z sqrt(sum of (N_h / N)^2 variance_h)."""
    whole = sum(each.population for each in strata)
    z = normal_quantile(confidence)
    variance = 0.0
    for each in strata:
        if each.margin is None:
            return None
        variance += (each.population / whole * each.margin / z) ** 2
    return z * math.sqrt(variance)


def strata_of_pack(pack: Pack, by: Grouping) -> tuple[dict[str, int], tuple[str, ...]]:
    """Yearly visits in person of each division, or of each area, as the population of its stratum.

    A visit on which services of several divisions are worked on is shared equally between them.
    Whole numbers by largest remainder, so that divisions and areas sum to the same.

    Returns:
        The strata with visits in the pack's order, and the names of those without.
    """
    visits = yearly_visits(pack).mode
    totals: dict[str, float] = {}
    if by == "area":
        of_point = visits.sum(axis=1)
        totals = {area.code: 0.0 for area in pack.areas}
        for point, count in zip(pack.demand_points, of_point.tolist(), strict=True):
            totals[point.area] += count
        names = {area.code: area.name for area in pack.areas}
    else:
        division = {each.id: each.division or each.name for each in pack.services}
        totals = dict.fromkeys(division.values(), 0.0)
        for kind, count in zip(pack.visit_types, visits.sum(axis=0).tolist(), strict=True):
            done = sorted({division[each] for each in kind.services_done})
            for each in done:
                totals[each] += count / len(done)
        names = {each: each for each in totals}
    # whole people that keep the total, however they are grouped
    everybody = math.floor(math.fsum(totals.values()) + 0.5)
    parts = apportion(everybody, np.array(list(totals.values())))
    whole = {key: int(part) for key, part in zip(totals, parts.tolist(), strict=True)}
    doubled = {name for name in names.values() if list(names.values()).count(name) > 1}
    told = {key: f"{name} ({key})" if name in doubled else name for key, name in names.items()}
    return (
        {told[key]: count for key, count in whole.items() if count},
        tuple(told[key] for key, count in whole.items() if not count),
    )


def draw(persons: Sequence[Person], plan: SamplePlan, seed: int) -> tuple[Person, ...]:
    """Draws each stratum's people, all with the same chance; the same seed draws the same.

    Returns:
        The people to ask (`invited` of each stratum), in the frame's order.
    """
    chance = np.random.default_rng(seed)
    by_stratum: dict[str, list[Person]] = {}
    for each in persons:
        by_stratum.setdefault(each.stratum, []).append(each)
    taken: list[Person] = []
    for stratum in plan.strata:
        people = by_stratum[stratum.name]
        picked = chance.choice(len(people), stratum.invited, replace=False)
        taken += [people[i] for i in picked.tolist()]
    return tuple(sorted(taken, key=lambda each: each.row))
