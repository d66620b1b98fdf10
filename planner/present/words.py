"""Words of the pages in English and Kiswahili, and numbers with their units in both."""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from planner.pack.manifest import DEFAULT_CURRENCY
from planner.pack.names import plural
from planner.pack.types import Pack
from planner.percent import percent_up

Language = Literal["en", "sw"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "sw": "Kiswahili"}
_TOGETHER = str.maketrans(" ", "\N{NO-BREAK SPACE}")  # a number stays beside its unit
_FOLDER = Path(__file__).parent / "language"


class Named(Protocol):
    """Something a pack names, in English and perhaps in Kiswahili."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def name_sw(self) -> str:
        """The name in Kiswahili, or nothing."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts by key, and its way with numbers.

    `terms`: what a pack calls its money and its areas; every text may name them.
    """

    language: Language
    texts: Mapping[str, str]
    terms: Mapping[str, str] = field(default_factory=dict)

    def of_pack(self, pack: Pack) -> Words:
        """The same words with what a pack calls its money and its areas."""
        label, labels = pack.area_label, plural(pack.area_label)
        if self.language == "sw":  # one form for both numbers: kaunti, sehemu
            label = labels = pack.area_label_sw or self.terms["label"]
        return replace(self, terms=_terms(pack.currency, label, labels))

    def unit(self, key: str, **values: object) -> str:
        """A number with its unit, never parted at a line's end."""
        return self(f"unit.{key}", **values).translate(_TOGETHER)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled.

        Where `n` reads as one and there is a `KEY_one`, it is that text: `1 branch`.

        Raises:
            KeyError: An unknown key or a placeholder without a value.
        """
        if str(values.get("n")) == "1" and f"{key}_one" in self.texts:
            key = f"{key}_one"
        return self.texts[key].format(**{**self.terms, **values})

    def counted(self, key: str, n: float, **values: object) -> str:
        """The text of a key about a number `n` of things."""
        return self(key, n=self.count(n), **values)

    def name(self, entry: Named) -> str:
        """A service's or visit type's name in this language, English where there is none."""
        return (entry.name_sw if self.language == "sw" else "") or entry.name

    def in_english(self, lines: Iterable[str]) -> list[str]:
        """Lines that are only there in English; on pages of another language that is said first."""
        said = [each for each in lines if each]
        return said if self.language == "en" or not said else [self("app.in_english"), *said]

    def count(self, value: float) -> str:
        """A whole number: 1,442,000."""
        return f"{value:,.0f}"

    def number(self, value: float) -> str:
        """Up to four figures that mean something: 1.25, 0.05, 45, 540,000."""
        if value == int(value):
            return f"{value:,.0f}"
        return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 1000 else f"{value:,.0f}"

    def signed(self, value: float, digits: int = 1) -> str:
        """A difference with its sign: +1.2, -0.4; a nought has none."""
        text = f"{value:+,.{digits}f}"
        return text if text.strip("+-0.,") else text[1:]

    def minutes(self, value: float | None) -> str:
        """Time one way: 47 min, 2 h 6 min, 26 h."""
        if value is None or not math.isfinite(value):
            return self.unit("none")
        whole = round(value)
        hours, rest = divmod(whole, 60)
        if hours == 0:
            return self.unit("minutes", m=rest)
        if rest == 0 or hours >= 10:
            return self.unit("hours", h=round(value / 60))
        return self.unit("hours_minutes", h=hours, m=rest)

    def km(self, value: float | None) -> str:
        """Kilometres by road."""
        if value is None or not math.isfinite(value):
            return self.unit("none")
        return self.unit("km", v=f"{value:,.0f}" if value >= 10 else f"{value:.1f}")

    def share(self, value: float | None) -> str:
        """A share in percent; never 100 % or 0 % unless it is."""
        if value is None or not math.isfinite(value):
            return self.unit("none")
        percent = value * 100
        near_end = (0 < percent < 1) or (99 < percent < 100)
        fine = min(99.9, max(0.1, percent))
        return self.unit("percent", v=f"{fine:.1f}" if near_end else f"{percent:.0f}")

    def money(self, value: float) -> str:
        """Money of the pack, short: KES 214 M, EUR 1.08 bn, KES 900,000."""
        size = abs(value)
        if size >= 1e9:
            return self.unit("billions", v=f"{value / 1e9:,.2f}")
        if size >= 1e6:
            return self.unit(
                "millions", v=f"{value / 1e6:,.0f}" if size >= 1e8 else f"{value / 1e6:,.1f}"
            )
        return self.unit("money", v=f"{value:,.0f}")

    def gap(self, value: float) -> str:
        """A gap in percent with the digits that matter, rounded up: it is told as a limit."""
        return self.unit("percent", v=percent_up(value, 2 if value < 0.01 else 1))

    def percent(self, value: float) -> str:
        """A share in percent with the digits that matter, to the nearest."""
        percent = value * 100
        return self.unit("percent", v=f"{percent:.2f}" if percent < 1 else f"{percent:.1f}")


@cache
def words(language: Language) -> Words:
    """The words of a language, from all files of its folder; each key stands in one of them."""
    texts: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        part = _flat(tomllib.loads(path.read_text(encoding="utf-8")))
        doubled = sorted(texts.keys() & part.keys())
        if doubled:
            raise ValueError(f"{path.name}: {', '.join(doubled)} stand in another file too")
        texts |= part
    labels = {"en": ("area", "areas"), "sw": ("sehemu", "sehemu")}[language]
    return Words(language, texts, _terms(DEFAULT_CURRENCY, *labels))


def _terms(currency: str, label: str, labels: str) -> dict[str, str]:
    capital = {"Label": label, "Labels": labels}
    starts = {key: word[:1].upper() + word[1:] for key, word in capital.items()}
    return {"currency": currency, "label": label, "labels": labels} | starts


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            texts |= _flat(value, f"{before}{name}.")
        else:
            texts[before + name] = str(value)
    return texts


def placeholders(text: str) -> frozenset[str]:
    """The names that a text leaves open."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
