"""How firm a plan is, from the kept values: sentences, tables, and the sites on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.insight.assumptions import Assumption, assumptions
from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.uncertain.uncertain import names_of
from planner.present.view import View
from planner.scenario import Scenario

LISTED = 6
ADVISES_FROM = 10  # plans: what holds in fewer is no ground to build on
_HOW: tuple[str, ...] = ("always", "mostly", "sometimes", "here")
_DRAWN: Mapping[str, Status] = {
    "always": "always",
    "mostly": "mostly",
    "sometimes": "sometimes",
    "here": "once",
}
_LEAST_RADIUS, _MOST_RADIUS = 5.0, 11.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The kept values, and how things are called on the page."""

    view: View
    told: Mapping[str, Any]
    figures: Mapping[str, Assumption]
    names: Mapping[str, str]

    @classmethod
    def of(cls, view: View, told: Mapping[str, Any], scenario: Scenario) -> Seen:
        """Names of sites and figures, from the pack."""
        listed = assumptions(view.pack, scenario.travel.mode)
        return cls(view, told, {each.key: each for each in listed}, names_of(view, listed))

    def site(self, name: str) -> str:
        """What people call a site."""
        ids = self.view.problem.site_ids
        return self.view.site_name(ids.index(name)) if name in ids else name

    def sites(self, names: Sequence[str], most: int = LISTED) -> str:
        """Some sites, and how many more there are."""
        w = self.view.words
        if not names:
            return w("robust.nothing")
        listed = ", ".join(self.site(name) for name in names[:most])
        more = len(names) - most
        return w("robust.and_more", names=listed, n=more) if more > 0 else listed

    def figure(self, entry: Mapping[str, Any]) -> str:
        """A figure at one of its ends: `Both speeds together: 50 km/h`."""
        w = self.view.words
        name = self.names.get(entry["figure"], entry["label"])
        return w("robust.at", name=name, value=w.number(entry["value"]), unit=entry["unit"])

    def service(self, name: str) -> str:
        """The name of a service."""
        ids = self.view.problem.service_ids
        return self.view.service_name(ids.index(name)) if name in ids else name


# -- the answer ----------------------------------------------------------------------------


def lead_sentences(seen: Seen) -> list[str]:
    """How many sites are chosen always, which loss hurts most, which plan is safest."""
    w, told = seen.view.words, seen.told
    free = [site for site in told["sites"] if site["in_plan"] and not site["by_the_rules"]]
    always = [site["site"] for site in free if site["how"] == "always"]
    lines = [
        w(
            "robust.lead",
            plans=told["plans"]["all"],
            always=len(always),
            free=len(free),
            names=seen.sites(always, 99),
        )
        if always
        else w("robust.lead_none", plans=told["plans"]["all"], free=len(free))
    ]
    if told["plans"]["all"] < ADVISES_FROM:
        lines.append(w("robust.few"))
    elif always:
        lines.append(w("robust.start_there"))
    worst = next((each for each in told["shocks"] if each["site"] == told["hurts_most"]), None)
    if worst is not None:
        lines.append(_worst_sentence(seen, worst))
    return lines


def _worst_sentence(seen: Seen, worst: Mapping[str, Any]) -> str:
    w = seen.view.words
    common = {"name": seen.site(worst["site"]), "n": w.count(worst["visits_per_year"])}
    if worst["stranded_visits_per_year"] > 0:
        return w("robust.worst_stranded", lost=w.count(worst["stranded_visits_per_year"]), **common)
    return w("robust.worst", more=seen.view.minutes(worst["extra_min_per_visit"]), **common)


def counted_sentence(seen: Seen) -> str:
    """Which plans were counted."""
    w, plans = seen.view.words, seen.told["plans"]
    parts = [
        w(f"robust.family_{family}_n", n=n)
        for family, n in plans.items()
        if family not in ("all", "given") and n
    ]
    return w("robust.counted", n=plans["all"], parts=", ".join(parts)) if parts else ""


def left_out_sentence(seen: Seen) -> str:
    """How much time did not suffice for; empty where it sufficed for all."""
    w, left = seen.view.words, seen.told["left_out"]
    parts = [w(f"robust.left_{key}_n", n=len(left[key])) for key in left if left[key]]
    return w("robust.left", parts="; ".join(parts)) if parts else ""


# -- sites ---------------------------------------------------------------------------------


def sites_table(seen: Seen) -> pd.DataFrame:
    """Sites that the rules leave open, the most often chosen first."""
    w, families = seen.view.words, _families(seen)
    return pd.DataFrame(
        [
            {
                w("column.site"): seen.site(site["site"]),
                w("robust.column_how"): w(f"robust.how_{site['how']}"),
                w("robust.column_in_plan"): w("robust.yes") if site["in_plan"] else "",
                w("robust.column_of_all"): _of(seen, site),
                **{
                    w(f"robust.family_{family}"): _of(seen, site["families"][family])
                    for family in families
                },
            }
            for site in seen.told["sites"]
            if not site["by_the_rules"]
        ]
    )


def services_table(seen: Seen) -> pd.DataFrame:
    """Services at sites that the plan or another one offers, the less certain ones too."""
    w = seen.view.words
    return pd.DataFrame(
        [
            {
                w("column.site"): seen.site(site["site"]),
                w("column.service"): seen.service(each["service"]),
                w("robust.column_how"): w(f"robust.how_{each['how']}"),
                w("robust.column_in_plan"): w("robust.yes") if each["in_plan"] else "",
                w("robust.column_of_all"): _of(seen, each),
            }
            for site in seen.told["sites"]
            for each in site["services"]
            if not each["by_the_rules"]
        ]
    )


def _families(seen: Seen) -> list[str]:
    return [family for family in seen.told["plans"] if family not in ("all", "given")]


def _of(seen: Seen, counts: Mapping[str, Any]) -> str:
    w = seen.view.words
    return w("robust.of", k=counts["plans"], n=counts["of"]) if counts["of"] else w("unit.none")


def site_layer(seen: Seen) -> Sites:
    """Every site that some plan opens: the larger and fuller, the more often."""
    w, marks = seen.view.words, []
    told = {site["site"]: site for site in seen.told["sites"]}
    for site in seen.view.pack.sites:
        entry = told.get(site.id)
        if entry is None or site.lat is None or site.lon is None:
            continue
        forced = entry["by_the_rules"]
        lines = [seen.site(site.id), w("robust.by_rules") if forced else _often_words(seen, entry)]
        if not forced:
            lines.append(w("robust.in_plan" if entry["in_plan"] else "robust.not_in_plan"))
        radius = _LEAST_RADIUS + (_MOST_RADIUS - _LEAST_RADIUS) * entry["share"]
        status: Status = "existing" if forced else _DRAWN[entry["how"]]
        size = 6.5 if forced else radius
        marks.append(SiteMark(site.id, site.lat, site.lon, status, tuple(lines), radius=size))
    return Sites(marks)


def _often_words(seen: Seen, entry: Mapping[str, Any]) -> str:
    w = seen.view.words
    return f"{w('robust.how_' + entry['how'])}: {_of(seen, entry)}"


def map_words(seen: Seen) -> str:
    """The map in a sentence."""
    sites = seen.told["sites"]
    always = sum(site["how"] == "always" for site in sites)
    return seen.view.words("robust.map", n=len(sites), always=always)


def legend(seen: Seen) -> Legend:
    """What size and shade mean, as far as there are such sites."""
    w = seen.view.words
    there = {site["how"] for site in seen.told["sites"] if not site["by_the_rules"]}
    rows = [
        LegendRow("symbol", w(f"robust.legend_{how}"), status=_DRAWN[how])
        for how in _HOW
        if how in there
    ]
    if any(site["by_the_rules"] for site in seen.told["sites"]):
        rows.append(LegendRow("symbol", w("robust.by_rules"), status="existing"))
    return Legend([(w("robust.legend"), rows)])
