"""Sites that must or must not open: set in a table or by a click on the map, one state for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd
import streamlit as st

from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.markup import keyed
from planner.present.rules.rules_grids import Cell, Cells, Column, Grid, show_grid
from planner.present.saved import rules_draft, saved
from planner.present.view import View
from planner.scenario import Scenario

Lock = Literal["open", "closed"]
CHOICES = ("free", "open", "closed")
_NEXT: Mapping[str, str] = {"free": "open", "open": "closed", "closed": "free"}


def current() -> dict[str, Lock]:
    """The locks as they are set."""
    return locks_of(rules_draft.now())


def locks_of(rules: Scenario) -> dict[str, Lock]:
    """The locks of a scenario by site."""
    found: dict[str, Lock] = dict.fromkeys(rules.sites.open, "open")
    return found | dict.fromkeys(rules.sites.closed, "closed")


def keys_with(rules: Scenario, site: str, choice: str) -> dict[str, list[str]]:
    """The keys to set for a site's lock: free, open or closed; all others stay in their order."""
    keys = {}
    for name in ("open", "closed"):
        others = [each for each in getattr(rules.sites, name) if each != site]
        keys[f"sites.{name}"] = [*others, site] if choice == name else others
    return keys


def cycle(site: str) -> None:
    """A click on the map: free, then always open, then never, then free again."""
    choice = _NEXT[current().get(site, "free")]
    saved.change(keys_with(rules_draft.now(), site, choice))


def table(view: View) -> None:
    """The searchable table of sites, with a rule to choose in each row."""
    w = view.words
    search = st.text_input(w("locks.search"), key="plan.locks_search", max_chars=60)
    show_grid(lock_grid(view, search), w.language)
    st.button(
        w("locks.clear"),
        on_click=saved.change,
        args=({"sites.open": [], "sites.closed": []},),
        disabled=not current(),
    )


def lock_grid(view: View, search: str) -> Grid:
    """The sites that are searched for, with area, status and rule."""
    w, shown = view.words, matching(view, search)
    area = {each.code: each.name for each in view.pack.areas}
    sites = {site.id: site for site in view.pack.sites}

    def cells(rules: Scenario) -> Cells:
        set_ = locks_of(rules)
        return {site: {"rule": set_.get(site, "free")} for site in shown}

    def write(site: str, _: str, value: Cell, rules: Scenario) -> Mapping[str, object]:
        return keys_with(rules, site, str(value))

    return Grid(
        "locks",
        w("locks.title"),
        w("column.site"),
        {site: sites[site].name for site in shown},
        {"rule": Column(w("column.rule"), {each: w(f"locks.{each}") for each in CHOICES})},
        ("sites.open", "sites.closed"),
        cells,
        write,
        facts={
            w("column.area"): [area[sites[site].area] for site in shown],
            w("column.status"): [w(f"status.{sites[site].status}") for site in shown],
        },
        height=260,
    )


def site_table(view: View, set_: Mapping[str, Lock]) -> pd.DataFrame:
    """Every site with its area, status and rule, in step with the map."""
    w, area = view.words, {each.code: each.name for each in view.pack.areas}
    return pd.DataFrame(
        [
            {
                w("column.site"): site.name,
                w("column.area"): area[site.area],
                w("column.status"): w(f"status.{site.status}"),
                w("column.rule"): w(f"locks.{set_.get(site.id, 'free')}"),
            }
            for site in view.pack.sites
        ],
        index=keyed(site=(site.id for site in view.pack.sites)),
    )


def matching(view: View, search: str) -> list[str]:
    """The ids of the sites whose name or area contains what is searched for."""
    wanted = search.casefold().strip()
    area = {each.code: each.name for each in view.pack.areas}
    return [
        site.id for site in view.pack.sites if wanted in f"{site.name} {area[site.area]}".casefold()
    ]


def layer(view: View, locks: Mapping[str, Lock]) -> Sites:
    """Every site with its status or its lock."""
    marks = []
    for j, site in enumerate(view.pack.sites):
        if site.lat is None or site.lon is None:
            continue
        lock = locks.get(site.id)
        status: Status = site.status
        if lock is not None:
            status = "locked" if lock == "open" else "forbidden"
        lines = (view.site_name(j), view.words(f"status.{status}"), view.words("locks.click"))
        radius = 5.0 if status == "candidate" else 6.5
        marks.append(SiteMark(site.id, site.lat, site.lon, status, lines, radius=radius))
    return Sites(marks)


def legend(view: View) -> Legend:
    """What the symbols of the set-up map mean."""
    w = view.words
    shown: tuple[Status, ...] = ("existing", "proposed", "candidate", "locked", "forbidden")
    return Legend(
        [(w("legend.sites"), [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown])]
    )
