"""A page for each area: its map, its figures, what opens or closes there, and where people go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.export.document.facts import Told, fact_of, grid, left, right
from planner.export.document.maps import place_classes, place_picture
from planner.export.document.model import Block, Chapter, Facts, Grid, Paragraph, Points
from planner.present.maps.classes import Classes
from planner.present.place.place_facts import points_of, used, wards
from planner.present.place.place_said import change_sentences, figures, lead_sentence
from planner.present.view import status_of

_MOST_BRANCHES, _MOST_FAR = 4, 3  # so that all stands on one page
_MOST_LINES = 12  # of what changes and of branches: then the farthest places have no room
_LEAST_SHARE = 0.01  # of the visits: branches of fewer are only counted


def places(told: Told) -> Iterator[Chapter]:
    """A chapter of one page for every area that has people, in the pack's order."""
    classes = place_classes(told)
    for number, area in enumerate(told.run.pack.areas, 1):
        if points_of(told.side, area.code).size:
            yield _place(told, area.code, f"area-{number}", classes)


def _place(told: Told, code: str, name: str, classes: Classes) -> Chapter:
    side = told.side
    blocks: list[Block] = [Paragraph(lead_sentence(side, code))]
    picture = place_picture(told, code, classes)
    if picture is not None:
        blocks.append(picture)
    blocks.append(Facts(tuple(fact_of(each) for each in figures(side, code))))
    said = change_sentences(side, code)
    branches = _branches(told, code)
    farthest = _farthest(told, code) if _lines(said, branches) <= _MOST_LINES else None
    blocks.append(Points(tuple(said)))
    blocks.extend(table for table in (branches, farthest) if table is not None)
    position = side.position(code)
    title = code if position is None else told.view.area_name(position)
    return Chapter(name, title, tuple(blocks), new_page=True)


def _lines(said: Sequence[str], branches: Grid | None) -> int:
    """How many lines of a page sentences and a table take, about."""
    rows = () if branches is None else branches.rows
    in_cells = (max(len(row[0]) // 18, len(row[2]) // 42) + 1 for row in rows)
    return sum(len(line) // 95 + 1 for line in said) + sum(in_cells)


def _branches(told: Told, code: str) -> Grid | None:
    """The branches that people of the area go to; of many those with the most visits."""
    w, view = told.w, told.view
    found = used(told.side, code)
    if not found:
        return None
    many = [each for each in found[:_MOST_BRANCHES] if each.share >= _LEAST_SHARE]
    shown = many or found[:1]
    columns = (
        left(w("column.branch")),
        left(w("column.status")),
        left(w("place.offers")),
        right(w("place.share_visits")),
        right(told.sure(w("column.per_visit"))),
        right(told.sure(w("column.distance"))),
    )
    rows = (
        (
            view.site_name(each.site),
            w(f"status.{status_of(told.run.pack.sites[each.site])}"),
            told.services(";".join(_offered(told, each.site))),
            w.share(each.share),
            w.minutes(each.minutes),
            w.km(each.km),
        )
        for each in shown
    )
    rest = len(found) - len(shown)
    note = w.counted("document.more_branches", rest) if rest > 0 else ""
    return grid(w("place.branches"), columns, rows, note=note)


def _offered(told: Told, site: int) -> list[str]:
    ids = told.run.problem.service_ids
    return [ids[s] for s in range(len(ids)) if told.plan.offers[site, s]]


def _farthest(told: Told, code: str) -> Grid | None:
    """The small places of the area whose visits travel longest."""
    w, view = told.w, told.view
    known = [each for each in wards(told.side, code) if each.minutes is not None]
    known.sort(key=lambda each: (-(each.minutes or 0.0), each.point))
    if len(known) < 2:
        return None
    columns = (
        left(w("place.ward")),
        right(w("place.people")),
        left(w("document.goes_to")),
        right(told.sure(w("column.per_visit"))),
    )
    rows = (
        (
            told.run.pack.demand_points[each.point].name,
            w.count(told.run.pack.demand_points[each.point].population),
            view.site_name(each.site),
            w.minutes(each.minutes),
        )
        for each in known[:_MOST_FAR]
    )
    return grid(w("document.farthest_table"), columns, rows)
