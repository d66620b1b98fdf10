"""Readers of the usual text files: p-medians on graphs, facility location, coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import distances


@dataclass(frozen=True, slots=True, eq=False)
class Median:
    """A p-median on a graph: distances (n, n) and p."""

    distance: NDArray[np.float64]
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """A facility location problem.

    Attributes:
        cost: What serving all of a customer's demand costs, shape (customers, sites).
        fixed: Cost of opening each site, shape (sites,).
        capacity: Of each site, shape (sites,); inf where the file names it "capacity".
        demand: Of each customer, shape (customers,).
    """

    cost: NDArray[np.float64]
    fixed: NDArray[np.float64]
    capacity: NDArray[np.float64]
    demand: NDArray[np.float64]


def read_pmed(path: Path) -> Median:
    """Nodes, edges and p, then the edges: two nodes from 1 and a length; a later edge counts.

    Raises:
        ValueError: Where numbers are missing or too many.
    """
    numbers = _numbers(path)
    if numbers.size < 3 or numbers.size != 3 + 3 * int(numbers[1]):
        raise ValueError(f"{path.name}: expected nodes, edges, p and three numbers an edge")
    rows = numbers[3:].reshape(-1, 3)
    nodes = int(numbers[0])
    return Median(distances(rows[:, :2].astype(np.int64) - 1, rows[:, 2], nodes), int(numbers[2]))


def read_cap(path: Path) -> Facilities:
    """Sites and customers; a capacity and a cost a site; then each customer's demand and costs.

    Raises:
        ValueError: Where numbers are missing or too many.
    """
    numbers = _numbers(path, unlimited="capacity")
    if numbers.size < 2:
        raise ValueError(f"{path.name}: expected the numbers of sites and customers")
    sites, customers = int(numbers[0]), int(numbers[1])
    head = 2 + 2 * sites
    if numbers.size != head + customers * (1 + sites):
        raise ValueError(f"{path.name}: expected {sites} sites and {customers} customers")
    opened = numbers[2:head].reshape(sites, 2)
    served = numbers[head:].reshape(customers, 1 + sites)
    return Facilities(served[:, 1:], opened[:, 1], opened[:, 0], served[:, 0])


def read_tsp(path: Path) -> NDArray[np.float64]:
    """Coordinates of a TSPLIB file with EDGE_WEIGHT_TYPE EUC_2D (distances to the nearest whole).

    Raises:
        ValueError: Where the file is of another type or has no coordinates.
    """
    kind, rows, inside = "", [], False
    for line in path.read_text().splitlines():
        word = line.split(":")[0].strip()
        if word == "EDGE_WEIGHT_TYPE":
            kind = line.split(":", 1)[1].strip()
        elif word == "NODE_COORD_SECTION":
            inside = True
        elif word == "EOF" or word.endswith("_SECTION"):
            inside = False
        elif inside and word:
            rows.append([float(part) for part in word.split()[1:3]])
    if kind != "EUC_2D" or not rows:
        raise ValueError(f"{path.name}: expected plane coordinates (EUC_2D)")
    return np.array(rows)


def _numbers(path: Path, unlimited: str = "") -> NDArray[np.float64]:
    words = path.read_text().split()
    return np.array([np.inf if unlimited and word == unlimited else float(word) for word in words])
