"""`demand.toml`: rates of visits and how they are spread."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from planner.errors import nearest
from planner.pack.facts_file import Facts, values_of
from planner.pack.faults import Findings, listed
from planner.pack.figures import Figure, Mark
from planner.pack.manifest import given_path, year_of
from planner.pack.toml_file import Keys, read_toml
from planner.pack.types import DemandRates, Spread, SpreadTerm, VisitRate

FILE = "demand.toml"
BY_POPULATION = "population"
WEIGHT, POWER = "times", "power"  # units of the plain numbers of a term


def read_rates(
    folder: Path,
    pack_facts: Facts | None,
    read: Callable[[Path], Facts | None],
    findings: Findings,
) -> tuple[DemandRates, Facts | None] | None:
    """Reads `demand.toml`; joins to visit types and areas are judged elsewhere.

    Args:
        folder: The pack's folder.
        pack_facts: The pack's `area_facts`, used where the file names no `facts`; None when they
            could not be read, which is told already.
        read: Reads a table of facts; None when it cannot be read, told likewise.
        findings: Takes faults and warnings.
    """
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return None
    year = year_of(keys)
    facts = pack_facts
    if keys.has("facts"):
        path = given_path(keys, "facts", folder)
        facts = None if path is None else read(path)
    spreads = {BY_POPULATION: Spread(BY_POPULATION, "Population of the demand points", ())}
    tables = keys.table("spreads")
    for name, table in tables.every_table() if tables is not None else []:
        if name == BY_POPULATION:
            table.findings.fault(
                FILE, None, table.place, "a spread named population", "another name",
                "population is always there: the population of an area's demand points",
            )  # fmt: skip
        spreads[name] = _spread(name, table)
    rates = tuple(
        rate
        for table in keys.tables("visit_types", required=True)
        if (rate := _rate(table, spreads)) is not None
    )
    keys.refuse_others()
    _check_doubled(rates, findings)
    return DemandRates(year, spreads, rates, {} if facts is None else facts.values), facts


def _spread(name: str, table: Keys) -> Spread:
    mark = table.mark(required=True)
    terms: list[SpreadTerm] = []
    for number, term in enumerate(table.tables("terms", required=True), start=1):
        weight = _number(term, "weight", weight_of(number), WEIGHT, mark, least=0)
        powers: dict[str, Figure] = {}
        inner = term.table("powers")
        if inner is None:
            if "powers" not in term.values:
                term.fault("powers", "missing key: powers", "{ column = power }")
        else:
            for column in inner.values:
                power = _number(inner, column, power_of(column), POWER, mark)
                if power is not None:
                    powers[column] = power
        term.refuse_others()
        if weight is not None:
            terms.append(SpreadTerm(weight, powers))
    if table.values.get("terms") == []:
        table.fault("terms", "no terms", "one term or more")
    spread = Spread(name, table.text("name", default=name), tuple(terms), mark)
    table.refuse_others()
    return spread


def _number(
    keys: Keys, key: str, name: str, unit: str, mark: Mark, *, least: float | None = None
) -> Figure | None:
    """A plain number, certain and with the spread's mark, or a figure of its own."""
    if isinstance(keys.values.get(key), dict):
        figure = keys.figure_at(key, "mode", least=least)
        return None if figure is None else replace(figure, name=name)
    value = keys.number(key, required=True, low=least)
    return None if value is None else Figure(name, value, value, value, unit, mark)


def weight_of(number: int) -> str:
    """What the weight of a spread's term is called."""
    return f"weight of term {number}"


def power_of(column: str) -> str:
    """What the power of a column is called."""
    return f"power of {column}"


def _rate(table: Keys, spreads: Mapping[str, Spread]) -> VisitRate | None:
    visit_type = table.text("id", required=True)
    spread = table.text("spread", required=True)
    if spread and spread not in spreads:
        near = nearest(spread, spreads)
        hint = f"Did you mean {near[0]}?" if near else ""
        table.fault("spread", spread, f"one of {listed(spreads)}", hint)
    round_to = table.number("round_to", above=0)
    chain = []
    for link in table.tables("chain", required=True):
        name = link.text("name", required=True)
        figure = link.figure(name, "mode")
        link.refuse_others()
        if figure is not None:
            chain.append(figure)
            if figure.unit == "share" and figure.high > 1:
                link.fault("high", f"{figure.high:g}", "a share, at most 1", "The unit is share")
    if table.values.get("chain") == []:
        table.fault("chain", "no figures", "one figure or more")
    table.refuse_others()
    return VisitRate(visit_type, spread, tuple(chain), round_to) if visit_type else None


def _check_doubled(rates: tuple[VisitRate, ...], findings: Findings) -> None:
    seen: set[str] = set()
    for rate in rates:
        if rate.visit_type in seen:
            findings.fault(FILE, None, "visit_types", rate.visit_type, "each visit type once")
        seen.add(rate.visit_type)


def check_facts(
    rates: DemandRates, facts: Facts, areas: Collection[str], findings: Findings
) -> None:
    """Every fact a spread draws on must be there, and fit, for every area with people.

    And it must tell areas apart: a weight of 0 in all of them shares nothing out.
    """
    for spread in rates.spreads.values():
        before = len(findings.faults)
        for term in spread.terms:
            for column, power in term.powers.items():
                asks = (FILE, f"spreads.{spread.id}.terms")
                values = values_of(facts, column, areas, asks, findings)
                unfit = sorted(
                    code
                    for code, value in values.items()
                    if value < 0 or (value == 0 and power.low < 0)
                )
                if unfit:
                    findings.fault(
                        facts.file, None, column, f"below 0 in {listed(unfit)}",
                        "numbers >= 0 (> 0 for a negative power)", "",
                    )  # fmt: skip
        if spread.terms and areas and len(findings.faults) == before:
            _check_weights(spread, facts, areas, findings)


def _check_weights(
    spread: Spread, facts: Facts, areas: Collection[str], findings: Findings
) -> None:
    """Some area must have a weight above 0, also while a term's weight stands at its low end."""
    heavy = [
        any(
            math.prod(
                facts.values[code][name] ** power.value for name, power in term.powers.items()
            )
            for code in areas
        )
        for term in spread.terms
    ]
    for lowered in (None, *range(len(heavy))):
        if not any(
            is_heavy and (term.weight.low if place == lowered else term.weight.value) > 0
            for place, (term, is_heavy) in enumerate(zip(spread.terms, heavy, strict=True))
        ):
            low = "" if lowered is None else f" with term {lowered + 1} at its low weight"
            columns = sorted({name for term in spread.terms for name in term.powers})
            where = f"see {listed(columns)} in {facts.file}" if columns else "raise a weight"
            findings.fault(
                FILE, None, f"spreads.{spread.id}.terms",
                f"a weight of 0 in every area with demand points{low}",
                "a weight above 0 in one area or more",
                f'Nothing tells the areas apart: {where}, or use the spread "{BY_POPULATION}"',
            )  # fmt: skip
            return
