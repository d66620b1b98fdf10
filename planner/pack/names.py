"""Area names in any usual spelling; never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from planner.errors import nearest
from planner.pack.types import Area

_ALIASES = {
    "nairobicity": "nairobi",
    "cityofnairobi": "nairobi",
    "keiyomarakwet": "elgeyomarakwet",
    "tharaka": "tharakanithi",
    "taita": "taitataveta",
}
_AFFIXES = (("", "county"), ("countyof", ""), ("kauntiya", ""))


def name_key(name: str) -> str:
    """A name reduced to its letters and digits, without case, signs and the word county.

    Digits stay: `District 1` and `District 2` are two areas.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    key = "".join(each for each in folded if each.isalnum())
    for before, after in _AFFIXES:
        if key.startswith(before) and key.endswith(after) and len(key) > len(before + after):
            key = key[len(before) : len(key) - len(after)]
    return _ALIASES.get(key, key)


@dataclass(frozen=True, slots=True)
class Match:
    """The area a text means, and how it was recognised."""

    code: str
    by: str  # code | padded | name


class AreaNames:
    """Finds an area by its code or by any usual spelling of its name."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Learns the codes and names; a name that two areas share finds neither."""
        self.areas = tuple(areas)
        self._codes = {area.code for area in self.areas}
        self._by_key = _unique((name_key(area.name), area.code) for area in self.areas)
        self._by_number = _unique(
            (area.code.lstrip("0") or "0", area.code)
            for area in self.areas
            if area.code.isascii() and area.code.isdigit()
        )

    def find(self, text: str) -> Match | None:
        """The area meant, or None."""
        if text in self._codes:
            return Match(text, "code")
        if text.isascii() and text.isdigit():
            code = self._by_number.get(text.lstrip("0") or "0")
            return None if code is None else Match(code, "padded")
        code = self._by_key.get(name_key(text))
        return None if code is None else Match(code, "name")

    def suggestions(self, text: str) -> list[str]:
        """Up to three names that look alike."""
        by_key = {name_key(area.name): area.name for area in self.areas}
        return [by_key[key] for key in nearest(name_key(text), by_key, count=3)]


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for key, code in pairs:
        if found.setdefault(key, code) != code or not key:
            doubled.add(key)
    return {key: code for key, code in found.items() if key not in doubled}
