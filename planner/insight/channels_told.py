"""How each part of a journey can be done, as plain values for JSON, and in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planner.demand.channels import JourneyChannels, channel_matrix, trips_elsewhere
from planner.pack.journey_types import Journey
from planner.pack.types import Pack

Told = dict[str, Any]
_BASES = {
    "cases": "by its cases",
    "people": "of all people here, as its cases are not counted; its own customers may differ",
}


def channels_told(pack: Pack, only: str | None = None) -> Told:
    """The matrix of kinds and channels, whole or of one journey, and who cannot be online."""
    matrix = channel_matrix(pack)
    chosen = {each.id for each in pack.journeys if only is None or each.id == only}
    able = matrix.not_able
    return {
        "kinds": list(matrix.kinds),
        "journeys": [_row(row, pack) for row in matrix.rows if row.journey.id in chosen],
        "not_able_to_be_online": [
            {"area": area.code, "share": float(able[c])} for c, area in enumerate(pack.areas)
        ]
        if able is not None
        else None,
        "without_a_way_to_ask": _ids(matrix.without_ask, chosen),
        "without_a_way_to_give_feedback": _ids(matrix.without_feedback, chosen),
        "journeys_for_asking": [each.id for each in matrix.for_asking],
    }


def channel_lines(told: Told, pack: Pack) -> Iterator[str]:
    """The same for people at a terminal; nothing where no step says what it is for."""
    names = {each.id: each.name for each in pack.journeys}
    rows = [row for row in told["journeys"] if row["kinds"]]
    if rows:
        yield "How each part can be done (home: nobody need come):"
    for row in rows:
        cells = "; ".join(_cell(cell) for cell in row["kinds"])
        rest = f"; {row['steps_without_kind']} steps not said" if row["steps_without_kind"] else ""
        yield f"  {names[row['journey']]}: {cells}{rest}"
        if row["online_only"]:
            share = row["shut_out_share"]
            part = (
                "how many cannot be online is not known"
                if share is None
                else f"{share:.0%} cannot be online ({_BASES[row['shut_out_basis']]})"
            )
            yield f"    Online only, without help: {', '.join(row['online_only'])}; {part}"
    for key, what in (("ask", "ask"), ("give_feedback", "tell what was wrong")):
        lacking = told[f"without_a_way_to_{key}"]
        if lacking:
            yield f"No step to {what}: {', '.join(names[each] for each in lacking)}"
    if told["journeys_for_asking"]:
        asking = ", ".join(names[each] for each in told["journeys_for_asking"])
        yield f"A journey of its own for asking or telling: {asking}"
    for row in told["journeys"]:
        for trip in row["trips_elsewhere"]:
            yield f"  {names[row['journey']]}: {_trip(trip)}"


def _trip(trip: Told) -> str:
    count = len(trip["steps"])
    trips = "1 trip" if count == 1 else f"{count} trips"
    known = (
        f"named as a host at {trip['houses']} sites" if trip["houses"] else "the pack sites none"
    )
    return f"{trips} to {trip['agency']}; {known}, and travel there is not counted"


def _cell(cell: Told) -> str:
    home = ", home" if cell["without_coming"] else ""
    return f"{cell['kind']} ({' or '.join(cell['channels'])}{home})"


def _row(row: JourneyChannels, pack: Pack) -> Told:
    return {
        "journey": row.journey.id,
        "kinds": [
            {
                "kind": cell.kind,
                "channels": list(cell.channels),
                "steps": [step.id for step in cell.steps],
                "without_coming": cell.without_coming,
                "online_only": cell.online_only,
            }
            for cell in row.cells
        ],
        "steps_without_kind": row.unnamed,
        "online_only": list(row.online_only),
        "shut_out_share": row.shut_out,
        "shut_out_basis": row.basis,
        "trips_elsewhere": [
            {
                "agency": each.agency,
                "steps": [step.id for step in each.steps],
                "houses": len(each.houses),
                "travel_counted": False,
            }
            for each in trips_elsewhere(row.journey, pack.sites)
        ],
    }


def _ids(journeys: Iterable[Journey], chosen: set[str]) -> list[str]:
    return [each.id for each in journeys if each.id in chosen]
