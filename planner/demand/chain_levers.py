"""The last links of a chain: what levers leave of the visits for branches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import Adoption, able_online, campaign_reach
from planner.demand.chain_types import Link, certain
from planner.pack.figures import Figure, Mark
from planner.pack.types import Pack

Array = NDArray[np.float64]


def lever_links(
    pack: Pack, adoption: Adoption, b: int, area: NDArray[np.int64], visits: Array
) -> list[Link]:
    """What stays for branches, in two factors: after information, and after the channels.

    The factors are the same at every point of an area; for all areas they are means by visits.

    Args:
        pack: A checked pack.
        adoption: The levers.
        b: Position of the visit type.
        area: Position of the area of each demand point asked about, shape (N,).
        visits: Visits a year at each of them before any lever, shape (N,), some of them above 0.
    """
    kind = pack.customers.alternatives.get(pack.visit_types[b].id)
    wasted, remote = (kind.wasted, kind.remote) if kind else (None, None)
    information = pack.customers.information
    reach, able = campaign_reach(pack)[area], able_online(pack)[area]
    told, online, assisted = (
        each[area, b] for each in (adoption.information, adoption.online, adoption.assisted)
    )
    links: list[Link] = []
    left = np.ones_like(visits)
    if told.any() and wasted is not None and information is not None:
        left = 1.0 - wasted.value * information.effect.value * reach * told
        factor = float((visits * left).sum() / visits.sum())
        details = (
            wasted,
            information.effect,
            _mean("people whom a campaign can reach", reach, visits, information.mark),
            _mean("information", told, visits, Mark("scenario")),
        )
        figure = certain("not avoided by information", factor, "share")
        links.append(Link("information", figure, "1 - wasted x effect x reach x set", details))
    rest = visits * left
    if (online.any() or assisted.any()) and remote is not None and rest.sum() > 0:
        share = 1.0 - remote.value * (online * able + assisted * (1.0 - able))
        reached = pack.customers.online
        mark = Mark() if reached is None else reached.mark
        details = (
            remote,
            _mean("people able to be online", able, rest, mark),
            _mean("online", online, rest, Mark("scenario")),
            _mean("assisted", assisted, rest, Mark("scenario")),
        )
        figure = certain("left for branches", float((rest * share).sum() / rest.sum()), "share")
        how = "1 - remote x (online x able + assisted x (1 - able))"
        links.append(Link("channels", figure, how, details))
    return links


def _mean(name: str, values: Array, visits: Array, mark: Mark) -> Figure:
    return certain(name, float((values * visits).sum() / visits.sum()), "share", mark)
