"""Light fills that tell pieces of land apart, such as service areas."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import shapely
from shapely.geometry.base import BaseGeometry

# Light tints of the colours of Okabe and Ito; neighbours differ, so few are enough.
TINTS = ("#a9d8f0", "#f6cf8f", "#9fdcc3", "#efc3dc", "#f4ee9f", "#f0b48f", "#b9c9e8", "#d6d6d6")


def tints(outlines: Sequence[BaseGeometry]) -> list[str]:
    """A tint for each outline, different from those that it touches as far as there are enough."""
    touching: nx.Graph[int] = nx.Graph()
    touching.add_nodes_from(range(len(outlines)))
    first, second = shapely.STRtree(list(outlines)).query(list(outlines), predicate="intersects")
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    touching.add_edges_from((a, b) for a, b in pairs if a != b)
    colour = nx.greedy_color(touching, strategy="smallest_last")
    return [TINTS[colour[k] % len(TINTS)] for k in range(len(outlines))]
