"""The rows of the table: what is measured, against whom, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from benchmarks.instances import GRAPH_SIZES

PEER_SECONDS = 120.0
MODEL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a case, the sides that solve it (the first is ours), and the goal in words.

    `peer_seconds` is the time limit of the other sides.
    """

    name: str
    case: dict[str, Any]
    sides: tuple[str, ...]
    goal: str
    peer_seconds: float = PEER_SECONDS

    def case_for(self, side: str) -> dict[str, Any]:
        """The case with the time limit of a side."""
        return self.case if side == self.sides[0] else {**self.case, "seconds": self.peer_seconds}


SPOPT = ("planner", "spopt-highs", "spopt-cbc")
PEER_SIZES = {(100, 5), (200, 67), (300, 100)}  # where the peers are measured too

GROWTH = "CPU seconds grow as n to the 1.25 at most"
GROWING = (1_000, 3_000, 10_000, 30_000, 100_000)  # points, at one gap


def _graphs() -> list[Row]:
    rows = []
    for k, (n, p) in enumerate(GRAPH_SIZES):
        case = {"kind": "graph", "n": n, "p": p, "seed": 1000 + k, "seconds": 60.0}
        sides = SPOPT if (n, p) in PEER_SIZES else ("planner",)
        rows.append(Row(f"graph-{k + 1:02d}-n{n}-p{p}", case, sides, "proved, 3 s; spopt 100 x"))
    return rows


def _plane(n: int, p: int, goal: str, seconds: float, gap: float = 0.0) -> Row:
    case = {"kind": "plane", "n": n, "p": p, "seed": 5, "seconds": seconds, "gap": gap}
    return Row(f"plane-n{n}-p{p}", case, ("planner",), goal)


def _services(size: tuple[int, int, int], side: str, gap: float, goal: str, s: float) -> Row:
    sites, points, services = size
    case = {"kind": "services", "sites": sites, "points": points, "services": services}
    small = points * sites * services < 1_000_000
    return Row(
        f"services-{sites}x{points}x{services}-{side}",
        {**case, "gap": gap, "seconds": s},
        (side, "model") if small else (side,),
        goal,
        MODEL_SECONDS,
    )


def _pack(scenario: str, gap: float, goal: str, s: float) -> Row:
    case = {"kind": "pack", "pack": "immigration", "scenario": scenario, "gap": gap, "seconds": s}
    return Row(f"pack-{scenario}", case, ("planner", "model"), goal, MODEL_SECONDS)


ROWS = (
    *_graphs(),
    _plane(500, 100, "proved, 15 s", 60.0),
    _plane(1000, 100, "proved, 15 s", 60.0),
    _plane(1000, 200, "proved, 15 s", 60.0),
    _plane(1500, 100, "proved, 15 s", 60.0),
    _plane(1500, 200, "proved, 15 s", 60.0),
    _plane(1500, 400, "proved, 15 s", 60.0),
    _plane(13_509, 1_000, "0.05 % in 10 s", 60.0, 0.0005),
    *(_plane(n, n // 50, GROWTH, 120.0, 0.002) for n in GROWING),
    replace(
        _plane(100_000, 2_000, "0.15 % in 120 s, 2.5 GB", 240.0, 0.0015),
        name="plane-n100000-p2000-near",
    ),
    _services((47, 345, 6), "planner", 1e-4, "proved, 5 s", 60.0),
    _services((300, 1_500, 6), "planner", 0.005, "0.5 % in 3 s", 60.0),
    _services((300, 1_500, 6), "engine", 0.001, "0.1 % in 60 s, 0.6 GB", 60.0),
    _services((1_500, 10_000, 10), "engine", 0.003, "1 % in 30 s, 0.3 % in 300 s, 1.5 GB", 60.0),
    _pack("best-14-more", 0.001, "0.1 % in 60 s", 60.0),
    _pack("least-total-cost", 0.001, "0.1 % in 60 s", 60.0),
    _pack("no-duplicates-60km", 0.001, "0.1 % in 60 s", 60.0),
    _pack("one-per-county", 0.001, "0.1 % in 60 s", 60.0),
)
QUICK = tuple(
    row
    for row in ROWS
    if row.name.startswith(("graph-01", "graph-14", "graph-15", "graph-36", "plane-n500"))
    or row.name in ("plane-n13509-p1000", "services-47x345x6-planner", "pack-best-14-more")
)


def chosen(names: list[str]) -> tuple[Row, ...]:
    """The rows whose names begin with one of these.

    Raises:
        SystemExit: Where a name is the beginning of none.
    """
    for name in names:
        if not any(row.name.startswith(name) for row in ROWS):
            raise SystemExit(f"no row is called {name}; --list tells the names")
    return tuple(row for row in ROWS if row.name.startswith(tuple(names)))
