"""A network from what the relaxed problem chooses most often, taken in that order."""

from __future__ import annotations

import numpy as np

from planner.optimize.engine.instance import Bools, Floats, Ints
from planner.optimize.engine.state import Ground

WISHED = 0.5  # offerings that the relaxed problem makes less often are left to the search


def rounded(ground: Ground, opened: Floats, offered: Floats) -> tuple[Bools, Bools, Ints]:
    """Take what must be, then offerings by how often the relaxed problem makes them.

    Budgets, most branches and forbidden duplicates are kept; the rest is left to the search.

    Args:
        ground: The prepared instance.
        opened: How often each site is open, shape (J,).
        offered: How often each offering is made, shape (J, S).

    Returns:
        is_open (J,), offers (J, S), formats (J,).
    """
    sites, services = offered.shape
    wish = np.where(ground.offers_most & ground.open_most[:, None], offered, 0.0)
    mix = (wish > WISHED) | ground.offers_least
    fitting = mix.astype(np.int64) @ ground.format_services.T.astype(np.int64)
    formats = np.where(ground.format_allowed, fitting, -1).argmax(axis=1)
    is_open = np.zeros(sites, dtype=np.bool_)
    offers = np.zeros((sites, services), dtype=np.bool_)
    count = np.zeros(ground.clique_allowed.size, dtype=np.int64)
    spend = np.zeros(ground.budget_limit.size, dtype=np.int64)
    strict = np.isinf(ground.clique_price) | (ground.limits[3] >= 0)

    def take(j: int, wanted: Ints, *, must: bool) -> None:
        wanted = wanted[~offers[j, wanted] & ground.format_services[formats[j], wanted]]
        more = ground.budget_offering[:, j, wanted].sum(axis=1)
        if not is_open[j]:
            more = more + ground.budget_branch[:, j, formats[j]]
        near = [
            ground.item_clique[slice(*ground.item_clique_start[j * services + s :][:2])]
            for s in wanted.tolist()
        ]
        crowded = any((strict[q] & (count[q] >= ground.clique_allowed[q])).any() for q in near)
        full = not is_open[j] and int(is_open.sum()) >= ground.limits[1]
        if not must and (crowded or full or (spend + more > ground.budget_limit).any()):
            return
        is_open[j] = True
        offers[j, wanted] = True
        spend[:] += more
        for q in near:
            count[q] += 1

    for j in np.flatnonzero(ground.open_least).tolist():
        take(j, np.flatnonzero(ground.offers_least[j]), must=True)
    order = np.argsort(-(wish + 1e-3 * opened[:, None]), axis=None, kind="stable")
    for item in order[: int((wish > WISHED).sum())].tolist():
        j, s = divmod(item, services)
        mine = ground.offers_least[j].copy()
        mine[s] = True
        if not offers[j, s]:
            take(j, np.flatnonzero(mine), must=False)
    return is_open, offers, formats
