"""One area in sentences and cards: how far people go, what opens or closes, what is spent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.present import travel
from planner.present.cards import Card
from planner.present.compare_keys import TODAY
from planner.present.place.place_facts import Side, changes, farthest, name_of, spent, used
from planner.present.results.figures import travel_figure
from planner.present.results.results import money_change, plain_change, share_change, time_change
from planner.present.view import View


def lead_sentence(side: Side, code: str) -> str:
    """How far the area's people travel under a network, and where most of them go."""
    view, area = side.view, side.area(code)
    w = view.words
    if area.mean_min is None:
        return w("place.lead_nobody", name=side.name, area=name_of(side, code))
    before, mean = side.area_before(code), view.minutes(area.mean_min)
    if before is not None and before.mean_min is not None:
        change, _ = time_change(view, area.mean_min, before.mean_min)
        mean = w("place.with_change", mean=mean, change=change)
    key = "place.lead_today" if side.id == TODAY else "place.lead_plan"
    said = [
        w(
            key,
            name=side.name,
            area=name_of(side, code),
            mean=mean,
            share=w.share(area.within_standard),
        )
    ]
    go = used(side, code)
    if go:
        said.append(w("place.most_go", site=view.site_name(go[0].site), share=w.share(go[0].share)))
    if area.unserved_visits_per_year > 0:
        lost = w.count(area.unserved_visits_per_year)
        said.append(w("today.summary_unserved", n=lost))
    return " ".join(said)


def change_sentences(side: Side, code: str) -> list[str]:
    """What opens, closes and changes in the area under a plan."""
    view, found = side.view, changes(side, code)
    w = view.words
    if found.is_none:
        return [w("place.no_change", area=name_of(side, code))]
    lines = []
    for key, sites in (("opens", found.opened), ("closes", found.closed)):
        for j in sites:
            offered = [s for s in range(len(view.pack.services)) if side.plan.offers[j, s]]
            names = _services(view, offered)
            told = {"site": view.site_name(j), "services": names}
            lines.append(w(f"place.{key}", **told) if names else w(f"place.{key}_bare", **told))
    for j, added, ended in found.services:
        site = view.site_name(j)
        if added:
            lines.append(w("place.adds", site=site, services=_services(view, added)))
        if ended:
            lines.append(w("place.ends", site=site, services=_services(view, ended)))
    return lines


def _services(view: View, positions: Sequence[int]) -> str:
    return ", ".join(view.service_name(s) for s in positions)


def figures(side: Side, code: str) -> list[Card]:
    """The figures of an area, against today where this is a plan."""
    view, area, before = side.view, side.area(code), side.area_before(code)
    w = view.words
    far, money = farthest(side, code), spent(side, code)
    old_mean, old_share, more, annual = None, None, None, None
    if before is not None:
        old_mean, old_share = before.mean_min, before.within_standard
        more = area.branches - before.branches
        annual = money.annual_kes - _annual_before(side, code)
    worst = w("place.farthest")
    if far is not None:
        worst = w("place.farthest_of", name=view.pack.demand_points[far[0]].name)
    error = view.problem.travel
    shorter = time_change(view, area.mean_min, old_mean)
    share = share_change(view, area.within_standard, old_share)
    return [
        travel_figure(w, w("kpi.mean_min"), area.mean_min, error, shorter),
        travel_figure(w, worst, None if far is None else far[1], error, ("", "same")),
        Card(w("kpi.within"), w.share(area.within_standard), "", *share),
        Card(w("kpi.branches_here"), w.count(area.branches), "", *plain_change(view, more)),
        Card(w("place.annual"), w.money(money.annual_kes), "", *money_change(view, annual)),
        Card(w("place.capital"), w.money(money.capital_kes)),
    ]


def _annual_before(side: Side, code: str) -> int:
    """What today's branches of the area cost a year."""
    if side.before is None:
        return 0
    areas, here = side.view.problem.site_area, side.position(code)
    return sum(each.annual_kes for each in side.before.branches if areas[each.site] == here)


def warnings(sides: Sequence[Side]) -> Iterator[str]:
    """What keeps figures of two networks from being put beside one another."""
    first = sides[0]
    for side in sides[1:]:
        w, here, there = side.view.words, first.view.problem, side.view.problem
        apart = travel.other_way(w, here.travel, there.travel, side.view.pack)
        if apart:
            yield w("place.about", name=side.name, text=apart)
        if here.visits.shape != there.visits.shape or (here.visits != there.visits).any():
            yield w("place.other_visits", name=side.name, base=first.name)
