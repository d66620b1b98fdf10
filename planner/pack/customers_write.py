"""Writes `customers.toml` back, so that it reads as the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from planner.pack.customer_types import AreaShare, Customers, Opening, Segment
from planner.pack.customers_file import FILE, LEVERS, OPENING
from planner.pack.toml_write import figure_table, mark_table


def write_customers(customers: Customers, folder: Path, facts: str) -> None:
    """Writes the file.

    Args:
        customers: What the pack says.
        folder: The pack's folder.
        facts: The name of the table of facts, "" where it is the pack's own.
    """

    def told(each: Any, names: tuple[str, ...]) -> dict[str, Any]:
        figures = ((name, getattr(each, name)) for name in names)
        return {name: figure_table(value, "mode") for name, value in figures if value is not None}

    top: dict[str, Any] = {"facts": facts} if facts else {}
    if customers.assisted_hosts:
        top["assisted_hosts"] = list(customers.assisted_hosts)
    top |= told(customers, ("growth",))
    if customers.online is not None:
        reach = customers.online
        top["online_reach"] = {"share": _share(reach.share), **mark_table(reach.mark)}
        top["online_reach"] |= told(reach, ("factor", "floor"))
    if customers.information is not None:
        information = customers.information
        share = {} if information.share is None else {"share": _share(information.share)}
        top["information"] = share | mark_table(information.mark) | told(information, ("effect",))
    top["visit_types"] = [
        {"id": each.visit_type, **told(each, ("wasted", "remote", "growth"))}
        for each in customers.alternatives.values()
    ]
    top["segments"] = [
        {
            **_segment(each),
            **mark_table(each.mark),
            **told(each, ("online", "need_weight")),
            "rates": {name: figure_table(rate, "mode") for name, rate in each.rates.items()},
        }
        for each in customers.segments
    ]
    if customers.dimensions:
        top["dimensions"] = [
            {
                "id": each.id,
                "name": each.name,
                **({"name_sw": each.name_sw} if each.name_sw else {}),
            }
            for each in customers.dimensions
        ]
    if customers.choice is not None:
        top["choice"] = told(customers.choice, ("decay_per_km",))
        sites = customers.choice.attraction.items()
        top["choice"]["attraction"] = {name: figure_table(each, "mode") for name, each in sites}
    opening = customers.opening
    if opening != Opening():
        top["opening"] = told(opening, OPENING) | {
            "weekdays": list(opening.weekdays),
            "holidays": list(opening.holidays),
        }
    adults = {"adults": customers.levers.adults} if customers.levers.adults else {}
    top["levers"] = adults | told(customers.levers, LEVERS)
    (folder / FILE).write_text(tomli_w.dumps(top), encoding="utf-8")


def _segment(segment: Segment) -> dict[str, Any]:
    table: dict[str, Any] = {name: getattr(segment, name) for name in ("id", "name", "dimension")}
    if segment.name_sw:
        table["name_sw"] = segment.name_sw
    if segment.share is not None:
        own = segment.share
        table["share"] = _share(own) if isinstance(own, AreaShare) else own
    return table


def _share(share: AreaShare) -> dict[str, Any]:
    table: dict[str, Any] = {"column": share.column, "of": share.of}
    return table | ({"complement": True} if share.complement else {})
