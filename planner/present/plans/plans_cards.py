"""A plan as a card: a sentence, a small map and figures against today; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.present import travel
from planner.present.cards import Card
from planner.present.compare import compare
from planner.present.escape import html_text
from planner.present.plans import plans
from planner.present.plans.plans import LEAST, MOST, TODAY, Option, Options
from planner.present.plans.plans_map import mini_map
from planner.present.results.figures import travel_figure
from planner.present.results.results import (
    GOOD_GAP,
    NO_GAP,
    money_change,
    plain_change,
    share_change,
    time_change,
)
from planner.present.view import DASH, View
from planner.runs.first_work import TAG as READY_TAG
from planner.runs.record import recorded_travel
from planner.travel import TravelTold

_SIGNS = {"better": "✓ ", "worse": "▲ ", "same": ""}
_LONGEST_NOTE = 160
_LEAST_MIN = 0.5  # minutes a visit that read as no difference


def sentence(view: View, option: Option) -> str:
    """What a network does for people against today, in plain words."""
    w, now, before = view.words, option.kpis, option.before
    mean = travel.with_error(w, w.minutes(now["mean_min"]), told(option))
    if now["mean_min"] is None:
        return w("plans.says_nobody")
    if before is None or before["mean_min"] is None:
        key = "plans.says_today" if option.id == TODAY else "plans.says_new"
        return w(key, mean=mean, share=w.share(now["within_standard"]))
    said = []
    change = now["mean_min"] - before["mean_min"]
    if abs(change) < _LEAST_MIN:
        said.append(w("plans.says_same", mean=mean))
    else:
        key = "plans.says_shorter" if change < 0 else "plans.says_longer"
        said.append(w(key, mean=mean, before=w.minutes(before["mean_min"])))
    if option.people is not None:
        said.append(compare.people_words(w, option.people))
        for key in ("served_anew", "no_longer_served"):
            number = getattr(option.people, key)
            if number > 0:
                said.append(w(f"compare.lead_{key}", n=compare.people_count(w, number)))
    lost = now["unserved_visits_per_year"]
    if lost > 0:
        said.append(w("today.summary_unserved", n=w.count(lost)))
    return " ".join(said)


def told(option: Option) -> TravelTold | None:
    """How travel was measured for an option."""
    return recorded_travel(option.record.info)


def figures(view: View, option: Option) -> list[Card]:
    """The figures of a card: what, how much, against today in words, and whether that is good."""
    w, now, before = view.words, option.kpis, option.before

    def old(key: str) -> Any:
        return None if before is None else before[key]

    error = told(option)
    times = [
        travel_figure(w, w(f"kpi.{key}"), now[name], error, time_change(view, now[name], old(name)))
        for key, name in (("mean_min", "mean_min"), ("worst_tenth", "worst_tenth_min"))
    ]
    share = share_change(view, now["within_standard"], old("within_standard"))
    more = plain_change(view, _difference(now, before, "branches"))
    annual = money_change(view, _difference(now, before, "annual_kes"))
    doubled = option.duplicates
    return [
        *times,
        Card(w("kpi.within"), w.share(now["within_standard"]), "", *share),
        Card(w("kpi.branches"), w.count(now["branches"]), "", *more),
        Card(w("kpi.annual"), w.money(now["annual_kes"]), "", *annual),
        Card(w("kpi.capital"), w.money(now["capital_kes"])),
        Card(
            w("kpi.duplicates"),
            w.count(doubled.unnecessary),
            change=_justified(view, doubled.justified),
        ),
    ]


def _justified(view: View, number: int) -> str:
    return view.words("kpi.duplicates_note", n=view.words.count(number)) if number else ""


def _difference(now: Mapping[str, Any], before: Mapping[str, Any] | None, key: str) -> int | None:
    return None if before is None else now[key] - before[key]


def proof(view: View, option: Option) -> str:
    """What is proved of a plan; a listed network was not looked for, so nothing is."""
    w, run = view.words, option.run
    if run is None or option.when == "":
        return w("plans.proof_listed")
    if run.gap is None:
        return w("plans.proof_none")
    if run.gap < NO_GAP:
        return w("plans.proof_exact")
    key = "plans.proof_best" if run.status == "optimal" else "plans.proof_good"
    return w(key if run.gap <= GOOD_GAP else "plans.proof_wide", gap=w.gap(run.gap))


def rank(view: View, option: Option) -> str:
    """That another plan is as good or better in everything told here; '' where none is."""
    if not option.beaten_by:
        return ""
    key = "plans.beaten_near" if option.is_near else "plans.beaten"
    return view.words(key, by=", ".join(option.beaten_by[:2]))


def card_html(view: View, option: Option, breaks: tuple[float, float]) -> str:
    """A card: its name, sentence, map, figures, proof, tags and the last note."""
    name = html_text(option.name)
    parts = [f'<h3 class="ug-plan-name">{name}</h3>']
    marks = [option.when] if option.when else []
    marks += [view.words("plans.ready")] if option.is_ready else []
    tags = () if option.run is None else option.run.tags
    marks += [each for each in tags if each != READY_TAG]
    parts.append(
        '<p class="ug-plan-tags">'
        + "".join(f"<span>{html_text(each)}</span>" for each in marks)
        + "</p>"
    )
    parts.append(f'<p class="ug-plan-says">{html_text(sentence(view, option))}</p>')
    picture = mini_map(view, option, breaks)
    if picture:
        parts.append(f'<div class="ug-plan-map">{picture}</div>')
    parts.append(figures_html(figures(view, option)))
    notes = [proof(view, option), rank(view, option)]
    if option.notes:
        text = " ".join(option.notes[0].split())
        short = text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}…"
        notes.append(view.words("plans.note", text=short))
    parts += [f'<p class="ug-plan-note">{html_text(each)}</p>' for each in notes if each]
    return f'<section class="ug-plan" aria-label="{name}">{"".join(parts)}</section>'


def figures_html(found: Sequence[Card]) -> str:
    """Figures in rows: what, how much, and the change against today under it."""
    return f'<dl class="ug-plan-figures">{"".join(_rows(found))}</dl>'


def _rows(found: Sequence[Card]) -> Iterator[str]:
    for each in found:
        error = f" <small>{html_text(each.error)}</small>" if each.error else ""
        change = ""
        if each.change:
            sign = html_text(_SIGNS[each.tone])
            change = f'<span class="ug-{each.tone}">{sign}{html_text(each.change)}</span>'
        yield (
            f"<div><dt>{html_text(each.label)}</dt>"
            f"<dd><b>{html_text(each.value)}{error}</b>{change}</dd></div>"
        )


def table(view: View, options: Sequence[Option]) -> pd.DataFrame:
    """The same as a table, a row a plan."""
    w = view.words
    rows = []
    for option in options:
        row = {w("plans.plan"): option.name}
        row |= {each.label: f"{each.value} {each.error}".rstrip() for each in figures(view, option)}
        less = None if option.people is None else option.people.shorter
        more = None if option.people is None else option.people.longer
        row[w("plans.people_less")] = DASH if less is None else compare.people_count(w, less)
        row[w("plans.people_more")] = DASH if more is None else compare.people_count(w, more)
        row[w("plans.proof")] = proof(view, option)
        rows.append(row)
    return pd.DataFrame(rows)


# -- what one does with it -----------------------------------------------------------------


def summary(view: View, options: Options) -> str:
    """How many there are to choose from, the shortest travel and the least price among them."""
    w = view.words
    found = [each for each in options.found.values() if each.kpis["mean_min"] is not None]
    if len(found) < LEAST:
        return w("plans.about")
    near, cheap = plans.in_order(found, "travel")[0], plans.in_order(found, "price")[0]
    said = w(
        "plans.summary",
        n=w.count(options.total),
        near=near.name,
        mean=travel.with_error(w, w.minutes(near.kpis["mean_min"]), told(near)),
        near_money=w.money(near.kpis["annual_kes"]),
    )
    if near is cheap:
        return said
    mean = travel.with_error(w, w.minutes(cheap.kpis["mean_min"]), told(cheap))
    cheapest = w(
        "plans.summary_cheap",
        cheap=cheap.name,
        money=w.money(cheap.kpis["annual_kes"]),
        mean=mean,
    )
    return f"{said} {cheapest}"


def links(view: View, option: Option, options: Options) -> None:
    """Open it, tick it to be compared, and see what it means for one area."""
    w, state = view.words, st.session_state
    key = plans.tick_key(option.id)
    state.setdefault(key, False)
    st.checkbox(
        w("plans.pick"),
        key=key,
        on_change=plans.note_tick,
        args=(option.id,),
        help=w("plans.pick_help", least=LEAST, most=MOST),
    )
    with st.container(horizontal=True, gap="small"):
        if option.run is not None:
            page, asked = "app_pages/plan.py", {"run": option.run.id}
        else:
            page, asked = "app_pages/today.py", {"network": option.id}
        st.page_link(page, label=w("plans.open"), query_params=asked)
        st.page_link(
            "app_pages/place.py",
            label=w("plans.to_place"),
            query_params=plans.in_one_area(option, options),
        )


def compare_bar(view: View, options: Options, picked: Sequence[str]) -> None:
    """What is ticked, and the way to the comparison."""
    w = view.words
    names = [options.found[name].name for name in picked if name in options.found]
    if not names:
        st.text(w("plans.picked_none", least=LEAST, most=MOST))
        return
    is_ready = LEAST <= len(names) <= MOST
    st.text(w("plans.picked", names="; ".join(names)))
    if is_ready:
        st.page_link(
            "app_pages/compare.py",
            label=w("plans.compare", n=len(names)),
            query_params=plans.compared(picked),
        )
    else:
        key = "plans.picked_few" if len(names) < LEAST else "plans.picked_many"
        st.caption(w(key, least=LEAST, most=MOST))
