"""What moved between two plans, which areas and how many people gain and lose: tables, a chart."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Literal

import altair as alt
import pandas as pd

from planner.compare.types import AreaCell, AreaDifference, PlaceChange
from planner.present.compare.compare import Seen, minutes, people_count
from planner.present.compare.compare_maps import change_words
from planner.present.markup import keyed

Order = Literal["gains", "losses", "people_less", "people_more", "name"]
ORDERS: tuple[Order, ...] = ("gains", "losses", "people_less", "people_more", "name")
_GROUPS: Mapping[str, str] = {  # blue less, orange more: as on the map
    "shorter": "#2f74a8",
    "served_anew": "#7fb2d3",
    "unchanged": "#9aa5a1",
    "longer": "#b85c0e",
    "no_longer_served": "#7a1f1f",
}
_ROW = 60  # pixels a bar with its name
_NAMES = alt.Axis(labelExpr="split(datum.label, '\\n')", labelLimit=0)  # names in lines
_WIDE = 22  # letters of a line of a name
_FRAME = 165  # pixels of axis, title and legend


# -- branches and services -----------------------------------------------------------------


def moves_sentence(seen: Seen, other: int) -> str:
    """How many branches and services moved."""
    w, moves = seen.words, seen.found.moves[other]
    if moves is None:
        return w("compare.moves_unknown")
    if not moves.moves:
        return w("compare.moves_none", base=seen.base)
    return w(
        "compare.moves_counted",
        base=seen.base,
        opened=moves.opened,
        closed=moves.closed,
        added=moves.services_added,
        ended=moves.services_ended,
        formats=moves.formats_changed,
    )


def moves_table(seen: Seen, other: int) -> pd.DataFrame:
    """Each branch that opened, closed or changed, with its services and format."""
    w, moves = seen.words, seen.found.moves[other]
    rows = [
        {
            w("column.branch"): move.name,
            w("column.area"): move.area_name,
            w("compare.column_move"): w(f"compare.{move.kind}"),
            w("compare.column_added"): seen.services(move.services_added),
            w("compare.column_ended"): seen.services(move.services_ended),
            w("column.format"): _format(seen, move.format_before, move.format_after),
        }
        for move in (moves.moves if moves else ())
    ]
    frame = pd.DataFrame(rows, index=keyed(site=(m.site for m in (moves.moves if moves else ()))))
    if not frame.empty and not any(frame[w("column.format")]):
        frame = frame.drop(columns=w("column.format"))
    return frame


def _format(seen: Seen, before: str | None, after: str | None) -> str:
    if before == after or not (before and after):
        return seen.format(after or before)
    ends = {"before": seen.format(before), "after": seen.format(after)}
    return seen.words("compare.format_change", **ends)


def shared_sentence(seen: Seen) -> str:
    """How many branches all plans have, and how many only some."""
    shared = seen.found.branches
    if shared is None:
        return ""
    counts = {"both": len(shared.in_all), "some": len(shared.in_some)}
    return seen.words("compare.shared", **counts)


def shared_table(seen: Seen) -> pd.DataFrame:
    """The branches that only some plans have, and which have them."""
    w, shared = seen.words, seen.found.branches
    order = [seen.found.base, *seen.others]
    return pd.DataFrame(
        [
            {w("column.branch"): use.name, w("column.area"): use.area_name}
            | {seen.names[m]: "●" if m in use.members else "" for m in order}
            for use in (shared.in_some if shared else ())
        ],
        index=keyed(site=(use.site for use in (shared.in_some if shared else ()))),
    )


# -- areas ---------------------------------------------------------------------------------


def area_table(seen: Seen, other: int, order: Order) -> pd.DataFrame:
    """Every area under the base and the other plan, and whose travel changes."""
    w, base = seen.words, seen.found.base
    rows = []
    ordered = sorted(seen.found.areas, key=lambda each: _key(each, other, order))
    for row in ordered:
        before, after = row.cells[base], row.cells[other]
        rows.append(
            {
                w("column.area"): row.name,
                w("compare.column_minutes", name=seen.base): _mean(seen, row, base),
                w("compare.column_minutes", name=seen.names[other]): _mean(seen, row, other),
                w("compare.column_change"): change_words(seen, after.difference if after else None),
                w("compare.column_less"): _people(after, "shorter"),
                w("compare.column_more"): _people(after, "longer"),
                w("compare.column_branches", name=seen.base): before and before.branches,
                w("compare.column_branches", name=seen.names[other]): after and after.branches,
            }
        )
    return pd.DataFrame(rows, index=keyed(code=(row.code for row in ordered)))


def _key(row: AreaDifference, member: int, order: Order) -> tuple[bool, float, str]:
    """Areas without the figure last, then by the figure, then by name."""
    cell = row.cells[member]
    if order == "name" or cell is None:
        return (order != "name", 0.0, row.name)
    value, sign = {
        "gains": (cell.difference, 1),
        "losses": (cell.difference, -1),
        "people_less": (_people(cell, "shorter"), -1),
        "people_more": (_people(cell, "longer"), -1),
    }[order]
    return (value is None, sign * (value or 0.0), row.name)


def _mean(seen: Seen, row: AreaDifference, member: int) -> str:
    cell = row.cells[member]
    return minutes(seen.words, None if cell is None else cell.mean_min)


def _people(cell: AreaCell | None, group: str) -> int | None:
    if cell is None or cell.people is None:
        return None
    return round(float(getattr(cell.people, group)))


# -- people --------------------------------------------------------------------------------


def people_sentence(seen: Seen, other: int) -> str:
    """Whose travel gets shorter, longer, or neither."""
    w, people = seen.words, seen.found.people[other]
    if people is None:
        return w("compare.people_unknown")
    parts = [
        w(f"compare.people_{name}", n=people_count(w, getattr(people.count, name)))
        for name in _GROUPS
        if getattr(people.count, name) > 0
    ]
    counts = {
        "name": seen.names[other],
        "base": seen.base,
        "total": people_count(w, people.count.total),
    }
    return w("compare.people", what="; ".join(parts), **counts)


def people_frame(seen: Seen) -> pd.DataFrame:
    """People by what becomes of their travel: a row each for a member and a group."""
    w = seen.words
    return pd.DataFrame(
        [
            {
                "plan": "\n".join(wrap(seen.names[m], _WIDE)),
                "group": w(f"compare.group_{group}"),
                "rank": rank,
                "people": getattr(people.count, group),
            }
            for m in seen.others
            if (people := seen.found.people[m]) is not None
            for rank, group in enumerate(_groups(seen))
        ]
    )


def _groups(seen: Seen) -> list[str]:
    """The groups that somebody is in."""
    found = [people.count for people in seen.found.people if people is not None]
    return [name for name in _GROUPS if any(getattr(people, name) > 0 for people in found)]


def people_chart(seen: Seen) -> alt.Chart:
    """A bar for each member, parted by what becomes of people's travel against the base."""
    w, frame = seen.words, people_frame(seen)
    groups = _groups(seen)
    colours = alt.Scale(
        domain=[w(f"compare.group_{name}") for name in groups],
        range=[_GROUPS[name] for name in groups],
    )
    return (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "people:Q",
                title=w("compare.axis_people"),
                axis=alt.Axis(format="~s", tickCount=6),
            ),
            y=alt.Y("plan:N", title=None, sort=None, axis=_NAMES),
            color=alt.Color(
                "group:N",
                scale=colours,
                legend=alt.Legend(title=None, orient="top", columns=1, labelLimit=300),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("plan:N", title=w("compare.column_plan")),
                alt.Tooltip("group:N", title=w("compare.column_group")),
                alt.Tooltip("people:Q", title=w("compare.axis_people"), format=",.0f"),
            ],
        )
        .properties(height=_FRAME + _ROW * frame["plan"].nunique())
    )


def people_table(seen: Seen) -> pd.DataFrame:
    """The chart's figures."""
    w = seen.words
    return pd.DataFrame(
        [
            {w("compare.column_plan"): seen.names[m]}
            | {
                w(f"compare.group_{name}"): round(getattr(people.count, name))
                for name in _groups(seen)
            }
            for m in seen.others
            if (people := seen.found.people[m]) is not None
        ]
    )


def place_tables(seen: Seen, other: int) -> dict[str, pd.DataFrame]:
    """The places where travel shortens and lengthens most: `gains` and `losses`."""
    people = seen.found.people[other]
    if people is None:
        return {}
    both = {"gains": people.gains, "losses": people.losses}
    return {name: _places(seen, other, places) for name, places in both.items() if places}


def _places(seen: Seen, other: int, places: tuple[PlaceChange, ...]) -> pd.DataFrame:
    w = seen.words
    return pd.DataFrame(
        [
            {
                w("column.point"): place.name,
                w("column.area"): place.area_name,
                w("compare.column_minutes", name=seen.base): minutes(w, place.before_min),
                w("compare.column_minutes", name=seen.names[other]): minutes(w, place.after_min),
                w("compare.column_change"): change_words(seen, place.difference),
                w("compare.column_people"): round(place.population),
            }
            for place in places
        ],
        index=keyed(point=(place.point for place in places), code=(place.area for place in places)),
    )
