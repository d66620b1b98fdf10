"""A comparison side by side, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.compare.types import Comparison, KpiCell, KpiRow, Move, People
from planner.compare.words import (
    FACTS,
    LETTERS,
    OF_DUPLICATES,
    figure_said,
    kpi_label,
    member_said,
    one_separation,
    remark_said,
    who,
)

_MOST = 5  # areas and places in a list
_UNCLEAR = "~"
_LEGEND = (
    f"  {_UNCLEAR} smaller than what is left open: by the gaps for the objective, by the error of "
    "the travel model for minutes and km"
)


def lines_of(comparison: Comparison) -> Iterator[str]:
    """Members, warnings and figures first; then what was asked, moves, areas and people."""
    for n in range(len(comparison.members)):
        yield member_said(comparison, n)
    for remark in comparison.warnings:
        yield f"! {remark_said(remark, comparison.base)}"
    for member, letter in zip(comparison.members, LETTERS, strict=False):
        for clash in member.clashes:
            yield f"  {letter}: {clash.text} {clash.repair}".rstrip()
    yield ""
    yield from _figures(comparison)
    yield ""
    yield from _inputs(comparison)
    for n in range(len(comparison.members)):
        yield from _against_base(comparison, n)
    yield from _together(comparison)


# -- figures -------------------------------------------------------------------------------


def _figures(comparison: Comparison) -> Iterator[str]:
    head = ["", *(LETTERS[n] for n in range(len(comparison.members)))]
    rows = [
        [
            kpi_label(row, comparison.members),
            *(_figure(comparison, row, n) for n in range(len(row.cells))),
        ]
        for row in comparison.kpis
        if any(cell.value is not None for cell in row.cells)
    ]
    yield from _aligned([head, *rows])
    yield from _travel_error(comparison)
    if any(cell.is_clear is False for row in comparison.kpis for cell in row.cells):
        yield _LEGEND


def _travel_error(comparison: Comparison) -> Iterator[str]:
    errors = {member.travel_error for member in comparison.members}
    known = sorted(error for error in errors if error is not None)
    if known:
        told = " to ".join(dict.fromkeys(f"{error:.1%}" for error in (known[0], known[-1])))
        yield f"  minutes and km: ± {told}, measured on known roads"
    if None in errors:
        yield "  how far minutes and km are off was not measured for every member"


def _figure(comparison: Comparison, row: KpiRow, n: int) -> str:
    """A figure of a member; of duplicates with the separation, where members have several."""
    told = _cell(row.cells[n], row, is_base=n == comparison.base)
    several = row.key.startswith(OF_DUPLICATES) and not one_separation(comparison.members)
    return f"{told} {comparison.members[n].duplicates_within}" if several else told


def _cell(cell: KpiCell, row: KpiRow, *, is_base: bool) -> str:
    value = figure_said(cell.value, row.unit)
    if is_base or cell.difference is None:
        return value
    if cell.verdict == "same":
        return f"{value} (same)"
    word = "" if cell.verdict == "neither" else f" {cell.verdict}"
    mark = f" {_UNCLEAR}" if cell.is_clear is False else ""
    return f"{value} ({figure_said(cell.difference, row.unit, signed=True)}{word}{mark})"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
        yield f"  {first.ljust(widths[0])}  {'   '.join(cells)}".rstrip()


# -- what was asked ------------------------------------------------------------------------


def _inputs(comparison: Comparison) -> Iterator[str]:
    inputs = comparison.inputs
    yield "What was asked differently:"
    if not (inputs.rules or inputs.files or inputs.problem or inputs.facts):
        yield "  nothing"
    for rule in inputs.rules:
        yield f"  {rule.key}"
        for n, said in enumerate(rule.said):
            if rule.applies[n]:
                yield f"    {LETTERS[n]}: {said}"
    for part in inputs.files:
        yield f"  pack file {part.said}: another in {who(part.members)}"
    for part in inputs.problem:
        yield f"  {part.said}: others in {who(part.members)}"
    for fact in inputs.facts:
        values = ", ".join(
            f"{LETTERS[n]} {value}" for n, value in enumerate(fact.values) if value is not None
        )
        yield f"  {FACTS[fact.key]}: {values}"


# -- each against the base -----------------------------------------------------------------


def _against_base(comparison: Comparison, n: int) -> Iterator[str]:
    moves, people = comparison.moves[n], comparison.people[n]
    if n == comparison.base or (moves is None and people is None):
        return
    yield ""
    yield f"{LETTERS[n]} against {LETTERS[comparison.base]}:"
    if moves is not None:
        yield (
            f"  branches: {moves.opened} opened, {moves.closed} closed; at others "
            f"{moves.services_added} services added, {moves.services_ended} ended, "
            f"{moves.formats_changed} formats changed"
        )
        yield from (f"    {_move_said(move)}" for move in moves.moves)
    yield from _areas(comparison, n)
    if people is not None:
        yield from _people(people)


def _move_said(move: Move) -> str:
    place = f"{move.name} [{move.site}], {move.area_name}"
    if move.kind == "opened":
        return f"+ {place}: {', '.join(move.services_added)}"
    if move.kind == "closed":
        return f"- {place}"
    told = [f"+ {name}" for name in move.services_added]
    told += [f"- {name}" for name in move.services_ended]
    if move.format_before != move.format_after:
        told.append(f"format {move.format_before or 'plain'} to {move.format_after or 'plain'}")
    return f"* {place}: {', '.join(told)}"


def _areas(comparison: Comparison, n: int) -> Iterator[str]:
    found = [
        (cell.difference, area.name, cell.mean_min)
        for area in comparison.areas
        if (cell := area.cells[n]) is not None
        and cell.difference is not None
        and abs(cell.difference) >= 0.05
    ]
    gains = sorted(each for each in found if each[0] < 0)[:_MOST]
    losses = sorted((each for each in found if each[0] > 0), reverse=True)[:_MOST]
    for words, listed in (("gain", gains), ("lose", losses)):
        if listed:
            told = ", ".join(
                f"{name} {figure_said(difference, 'minutes', signed=True)} min"
                for difference, name, _ in listed
            )
            yield f"  areas that {words} most: {told}"


def _people(people: People) -> Iterator[str]:
    count = people.count
    yield (
        f"  people whose mean travel changes by more than a minute: {count.shorter:,.0f} shorter, "
        f"{count.longer:,.0f} longer, {count.unchanged:,.0f} unchanged"
    )
    for words, number in (
        ("are served anew", count.served_anew),
        ("are no longer served", count.no_longer_served),
        ("of the unchanged have no visits", count.without_visits),
        ("of the unchanged are served by neither", count.unserved),
    ):
        if number:
            yield f"    {number:,.0f} {words}"
    for words, places in (("gain", people.gains), ("lose", people.losses)):
        if places:
            told = ", ".join(
                f"{place.name} ({place.area_name}) "
                f"{figure_said(place.difference, 'minutes', signed=True)} min"
                for place in places[:_MOST]
            )
            yield f"  places that {words} most: {told}"


# -- all together --------------------------------------------------------------------------


def _together(comparison: Comparison) -> Iterator[str]:
    shared = comparison.branches
    if shared is not None:
        yield ""
        yield f"Branches in all: {len(shared.in_all)}; in some only: {len(shared.in_some)}"
        for use in shared.in_some:
            yield f"  {who(use.members)}: {use.name} [{use.site}], {use.area_name}"
    for n, standing in enumerate(comparison.frontier):
        if standing.dominated_by:
            others = who(standing.dominated_by)
            yield (
                f"{LETTERS[n]} is beaten by {others} in mean travel and yearly money: better in "
                "one, no worse in the other"
            )
