"""A leaflet of one page for the people of an area: where to go, with what, when.

It stands alone: no script but the print button's, no style or picture from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape

import numpy as np

from planner.evaluate import nearest_assignment, score
from planner.evaluate.finder import Found, Place, finder
from planner.pack.journey_types import Journey, Paper
from planner.plan import Assignment
from planner.present.compare_keys import TODAY
from planner.present.escape import html_text
from planner.present.place.place_facts import Side, Used, name_of, used
from planner.present.place.place_map import area_map, drawn
from planner.present.shipped import ASSETS
from planner.present.view import View, status_of
from planner.present.words import Language, Words, words

MOST_BRANCHES, MOST_PLACES, MOST_NAMES = 4, 2, 10
_NAMES_ALONE = 40  # of one service there is less to say, and room for its places
# letters of text, points: all on one page
_SIZES = ((1100, 12.0), (1700, 10.6), (2400, 9.0), (2900, 8.4), (3500, 7.8))
_SMALLEST = 7.3
_HEADS = ("need", "go", "bring", "first", "cost")


def leaflet_html(
    side: Side,
    code: str,
    language: Language,
    point: int | None = None,
    service: int | None = None,
) -> str:
    """The whole leaflet as a page of its own.

    Args:
        side: The network.
        code: The area.
        language: Of the leaflet, whatever the app speaks.
        point: Position of one demand point of the area; None for all of it.
        service: Position of the one service that it speaks of; None for all of them.
    """
    side = spoken(side, language)
    title = _title(side, code, point, service)
    return _page(side, title, [_sheet(side, _only(side, service), code, point, service)])


def leaflets_html(side: Side, language: Language, service: int | None = None) -> str:
    """The leaflets of all areas that have people, a sheet each, as one page to print.

    `service`: as of `leaflet_html`.
    """
    side = spoken(side, language)
    codes = side.view.problem.area_codes
    has_people = sorted({codes[c] for c in side.view.problem.point_area.tolist()})
    title = side.view.words("place.leaflet_all", n=len(has_people))
    if service is not None:
        title = f"{side.view.service_name(service)}: {title}"
    seen = _only(side, service)
    return _page(side, title, [_sheet(side, seen, code, None, service) for code in has_people])


def _page(side: Side, title: str, sheets: Sequence[str]) -> str:
    w = side.view.words
    style = (ASSETS / "leaflet.css").read_text(encoding="utf-8")
    button = (
        f'<button type="button" onclick="window.print()">{_t(w("place.leaflet_print"))}</button>'
    )
    return (
        f'<!doctype html><html lang="{w.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_t(title)}</title><style>{style}</style></head>"
        f"<body>{button}{''.join(sheets)}</body></html>\n"
    )


def _title(side: Side, code: str, point: int | None, service: int | None) -> str:
    place = name_of(side, code)
    if point is not None:
        place = f"{side.view.pack.demand_points[point].name} ({place})"
    title = side.view.words("place.leaflet_title", place=place)
    return title if service is None else f"{side.view.service_name(service)}: {title}"


def _sheet(side: Side, seen: Side, code: str, point: int | None, service: int | None) -> str:
    """One leaflet: what is on its page; `seen`: the network by those who come for the service."""
    view = side.view
    body = [
        f'<p class="who">{_t(view.pack.name)}</p><h1>{_t(_title(side, code, point, service))}</h1>',
        *_banner(side),
        f"<h2>{_t(view.words('place.leaflet_where'))}</h2>",
        *_where(seen, code, point, service),
        *_needs(side, code, point, service),
        _to_write(view.words),
        *_foot(view),
    ]
    text = "".join(body)
    return f'<main style="--print: {_size(text):g}pt">{text}</main>'


def _only(side: Side, service: int | None) -> Side:
    """The network as those see it who come for one service, wherever the plan sends them.

    The people of an area without any such visit count alike, and go to the nearest branch.
    """
    if service is None:
        return side
    problem, plan = side.view.problem, side.plan
    kinds = problem.does[:, service]
    visits = np.where(kinds[None, :], problem.visits, 0.0)
    by_area = np.bincount(problem.point_area, visits.sum(axis=1), len(problem.area_codes))
    is_silent = (by_area == 0)[problem.point_area]
    alike = np.where(is_silent[:, None] & kinds[None, :], 1.0, 0.0)
    rows = plan.assignment
    stays = ~is_silent[rows.point]
    near = nearest_assignment(replace(problem, visits=alike), plan.is_open, plan.offers)
    plan = replace(
        plan,
        assignment=Assignment(
            np.concatenate([rows.point[stays], near.point]),
            np.concatenate([rows.visit_type[stays], near.visit_type]),
            np.concatenate([rows.site[stays], near.site]),
            np.concatenate([rows.share[stays], near.share]),
        ),
    )
    own = replace(problem, visits=visits + alike)
    return replace(side, view=replace(side.view, problem=own), plan=plan, score=score(own, plan))


def _size(body: str) -> float:
    """Points of the letters in print: fewer where there is more to say."""
    letters = len(unescape(re.sub(r"<svg.*?</svg>|<[^>]*>", "", body, flags=re.DOTALL)))
    return next((points for most, points in _SIZES if letters <= most), _SMALLEST)


def file_name(code: str, language: Language, service: str = "") -> str:
    """What the leaflet of an area, and of a service by its id, is called as a file."""
    told = f"{code}-{service}" if service else code
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in told)
    return f"leaflet-{safe}-{language}.html"


def spoken(side: Side, language: Language) -> Side:
    """The network with its words, and its name, in another language."""
    w = words(language).of_pack(side.view.pack)
    name = side.name
    if f"network.{side.id}" in w.texts:
        name = w(f"network.{side.id}", n=side.score.kpis.branches)
    return replace(side, name=name, view=replace(side.view, words=w))


def _t(text: object) -> str:
    return html_text(text)


def _banner(side: Side) -> Iterator[str]:
    """Of which network this speaks; that a plan is not there yet."""
    w = side.view.words
    yield f'<p class="who">{_t(w("place.leaflet_network", name=side.name))}</p>'
    if side.id != TODAY:
        yield f'<p class="plan">{_t(w("place.leaflet_plan"))}</p>'


# -- where ---------------------------------------------------------------------------------


def _where(side: Side, code: str, point: int | None, service: int | None) -> Iterator[str]:
    shared = drawn([side], code)
    picture = ""
    if shared is not None:
        note = _t(side.view.words("place.leaflet_map"))
        picture = f'<div>{area_map(side, shared)}<p class="foot">{note}</p></div>'
    found = [each for each in used(side, code) if point is None or point in each.points]
    items = "".join(_branch(side, each, point, service) for each in found[:MOST_BRANCHES])
    if not items:
        items = f"<li>{_t(side.view.words('place.nowhere'))}</li>"
    wide = "" if service is None else " alone"
    yield f'<div class="where{wide}">{picture}<ul>{items}</ul></div>'


def _branch(side: Side, each: Used, point: int | None, service: int | None) -> str:
    """A branch: its name, what it offers, how far it is, and whose branch it is."""
    view = side.view
    w, pack = view.words, view.pack
    site = pack.sites[each.site]
    planned = "" if status_of(site) == "existing" else f" ({w('place.leaflet_planned')})"
    offered = [s for s in range(len(pack.services)) if side.plan.offers[each.site, s]]
    services = ", ".join(view.service_name(s) for s in offered)
    far = w("place.leaflet_far", minutes=view.minutes(each.minutes), km=w.km(each.km))
    lines = [f"<b>{_t(view.site_name(each.site))}{_t(planned)}</b> {_t(far)}"]
    if service is None:  # else the heading names it
        lines.append(_t(services))
    if point is None and each.points:
        names = [pack.demand_points[i].name for i in each.points]
        most = MOST_NAMES if service is None else _NAMES_ALONE
        rest = len(names) - most
        text = ", ".join(names[:most])
        if rest > 0:
            text = w("place.leaflet_more", names=text, n=rest)
        lines.append(f"<i>{_t(w('place.leaflet_for', names=text))}</i>")
    return f"<li>{'<br>'.join(lines)}</li>"


# -- with what -----------------------------------------------------------------------------


def _needs(side: Side, code: str, point: int | None, service: int | None) -> Iterator[str]:
    """Every need: where, how often, with what, at what fee, promised when."""
    view = side.view
    journeys = [each for each in view.pack.journeys if _is_of(view, each, service)]
    if not journeys:
        yield from _kinds(side, code, service)
        return
    position = side.position(code)
    if position is None:
        return
    w = view.words
    found = [
        finder(view.problem, side.plan, view.pack, journey, position, point) for journey in journeys
    ]
    coming = [each for each in found if each.visits]
    yield f"<h2>{_t(w('place.leaflet_what'))}</h2>"
    yield _table(
        [w(f"place.leaflet_{head}") for head in _HEADS], [_need(view, each) for each in coming]
    )
    home = [each for each in found if not each.visits]
    if home:
        names = "; ".join(_home(w, each) for each in home)
        yield f"<p>{_t(w('place.leaflet_home', names=names))}</p>"


def _is_of(view: View, journey: Journey, service: int | None) -> bool:
    """Whether some visit of a journey works on the service."""
    kinds = view.problem.visit_type_ids
    return service is None or any(
        bool(view.problem.does[kinds.index(step.visit_type), service])
        for step in journey.steps
        if step.visit_type
    )


def _home(w: Words, found: Found) -> str:
    """A need that takes no visit to a branch; with the agencies where somebody must come."""
    agencies = dict.fromkeys(done.step.agency for done in found.steps if done.where == "elsewhere")
    name = w.name(found.journey)
    if not agencies:
        return name
    return w("place.leaflet_elsewhere", name=name, agencies=", ".join(agencies))


def _need(view: View, found: Found) -> list[str]:
    w, journey, count = view.words, found.journey, found.count
    customer = (journey.customer_sw if w.language == "sw" else "") or journey.customer
    go: dict[str, None] = {}
    bring: dict[str, None] = {}
    for visit in found.visits:
        go.update(dict.fromkeys(_place(view, each) for each in visit.first[:MOST_PLACES]))
        if visit.lost > 0.0005:
            go[w("place.leaflet_lost", share=w.share(visit.lost))] = None
        bring.update(dict.fromkeys(_papers(view, visit.bring)))
    first = [w.name(done.step) for done in found.steps if done.where in ("home", "place")]
    away = [
        f"{w.name(done.step)} ({done.step.agency})"
        for done in found.steps
        if done.where == "elsewhere"
    ]
    cost = [w("journeys.leaflet_visits", n=w.number(count.visits))]
    if count.fees is not None:
        cost.append(w("journeys.leaflet_fees", fees=w.money(count.fees)))
    if journey.standard_days is not None:
        cost.append(w("journeys.leaflet_days", n=w.number(journey.standard_days)))
    return [
        f"<b>{_t(w.name(journey))}</b> {_t(customer)}",
        "<br>".join(_t(each) for each in go) or _t(w("place.nowhere")),
        _t("; ".join(bring)),
        _t("; ".join([*first, *away])),
        _t(" ".join(cost)),
    ]


def _place(view: View, place: Place) -> str:
    w = view.words
    name = f"{view.pack.sites[place.site].name}, {w.minutes(place.minutes)}"
    if place.share > 0.9995:
        return name
    return w("place.leaflet_part", place=name, share=w.share(place.share))


def _papers(view: View, papers: Iterable[Paper]) -> list[str]:
    return [view.words.name(each) for each in papers]


def _kinds(side: Side, code: str, service: int | None) -> Iterator[str]:
    """Where no journeys are described: every reason to come, and where to go with it."""
    view = side.view
    w, rows = view.words, []
    for b, kind in enumerate(view.pack.visit_types):
        if service is not None and not view.problem.does[b, service]:
            continue
        go = used(side, code, b)[:MOST_PLACES]
        places = [
            w(
                "place.leaflet_part",
                place=f"{view.site_name(each.site)}, {w.minutes(each.minutes)}",
                share=w.share(each.share),
            )
            for each in go
        ]
        rows.append([_t(w.name(kind)), "<br>".join(map(_t, places)) or _t(w("place.nowhere"))])
    yield f"<h2>{_t(w('place.leaflet_what'))}</h2>"
    yield _table([w("place.leaflet_need"), w("place.leaflet_go")], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; heads are texts, cells are HTML already."""
    columns = "".join(f'<col class="{each}">' for each in _HEADS[: len(heads)])
    head = "".join(f'<th scope="col">{_t(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _to_write(w: Words) -> str:
    """What no pack knows is left to be written in by hand."""
    hours, phone = _t(w("place.leaflet_hours")), _t(w("place.leaflet_phone"))
    return f'<div class="write"><span>{hours}</span><span>{phone}</span></div>'


def _foot(view: View) -> Iterator[str]:
    w, pack = view.words, view.pack
    year = "" if pack.year is None else f", {pack.year}"
    lines = [w("place.leaflet_note"), view.travel_line, f"{pack.name}{year}"]
    lines += [" · ".join(pack.attribution[:3])]
    yield "".join(f'<p class="foot">{_t(each)}</p>' for each in lines if each)
