"""Where do I go, with what, when: a leaflet of one page for the customers of one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from planner.evaluate.finder import Done, Found, Place
from planner.pack.journey_types import Paper
from planner.present.journeys.journeys import mark_word, own_minutes
from planner.present.view import DASH, View

MOST_PLACES = 3  # a leaflet is one page


def title(view: View, found: Found) -> str:
    """For what, and from where."""
    place = view.area_name(found.area)
    if found.point is not None:
        place = f"{view.pack.demand_points[found.point].name} ({place})"
    return view.words("journeys.leaflet_of", name=view.words.name(found.journey), place=place)


def summary(view: View, found: Found, network: str) -> str:
    """For whom, how often, what it takes, and of which network this speaks."""
    w, journey, count = view.words, found.journey, found.count
    customer = (journey.customer_sw if w.language == "sw" else "") or journey.customer
    told = [w("journeys.leaflet_for", customer=customer, network=network)]
    told.append(w("journeys.leaflet_visits", n=w.number(count.visits)))
    if count.elsewhere:
        told.append(w("journeys.elsewhere_too", n=count.elsewhere))
    if count.minutes is not None:
        low, mode, high = (w.minutes(each) for each in count.minutes)
        told.append(w("journeys.leaflet_own", mode=mode, low=low, high=high))
    fees = count.fees
    told.append("" if fees is None else w("journeys.leaflet_fees", fees=w.money(fees)))
    days = journey.standard_days
    told.append(w("journeys.leaflet_days", n=w.number(days)) if days is not None else "")
    if found.get_first:
        told.append(w("journeys.get_first", papers=_papers(view, found.get_first)))
    return " ".join(each for each in told if each)


def step_table(view: View, found: Found) -> pd.DataFrame:
    """The steps in order: where, with what, how long and at what fee."""
    w = view.words
    papers = {paper.id: paper for paper in found.journey.papers}
    return pd.DataFrame(
        [
            {
                w("journeys.step"): f"{number}. {w.name(each.step)}",
                w("journeys.leaflet_where"): _where(view, found, each),
                w("journeys.asks"): _papers(view, (papers[name] for name in each.step.asks)),
                w("journeys.own_time"): own_minutes(w, each.step),
                w("journeys.fee"): _fee(view, each),
                w("column.mark"): mark_word(w, each.step.mark.confidence),
            }
            for number, each in enumerate(found.steps, 1)
        ]
    )


def place_table(view: View, found: Found) -> pd.DataFrame:
    """Where to go for each visit, where else, and where there is help; equal visits together."""
    w = view.words
    rows = _places(view, found, w("journeys.leaflet_help"), found.help_at)
    together: dict[tuple[tuple[Place, ...], ...], list[int]] = {}
    for number, visit in enumerate(found.visits, 1):
        together.setdefault((visit.first, visit.second), []).append(number)
    for (first, second), numbers in together.items():
        name = w("journeys.leaflet_visit", numbers=", ".join(str(each) for each in numbers))
        rows += _places(view, found, name, first)
        rows += _places(view, found, w("journeys.leaflet_backup", visit=name), second)
    return pd.DataFrame(rows)


def remarks(view: View, found: Found) -> Iterator[str]:
    """What a visit could be instead, and who has no branch for it."""
    w = view.words
    for number, visit in enumerate(found.visits, 1):
        name = w("journeys.leaflet_visit", numbers=number)
        if visit.instead:
            ways = ", ".join(w(f"journeys.channel_{each}") for each in visit.instead)
            yield w("journeys.leaflet_instead", visit=name, ways=ways)
        if visit.lost > 0.0005:
            yield w("journeys.leaflet_lost", visit=name, share=w.share(visit.lost))
    yield w("journeys.leaflet_note")


def _places(view: View, found: Found, what: str, places: Sequence[Place]) -> list[dict[str, str]]:
    """The places of the most people, and for how many it is another one."""
    w = view.words
    shown = places if len(places) <= MOST_PLACES + 1 else places[:MOST_PLACES]
    rows = [_place(view, found, what, each) for each in shown]
    rest = places[len(shown) :]
    if rest:
        share = w.share(sum(each.share for each in rest))
        others = w("journeys.leaflet_others", n=len(rest))
        rows.append(
            {
                w("journeys.leaflet_what"): what,
                w("journeys.leaflet_at"): others,
                w("column.distance"): "",
                w("journeys.one_way"): "",
                w("journeys.nearest_for"): share,
            }
        )
    return rows


def _place(view: View, found: Found, what: str, place: Place) -> dict[str, str]:
    w = view.words
    one_way = w.minutes(place.minutes)
    least, most = w.minutes(place.least_min), w.minutes(place.most_min)
    if least != most:
        one_way = f"{one_way} ({least} {DASH} {most})"
    told = {
        w("journeys.leaflet_what"): what,
        w("journeys.leaflet_at"): view.site_name(place.site),
        w("column.distance"): w.km(place.km),
        w("journeys.one_way"): one_way,
    }
    if found.point is None:
        told[w("journeys.nearest_for")] = w.share(place.share)
    return told


def _where(view: View, found: Found, done: Done) -> str:
    w, step = view.words, done.step
    for number, visit in enumerate(found.visits, 1):
        if step in visit.steps:
            if visit.visits == 1:
                return w("journeys.at_visit", number=number)
            return w("journeys.at_visits", number=number, n=w.number(visit.visits))
    where = w(f"journeys.at_{done.where}", agency=step.agency)
    return w("journeys.or_help", where=where) if done.has_help else where


def _fee(view: View, done: Done) -> str:
    return "" if done.step.fee_kes is None else view.words.money(done.step.fee_kes)


def _papers(view: View, papers: Iterable[Paper]) -> str:
    return "; ".join(view.words.name(paper) for paper in papers)
