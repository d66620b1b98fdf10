"""python -m benchmarks.travel [--wide N] [--quick]

Measures the fastest ways over generated roads beside other programs, where they are installed
(igraph, pandana), and the command `planner travel` from the road file to the matrix. Each side has
a process of its own; making or reading the roads is not counted, but for the command.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.roads import generated_roads, write_country, write_roads
from planner.travel.contraction import contracted
from planner.travel.road_graph import RoadGraph
from planner.travel.road_net import NO_LINKS, NOWHERE, RoadNet
from planner.travel.trees import trees

ROOT = Path(__file__).parents[1]
WIDE, QUICK_WIDE = 308, 60
POINTS, SITES, EXISTING, STANDARD_MIN = 10_000, 1_500, 100, 120.0
SEARCHES = 60
SIDES = ("planner", "scipy", "igraph", "pandana")
HEAD = (
    "| what | made ready, s | a search, ms | memory, MB | off by, minutes | ratio |\n" + "|---" * 6
)
Search = Callable[[NDArray[np.int64], NDArray[np.int64]], Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.travel", description=__doc__)
    parser.add_argument("--wide", type=int, default=WIDE, help=f"crossings along a side ({WIDE})")
    parser.add_argument("--quick", action="store_true", help="a small country")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    wide = QUICK_WIDE if options.quick else options.wide
    if options.side:
        print(json.dumps(run_side(options.side, wide)))
        return 0
    before = os.getloadavg()[0]
    points, sites = (POINTS, SITES) if wide >= WIDE else (POINTS // 20, SITES // 20)
    print(size_of(wide))
    print(f"{command_line(wide, points, sites)}\n\n{HEAD}", flush=True)  # first: peaks add up
    ours: dict[str, Any] = {}
    for side in SIDES:
        told = measured(side, wide)
        ours = ours or told
        print(line(side, told, ours), flush=True)
    print(f"\nWanting to run at a time: {before:.1f} to {os.getloadavg()[0]:.1f} processes.")
    return 0


def size_of(wide: int) -> str:
    """How large the roads are."""
    roads = generated_roads(wide, 1)
    directed = int(roads.forward.sum() + roads.backward.sum())
    return (
        f"{roads.start.size:,} edges ({directed:,} counting both directions), {roads.lat.size:,}"
        f" nodes, {roads.km.sum():,.0f} km."
    )


def line(side: str, told: dict[str, Any], ours: dict[str, Any]) -> str:
    """A row of the table."""
    if "error" in told:
        return f"| {side} | {told['error']} | - | - | - | - |"
    ratio = told["search_ms"] / ours["search_ms"]
    return (
        f"| {side} | {told['ready_s']:.1f} | {told['search_ms']:.1f} | {told['memory_mb']:,.0f} |"
        f" {told['off_min']:.2g} | {ratio:.1f} x |"
    )


def measured(side: str, wide: int) -> dict[str, Any]:
    """What a side reaches, in a process of its own."""
    if side in ("igraph", "pandana") and importlib.util.find_spec(side) is None:
        return {"error": "not installed"}
    command = [sys.executable, "-m", "benchmarks.travel", "--side", side, "--wide", str(wide)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["ended"])[-1][:60]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def run_side(side: str, wide: int) -> dict[str, Any]:
    """Make ready and search, here and now: from SEARCHES nodes to all points."""
    roads = generated_roads(wide, 1)
    net = RoadNet(roads, np.ones(roads.km.size, dtype=np.bool_), NO_LINKS)
    graph, _ = net.graph_with(NOWHERE)
    draw = np.random.default_rng(2)
    nodes = graph.lat.size
    points, sites = draw.integers(0, nodes, POINTS), draw.integers(0, nodes, SITES)
    begin = time.process_time()
    search = _READY[side](graph, np.concatenate([points, sites]))
    ready = time.process_time()
    found = search(sites[:SEARCHES], points)
    done = time.process_time()
    truth = _scipy(graph, points)(sites[:3], points)
    known = np.isfinite(truth)
    return {
        "ready_s": ready - begin,
        "search_ms": (done - ready) / SEARCHES * 1000,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "off_min": float(np.abs(np.asarray(found)[:3][known] - truth[known]).max()),
    }


def _planner(graph: RoadGraph, kept: NDArray[np.int64]) -> Search:
    """Minutes and kilometres, as the command searches them."""
    core = contracted(graph, kept)

    def search(roots: NDArray[np.int64], ends: NDArray[np.int64]) -> Any:
        grown = trees(core, core.place[roots])
        return [(tree.minutes[core.place[ends]], tree.km[core.place[ends]])[0] for tree in grown]

    return search


def _scipy(graph: RoadGraph, _: NDArray[np.int64]) -> Search:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a side needs its own alone
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    size = graph.lat.size
    edges = csr_matrix((graph.minutes, (graph.start, graph.end)), shape=(size, size))
    return lambda roots, ends: np.array([dijkstra(edges, indices=one)[ends] for one in roots])


def _igraph(graph: RoadGraph, _: NDArray[np.int64]) -> Search:
    import igraph  # noqa: PLC0415

    edges = np.column_stack([graph.start, graph.end])
    made = igraph.Graph(n=graph.lat.size, edges=edges, directed=True)
    made.es["minutes"] = graph.minutes

    def search(roots: NDArray[np.int64], ends: NDArray[np.int64]) -> Any:
        different, which = np.unique(ends, return_inverse=True)
        found = made.distances(roots.tolist(), different.tolist(), weights="minutes")
        return np.array(found)[:, which]

    return search


def _pandana(graph: RoadGraph, _: NDArray[np.int64]) -> Search:
    import pandana  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    made = pandana.Network(
        *(pd.Series(each) for each in (graph.lon, graph.lat, graph.start, graph.end)),
        pd.DataFrame({"minutes": graph.minutes}),
        twoway=False,
    )

    def search(roots: NDArray[np.int64], ends: NDArray[np.int64]) -> Any:
        pairs = np.repeat(roots, ends.size), np.tile(ends, roots.size)
        found = made.shortest_path_lengths(*pairs, imp_name="minutes")
        return np.array(found).reshape(roots.size, ends.size)

    return search


_READY: dict[str, Callable[[RoadGraph, NDArray[np.int64]], Search]] = {
    "planner": _planner,
    "scipy": _scipy,
    "igraph": _igraph,
    "pandana": _pandana,
}


def command_line(wide: int, points: int, sites: int) -> str:
    """`planner travel` on a generated country, from its files to the matrix."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_country(folder / "country", points, sites, sites // 15, STANDARD_MIN)
        write_roads(generated_roads(wide, 1), folder / "roads.gpkg")
        command = [sys.executable, "-m", "planner", "travel", str(folder / "country"), "--json"]
        command += ["--roads", str(folder / "roads.gpkg"), "--out", str(folder / "travel.parquet")]
        command += ["--nearest", "10"]
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"`planner travel` of {points:,} points x {sites:,} sites: {wall:.0f} s on the clock,"
        f" {cpu:.0f} s of the processor, {after.ru_maxrss / 1024:,.0f} MB in the largest process;"
        f" {told['rows']:,} pairs kept of {told['pairs']:,}."
    )


if __name__ == "__main__":
    raise SystemExit(main())
