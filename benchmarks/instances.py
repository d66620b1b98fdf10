"""Instances by stated rules: whoever runs them again gets the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path

from planner.problem import PlanningProblem, Rules

# Sizes and numbers of branches of the random-graph p-medians, forty in all.
GRAPH_SIZES = tuple(
    (n, p)
    for n, counts in (
        (100, (5, 10, 10, 20, 33)),
        (200, (5, 10, 20, 40, 67)),
        (300, (5, 10, 30, 60, 100)),
        (400, (5, 10, 40, 80, 133)),
        (500, (5, 10, 50, 100, 167)),
        (600, (5, 10, 60, 120, 200)),
        (700, (5, 10, 70, 140)),
        (800, (5, 10, 80)),
        (900, (5, 10, 90)),
    )
    for p in counts
)


def distances(
    edges: NDArray[np.int64], lengths: NDArray[np.float64], nodes: int
) -> NDArray[np.float64]:
    """Shortest paths between all nodes of an undirected graph, inf where there is none.

    Args:
        edges: Pairs of nodes from 0, shape (E, 2); a later edge replaces an earlier one between
            the same two nodes.
        lengths: Shape (E,).
        nodes: How many nodes there are.
    """
    low, high = edges.min(axis=1), edges.max(axis=1)
    _, last = np.unique((low * nodes + high)[::-1], return_index=True)
    kept = len(edges) - 1 - last
    kept = kept[low[kept] != high[kept]]
    graph = coo_matrix((lengths[kept], (low[kept], high[kept])), shape=(nodes, nodes))
    return np.asarray(shortest_path(graph.tocsr(), directed=False), dtype=np.float64)


def random_graph(nodes: int, seed: int) -> NDArray[np.float64]:
    """Distances on a random graph: nodes²/50 edges between any two nodes, lengths 1 to 100."""
    draw = np.random.default_rng(seed)
    count = nodes * nodes // 50
    begin = draw.integers(0, nodes, count)
    end = (begin + draw.integers(1, nodes, count)) % nodes
    lengths = draw.integers(1, 101, count).astype(np.float64)
    return distances(np.column_stack([begin, end]), lengths, nodes)


def clustered(count: int, seed: int, size: float = 1_000_000.0) -> NDArray[np.float64]:
    """Points in a square, whole coordinates: three quarters in towns, the rest anywhere.

    There is a town for every 60 points or so. Towns lie anywhere; how many points they have
    follows a power law (exponent 1.2), and points lie around the centre by a normal law whose
    width is 0.6 of what a town has of room.
    """
    draw = np.random.default_rng(seed)
    towns = max(3, count // 60)
    centre = draw.uniform(0, size, (towns, 2))
    share = draw.pareto(1.2, towns) + 0.3
    in_towns = count * 3 // 4
    town = draw.choice(towns, in_towns, p=share / share.sum())
    width = 0.6 * size / np.sqrt(towns)
    near = centre[town] + draw.normal(0, width, (in_towns, 2))
    points = np.vstack([near, draw.uniform(0, size, (count - in_towns, 2))])
    return np.rint(np.clip(points, 0, size))


def many_services(points: int, sites: int, services: int, seed: int = 1) -> PlanningProblem:
    """A country with several services, money for a part of it, and no duplicates within reach.

    A square of 1,000 km with a town for every eight sites, whose sizes follow a power law
    (exponent 1.2). Seven tenths of the points and half of the sites lie in towns (normal law, 60
    km wide), the rest anywhere. Roads are 1.3 times the straight line. Visits: lognormal people
    x a share of each service x 0.5 to 1.5. A branch costs 80 to 160, an offering 10 to 60; the
    budget is a quarter of what everything would cost. A service may not be offered twice within
    0.6 to 1.4 times the mean distance between sites, one figure a service.
    """
    draw = np.random.default_rng(seed)
    towns = max(3, sites // 8)
    centre = draw.uniform(0, 1000, (towns, 2))
    size = draw.pareto(1.2, towns) + 0.3

    def placed(count: int, in_towns: int) -> NDArray[np.float64]:
        town = draw.choice(towns, in_towns, p=size / size.sum())
        near = np.clip(centre[town] + draw.normal(0, 60, (in_towns, 2)), 0, 1000)
        return np.vstack([near, draw.uniform(0, 1000, (count - in_towns, 2))])

    people, where = placed(points, points * 7 // 10), placed(sites, sites // 2)
    km = 1.3 * np.hypot(*(people[:, None] - where[None]).transpose(2, 0, 1))
    site_km = 1.3 * np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1))
    share = draw.dirichlet(np.full(services, 2.0)) * services
    visits = draw.lognormal(3, 1, points)[:, None] * share * draw.uniform(0.5, 1.5, (1, services))
    branch = draw.integers(80, 161, (sites, 1))
    offering = draw.integers(10, 61, (sites, services))
    apart = 1.3 * 1000 / np.sqrt(sites) * draw.uniform(0.6, 1.4, services)
    rules = Rules(
        objective="travel_distance",
        annual_max_kes=int(branch.sum() + offering.sum()) // 4,
        duplicates="forbid",
    )
    room = np.full((sites, 1), np.inf)
    return _problem_of(km, site_km, visits, branch, offering, room, apart, rules)


def with_capacities(
    cost: NDArray[np.float64],
    demand: NDArray[np.float64],
    fixed: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> PlanningProblem:
    """Facility location with capacities: total cost, no site above its room, visits may be split.

    Args:
        cost: What serving all of a customer's demand costs, shape (customers, sites).
        demand: A customer's visits, shape (customers,).
        fixed: Cost of opening each site, whole numbers, shape (sites,).
        capacity: Shape (sites,), inf where there is none.

    Raises:
        ValueError: Where money is not whole, as the model asks, or a cost has no demand.
    """
    sites = fixed.size
    if (fixed != np.rint(fixed)).any():
        raise ValueError("costs of opening must be whole numbers")
    if (demand <= 0).any():
        raise ValueError("every customer must have a demand")
    rules = Rules(objective="total_cost", capacity="hard", duplicates="allow")
    return _problem_of(
        cost / demand[:, None],
        np.zeros((sites, sites)),
        demand[:, None],
        fixed.astype(np.int64)[:, None],
        np.zeros((sites, 1), dtype=np.int64),
        capacity[:, None],
        np.zeros(1),
        rules,
    )


def _problem_of(
    km: NDArray[np.float64],
    site_km: NDArray[np.float64],
    visits: NDArray[np.float64],
    branch: NDArray[np.int64],
    offering: NDArray[np.int64],
    room: NDArray[np.float64],
    apart: NDArray[np.float64],
    rules: Rules,
) -> PlanningProblem:
    """A country without areas, formats and branches of today; each service is a visit of its own.

    Args:
        km: From points to sites, shape (I, J); it is time and impedance too.
        site_km: Between sites, shape (J, J).
        visits: Shape (I, S).
        branch: Yearly cost of each branch, shape (J, 1).
        offering: Yearly cost of each offering, shape (J, S).
        room: Yearly visits that each branch can serve, shape (J, 1).
        apart: Separation of each service, shape (S,).
        rules: The rules.
    """
    (points, sites), services = km.shape, visits.shape[1]
    one = np.ones(1, dtype=np.bool_)
    nothing = np.zeros((sites, services), dtype=np.int64)
    return PlanningProblem(
        point_ids=tuple(f"p{i}" for i in range(points)),
        site_ids=tuple(f"s{j}" for j in range(sites)),
        service_ids=tuple(f"service{s}" for s in range(services)),
        visit_type_ids=tuple(f"visit{s}" for s in range(services)),
        area_codes=("0",),
        point_area=np.zeros(points, dtype=np.int64),
        site_area=np.zeros(sites, dtype=np.int64),
        visits=visits,
        needs=np.eye(services, dtype=np.bool_),
        does=np.eye(services, dtype=np.bool_),
        minutes=km,
        km=km,
        impedance=km,
        site_km=site_km,
        separation_km=np.broadcast_to(apart[:, None, None], (services, sites, sites)),
        near_km=np.broadcast_to(apart[:, None], (services, points)),
        standard_min=np.full(services, np.inf),
        existing=np.zeros(sites, dtype=np.bool_),
        proposed=np.zeros(sites, dtype=np.bool_),
        today=nothing.astype(np.bool_),
        branch_annual_kes=branch,
        offering_annual_kes=offering,
        capital_kes=np.zeros((sites, 1), dtype=np.int64),
        capacity_visits=room,
        rules=rules,
        area_names=("",),
        format_ids=("",),
        format_allowed=np.broadcast_to(one, (sites, 1)),
        format_services=np.broadcast_to(one, (1, services)),
        today_format=np.full(sites, -1),
        counters=np.full((sites, 1), np.inf),
        counter_minutes_per_year=100_000.0,
        service_counter_min=np.zeros(services),
        offering_capital_kes=nothing,
        closing_kes=np.zeros(sites, dtype=np.int64),
        offering_closing_kes=nothing,
        site_min=site_km,
        separation_min=np.broadcast_to(np.array(-1.0), (services, sites, sites)),
        near_min=np.broadcast_to(np.array(-1.0), (services, points)),
        division_ids=(),
        service_division=np.full(services, -1),
    )
