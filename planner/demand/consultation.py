"""What was said of draft plans: how many are for and against, where, by whom, and about what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from planner.demand.themes import ThemeCount, count_themes
from planner.pack.voice_types import Comment, Stance, Voices


@dataclass(frozen=True, slots=True)
class Stances:
    """Comments of one branch, area or group by stance; `key` is empty where they name none."""

    key: str
    agree: int
    against: int
    neither: int

    @property
    def n(self) -> int:
        """Comments in all."""
        return self.agree + self.against + self.neither


@dataclass(frozen=True, slots=True)
class Consultation:
    """One plan's comments.

    Attributes:
        plan: Its fingerprint or name, as the comments give it.
        days: First and last day.
        all: All of them together.
        sites, areas, groups: By each, in the order first met; "" for those that name none.
        themes: Of the comments in words.
    """

    plan: str
    days: tuple[date, date]
    all: Stances
    sites: tuple[Stances, ...]
    areas: tuple[Stances, ...]
    groups: tuple[Stances, ...]
    themes: tuple[ThemeCount, ...]


def consultations(voices: Voices) -> tuple[Consultation, ...]:
    """The comments on each plan, plans in the order first met. Comments count, not people."""
    found = []
    for plan in dict.fromkeys(each.plan for each in voices.comments):
        mine = [each for each in voices.comments if each.plan == plan]
        days = [each.day for each in mine]
        found.append(
            Consultation(
                plan=plan,
                days=(min(days), max(days)),
                all=_stances("", mine),
                sites=_by(mine, lambda each: each.site),
                areas=_by(mine, lambda each: each.area),
                groups=_by(mine, lambda each: each.group),
                themes=count_themes([each.comment for each in mine], voices.themes),
            )
        )
    return tuple(found)


def _by(comments: Sequence[Comment], key: Callable[[Comment], str]) -> tuple[Stances, ...]:
    keys = dict.fromkeys(map(key, comments))
    return tuple(_stances(name, [each for each in comments if key(each) == name]) for name in keys)


def _stances(key: str, comments: Sequence[Comment]) -> Stances:
    def count(stance: Stance) -> int:
        return sum(each.stance == stance for each in comments)

    return Stances(key, count("for"), count("against"), count("neither"))
