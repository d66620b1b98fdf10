"""Area names in any usual spelling; never guessed."""

from __future__ import annotations

import re
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
# What people write around a county's name, the longest first.
_BEFORE = (
    "thecountygovernmentof",
    "countygovernmentof",
    "serikaliyakauntiya",
    "citycountyof",
    "thecountyof",
    "countyof",
    "kauntiya",
)
_AFTER = ("citycountygovernment", "countygovernment", "citycounty", "county")


def plural(label: str) -> str:
    """The English plural of the word for an area: `city` -> `cities`; `areas` where blank."""
    word = label.strip() or "area"
    if word[-1] in "yY" and word[-2:-1].casefold() not in {"a", "e", "i", "o", "u"}:
        return word[:-1] + "ies"
    return word + ("es" if word.casefold().endswith(("s", "x", "ch", "sh")) else "s")


def name_key(name: str) -> str:
    """A name reduced to its letters and digits, without case, signs and words such as county.

    Digits stay: `District 1` and `District 2` are two areas.
    """
    key = _letters(name)
    for before in _BEFORE:
        if key.startswith(before) and key != before:
            key = key.removeprefix(before)
            break
    for after in _AFTER:
        if key.endswith(after) and key != after:
            key = key.removesuffix(after)
            break
    return _ALIASES.get(key, key)


def _letters(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name without case and signs; an apostrophe parts no word."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    joined = re.sub(r"['\u2019\u2018`\u02bc]", "", folded)
    return re.findall(r"[^\W_]+", joined)


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
        self._by_letters = _unique((_letters(area.name), area.code) for area in self.areas)
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
        code = self._by_letters.get(_letters(text)) or self._by_key.get(name_key(text))
        return None if code is None else Match(code, "name")

    def twins(self, text: str) -> list[str]:
        """The codes of the areas that have this very name, where they are several."""
        letters = _letters(text)
        codes = [area.code for area in self.areas if letters and _letters(area.name) == letters]
        return codes if len(codes) > 1 else []

    def suggestions(self, text: str) -> list[str]:
        """Up to three names: those that stand in the text as whole words, then those alike."""
        by_key = {name_key(area.name): area.name for area in self.areas}
        words = f" {' '.join(_words(text))} "
        inside = [
            area.name
            for area in self.areas
            if (own := _words(area.name)) and f" {' '.join(own)} " in words
        ]
        alike = [by_key[key] for key in nearest(name_key(text), by_key, count=3)]
        return list(dict.fromkeys([*sorted(inside, key=len, reverse=True), *alike]))[:3]


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for key, code in pairs:
        if found.setdefault(key, code) != code or not key:
            doubled.add(key)
    return {key: code for key, code in found.items() if key not in doubled}
