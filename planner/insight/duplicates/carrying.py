"""Which branches of a group can carry its load: linear programs over who may go where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import Bools, Floats

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A group's visits, gathered by what they are and where they may go.

    Attributes:
        visits: Yearly visits of each cell, shape (N,).
        work: Counter minutes of one visit of each cell, shape (N,).
        may: Whether a cell's visits may be made at a member, shape (N, n).
        room_visits: Visits a year that each member may take of them, shape (n,), inf for any;
            `room_work` counter minutes likewise.
    """

    visits: Floats
    work: Floats
    may: Bools
    room_visits: Floats
    room_work: Floats


def gathered(
    visits: Floats, work: Floats, may: Bools, room_visits: Floats, room_work: Floats
) -> Cells:
    """Cells that may go to the same members and take the same work, added up."""
    key = np.column_stack([may.astype(np.float64), work])
    kinds, at = np.unique(key, axis=0, return_inverse=True)
    total = np.bincount(at.ravel(), weights=visits, minlength=kinds.shape[0])
    return Cells(
        np.asarray(total, dtype=np.float64),
        kinds[:, -1].copy(),
        kinds[:, :-1] > 0,
        room_visits,
        room_work,
    )


def times_carried(cells: Cells, kept: tuple[int, ...]) -> float:
    """By what all visits may be multiplied until some members no longer carry them.

    The largest lambda for which shares x exist: each cell's lambda times its visits go to kept
    members that it may go to, and no member has more visits or counter minutes than it may take.

    Args:
        cells: The group's visits.
        kept: Positions of the members that stay.

    Returns:
        The factor; 0 where a cell may go to none of them, inf where nothing limits them or there
        are no visits. What is at least 1 carries the load.
    """
    members = np.array(kept, dtype=np.int64)
    own = cells.visits > 0
    if not own.any():
        return np.inf
    may = cells.may[own][:, members]
    if not may.any(axis=1).all():
        return 0.0
    visits, work = cells.visits[own], cells.work[own]
    rooms = (cells.room_visits[members], cells.room_work[members])
    if may.all() and (np.isinf(rooms[1]).all() or np.ptp(work) <= 0):
        each = float(work[0])
        by_work = rooms[1] / each if each > 0 else np.full(members.size, np.inf)
        return float(np.minimum(rooms[0], by_work).sum()) / float(visits.sum())
    return _largest_factor(visits, work, may, *rooms)


def _largest_factor(
    visits: Floats, work: Floats, may: Bools, room_visits: Floats, room_work: Floats
) -> float:
    from scipy.optimize import linprog  # noqa: PLC0415 - few commands need it, and it loads long
    from scipy.sparse import coo_matrix  # noqa: PLC0415

    cell, member = np.nonzero(may)
    arcs, unit = cell.size, max(float(visits.sum()), 1.0)
    columns = np.arange(arcs)
    # each cell: its arcs add up to lambda times its visits; lambda is the last column
    balance = coo_matrix(
        (
            np.concatenate([np.ones(arcs), -visits / unit]),
            (np.concatenate([cell, np.arange(visits.size)]),
             np.concatenate([columns, np.full(visits.size, arcs)])),
        ),
        shape=(visits.size, arcs + 1),
    )  # fmt: skip
    rows: list[NDArray[np.float64]] = []
    limits: list[float] = []
    for n in range(may.shape[1]):
        for room, each in ((room_visits[n], np.ones(visits.size)), (room_work[n], work)):
            if np.isfinite(room):
                rows.append(np.append(np.where(member == n, each[cell], 0.0), 0.0))
                limits.append(max(float(room), 0.0) / unit)
    if not rows:
        return np.inf
    goal = np.zeros(arcs + 1)
    goal[-1] = -1.0
    found = linprog(
        goal,
        A_ub=np.array(rows),
        b_ub=np.array(limits),
        A_eq=balance.tocsr(),
        b_eq=np.zeros(visits.size),
        method="highs",
    )
    if found.status == 3:  # unbounded: there is a way round every limit
        return np.inf
    if found.status != 0:
        raise RuntimeError(f"the load of a group was not divided: {found.message}")
    return max(0.0, float(found.x[-1]))


class Carrying:
    """Asks of many sets of members how much they carry, and keeps the answers."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._known: dict[tuple[int, ...], float] = {}

    def times(self, kept: tuple[int, ...]) -> float:
        """See `times_carried`."""
        if kept not in self._known:
            self._known[kept] = times_carried(self.cells, kept)
        return self._known[kept]

    def carries(self, kept: tuple[int, ...], factor: float = 1.0) -> bool:
        """Whether some members carry a multiple of the load; 1e-9 is rounding."""
        return self.times(kept) >= factor * (1 - _ROUNDING)
