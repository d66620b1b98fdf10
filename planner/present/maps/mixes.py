"""Branches on the map told apart by what they offer or by their format: shape and colour both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from planner.evaluate import BranchScore, Score
from planner.present.maps.area_layers import branch_lines
from planner.present.maps.layers import MIXES, LegendRow, Mix, SiteMark, Sites
from planner.present.view import View

By = Literal["services", "format"]
_KINDS: tuple[Mix, ...] = tuple(MIXES)
NAMED = 3  # services left out that are named rather than those offered


def kinds(score: Score, by: By) -> dict[int, Mix]:
    """The symbol of each branch by its site: the commonest kinds first; rare ones share one."""
    found = {branch.site: _kind(branch, by) for branch in score.branches}
    count = Counter(found.values())
    order = sorted(count, key=lambda kind: (-count[kind], -len(kind), kind))
    symbol = {kind: _KINDS[min(k, len(_KINDS) - 1)] for k, kind in enumerate(order)}
    return {site: symbol[kind] for site, kind in found.items()}


def _kind(branch: BranchScore, by: By) -> tuple[int, ...]:
    return branch.services if by == "services" else (branch.format,)


def branch_layer(view: View, score: Score, by: By) -> Sites:
    """Branches by kind; the number of services stands in the symbol."""
    symbol, marks = kinds(score, by), []
    for branch in score.branches:
        site = view.pack.sites[branch.site]
        if site.lat is None or site.lon is None:
            continue
        count = len(branch.services)
        lines = branch_lines(view, score, branch.site)
        kind = symbol[branch.site]
        marks.append(SiteMark(site.id, site.lat, site.lon, kind, lines, 5.5 + 0.6 * count, count))
    return Sites(marks)


def block(view: View, score: Score, by: By) -> tuple[str, list[LegendRow]]:
    """The part of the legend on kinds of branch, each with how many there are."""
    w, symbol = view.words, kinds(score, by)
    named: dict[Mix, set[tuple[int, ...]]] = {}
    for branch in score.branches:
        named.setdefault(symbol[branch.site], set()).add(_kind(branch, by))
    count = Counter(symbol.values())
    rows = [
        LegendRow("symbol", f"{_said(view, named[kind], by)} ({count[kind]})", status=kind)
        for kind in _KINDS
        if kind in named
    ]
    return w(f"maps.legend_{'mix' if by == 'services' else 'format'}"), rows


def _said(view: View, alike: set[tuple[int, ...]], by: By) -> str:
    """A kind in words: a format's name, or the services offered, or those left out if few are."""
    w = view.words
    if len(alike) > 1:
        return w("maps.mix_rest")
    (kind,) = alike
    if by == "format":
        return format_names(view)[view.problem.format_ids[kind[0]]]
    every = range(len(view.pack.services))
    if len(kind) == len(every):
        return w("maps.mix_all", n=len(kind))
    without = [s for s in every if s not in kind]
    few = len(without) < len(kind) and len(without) <= NAMED
    names = ", ".join(view.service_name(s) for s in (without if few else kind))
    return w("maps.mix_without" if few else "maps.mix_some", n=len(kind), names=names)


def format_names(view: View) -> Mapping[str, str]:
    """The formats' names by id; the id where the pack names none."""
    named = {each.id: view.words.name(each) for each in view.pack.formats}
    return {each: named.get(each, each) for each in view.problem.format_ids}
