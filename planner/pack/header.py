"""The header of a table: which row it is, and where each column of a schema stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.errors import nearest
from planner.pack.columns import Schema
from planner.pack.faults import Findings, listed, shown
from planner.pack.grid import Cell, Grid, Record, header_key, is_blank, text_of

_HEADER_WITHIN = 30
_OTHER_UNITS = frozenset({
    *("month", "monthly", "mwezi", "week", "weekly", "wiki", "day", "daily", "siku", "quarter"),
    *("quarterly", "robo", "half", "000", "000s", "thousand", "thousands", "elfu", "million"),
    *("millions", "milioni", "mn", "bn", "percent", "pct", "asilimia", "hours", "hour", "hrs"),
    *("seconds", "secs", "sec", "miles", "mile", "metres", "meters", "usd", "eur"),
})  # fmt: skip
"""Words of headings that count something else: a month's visits are no year's."""


def count_known(cells: Sequence[Cell], schema: Schema) -> int:
    """How many different columns of the schema a row of cells names."""
    known = {name for column in schema.columns for name in (column.name, *column.aliases)}
    return len({header_key(cell) for cell in cells if isinstance(cell, str)} & known)


def find_header(grid: Grid, schema: Schema) -> int:
    """The record that names most columns; the first when none names any."""
    near = grid.records[:_HEADER_WITHIN]
    scores = [count_known(record.cells, schema) for record in near]
    return scores.index(max(scores))


def columns_of(grid: Grid, header: Record, schema: Schema, findings: Findings) -> dict[str, int]:
    """Where each column of the schema stands; those that are missing or twice are faults."""
    keys = [header_key(cell) for cell in header.cells]
    places: dict[str, int] = {}
    doubled: list[str] = []
    for column in schema.columns:
        given = [place for place, key in enumerate(keys) if key == column.name]
        if len(given) > 1:
            findings.fault(
                grid.file,
                header.number,
                column.name,
                "the column twice",
                "each column once",
                "Remove or rename one of them",
            )
            doubled.append(column.name)
        if given:
            places[column.name] = given[0]
    exact = set(places.values())
    for column in schema.columns:
        if column.name in places:
            continue
        for alias in column.aliases:
            free = [place for place, key in enumerate(keys) if key == alias and place not in exact]
            if free:
                places[column.name] = free[0]
                exact.add(free[0])
                break
    understood = [
        f"{shown(text_of(header.cells[place]))} as {name}"
        for name, place in places.items()
        if text_of(header.cells[place]) != name
    ]
    if understood:
        findings.warn(f"{grid.file}: columns understood: {', '.join(understood)}")
    unused = [
        text_of(cell)
        for place, cell in enumerate(header.cells)
        if place not in exact and not is_blank(cell)
    ]
    if grid.geometries is not None and schema.geometry == "point":
        unused = [name for name in unused if name not in {"lat", "lon"}]
    _check_missing(grid, header, schema, places, unused, findings)
    _tell_nameless(grid, header, findings)
    if unused:
        free_names = [column.name for column in schema.columns if column.name not in places]
        alike = [(name, _alike(header_key(name), free_names)) for name in unused]
        hints = [f"{shown(name)} (did you mean {near[0]}?)" for name, near in alike if near]
        plain = [shown(name) for name, near in alike if not near]
        findings.warn(f"{grid.file}: columns not used: {listed([*hints, *plain], 20)}")
    return {name: place for name, place in places.items() if name not in doubled}


def _check_missing(
    grid: Grid,
    header: Record,
    schema: Schema,
    places: Mapping[str, int],
    unused: list[str],
    findings: Findings,
) -> None:
    found = listed((text_of(cell) for cell in header.cells if not is_blank(cell)), 40)
    missing = [
        (each.name, [each.name])
        for each in schema.columns
        if each.required and each.name not in places
    ]
    groups = schema.one_of
    if groups and not any(all(name in places for name in group) for group in groups):
        alone = [name for group in groups for name in group]
        missing.append((" or ".join("+".join(group) for group in groups), alone))
    for name, single in missing:
        alike = ((each, _meant(each, [header_key(cell) for cell in unused])) for each in single)
        near = next(((each, found[0]) for each, found in alike if found), None)
        hint = f". Is {near[1]} meant? Rename it to {near[0]}" if near else ""
        findings.fault(
            grid.file,
            header.number,
            name,
            f"missing column: {name}",
            f"a column named {name}",
            f"Found: {found}{hint}",
        )


def _tell_nameless(grid: Grid, header: Record, findings: Findings) -> None:
    """Says which columns hold data but no heading, as nobody can tell what they are."""
    below = [record.cells for record in grid.records if record.number > header.number]
    widest = len(header.cells) if grid.ragged else max(map(len, below), default=0)
    nameless = [
        place
        for place in range(max(widest, len(header.cells)))
        if place >= len(header.cells) or is_blank(header.cells[place])
    ]
    if not nameless:
        return
    filled = [
        str(place + 1)
        for place in nameless
        if any(place < len(cells) and not is_blank(cells[place]) for cells in below)
    ]
    if filled:
        findings.warn(f"{grid.file}: columns without a heading, not used: {listed(filled)}")


def _alike(heading: str, names: Iterable[str]) -> list[str]:
    """The column that a heading may mean; none where it says another unit."""
    return nearest(heading, (name for name in names if _may_mean(heading, name)))


def _meant(name: str, headings: Iterable[str]) -> list[str]:
    """The heading that may be meant by a column; none that says another unit."""
    return nearest(name, (each for each in headings if _may_mean(each, name)))


def _may_mean(heading: str, name: str) -> bool:
    return not _OTHER_UNITS & {*heading.split("_")} - {*name.split("_")}
