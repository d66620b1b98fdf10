"""How each part of the journeys can be done, as a table and sentences, and trips elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from planner.demand.channels import Cell, ChannelMatrix, JourneyChannels, trips_elsewhere
from planner.pack.journey_types import Journey
from planner.pack.types import Pack
from planner.present.words import Words


def channel_table(w: Words, matrix: ChannelMatrix) -> pd.DataFrame:
    """Journeys by what is done in them; the last column tells who is shut out."""
    rows = []
    for row in matrix.rows:
        told = {w("journeys.journey"): w.name(row.journey)}
        for kind in matrix.kinds:
            told[w(f"journeys.do_{kind}")] = _cell(w, row.cell(kind))
        told[w("journeys.shut_out")] = _shut_out(w, row)
        rows.append(told)
    return pd.DataFrame(rows)


def says_kinds(matrix: ChannelMatrix) -> bool:
    """Whether any step of the pack says what it is for."""
    return any(row.cells for row in matrix.rows)


def lacking(w: Words, matrix: ChannelMatrix) -> Iterator[str]:
    """Journeys without a way to ask or to tell, and where one can."""
    is_same = matrix.without_ask == matrix.without_feedback
    if matrix.without_ask and is_same:
        yield w("journeys.no_both", names=_names(w, matrix.without_ask))
    elif matrix.without_ask:
        yield w("journeys.no_ask", names=_names(w, matrix.without_ask))
    if matrix.without_feedback and not is_same:
        yield w("journeys.no_feedback", names=_names(w, matrix.without_feedback))
    if matrix.for_asking:
        yield w("journeys.for_asking", names=_names(w, matrix.for_asking))
    unnamed = sum(row.unnamed for row in matrix.rows)
    if unnamed:
        yield w("journeys.unnamed", n=unnamed)


def trips(w: Words, journey: Journey, pack: Pack) -> Iterator[str]:
    """The trips to other agencies, and that the way there is not counted."""
    for each in trips_elsewhere(journey, pack.sites):
        given = {"n": len(each.steps), "agency": each.agency}
        if each.houses:
            yield w("journeys.trips_hosted", **given, sites=len(each.houses))
        else:
            yield w("journeys.trips", **given)


def _cell(w: Words, cell: Cell | None) -> str:
    if cell is None:
        return ""
    ways = ", ".join(w(f"journeys.channel_{channel}") for channel in cell.channels)
    return w("journeys.from_home", ways=ways) if cell.without_coming else ways


def _shut_out(w: Words, row: JourneyChannels) -> str:
    if not row.online_only:
        return ""
    if row.shut_out is None:
        return w("journeys.shut_unknown")
    return w(f"journeys.shut_{row.basis}", share=w.share(row.shut_out))


def _names(w: Words, journeys: Iterable[Journey]) -> str:
    return "; ".join(w.name(each) for each in journeys)
