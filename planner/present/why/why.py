"""Why a branch or a service is in a plan or not, as sentences, tables and the sites on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.evaluate import Score
from planner.insight.beside import Beside, Obstacle
from planner.insight.points import Trips, trips
from planner.plan import Plan
from planner.present.maps.area_layers import branch_lines
from planner.present.maps.flows import INKS, Flows, widths
from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.markup import keyed
from planner.present.places import places_of_pack
from planner.present.view import View, status_of

LISTED = 8
_MONEY = ("annual", "capital")
_RADIUS, _CHOSEN = 6.0, 11.0


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked of which plan: a site, and a service there or the branch as a whole."""

    view: View
    plan: Plan
    score: Score
    site: int
    service: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether the plan has it."""
        if self.service is None:
            return bool(self.plan.is_open[self.site])
        return bool(self.plan.offers[self.site, self.service])

    @property
    def name(self) -> str:
        """What people call it."""
        w, site = self.view.words, self.view.site_name(self.site)
        if self.service is None:
            return site
        return w("why.service_at", service=self.view.service_name(self.service), site=site)


# -- the map -------------------------------------------------------------------------------


def site_layer(view: View, score: Score, chosen: int | None) -> Sites:
    """The plan's branches, and all other sites as dots; the chosen one larger."""
    branches = {branch.site for branch in score.branches}
    marks = []
    for j, site in enumerate(view.pack.sites):
        if site.lat is None or site.lon is None:
            continue
        is_open, radius = j in branches, _CHOSEN if j == chosen else _RADIUS
        status: Status = status_of(site) if is_open else "candidate"
        if j == chosen and not is_open:
            status = "opened"
        lines = branch_lines(view, score, j) if is_open else (view.site_name(j),)
        marks.append(SiteMark(site.id, site.lat, site.lon, status, lines, radius=radius))
    return Sites(marks)


def ways_layer(view: View, plan: Plan, site: int) -> Flows | None:
    """A line from every place whose visits go to a branch, wider for more; None without places."""
    branch, places = view.pack.sites[site], places_of_pack(view.pack)
    if places is None or branch.lat is None or branch.lon is None:
        return None
    every = trips(view.problem, plan, range(len(view.pack.visit_types)))
    own = every.site == site
    found = Trips(every.point[own], every.site[own], every.visits[own], every.within[own])
    end = {"id": branch.id, "lat": branch.lat, "lon": branch.lon, "colour": INKS[0]}
    return Flows(places, found, widths(found), [end], [0] * len(found.point))


def legend(view: View, score: Score) -> Legend:
    """What the symbols mean."""
    w = view.words
    used = {status_of(view.pack.sites[branch.site]) for branch in score.branches}
    shown: tuple[Status, ...] = ("existing", "proposed", "new")
    rows = [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown if s in used]
    rows.append(LegendRow("symbol", w("why.legend_other"), status="candidate"))
    return Legend([(w("legend.sites"), rows)])


# -- what is known at once -----------------------------------------------------------------


def use_sentences(asked: Asked, use: Mapping[str, Any], rules: Sequence[str]) -> list[str]:
    """Why something is in the plan: whom it serves, what stops without it, which rules ask."""
    w = asked.view.words
    lines = [w("why.here", name=asked.name), _serves(asked, use)]
    if use["mean_min"] is not None:
        lines.append(w("why.mean", minutes=asked.view.minutes(use["mean_min"])))
    saved, visits = use["minutes_saved_per_year"], use["visits_per_year"]
    if use["stranded_visits_per_year"]:
        lines.append(w("why.stranded", n=w.count(use["stranded_visits_per_year"])))
    if saved is None:
        lines.append(w("why.cannot_do_without"))
    elif visits > use["stranded_visits_per_year"]:
        left = visits - use["stranded_visits_per_year"]
        hours, each = w.count(saved / 60), asked.view.minutes(saved / left)
        lines.append(w("why.saves", hours=hours, minutes=each))
    lines += [w(f"why.rule_{rule}") for rule in rules] or [w("why.no_rule")]
    return lines


def _serves(asked: Asked, use: Mapping[str, Any]) -> str:
    w = asked.view.words
    visits, places = w.count(use["visits_per_year"]), w.count(use["demand_points"])
    if use["people"] is None:
        return w("why.serves", visits=visits, places=places)
    return w("why.serves_people", visits=visits, places=places, people=w.count(use["people"]))


def beside_sentences(asked: Asked, found: Beside | None) -> list[str]:
    """Why something is not in the plan: what it would do, cost, and which rules it would break."""
    w, view = asked.view.words, asked.view
    lines = [w("why.not_here", name=asked.name)]
    if found is None:
        return [*lines, w("why.cannot_be")]
    hours = w.count(found.minutes_saved_per_year / 60)
    visits = w.count(found.visits_per_year)
    if asked.service is None:
        n = len(found.services)
        lines.append(w("why.beside", n=n, visits=visits, hours=hours))
    else:
        lines.append(w("why.beside_service", visits=visits, hours=hours))
    if found.newly_served_per_year >= 1:
        lines.append(w("why.newly", n=w.count(found.newly_served_per_year)))
    costs = {"annual": w.money(found.annual_kes), "capital": w.money(found.capital_kes)}
    lines.append(w("why.would_cost", **costs))
    if found.obstacles:
        said = "; ".join(_obstacle(view, each) for each in found.obstacles)
        lines.append(w("why.in_the_way", rules=said))
    else:
        lines.append(w("why.nothing_in_the_way"))
    return lines


def _obstacle(view: View, found: Obstacle) -> str:
    w = view.words
    if found.limit is None or found.then is None:
        return w(f"why.way_{found.rule}")
    show = w.money if found.rule in _MONEY else w.count
    return w(f"why.way_{found.rule}", limit=show(found.limit), then=show(found.then))


def services_table(view: View, plan: Plan, site: int, uses: Mapping[int, Any]) -> pd.DataFrame:
    """Every service at a branch: whether it is offered, to whom, and what it saves.

    `uses`: what each offered service does, by its position.
    """
    w = view.words
    rows = []
    for s in range(len(view.pack.services)):
        use = uses.get(s)
        saved = None if use is None else use["minutes_saved_per_year"]
        rows.append(
            {
                w("column.service"): view.service_name(s),
                w("why.column_offered"): w("why.yes" if plan.offers[site, s] else "why.no"),
                w("column.visits"): None if use is None else round(use["visits_per_year"]),
                w("why.column_saved"): None if saved is None else round(saved / 60),
                w("why.column_stranded"): (
                    None if use is None else round(use["stranded_visits_per_year"])
                ),
            }
        )
    return pd.DataFrame(rows)


def uses_table(view: View, uses: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Every branch of a plan by what it saves people, the most first."""
    w, position = view.words, {name: j for j, name in enumerate(view.problem.site_ids)}
    rows = []
    for use in uses:
        saved = use["minutes_saved_per_year"]
        rows.append(
            {
                w("column.branch"): view.site_name(position[use["site"]]),
                w("column.visits"): round(use["visits_per_year"]),
                w("why.column_people"): None if use["people"] is None else round(use["people"]),
                w("column.per_visit"): w.minutes(use["mean_min"]),
                w("why.column_saved"): None if saved is None else round(saved / 60),
                w("why.column_stranded"): round(use["stranded_visits_per_year"]),
            }
        )
    return pd.DataFrame(rows, index=keyed(site=(use["site"] for use in uses)))
