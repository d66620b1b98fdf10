"""The model's sets: classes of demand, and what locks, listed mixes and formats leave to choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.optimize.cliques import Clique, cliques
from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DemandClass:
    """Visit types that need the same services, and that no rule tells apart.

    Attributes:
        needs: Positions of the services that must be at the branch.
        visits: Yearly visits per demand point, shape (I,).
        kinds: Positions of the visit types.
    """

    needs: tuple[int, ...]
    visits: Floats
    kinds: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ModelSets:
    """Everything the formulation iterates over.

    `least` and `most` bound y (J,), z (J, S) and the formats that a site may take (J, F): locks,
    what is kept, what is listed. Where a least exceeds its most, the rules clash.
    `could_offer` (J, S) and `could_take` (J, F) are what the pack and the mix allow, locks aside.
    """

    classes: tuple[DemandClass, ...]
    cliques: tuple[Clique, ...]
    least_open: Bools
    most_open: Bools
    least_offered: Bools
    most_offered: Bools
    could_offer: Bools
    most_format: Bools
    could_take: Bools
    format_services: Bools

    def able(self, needs: tuple[int, ...]) -> Bools:
        """Sites that may become a branch that completes a class, shape (J,)."""
        offered = self.most_open & self.most_offered[:, list(needs)].all(axis=1)
        return offered & self._fits(self.most_format, needs)

    def certain(self, needs: tuple[int, ...]) -> Bools:
        """Sites that complete a class in every plan, shape (J,)."""
        return np.asarray(self.least_open & self.least_offered[:, list(needs)].all(axis=1))

    def could_complete(self, needs: tuple[int, ...]) -> Bools:
        """Sites that could complete a class as far as pack and mix allow, shape (J,)."""
        offered = self.could_offer[:, list(needs)].all(axis=1)
        return np.asarray(offered & self._fits(self.could_take, needs))

    def _fits(self, formats: Bools, needs: tuple[int, ...]) -> Bools:
        whole = self.format_services[:, list(needs)].all(axis=1)
        return np.asarray((formats & whole).any(axis=1))


def model_sets(problem: PlanningProblem) -> ModelSets:
    """The sets of a problem."""
    rules, today = problem.rules, problem.today
    count = len(problem.site_ids)
    listed = rules.mix == "as_listed"
    closed = _positions(rules.locked_closed, count)
    stays = problem.existing & ~closed
    kept = today & stays[:, None] if rules.existing == "keep" else np.zeros_like(today)
    required = _cells(rules.locked_offered, today.shape)

    could_take = problem.format_allowed.copy()
    if listed:
        could_take &= _offers_all(problem, today)
    could_offer = today.copy() if listed else np.ones_like(today)
    could_offer &= _some_format_offers(problem, could_take)

    least_open = _positions(rules.locked_open, count) & ~closed
    if rules.existing != "may_close":
        least_open |= stays
    least_open |= required.any(axis=1)
    least_offered = kept | required
    if listed:
        least_offered |= today & least_open[:, None]

    most_format = could_take & ~closed[:, None] & _offers_all(problem, least_offered)
    for j, chosen in (rules.locked_format or {}).items():
        most_format[j, np.arange(most_format.shape[1]) != chosen] = False
    most_offered = could_offer & _some_format_offers(problem, most_format)
    most_offered &= ~_cells(rules.locked_withheld, today.shape)
    return ModelSets(
        classes=tuple(_classes(problem)),
        cliques=tuple(cliques(problem, kept)),
        least_open=least_open,
        most_open=np.asarray(most_format.any(axis=1) & most_offered.any(axis=1)),
        least_offered=least_offered,
        most_offered=most_offered,
        could_offer=could_offer,
        most_format=most_format,
        could_take=could_take,
        format_services=problem.format_services,
    )


def narrowed(
    sets: ModelSets,
    off: Bools,
    absent: Bools,
    on: Bools,
    present: Bools,
    *,
    not_taken: Bools | None = None,
) -> ModelSets:
    """The same sets with some free choices made.

    Args:
        sets: The sets.
        off: Sites to close, shape (J,).
        absent: Offerings to leave out, shape (J, S).
        on: Sites to open, shape (J,).
        present: Offerings to make, shape (J, S).
        not_taken: Formats not to take, shape (J, F); none when left out.
    """
    closing = off & ~sets.least_open
    leaving = (absent | closing[:, None]) & ~sets.least_offered
    making = present & sets.most_offered & ~leaving
    formats = sets.most_format & ~closing[:, None]
    if not_taken is not None:
        formats &= ~not_taken
    return replace(
        sets,
        least_open=sets.least_open | (on & sets.most_open & ~closing) | making.any(axis=1),
        most_open=sets.most_open & ~closing & formats.any(axis=1),
        least_offered=sets.least_offered | making,
        most_offered=sets.most_offered & ~leaving,
        most_format=formats,
    )


# -- what tells visits apart ---------------------------------------------------------------


def has_capacity(problem: PlanningProblem) -> bool:
    """Whether some branch can be too full: the rule is on, and a capacity is given."""
    if problem.rules.capacity == "off":
        return False
    if np.isfinite(problem.capacity_visits[problem.format_allowed]).any():
        return True
    takes_time = bool((problem.visit_minutes > 0).any())
    return takes_time and bool(np.isfinite(problem.counters[problem.format_allowed]).any())


def nearest_is_best(problem: PlanningProblem) -> bool:
    """Whether every visit may go to its nearest branch, whatever the network.

    So it is without capacity, and without standards or where these speak of the same minutes as
    the objective; the tail is never worse for a shorter trip.
    """
    if has_capacity(problem):
        return False
    return not problem.rules.standards or np.array_equal(problem.impedance, problem.minutes)


def _classes(problem: PlanningProblem) -> Iterator[DemandClass]:
    rules = problem.rules
    apart = has_capacity(problem) or bool(rules.standards) or rules.assignment == "single"
    grouped: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for b in range(len(problem.visit_type_ids)):
        needs = tuple(int(s) for s in np.flatnonzero(problem.needs[b]))
        grouped.setdefault((needs, b if apart else 0), []).append(b)
    for (needs, _), members in sorted(grouped.items()):
        visits = problem.visits[:, members].sum(axis=1)
        if visits.sum() > 0:
            yield DemandClass(needs, visits, tuple(members))


# -- masks ---------------------------------------------------------------------------------


def _positions(chosen: frozenset[int], size: int) -> Bools:
    mask = np.zeros(size, dtype=np.bool_)
    mask[sorted(chosen)] = True
    return mask


def _cells(chosen: frozenset[tuple[int, int]], shape: tuple[int, ...]) -> Bools:
    mask = np.zeros(shape, dtype=np.bool_)
    for cell in chosen:
        mask[cell] = True
    return mask


def _offers_all(problem: PlanningProblem, wanted: Bools) -> Bools:
    """Whether a format may offer all that is wanted (J, S) of a site, shape (J, F)."""
    return np.asarray(~(wanted[:, None, :] & ~problem.format_services[None]).any(axis=2))


def _some_format_offers(problem: PlanningProblem, formats: Bools) -> Bools:
    """Whether one of a site's formats (J, F) may offer a service, shape (J, S)."""
    return np.asarray((formats[:, :, None] & problem.format_services[None]).any(axis=1))
