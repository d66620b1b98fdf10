"""One site by itself: the services it must or must not offer, and its format."""

from __future__ import annotations

from typing import Any

import streamlit as st

from planner.present.escape import markdown_text
from planner.present.saved import rules_draft, saved
from planner.present.view import View
from planner.scenario import Scenario
from planner.scenario.change import dotted
from planner.scenario.names import formats_of

_LOCKS = ("offer", "withhold")


def site_room(view: View) -> None:
    """Chooses a site and sets what holds there alone."""
    w = view.words
    names = {site.id: view.site_name(j) for j, site in enumerate(view.pack.sites)}
    rules = rules_draft.now()
    mine = [site for site in names if has_own(rules, site)]
    st.selectbox(
        w("rules.site"),
        [*mine, *(each for each in names if each not in mine)],
        index=None,
        key="plan.site_room",
        format_func=lambda site: names[site] + (" ●" if site in mine else ""),
        placeholder=w("rules.site_choose"),
        help=markdown_text(w("rules.site_help")),
    )
    site = st.session_state["plan.site_room"]
    if site is None:
        return
    services = {each.id: w.name(each) for each in view.pack.services}
    for lock in _LOCKS:
        _follow(f"plan.room_{lock}", list(getattr(rules.sites, lock).get(site, ())))
        st.multiselect(
            w(f"rules.site_{lock}"),
            list(services),
            key=f"plan.room_{lock}",
            format_func=services.get,
            placeholder=w("rules.none"),
            on_change=_set_services,
            args=(site, lock),
        )
    entry = next(each for each in view.pack.sites if each.id == site)
    formats = formats_of(entry, rules.rules)
    chosen = rules.sites.formats.get(site, "")
    if formats or chosen:
        called = {each.id: w.name(each) for each in view.pack.formats}
        _follow("plan.room_format", chosen)
        st.selectbox(
            w("rules.site_format"),
            list(dict.fromkeys(("", *formats, chosen))),
            key="plan.room_format",
            format_func=lambda name: (
                called.get(name, name) if name else w("rules.site_format_free")
            ),
            on_change=_set_format,
            args=(site,),
        )


def has_own(rules: Scenario, site: str) -> bool:
    """Whether a scenario says something of this site's services or format."""
    return any(
        site in each for each in (rules.sites.offer, rules.sites.withhold, rules.sites.formats)
    )


def _follow(key: str, value: Any) -> None:
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _set_services(site: str, lock: str) -> None:
    chosen = st.session_state[f"plan.room_{lock}"]
    saved.change({dotted("sites", lock, site): list(chosen) or None})


def _set_format(site: str) -> None:
    saved.change({dotted("sites", "formats", site): st.session_state["plan.room_format"] or None})
