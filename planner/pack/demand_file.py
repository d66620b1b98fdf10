"""`demand.toml`: rates of visits and how they are spread; the facts of areas they draw on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import nearest
from planner.pack.faults import Findings, listed
from planner.pack.figures import Figure, Mark
from planner.pack.grid import Record, header_key, is_blank, text_of
from planner.pack.manifest import given_path
from planner.pack.number_grammar import NotANumber, read_numbers
from planner.pack.opening import read_bytes
from planner.pack.text_table import read_text_grid
from planner.pack.toml_file import Keys, read_toml
from planner.pack.types import DemandRates, Spread, SpreadTerm, VisitRate

FILE = "demand.toml"
BY_POPULATION = "population"
WEIGHT, POWER = "times", "power"  # units of the plain numbers of a term
_CODE_KEYS = {"code", "county_code", "area_code"}
_MOST_FACT_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of facts: area code -> column -> number; and what kept a column out."""

    file: str
    values: Mapping[str, Mapping[str, float]]
    not_numbers: Mapping[str, str]  # column -> its first cell that is no number, with the row
    rows: Mapping[str, int] = field(default_factory=dict)  # area code -> row, header = 1


NO_FACTS = Facts("", {}, {})


def read_facts(path: Path, findings: Findings) -> Facts | None:
    """Reads the numeric columns of a table with a `code` column; text columns are left out."""
    content = read_bytes(path, findings)
    if content is None:
        return None
    grid = read_text_grid(
        content,
        path.name,
        findings,
        lambda cells: any(header_key(cell) in _CODE_KEYS for cell in cells),
        _MOST_FACT_ROWS,
    )
    if grid is None:
        return None
    header, *rows = grid.records
    names = [text_of(cell) for cell in header.cells]
    places = [place for place, name in enumerate(names) if header_key(name) in _CODE_KEYS]
    if not places:
        findings.fault(
            grid.file, header.number, "code", "missing column: code", "a column named code",
            f"Found: {listed(names, 40)}",
        )  # fmt: skip
        return None
    sound = [row for row in rows if len(row.cells) == len(names)]
    for row in rows:
        if len(row.cells) != len(names):
            findings.fault(
                grid.file, row.number, None, f"{len(row.cells)} fields",
                f"{len(names)} fields, as in the header", "",
            )  # fmt: skip
    doubled = listed({name for name in names if name and names.count(name) > 1})
    if doubled:
        findings.fault(grid.file, header.number, None, f"columns twice: {doubled}", "once each")
    codes = _codes(grid.file, sound, places[0], findings)
    values: dict[str, dict[str, float]] = {code: {} for code in codes if code}
    not_numbers: dict[str, str] = {}
    for place, name in enumerate(names):
        if place == places[0] or not name:
            continue
        cells = [None if is_blank(row.cells[place]) else row.cells[place] for row in sound]
        numbers = read_numbers(cells, "measure", grid.separator)
        for row, cell, number in zip(sound, cells, numbers, strict=True):
            if isinstance(number, NotANumber):
                not_numbers.setdefault(name, f"row {row.number}: {cell}")
        if name not in not_numbers:
            for code, number in zip(codes, numbers, strict=True):
                if code and isinstance(number, (int, float)):
                    values[code][name] = float(number)
    rows_of = {code: row.number for row, code in zip(sound, codes, strict=True) if code}
    return Facts(grid.file, values, not_numbers, rows_of)


def _codes(file: str, rows: list[Record], place: int, findings: Findings) -> list[str]:
    codes = [text_of(row.cells[place]) for row in rows]
    seen: set[str] = set()
    for row, code in zip(rows, codes, strict=True):
        if not code or code in seen:
            findings.fault(file, row.number, "code", code or "a blank cell", "each code once")
        seen.add(code)
    return codes


def read_rates(
    folder: Path, pack_facts: Facts | None, findings: Findings
) -> tuple[DemandRates, Facts] | None:
    """Reads `demand.toml`; joins to visit types and areas are judged elsewhere.

    Args:
        folder: The pack's folder.
        pack_facts: The pack's `area_facts`, used where the file names no `facts`.
        findings: Takes faults and warnings.
    """
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return None
    year = keys.whole("year")
    facts = pack_facts
    if keys.has("facts"):
        path = given_path(keys, "facts", folder)
        facts = None if path is None else read_facts(path, findings)
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
    known = NO_FACTS if facts is None else facts
    return DemandRates(year, spreads, rates, known.values), known


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
        table = keys.table(key)
        figure = None if table is None else table.figure(name, "mode", least=least)
        if table is not None:
            table.refuse_others()
        return figure
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
    """Every fact a used spread draws on must be there, and fit, for every area with people."""
    for spread in rates.spreads.values():
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


def values_of(
    facts: Facts, column: str, areas: Collection[str], asks: tuple[str, str], findings: Findings
) -> dict[str, float]:
    """The values of a column in the areas that have one; what keeps a value away is a fault.

    Args:
        facts: The table.
        column: A numeric column of it.
        areas: The codes of the areas that need a value.
        asks: The file and key that draw on the column.
        findings: Takes the faults: no such column, no numbers, no value for an area.
    """
    file, place = asks
    if column in facts.not_numbers:
        findings.fault(
            facts.file, None, column, facts.not_numbers[column], "numbers in every row",
            f"{file} {place} draws on this column",
        )  # fmt: skip
        return {}
    columns = sorted({name for values in facts.values.values() for name in values})
    if column not in columns:
        near = nearest(column, columns)
        hint = f"Did you mean {near[0]}?" if near else ""
        expected = f"a numeric column of {facts.file or 'facts'}"
        findings.fault(file, None, place, column, expected, hint)
        return {}
    found = {code: facts.values.get(code, {}).get(column) for code in areas}
    missing = sorted(code for code, value in found.items() if value is None)
    if missing:
        findings.fault(
            facts.file, None, column, f"no value for {listed(missing)}", "a value for every area",
            f"{file} {place} draws on this column",
        )  # fmt: skip
    return {code: value for code, value in found.items() if value is not None}
