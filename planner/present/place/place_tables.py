"""One area as tables: its small places, the branches they go to, and the areas round it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.present.compare.compare import people_count
from planner.present.markup import keyed
from planner.present.place.place_facts import Side, neighbours, used, wards
from planner.present.view import DASH, View, site_keys, status_of


def ward_table(sides: Sequence[Side], code: str) -> pd.DataFrame:
    """Every demand point: people, and under each network the branch and the way there.

    Those farthest under the first network come first.
    """
    first = sides[0]
    w = first.view.words
    rows: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    for side in sides:
        for ward in wards(side, code):
            point = side.view.pack.demand_points[ward.point]
            row = rows.setdefault(
                point.id,
                {
                    w("place.ward"): point.name,
                    w("place.people"): people_count(w, point.population),
                },
            )
            order.setdefault(point.id, -1.0 if ward.minutes is None else ward.minutes)
            row[w("place.goes_to", name=side.name)] = goes_to(side, ward.site, ward.others)
            row[w("place.takes", name=side.name)] = w.minutes(ward.minutes)
    ids = sorted(rows, key=lambda each: -order[each])
    frame = pd.DataFrame([rows[each] for each in ids], index=keyed(point=ids))
    return frame.fillna("")


def goes_to(side: Side, site: int, others: int) -> str:
    """The branch that most visits of a place go to, and that some go elsewhere."""
    view = side.view
    if site < 0:
        return view.words("place.nowhere")
    name = view.site_name(site)
    return view.words("place.and_others", site=name, n=others) if others else name


def branch_table(side: Side, code: str) -> pd.DataFrame:
    """The branches that people of the area go to under a network: what they offer, how far."""
    view = side.view
    w, problem = view.words, view.problem
    rows, told = [], used(side, code)
    for each in told:
        site = view.pack.sites[each.site]
        offered = [s for s in range(len(view.pack.services)) if side.plan.offers[each.site, s]]
        missing = len(view.pack.services) - len(offered)
        names = ", ".join(view.service_name(s) for s in offered)
        rows.append(
            {
                w("column.branch"): site.name,
                w("column.area"): view.area_name(int(problem.site_area[each.site])),
                w("column.status"): w(f"status.{status_of(site)}"),
                w("place.share_visits"): w.share(each.share),
                w("column.per_visit"): w.minutes(each.minutes),
                w("column.distance"): w.km(each.km),
                w("place.offers"): names if missing else w("place.offers_all"),
            }
        )
    return pd.DataFrame(rows, index=site_keys(view, (each.site for each in told)))


def neighbour_table(sides: Sequence[Side], code: str) -> pd.DataFrame:
    """The area and those round it: minutes a visit and branches under each network."""
    first = sides[0]
    w, rows = first.view.words, []
    for other in (code, *neighbours(first.view.pack, code)):
        row: dict[str, str | int | None] = {w("column.area"): _area_name(first.view, other)}
        for side in sides:
            known = side.position(other) is not None
            area = side.area(other) if known else None
            row[w("place.takes", name=side.name)] = (
                DASH if area is None else w.minutes(area.mean_min)
            )
            row[w("place.branches_of", name=side.name)] = None if area is None else area.branches
        rows.append(row)
    return pd.DataFrame(rows)


def _area_name(view: View, code: str) -> str:
    return view.area_name(view.problem.area_codes.index(code))
