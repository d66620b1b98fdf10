"""TOML read key by key: wrong types and unknown keys become faults with the nearest known key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from planner.errors import nearest
from planner.pack.faults import Findings
from planner.pack.figures import MARKS, Confidence, Figure, Mark
from planner.pack.opening import read_bytes

_MOST_BYTES = 5 * 2**20
_TWINS = {"mode": "value", "value": "mode"}  # the most likely number, as files name it


class Keys:
    """One TOML table; every key that is asked for is known, the others are faults."""

    def __init__(self, values: dict[str, Any], file: str, place: str, findings: Findings) -> None:
        """Wraps the values of the table at `place`."""
        self.values = values
        self.file = file
        self.place = place
        self.findings = findings
        self._known: dict[str, None] = {}

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        self._known[key] = None
        return key in self.values

    def at(self, key: str) -> str:
        """The key with the tables it stands in."""
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, found: object, expected: str, message: str = "") -> None:
        """Notes a fault at a key."""
        self.findings.fault(self.file, None, self.at(key), found, expected, message)

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """A text; a required one must not be blank."""
        value = self._get(key, required=required, expected="text")
        if value is None:
            return default
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, value, "text in quotation marks")
            return default
        return value.strip()

    def number(
        self,
        key: str,
        *,
        required: bool = False,
        low: float | None = None,
        above: float | None = None,
        most: float | None = None,
    ) -> float | None:
        """A finite number within its limits."""
        wanted = "a number"
        wanted += "" if low is None else f" >= {low:g}"
        wanted += "" if above is None else f" > {above:g}"
        wanted += "" if most is None else f" <= {most:g}"
        value = self._get(key, required=required, expected=wanted)
        if value is None:
            return None
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if (
            not good
            or not abs(value) < 1e18
            or (low is not None and value < low)
            or (above is not None and value <= above)
            or (most is not None and value > most)
        ):
            self.fault(key, _written(value), wanted)
            return None
        return float(value)

    def whole(self, key: str) -> int | None:
        """A whole number."""
        value = self._get(key, required=False, expected="a whole number")
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.fault(key, _written(value), "a whole number")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, required=False, expected="a list of texts")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self.fault(key, value, 'a list of texts, such as ["001", "047"]')
            return ()
        return tuple(part.strip() for part in value)

    def table(self, key: str) -> Keys | None:
        """A table inside this one."""
        value = self._get(key, required=False, expected="a table")
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, value, f"a table [{self.at(key)}]")
            return None
        return Keys(value, self.file, self.at(key), self.findings)

    def tables(self, key: str, *, required: bool = False) -> list[Keys]:
        """A list of tables."""
        value = self._get(key, required=required, expected="a list of tables")
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self.fault(key, value, f"tables [[{self.at(key)}]]")
            return []
        return [
            Keys(part, self.file, f"{self.at(key)}[{number}]", self.findings)
            for number, part in enumerate(value, start=1)
        ]

    def every_table(self) -> list[tuple[str, Keys]]:
        """Every value as a table, by its key."""
        return [(key, each) for key in self.values if (each := self.table(key)) is not None]

    def mark(self, *, required: bool = False) -> Mark:
        """The keys `source`, `confidence` and `note`."""
        source = self.text("source", required=required)
        word = self.text("confidence", required=required)
        note = self.text("note")
        if word and word not in MARKS:
            self.fault("confidence", word, " or ".join(MARKS))
            word = ""
        return Mark(source, cast("Confidence", word) if word else None, note)

    def figure(
        self,
        name: str,
        value_key: str,
        *,
        above: float | None = None,
        least: float | None = 0,
        most: float | None = None,
    ) -> Figure | None:
        """A number with its range, unit and mark; all three numbers within the limits."""
        at_least = least if above is None else None
        value = self.number(value_key, required=True, low=at_least, above=above, most=most)
        low = self.number("low", required=True, low=at_least, above=above, most=most)
        high = self.number("high", required=True, low=least, most=most)
        unit = self.text("unit", required=True)
        mark = self.mark(required=True)
        if value is None or low is None or high is None:
            return None
        if not low <= value <= high:
            self.fault(value_key, f"{low:g}, {value:g}, {high:g}", f"low <= {value_key} <= high")
            return None
        return Figure(name, value, low, high, unit, mark)

    def figure_at(
        self,
        key: str,
        value_key: str,
        *,
        above: float | None = None,
        least: float | None = 0,
        most: float | None = None,
    ) -> Figure | None:
        """A figure in a table of its own, by its key; None where the file gives none."""
        table = self.table(key)
        if table is None:
            return None
        figure = table.figure(key, value_key, above=above, least=least, most=most)
        table.refuse_others()
        return figure

    def refuse_others(self) -> None:
        """Makes every key that was not asked for a fault."""
        for key in self.values:
            if key not in self._known:
                self._unknown(key, self._known)

    def _unknown(self, key: str, known: Iterable[str]) -> None:
        near = [each for each in known if each == _TWINS.get(key)] or nearest(key, known)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}"
        self.fault(key, "an unknown key", "a known key", hint)

    def _get(self, key: str, *, required: bool, expected: str) -> Any:
        self._known[key] = None
        value = self.values.get(key)
        if value is None and required:
            twin = _TWINS.get(key)
            if twin is not None and twin in self.values:
                self._known[twin] = None
                self.fault(twin, f"the key {twin}", f"the key {key}", f"Did you mean {key}?")
            else:
                self.fault(key, f"missing key: {key}", expected)
        return value


def _written(value: object) -> object:
    """A value as the file has it where a number should stand: text in its quotation marks."""
    return f'"{value}"' if isinstance(value, str) else value


def read_toml(path: Path, findings: Findings) -> Keys | None:
    """The keys of a TOML file, or None when it cannot be read (said in `findings`)."""
    content = read_bytes(path, findings, _MOST_BYTES)
    if content is None:
        return None
    try:
        return Keys(tomllib.loads(content.decode("utf-8-sig")), path.name, "", findings)
    except UnicodeDecodeError:
        findings.fault(
            path.name, None, None, "text that is not UTF-8", "UTF-8 text", "Save it in UTF-8"
        )
    except RecursionError:
        findings.fault(
            path.name, None, None, "values nested too deeply", "a TOML file", "Write it anew"
        )
    except ValueError as error:  # also a number of thousands of digits
        told, _, place = str(error).rpartition(" (at line ")
        line = place.partition(",")[0]
        findings.fault(
            path.name,
            int(line) if line.isdigit() else None,
            None,
            "a line that is no TOML",
            'key = value, with texts in "…"',
            told or str(error),
        )
    return None
