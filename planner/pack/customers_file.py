"""`customers.toml`: what customers could do otherwise, who they are, how they choose and wait."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypedDict

from planner.pack.customer_types import (
    Alternatives,
    AreaShare,
    Choice,
    Customers,
    Dimension,
    Information,
    Levers,
    OnlineReach,
    Opening,
    Segment,
)
from planner.pack.customers_joins import Joins, check_customers
from planner.pack.facts_file import Facts
from planner.pack.faults import Findings
from planner.pack.figures import NOT_SAID, Figure
from planner.pack.manifest import given_path
from planner.pack.toml_file import Keys, read_toml

FILE = "customers.toml"


class Limits(TypedDict, total=False):
    """Within what a figure must lie."""

    above: float | None
    least: float
    most: float | None


_ALL_ALIKE = Figure("online", 1.0, 1.0, 1.0, "times the area's", NOT_SAID)
_OF_ONE = Figure("need_weight", 1.0, 1.0, 1.0, "times a minute", NOT_SAID)
_SHARES = {"service_variation": None, "utilisation": 1, "idle_below": 1, "wait_share": 1}
_MOST = {"days_per_year": 366, "hours_per_day": 24, **_SHARES}
_ABOVE_ZERO = {"days_per_year", "hours_per_day", "utilisation"}
_A_SHARE_LEFT: Limits = {"above": 0, "most": 1}
_AT_LEAST = {"peak_day": 1.0, "peak_hour": 1.0}  # times the mean
OPENING = (
    *("days_per_year", "hours_per_day", "peak_day", "peak_hour", "service_variation"),
    *("utilisation", "idle_below", "wait_min", "wait_share"),
)
LEVERS = (
    *("online", "online_use", "assisted_use", "information", "counter", "minutes"),
    "minutes_factor",
)


def read_customers(
    folder: Path,
    pack_facts: Facts | None,
    read: Callable[[Path], Facts | None],
    joins: Joins,
    findings: Findings,
) -> Customers:
    """Reads `customers.toml` and judges it against the pack.

    Args:
        folder: The pack's folder.
        pack_facts: The pack's `area_facts`, used where the file names no `facts`; None when they
            could not be read, which is told already.
        read: Reads a table of facts; None when it cannot be read, told likewise.
        joins: What the pack has: visit types, sites, areas.
        findings: Takes every fault.
    """
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return Customers()
    facts: Facts | None = pack_facts
    if keys.has("facts"):
        path = given_path(keys, "facts", folder)
        facts = None if path is None else read(path)
    customers = Customers(
        facts={} if facts is None else facts.values,
        growth=_growth(keys),
        online=_online(keys),
        information=_information(keys),
        alternatives=_alternatives(keys),
        segments=_segments(keys),
        dimensions=_dimensions(keys),
        choice=_choice(keys),
        opening=_opening(keys),
        levers=_levers(keys),
        assisted_hosts=keys.texts("assisted_hosts"),
    )
    keys.refuse_others()
    if facts is not None:
        check_customers(FILE, customers, facts, joins, findings)
    return customers


def _figure(
    keys: Keys,
    key: str,
    *,
    required: bool = False,
    above: float | None = None,
    least: float = 0,
    most: float | None = None,
) -> Figure | None:
    if required and key not in keys.values:
        keys.fault(key, f"missing key: {key}", f"a table [{keys.at(key)}] with mode, low, high")
    return keys.figure_at(key, "mode", above=above, least=least, most=most)


def _growth(keys: Keys) -> Figure | None:
    return _figure(keys, "growth", least=-0.5, most=1)


def _share(keys: Keys, key: str, *, required: bool = False) -> AreaShare | None:
    """`{ column = "…", of = 100, complement = false }`."""
    table = keys.table(key)
    if table is None:
        if required and key not in keys.values:
            keys.fault(key, f"missing key: {key}", '{ column = "…", of = 100 }')
        return None
    column = table.text("column", required=True)
    of: float | str | None = 100.0
    if isinstance(table.values.get("of"), str):
        of = table.text("of", required=True)
    elif table.has("of"):
        of = table.number("of", above=0)
    complement = table.values.get("complement", False) if table.has("complement") else False
    if not isinstance(complement, bool):
        table.fault("complement", complement, "true or false")
    table.refuse_others()
    return AreaShare(column, of, complement is True) if column and of else None


def _online(keys: Keys) -> OnlineReach | None:
    table = keys.table("online_reach")
    if table is None:
        return None
    share = _share(table, "share", required=True)
    factor = _figure(table, "factor", required=True)
    floor = _figure(table, "floor", required=True, most=1)
    mark = table.mark()
    table.refuse_others()
    if share is None or factor is None or floor is None:
        return None
    return OnlineReach(share, factor, floor, mark)


def _information(keys: Keys) -> Information | None:
    table = keys.table("information")
    if table is None:
        return None
    share = _share(table, "share")
    effect = _figure(table, "effect", required=True, most=1)
    mark = table.mark()
    table.refuse_others()
    return None if effect is None else Information(effect, share, mark)


def _alternatives(keys: Keys) -> Mapping[str, Alternatives]:
    found: dict[str, Alternatives] = {}
    for table in keys.tables("visit_types"):
        name = table.text("id", required=True)
        each = Alternatives(
            name,
            _figure(table, "wasted", most=1),
            _figure(table, "remote", most=1),
            _growth(table),
        )
        table.refuse_others()
        if name in found:
            table.fault("id", name, "each visit type once")
        elif name:
            found[name] = each
    return found


def _segments(keys: Keys) -> tuple[Segment, ...]:
    found: dict[str, Segment] = {}
    for table in keys.tables("segments"):
        segment = Segment(
            id=table.text("id", required=True),
            name=table.text("name", required=True),
            dimension=table.text("dimension", required=True),
            share=_segment_share(table),
            rates=_rates(table),
            online=_figure(table, "online") or _ALL_ALIKE,
            need_weight=_figure(table, "need_weight", above=0) or _OF_ONE,
            name_sw=table.text("name_sw"),
            mark=table.mark(required=True),
        )
        table.refuse_others()
        if segment.id in found:
            table.fault("id", segment.id, "each segment once")
        elif segment.id:
            found[segment.id] = segment
    return tuple(found.values())


def _dimensions(keys: Keys) -> tuple[Dimension, ...]:
    found: dict[str, Dimension] = {}
    for table in keys.tables("dimensions"):
        name = table.text("id", required=True)
        each = Dimension(name, table.text("name", required=True), table.text("name_sw"))
        table.refuse_others()
        if name in found:
            table.fault("id", name, "each dimension once")
        elif name:
            found[name] = each
    return tuple(found.values())


def _segment_share(table: Keys) -> AreaShare | float | None:
    """A column, a number for every area, or nothing: the rest."""
    if not table.has("share"):
        return None
    if isinstance(table.values["share"], dict):
        share: AreaShare | float | None = _share(table, "share")
    else:
        share = table.number("share", low=0, most=1)
    return math.nan if share is None else share  # at fault: not the rest, and no part of a sum


def _rates(table: Keys) -> Mapping[str, Figure]:
    rates = table.table("rates")
    if rates is None:
        return {}
    found = {name: _figure(rates, name) for name in rates.values}
    return {name: figure for name, figure in found.items() if figure is not None}


def _choice(keys: Keys) -> Choice | None:
    table = keys.table("choice")
    if table is None:
        return None
    decay = _figure(table, "decay_per_km", required=True)
    sites = table.table("attraction")
    found = {name: _figure(sites, name) for name in sites.values} if sites else {}
    table.refuse_others()
    if decay is None:
        return None
    return Choice(decay, {name: figure for name, figure in found.items() if figure is not None})


def _opening(keys: Keys) -> Opening:
    table = keys.table("opening")
    if table is None:
        return Opening()
    figures = {
        name: figure
        for name in OPENING
        if (figure := _figure(table, name, **_limits(name))) is not None
    }
    weekdays = _weekdays(table)
    holidays = _holidays(table)
    table.refuse_others()
    return Opening(**figures, weekdays=weekdays, holidays=holidays)


def _limits(name: str) -> Limits:
    above = 0 if name in _ABOVE_ZERO else None
    return {"above": above, "least": _AT_LEAST.get(name, 0), "most": _MOST.get(name)}


def _weekdays(table: Keys) -> tuple[int, ...]:
    if not table.has("weekdays"):
        return Opening().weekdays
    given = table.values["weekdays"]
    if not (_are_days(given) and given):
        table.fault("weekdays", given, "a list of days, Monday 0 to Sunday 6, each once")
        return Opening().weekdays
    return tuple(sorted(given))


def _are_days(given: object) -> bool:
    if not isinstance(given, list):
        return False
    good = all(type(day) is int and 0 <= day <= 6 for day in given)
    return good and len({*given}) == len(given)


def _holidays(table: Keys) -> tuple[date, ...]:
    if not table.has("holidays"):
        return ()
    given = table.values["holidays"]
    days: Iterable[object] = given if isinstance(given, list) else [given]
    good = [day for day in days if type(day) is date]
    if not isinstance(given, list) or len(good) < len(given):
        table.fault("holidays", given, "a list of dates, such as [2024-12-12]")
        return ()
    return tuple(sorted({*good}))


def _levers(keys: Keys) -> Levers:
    table = keys.table("levers")
    if table is None:
        return Levers()
    figures = {
        name: _figure(table, name, **(_A_SHARE_LEFT if name == "minutes_factor" else {}))
        for name in LEVERS
    }
    adults = table.text("adults")
    if figures["information"] is not None and not adults:
        table.fault(
            "adults", "missing key: adults", "the column that counts adults",
            "information costs so much for each adult reached",
        )  # fmt: skip
    table.refuse_others()
    return Levers(**figures, adults=adults)
