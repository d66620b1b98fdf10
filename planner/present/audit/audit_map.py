"""The map of what is doubled: links in the colour of their class, and branches that could stop."""

from __future__ import annotations

from collections.abc import Mapping

from planner.insight.duplicates.types import VERDICTS, DuplicateAudit, PairAudit, Verdict
from planner.plan import Plan
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import Legend, LegendRow, LineStyle, Link, Links, SiteMark, Sites
from planner.present.view import DASH, View, status_of

# Colour and dashes both tell the class; on the way from needed to not.
STYLES: Mapping[Verdict, tuple[LineStyle, str]] = {
    "wanted": ("solid", "#0072b2"),
    "load": ("solid", "#1c2624"),
    "backup": ("dotted", "#00664b"),
    "unnecessary": ("dashed", "#b3005e"),
}


def layers(view: View, plan: Plan, audit: DuplicateAudit) -> list[DrawnLayer]:
    """Land, links between branches that double one another, branches, and the legend."""
    said = view.words("audit.map_said", pairs=len(_joined(audit)))
    return [
        plain_areas(view, said),
        Links(_links(view, audit)),
        _branches(view, plan, audit),
        _legend(view, plan, audit),
    ]


def _joined(audit: DuplicateAudit) -> dict[tuple[int, int], list[PairAudit]]:
    """The pairs of each two branches, whichever of them could stop."""
    found: dict[tuple[int, int], list[PairAudit]] = {}
    for pair in audit.pairs:
        ends = (min(pair.stop.site, pair.stays), max(pair.stop.site, pair.stays))
        found.setdefault(ends, []).append(pair)
    return found


def worst(pairs: list[PairAudit]) -> Verdict:
    """The class of a link: that of the pair that is needed least."""
    return max((pair.verdict for pair in pairs), key=VERDICTS.index)


def _links(view: View, audit: DuplicateAudit) -> list[Link]:
    w, links = view.words, []
    joined = _joined(audit)
    for (a, b), pairs in sorted(joined.items(), key=lambda item: VERDICTS.index(worst(item[1]))):
        first, second = view.pack.sites[a], view.pack.sites[b]
        if None in (first.lat, first.lon, second.lat, second.lon):
            continue
        style, colour = STYLES[worst(pairs)]
        lines = [f"{first.name} {DASH} {second.name}: {w.km(pairs[0].km)}"]
        lines += [
            f"{view.service_name(pair.service)}: {w(f'audit.verdict_{pair.verdict}')}"
            for pair in pairs
        ]
        links.append(
            Link(
                (float(first.lat or 0), float(first.lon or 0)),
                (float(second.lat or 0), float(second.lon or 0)),
                style,
                tuple(lines),
                colour,
            )
        )
    return links


def _loose(audit: DuplicateAudit) -> frozenset[int]:
    return frozenset(j for group in audit.groups for j in group.sites("unnecessary"))


def _branches(view: View, plan: Plan, audit: DuplicateAudit) -> Sites:
    """Every branch; those that could stop by a symbol of their own, with what is said of them."""
    w, marks, loose = view.words, [], _loose(audit)
    for j in plan.is_open.nonzero()[0].tolist():
        site = view.pack.sites[j]
        if site.lat is None or site.lon is None:
            continue
        count = int(plan.offers[j].sum())
        said = [
            f"{', '.join(view.service_name(s) for s in group.services)}: "
            + w(f"audit.verdict_{member.verdict}")
            for group in audit.groups
            for member in group.members
            if member.site == j
        ]
        lines = (view.site_name(j), w("map.branch_services", n=count), *said)
        status = "closed" if j in loose else status_of(site)
        marks.append(SiteMark(site.id, site.lat, site.lon, status, lines, 6.5, count))
    return Sites(marks)


def _legend(view: View, plan: Plan, audit: DuplicateAudit) -> Legend:
    w, loose = view.words, _loose(audit)
    used = {worst(pairs) for pairs in _joined(audit).values()}
    links = [
        LegendRow("link", w(f"audit.verdict_{v}"), STYLES[v][1], style=STYLES[v][0])
        for v in VERDICTS
        if v in used
    ]
    opened = [j for j in plan.is_open.nonzero()[0].tolist() if j not in loose]
    seen = {status_of(view.pack.sites[j]) for j in opened}
    shown = [s for s in ("existing", "proposed", "new") if s in seen]
    symbols = [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown]
    if loose:
        symbols.append(LegendRow("symbol", w("audit.legend_branch_unnecessary"), status="closed"))
    return Legend([(w("legend.number"), [*symbols, *links])])
