"""The engine's question: the location problem as plain arrays, with one list of sites per point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from planner.optimize.money import capital_by_format, offered_today
from planner.optimize.sets import ModelSets
from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LISTED_PAIRS = 20_000_000  # beyond this many, only the nearest sites of each point are listed
CHUNK = 512  # points whose sites are sorted at once: keeps memory small


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Who is where, what a network costs, and what it must keep.

    Letters: I demand points, J sites, S services, B demand classes, F formats, A listed arcs,
    M budgets, Q cliques, P floors. A row (b, i) is the visits of class b at point i.

    The instance asks for open sites, one format each, and offerings, so that

        sum of weight * impedance to the nearest branch that offers all the class needs
        + branch_cost of the formats + offering_cost + clique_price * excess duplicates

    is least and the locks, budgets, counts, cliques and floors below hold.

    Attributes:
        start: Point i owns the arcs start[i]:start[i + 1], shape (I + 1,); shared by all classes.
        site: Site of each arc, nearest first, shape (A,).
        cost: Impedance of each arc, shape (A,).
        weight: Yearly visits of each row, shape (B, I); 0 where there is nothing to serve.
        rest: What a visit costs that uses no listed site, shape (B, I): the impedance of the
            nearest branch that is certain, or of the first site left out of the list (then no
            plan can do better beyond it); inf where there is nothing beyond the list.
        rest_exact: Whether `rest` is a branch's impedance, or inf, shape (B, I).
        needs: Whether a class needs a service, shape (B, S).
        open_least: Sites that must be open, shape (J,); `open_most` sites that may be.
        offers_least: What a branch offers at least where it is open, shape (J, S).
        offers_most: What it may offer, shape (J, S).
        format_allowed: Formats that a site may take, shape (J, F).
        format_services: Services that a format may offer, shape (F, S).
        branch_cost: What an open branch adds to the objective by format, shape (J, F).
        offering_cost: What an offering adds to the objective, shape (J, S).
        budget_branch: What a branch takes of each budget, whole units, shape (M, J, F).
        budget_offering: What an offering takes of each budget, shape (M, J, S).
        budget_limit: The budgets, shape (M,). Amounts may be negative: what closing would cost
            stands in the limit and is given back by what stays.
        branches_least: Least open sites; `branches_most` most.
        is_new: Sites that count as new, shape (J,); at most `new_most` of them are open.
        clique_start: Clique q owns clique_site[clique_start[q]:clique_start[q + 1]].
        clique_site: Its sites.
        clique_service: Its service, shape (Q,).
        clique_allowed: How many of its sites may offer the service, shape (Q,).
        clique_price: Price of one more, shape (Q,); inf forbids it.
        excess_most: Most excess over all cliques; None for no such rule.
        floor_start: Floor p owns floor_site[floor_start[p]:floor_start[p + 1]].
        floor_site: Its sites.
        floor_service: The service that so many of them must offer, -1 for branches, shape (P,).
        floor_least: How many, shape (P,).
        is_whole: Whether this is the whole problem; else rules were left out, so that bounds
            hold but networks may break a rule.
    """

    start: Ints
    site: NDArray[np.int32]
    cost: Floats
    weight: Floats
    rest: Floats
    rest_exact: Bools
    needs: Bools
    open_least: Bools
    open_most: Bools
    offers_least: Bools
    offers_most: Bools
    format_allowed: Bools
    format_services: Bools
    branch_cost: Floats
    offering_cost: Floats
    budget_branch: Ints
    budget_offering: Ints
    budget_limit: Ints
    branches_least: int
    branches_most: int
    is_new: Bools
    new_most: int
    clique_start: Ints
    clique_site: Ints
    clique_service: Ints
    clique_allowed: Ints
    clique_price: Floats
    excess_most: int | None
    floor_start: Ints
    floor_site: Ints
    floor_service: Ints
    floor_least: Ints
    is_whole: bool = True

    def __post_init__(self) -> None:
        """Make every array read-only."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def points(self) -> int:
        """I, the number of demand points."""
        return int(self.weight.shape[1])

    @property
    def classes(self) -> int:
        """B, the number of demand classes."""
        return int(self.weight.shape[0])

    @property
    def sites(self) -> int:
        """J, the number of sites."""
        return int(self.open_least.shape[0])

    @property
    def services(self) -> int:
        """S, the number of services."""
        return int(self.offers_most.shape[1])


def able_sites(needs: Bools, offers: Bools) -> Bools:
    """Whether each site can complete each class, shape (B, J), from needs (B, S), offers (J, S)."""
    missing = needs.astype(np.int32) @ (~offers).astype(np.int32).T
    return np.asarray(missing == 0, dtype=np.bool_)


def plain_instance(
    start: Ints,
    site: NDArray[np.int32],
    cost: Floats,
    weight: Floats,
    needs: Bools,
    sites: int,
    **stated: object,
) -> Instance:
    """An instance with no rule but those stated: for data that come as arrays.

    Args:
        start: As in `Instance`; likewise site, cost, weight and needs.
        site: Sites of the arcs.
        cost: Impedances of the arcs.
        weight: Shape (B, I).
        needs: Shape (B, S).
        sites: J.
        stated: Any other field of `Instance`.
    """
    services = needs.shape[1]
    none = np.zeros(0, dtype=np.int64)
    values: dict[str, object] = {
        "rest": np.full(weight.shape, math.inf),
        "rest_exact": np.ones(weight.shape, dtype=np.bool_),
        "open_least": np.zeros(sites, dtype=np.bool_),
        "open_most": np.ones(sites, dtype=np.bool_),
        "offers_least": np.zeros((sites, services), dtype=np.bool_),
        "offers_most": np.ones((sites, services), dtype=np.bool_),
        "format_allowed": np.ones((sites, 1), dtype=np.bool_),
        "format_services": np.ones((1, services), dtype=np.bool_),
        "branch_cost": np.zeros((sites, 1)),
        "offering_cost": np.zeros((sites, services)),
        "budget_branch": np.zeros((0, sites, 1), dtype=np.int64),
        "budget_offering": np.zeros((0, sites, services), dtype=np.int64),
        "budget_limit": none.copy(),
        "branches_least": 0,
        "branches_most": sites,
        "is_new": np.ones(sites, dtype=np.bool_),
        "new_most": sites,
        "clique_start": np.zeros(1, dtype=np.int64),
        "clique_site": none.copy(),
        "clique_service": none.copy(),
        "clique_allowed": none.copy(),
        "clique_price": np.zeros(0),
        "excess_most": None,
        "floor_start": np.zeros(1, dtype=np.int64),
        "floor_site": none.copy(),
        "floor_service": none.copy(),
        "floor_least": none.copy(),
    }
    return Instance(
        start=start,
        site=site,
        cost=cost,
        weight=weight,
        needs=needs,
        **{**values, **stated},  # type: ignore[arg-type]
    )


def rules_left_out(problem: PlanningProblem) -> tuple[str, ...]:
    """The rules of a problem that an instance does not state, by their names.

    An instance without them is a relaxation: it only drops rows, and its objective is never
    larger (the mean of the worst-served visits is at least the mean of all), so its bounds hold.
    """
    rules = problem.rules
    left = []
    if rules.capacity != "off":
        left.append("capacity")
    if rules.standards:
        left.append("standards")
    if rules.tail_share > 0:
        left.append("tail_share")
    return tuple(left)


def instance_of(
    problem: PlanningProblem, sets: ModelSets, *, most_pairs: int = LISTED_PAIRS
) -> Instance:
    """State a problem as an instance.

    Args:
        problem: The question.
        sets: Its sets.
        most_pairs: How many arcs may be listed before lists are shortened.
    """
    rules = problem.rules
    needs = _needs(problem, sets)
    must = sets.least_offered
    if rules.mix == "as_listed":
        must = must | problem.today
    start, site, cost, weight, rest, exact = _lists(problem, sets, most_pairs)
    branch, offering, limit = _budgets(problem)
    cliques = [] if rules.duplicates == "allow" else list(sets.cliques)
    price = _clique_price(problem, [clique.service for clique in cliques])
    floors = list(_floors(problem))
    total = rules.objective == "total_cost"
    count = len(problem.site_ids)
    return Instance(
        start=start,
        site=site,
        cost=cost,
        weight=weight,
        rest=rest,
        rest_exact=exact,
        needs=needs,
        open_least=sets.least_open.copy(),
        open_most=sets.most_open.copy(),
        offers_least=must.copy(),
        offers_most=sets.most_offered.copy(),
        format_allowed=sets.most_format.copy(),
        format_services=sets.format_services.copy(),
        branch_cost=np.asarray(problem.branch_annual_kes * total, dtype=np.float64),
        offering_cost=np.asarray(problem.offering_annual_kes * total, dtype=np.float64),
        budget_branch=branch,
        budget_offering=offering,
        budget_limit=limit,
        branches_least=rules.branches_min or 0,
        branches_most=count if rules.branches_max is None else min(count, rules.branches_max),
        is_new=~problem.existing,
        new_most=count if rules.new_max is None else min(count, rules.new_max),
        clique_start=_starts([len(clique.sites) for clique in cliques]),
        clique_site=np.array([j for clique in cliques for j in clique.sites], dtype=np.int64),
        clique_service=np.array([clique.service for clique in cliques], dtype=np.int64),
        clique_allowed=np.array([clique.allowed for clique in cliques], dtype=np.int64),
        clique_price=price,
        excess_most=rules.duplicates_max if rules.duplicates == "cap" else None,
        floor_start=_starts([len(members) for members, _, _ in floors]),
        floor_site=np.array([j for members, _, _ in floors for j in members], dtype=np.int64),
        floor_service=np.array([service for _, service, _ in floors], dtype=np.int64),
        floor_least=np.array([least for _, _, least in floors], dtype=np.int64),
        is_whole=not rules_left_out(problem),
    )


def _starts(sizes: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _needs(problem: PlanningProblem, sets: ModelSets) -> Bools:
    needs = np.zeros((len(sets.classes), len(problem.service_ids)), dtype=np.bool_)
    for b, entry in enumerate(sets.classes):
        needs[b, list(entry.needs)] = True
    return needs


# -- who may go where ----------------------------------------------------------------------


def _lists(
    problem: PlanningProblem, sets: ModelSets, most_pairs: int
) -> tuple[Ints, NDArray[np.int32], Floats, Floats, Floats, Bools]:
    """Lists of sites per point (start, site, cost), and weight, rest and rest_exact by row.

    A site that is no nearer than the nearest certain branch of every class is never better, so
    it is left out. Visits that no site could complete, locks aside, are nobody's and left out.
    """
    size = len(problem.point_ids)
    classes = len(sets.classes)
    able = np.array([sets.able(entry.needs) for entry in sets.classes], dtype=np.bool_)
    sure = [sets.certain(entry.needs) for entry in sets.classes]
    could = [sets.could_complete(entry.needs) for entry in sets.classes]
    useful = np.flatnonzero(able.reshape(classes, len(problem.site_ids)).any(axis=0))
    longest = max(8, most_pairs // max(1, size))
    weight = np.zeros((classes, size))
    for b, entry in enumerate(sets.classes):
        weight[b] = np.maximum(entry.visits, 0.0)
    rest = np.full((classes, size), math.inf)
    exact = np.ones((classes, size), dtype=np.bool_)
    sizes = np.zeros(size, dtype=np.int64)
    sites: list[NDArray[np.int32]] = []
    costs: list[Floats] = []
    for first in range(0, size, CHUNK):
        part = slice(first, min(size, first + CHUNK))
        reach = problem.impedance[part]
        for b in range(classes):
            rest[b, part] = reach[:, sure[b]].min(axis=1, initial=math.inf)
            weight[b, part] *= np.isfinite(reach[:, could[b]]).any(axis=1)
        known = np.where(weight[:, part] > 0, rest[:, part], -math.inf).max(axis=0, initial=-1.0)
        near = reach[:, useful]
        order = np.argsort(near, axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        inside = np.isfinite(near) & (near < known[:, None])
        wanted = inside.sum(axis=1)
        kept = np.minimum(wanted, longest)
        inside[:, longest:] = False
        for i in np.flatnonzero(kept < wanted).tolist():
            beyond = near[i, longest]
            shorter = beyond < rest[:, first + i]
            rest[shorter, first + i] = beyond
            exact[shorter, first + i] = False
        sizes[part] = kept
        sites.append(useful[order[inside]].astype(np.int32))
        costs.append(near[inside])
    none = np.zeros(0)
    return (
        _starts(sizes.tolist()),
        np.concatenate([none, *sites]).astype(np.int32),
        np.concatenate([none, *costs]),
        weight,
        rest,
        exact,
    )


# -- money, duplicates, floors ---------------------------------------------------------------


def _budgets(problem: PlanningProblem) -> tuple[Ints, Ints, Ints]:
    """(6) in whole units of money, each row divided by its costs' common divisor."""
    rows = list(_budget_rows(problem))
    count, formats = problem.branch_annual_kes.shape
    services = len(problem.service_ids)
    branch = np.zeros((len(rows), count, formats), dtype=np.int64)
    offering = np.zeros((len(rows), count, services), dtype=np.int64)
    limit = np.zeros(len(rows), dtype=np.int64)
    for m, (of_branches, of_offerings, most) in enumerate(rows):
        unit = math.gcd(*of_branches.ravel().tolist(), *of_offerings.ravel().tolist()) or 1
        branch[m] = of_branches // unit
        offering[m] = of_offerings // unit
        limit[m] = most // unit
    return branch, offering, limit


def _budget_rows(problem: PlanningProblem) -> Iterator[tuple[Ints, Ints, int]]:
    """Every budget: what branches (J, F) and offerings (J, S) take of it, and its limit.

    What closing costs is H (1 - y): H stands against the limit, and a branch gives it back.
    """
    rules = problem.rules
    old = problem.existing
    there = offered_today(problem)
    none = np.zeros_like(problem.branch_annual_kes)
    once = capital_by_format(problem) - np.where(old, problem.closing_kes, 0)[:, None]
    ends = np.where(there, problem.offering_closing_kes, 0)
    starts = np.where(there, 0, problem.offering_capital_kes) - ends
    if rules.annual_max_kes is not None:
        yield problem.branch_annual_kes, problem.offering_annual_kes, rules.annual_max_kes
    if rules.capital_max_kes is not None:
        closing = int(problem.closing_kes[old].sum()) + int(ends.sum())
        yield once, starts, rules.capital_max_kes - closing
    for d, most in sorted((rules.division_annual_max_kes or {}).items()):
        yield none, problem.offering_annual_kes * (problem.service_division == d), most
    for d, most in sorted((rules.division_capital_max_kes or {}).items()):
        own = problem.service_division == d
        yield none, starts * own, most - int((ends * own).sum())


def _clique_price(problem: PlanningProblem, services: list[int]) -> Floats:
    rules = problem.rules
    if rules.duplicates == "price":
        price = rules.duplicates_price * problem.service_visits
        return np.asarray(price[np.array(services, dtype=np.int64)], dtype=np.float64)
    return np.full(len(services), 0.0 if rules.duplicates == "cap" else math.inf)


def _floors(problem: PlanningProblem) -> Iterator[tuple[list[int], int, int]]:
    """(9): the sites of an area, a service or -1 for branches, and how many."""
    rules = problem.rules
    own = rules.floor_areas or {}
    for c in range(len(problem.area_codes)):
        inside = np.flatnonzero(problem.site_area == c).tolist()
        least = own.get(c, rules.floor_branches)
        if least:
            yield inside, -1, least
        for s, count in sorted((rules.floor_services or {}).items()):
            if count:
                yield inside, s, count
