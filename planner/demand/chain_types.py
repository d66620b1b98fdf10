"""A chain of figures: factors with their sources, whose product is a number of visits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from planner.demand.account import Level, end_of
from planner.pack.figures import Figure, Mark

WORKED_OUT = Mark("worked out from the figures named", "derived")


@dataclass(frozen=True, slots=True)
class Link:
    """One factor of a number of visits.

    `step` says what it is: figure, rounding, area, point, growth, records, information, channels,
    or given. `details` are the figures that the factor is worked out from, in the order that
    `how` names them; they are in force at the level of the chain where `details_follow`, else at
    their most likely value whatever the level.
    """

    step: str
    figure: Figure
    how: str = ""
    details: tuple[Figure, ...] = ()
    details_follow: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """The links whose product is a number of visits a year, of a point, an area, or all.

    `low` and `high` take every link at that end together.
    """

    visit_type: str
    place: str
    level: Level
    links: tuple[Link, ...]

    @property
    def value(self) -> float:
        """The product of the values in force, at the chain's own level."""
        return self.at(self.level)

    @property
    def mode(self) -> float:
        """The product of the most likely values."""
        return self.at("mode")

    @property
    def low(self) -> float:
        """The product of the low ends."""
        return self.at("low")

    @property
    def high(self) -> float:
        """The product of the high ends."""
        return self.at("high")

    def at(self, level: Level) -> float:
        """The product of all links at one end."""
        return math.prod(end_of(link.figure, level) for link in self.links)


def in_force(chain: Chain, link: Link) -> float:
    """The value of a link that is multiplied: at the level of the chain."""
    return end_of(link.figure, chain.level)


def detail_in_force(chain: Chain, link: Link, detail: Figure) -> float:
    """The value of a figure that a link is worked out from, as it is used at the chain's level."""
    return end_of(detail, chain.level if link.details_follow else "mode")


def certain(name: str, value: float, unit: str, mark: Mark = WORKED_OUT) -> Figure:
    """A figure without a range."""
    return Figure(name, value, value, value, unit, mark)
