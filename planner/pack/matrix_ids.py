"""Whose row of a matrix is whose: ids of the pack, or positions in its order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.pack.faults import Findings, listed
from planner.pack.matrix_programs import IdsAs

_WHOLE = re.compile(r"[0-9]{1,9}")
_AS: tuple[IdsAs, ...] = ("ids", "positions", "positions_from_1")


@dataclass(frozen=True, slots=True)
class Named:
    """The places on one side of a matrix: the texts of the file, once each, and the pack's ids.

    `heading` is that of their column, `noun` what they are in the pack.
    """

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    heading: str
    noun: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides, resolved: the position in the pack of each text, None where it is unknown."""

    start: tuple[int | None, ...]
    end: tuple[int | None, ...]
    words: str = ""


def resolve(
    start: Named,
    end: Named,
    choice: IdsAs | None,
    file: str,
    findings: Findings,
    *,
    is_numbered: bool,
) -> Sides | None:
    """The position in the pack of each text; None, with a fault, where it is open which.

    Texts are ids. They are positions where all of them are whole numbers in range, and on one side
    at least none is an id; or where the program numbers places (`is_numbered`) and not all are
    ids. Where both readings are possible and differ, a person must say.

    Args:
        start: Where trips start.
        end: Where they end.
        choice: What a person says they are; None: as they look.
        file: The file's name.
        findings: Takes the faults and warnings.
        is_numbered: Whether the program numbers places from 0.
    """
    as_ids = _as_ids(start), _as_ids(end)
    if choice == "ids":
        return Sides(*as_ids)
    by_count = {
        name: (_as_positions(start, base), _as_positions(end, base))
        for name, base in (("positions", 0), ("positions_from_1", 1))
    }
    if choice is not None:
        return _stated(start, end, by_count[choice], choice, file, findings)
    fitting = {name: sides for name, sides in by_count.items() if None not in sides[0] + sides[1]}
    if is_numbered and "positions" in fitting:
        fitting.pop("positions_from_1", None)
    all_ids = None not in as_ids[0] + as_ids[1]
    if all_ids:
        fitting = {"ids": as_ids, **fitting}
    elif not fitting:
        return _out_of_range(start, end, as_ids, file, findings)
    elif not is_numbered and all(any(each is not None for each in side) for side in as_ids):
        _ask(start, end, ["ids", *fitting], file, findings)
        return None
    if len(set(fitting.values())) > 1:
        _ask(start, end, list(fitting), file, findings)
        return None
    name, sides = next(iter(fitting.items()))
    if name == "ids":
        return Sides(*sides)
    return Sides(*sides, _told(start, end, name, file, findings))


def _as_ids(side: Named) -> tuple[int | None, ...]:
    place = {each: at for at, each in enumerate(side.ids)}
    return tuple(place.get(text) for text in side.texts)


def _as_positions(side: Named, base: int) -> tuple[int | None, ...]:
    return tuple(
        int(text) - base
        if _WHOLE.fullmatch(text) and base <= int(text) < len(side.ids) + base
        else None
        for text in side.texts
    )


def _stated(
    start: Named,
    end: Named,
    sides: tuple[tuple[int | None, ...], tuple[int | None, ...]],
    choice: IdsAs,
    file: str,
    findings: Findings,
) -> Sides | None:
    """Positions because a person says so; those out of range are faults."""
    base = 1 if choice == "positions_from_1" else 0
    for side, at in zip((start, end), sides, strict=True):
        wrong = [text for text, each in zip(side.texts, at, strict=True) if each is None]
        if wrong:
            findings.fault(
                file, None, side.heading, listed(wrong),
                f"whole numbers from {base} to {len(side.ids) - 1 + base}, one for each"
                f" {side.noun}",
                "State what they are to planner matrix: --ids ids|positions|positions_from_1",
            )  # fmt: skip
    if None in sides[0] + sides[1]:
        return None
    return Sides(*sides, _told(start, end, choice, file, findings))


def _out_of_range(
    start: Named,
    end: Named,
    as_ids: tuple[tuple[int | None, ...], tuple[int | None, ...]],
    file: str,
    findings: Findings,
) -> Sides | None:
    """Ids, known or not; a fault where they look like positions that the pack does not have."""
    numbers = all(_WHOLE.fullmatch(text) for side in (start, end) for text in side.texts)
    if not numbers or any(each is not None for side in as_ids for each in side):
        return Sides(*as_ids)
    for side in (start, end):
        found = [int(text) for text in side.texts]
        findings.fault(
            file, None, side.heading, f"numbers from {min(found)} to {max(found)}",
            f"ids of {side.noun}s, or positions from 0 to {len(side.ids) - 1}",
            "Ask the program for the way from every demand point to every site, both in the order"
            " of the pack, and for no other way",
        )  # fmt: skip
    return None


def _told(start: Named, end: Named, name: str, file: str, findings: Findings) -> str:
    base = 1 if name == "positions_from_1" else 0
    words = (
        f"{start.heading} and {end.heading} are taken as positions from {base}: {base} is"
        f" {start.ids[0]} and {end.ids[0]}, in the order of the pack's {start.noun}s and"
        f" {end.noun}s"
    )
    findings.warn(f"{file}: {words}")
    return words


def _ask(start: Named, end: Named, names: Sequence[str], file: str, findings: Findings) -> None:
    words = {"ids": "ids", "positions": "positions from 0", "positions_from_1": "positions from 1"}
    findings.fault(
        file, None, start.heading, f"{listed(start.texts, 3)} to {listed(end.texts, 3)}",
        "ids or positions, in one way only",
        f"They may be {' or '.join(words[each] for each in names)} of the pack. State it"
        f" to planner matrix: --ids {'|'.join(each for each in _AS if each in names)}",
    )  # fmt: skip
