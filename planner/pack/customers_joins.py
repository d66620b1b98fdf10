"""Holds `customers.toml` against its pack: known names, and shares that are shares everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from planner.errors import nearest
from planner.pack.customer_types import AreaShare, Customers, Segment
from planner.pack.facts_file import Facts, values_of
from planner.pack.faults import Findings, listed

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Joins:
    """What a pack has, as far as it could be read; None where it could not.

    Attributes:
        visit_types: Ids; `sites` likewise.
        areas: Codes of the areas that have demand points.
        area_names: The name of each area by its code.
    """

    visit_types: Collection[str] | None
    sites: Collection[str] | None
    areas: Collection[str]
    area_names: dict[str, str]


def check_customers(
    file: str, customers: Customers, facts: Facts, joins: Joins, findings: Findings
) -> None:
    """Notes every name that the pack does not know, and every share that is none somewhere."""
    _check_names(file, customers, joins, findings)
    known: dict[AreaShare, dict[str, float]] = {}
    for place, share in _shares(customers):
        if share not in known:
            known[share] = _values(share, facts, joins.areas, (file, place), findings)
    adults = customers.levers.adults
    if adults:
        values = values_of(facts, adults, joins.areas, (file, "levers.adults"), findings)
        for code, value in values.items():
            if value < 0:
                row = facts.rows.get(code)
                findings.fault(facts.file, row, adults, f"{value:g}", "a number >= 0")
    _check_dimensions(file, customers.segments, known, joins, findings)


def _check_names(file: str, customers: Customers, joins: Joins, findings: Findings) -> None:
    choice = customers.choice
    used = {each.dimension for each in customers.segments}
    asked = [
        ("dimensions", [each.id for each in customers.dimensions], used, "a dimension of segments"),
        ("visit_types", customers.alternatives, joins.visit_types, "the id of a visit type"),
        *(
            (f"segments.{each.id}.rates", each.rates, joins.visit_types, "the id of a visit type")
            for each in customers.segments
        ),
        ("choice.attraction", choice.attraction if choice else (), joins.sites, "the id of a site"),
    ]
    for place, given, known, expected in asked:
        for name in given:
            if known is not None and name not in known:
                near = nearest(name, sorted(known))
                hint = f"Did you mean {near[0]}?" if near else f"Known: {listed(sorted(known))}"
                findings.fault(file, None, place, name, expected, hint)


def _shares(customers: Customers) -> Iterator[tuple[str, AreaShare]]:
    if customers.online is not None:
        yield "online_reach.share", customers.online.share
    if customers.information is not None and customers.information.share is not None:
        yield "information.share", customers.information.share
    for each in customers.segments:
        if isinstance(each.share, AreaShare):
            yield f"segments.{each.id}.share", each.share


def _values(
    share: AreaShare,
    facts: Facts,
    areas: Collection[str],
    asks: tuple[str, str],
    findings: Findings,
) -> dict[str, float]:
    """The share in each area; what is no share is told with its row in the table of facts."""
    parts = values_of(facts, share.column, areas, asks, findings)
    wholes = dict.fromkeys(parts, share.of)
    if isinstance(share.of, str):
        wholes = dict(values_of(facts, share.of, areas, asks, findings))
    found: dict[str, float] = {}
    why = f"{asks[0]} {asks[1]} draws on this column"
    for code, part in parts.items():
        whole = wholes.get(code)
        if not isinstance(whole, int | float):
            continue
        row = facts.rows.get(code)
        if whole <= 0:
            findings.fault(facts.file, row, str(share.of), f"{whole:g}", "a number > 0", why)
        elif not 0 <= part <= whole:
            limit = "100 percent" if whole == 100 else f"{whole:g}"
            of = f" ({share.of})" if isinstance(share.of, str) else ""
            expected = f"0 to {limit}{of}"
            findings.fault(facts.file, row, share.column, f"{part:g}", expected, why)
        else:
            value = part / whole
            found[code] = 1.0 - value if share.complement else value
    return found


def _check_dimensions(
    file: str,
    segments: tuple[Segment, ...],
    known: dict[AreaShare, dict[str, float]],
    joins: Joins,
    findings: Findings,
) -> None:
    """The segments of a dimension are everybody, each person once."""
    for dimension in dict.fromkeys(each.dimension for each in segments):
        own = [each for each in segments if each.dimension == dimension]
        rest = [each.id for each in own if each.share is None]
        place = f"segments ({dimension})"
        if len(rest) > 1:
            findings.fault(
                file, None, place, f"no share for {listed(rest)}", "one segment that is the rest",
                "Give a share to all of them but one",
            )  # fmt: skip
            continue
        for code in sorted(joins.areas):
            total = 0.0
            for each in own:
                if isinstance(each.share, AreaShare):
                    total += known.get(each.share, {}).get(code, float("nan"))
                else:
                    total += each.share or 0.0
            name = joins.area_names.get(code, code)
            if total > 1 + _ROUNDING:
                findings.fault(
                    file, None, place, f"{total:.4g} in {name}", "shares that sum to 1 at most",
                    f"In {name} the segments {listed(each.id for each in own)} overlap",
                )  # fmt: skip
            elif total < 1 - _ROUNDING and not rest:
                findings.fault(
                    file, None, place, f"{total:.4g} in {name}", "shares that sum to 1",
                    "Add a segment without a share: it is the rest",
                )  # fmt: skip
