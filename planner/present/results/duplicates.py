"""Services offered twice: links on the map, a table with the evidence, and a sentence."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from planner.evaluate import DuplicatePair
from planner.plan import Plan
from planner.present.maps.layers import LegendRow, Link, Links
from planner.present.markup import keyed
from planner.present.view import DASH, View


class Network(Protocol):
    """A network that is shown: here only who offers what."""

    @property
    def plan(self) -> Plan:
        """The network as a plan."""
        ...


def link_rows(view: View, pairs: tuple[DuplicatePair, ...]) -> list[LegendRow]:
    """What the links between branches mean, as far as there are such links."""
    w = view.words
    solid = [all(pair.justified for pair in group) for group in grouped(pairs).values()]
    rows = []
    if not all(solid):
        rows.append(LegendRow("link", w("legend.unnecessary"), style="dashed"))
    if any(solid):
        rows.append(LegendRow("link", w("legend.justified"), style="solid"))
    return rows


def grouped(pairs: tuple[DuplicatePair, ...]) -> dict[tuple[int, int], list[DuplicatePair]]:
    """Duplicates by pair of branches, nearest first."""
    groups: dict[tuple[int, int], list[DuplicatePair]] = {}
    for pair in sorted(pairs, key=lambda p: (p.km, p.site_a, p.site_b, p.service)):
        groups.setdefault((pair.site_a, pair.site_b), []).append(pair)
    return groups


def link_layer(view: View, pairs: tuple[DuplicatePair, ...]) -> Links:
    """A line between every two branches with duplicates; solid when all are justified."""
    w = view.words
    links = []
    for (a, b), group in grouped(pairs).items():
        first, second = view.pack.sites[a], view.pack.sites[b]
        if None in (first.lat, first.lon, second.lat, second.lon):
            continue
        lines = [f"{first.name} {DASH} {second.name}: {w.km(group[0].km)}"]
        lines += [
            f"{view.service_name(p.service)}: "
            + w("duplicates.justified" if p.justified else "duplicates.unnecessary")
            for p in group
        ]
        links.append(
            Link(
                (float(first.lat or 0), float(first.lon or 0)),
                (float(second.lat or 0), float(second.lon or 0)),
                "solid" if all(p.justified for p in group) else "dashed",
                tuple(lines),
            )
        )
    return Links(links)


def duplicate_table(view: View, pairs: tuple[DuplicatePair, ...]) -> pd.DataFrame:
    """One row a pair of branches and service: the verdict, and the evidence for it.

    The evidence is load against what the larger of the two can serve, and what it would mean
    if one of them no longer offered the service.
    """
    w, sites = view.words, view.pack.sites
    ordered = sorted(pairs, key=lambda p: (p.km, p.site_a, p.site_b, p.service))
    found = []
    for pair in ordered:
        extra = pair.merge.extra_min_per_visit
        found.append(
            {
                w("column.branch_a"): view.site_name(pair.site_a),
                w("column.branch_b"): view.site_name(pair.site_b),
                w("column.service"): view.service_name(pair.service),
                w("column.road_km"): round(pair.km),
                w("column.verdict"): w(f"duplicates.{_verdict(pair)}"),
                w("column.load"): round(pair.load),
                w("column.room"): _whole_or_none(pair.capacity),
                w("column.ends_at"): view.site_name(pair.merge.site),
                w("column.extra_min"): w.unit("none") if extra is None else f"{extra:+.1f}",
                w("column.stranded"): round(pair.merge.stranded),
                w("column.merge_saved"): w.money(pair.merge.saved_kes_per_year),
            }
        )
    first = (sites[pair.site_a].id for pair in ordered)
    return pd.DataFrame(
        found, index=keyed(site=first, site2=(sites[pair.site_b].id for pair in ordered))
    )


def _verdict(pair: DuplicatePair) -> str:
    return "justified" if pair.justified else "unnecessary"


def _whole_or_none(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None


def nearest_pair(view: View, network: Network) -> tuple[str, str, float] | None:
    """The two nearest branches with a service in common, and their kilometres by road."""
    plan = network.plan
    offers = (plan.offers & plan.is_open[:, None]).astype(int)
    shared = (offers @ offers.T) > 0
    np.fill_diagonal(shared, val=False)
    if not shared.any():
        return None
    km = np.where(shared, view.problem.site_km, np.inf)
    a, b = np.unravel_index(int(km.argmin()), km.shape)
    return view.site_name(int(a)), view.site_name(int(b)), float(km[a, b])


def duplicate_sentence(
    view: View, network: Network, pairs: tuple[DuplicatePair, ...], separation_km: float
) -> str:
    """What the audit found, in a sentence or two."""
    w = view.words
    if pairs:
        return w(
            "duplicates.some",
            pairs=len(grouped(pairs)),
            km=w.km(separation_km),
            offerings=len(pairs),
            unnecessary=sum(not pair.justified for pair in pairs),
            justified=sum(pair.justified for pair in pairs),
        )
    text = w("duplicates.none", km=w.km(separation_km))
    near = nearest_pair(view, network)
    if near is None:
        return text
    return f"{text} {w('duplicates.nearest', a=near[0], b=near[1], km=view.km(near[2]))}"
