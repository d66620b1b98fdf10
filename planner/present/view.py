"""What every page shows a network by: its pack, its question, and the words for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planner.pack.types import Pack, Site
from planner.present import travel
from planner.present.cards import Card
from planner.present.markup import keyed
from planner.present.words import Words
from planner.problem import PlanningProblem

DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class View:
    """What every part of the page needs."""

    words: Words
    pack: Pack
    problem: PlanningProblem

    def area_name(self, position: int) -> str:
        """The name of an area."""
        return self.pack.areas[position].name

    def site_name(self, position: int) -> str:
        """The name of a site, with its area where they differ."""
        site = self.pack.sites[position]
        area = self.pack.areas[int(self.problem.site_area[position])].name
        return site.name if area in site.name or site.name in area else f"{site.name} ({area})"

    def minutes(self, value: float | None) -> str:
        """Time of travel with its error: 47 min ± 5 %."""
        return self._known(self.words.minutes(value), value)

    def km(self, value: float | None) -> str:
        """Kilometres of travel with their error."""
        return self._known(self.words.km(value), value)

    def _known(self, text: str, value: float | None) -> str:
        return text if value is None or not np.isfinite(value) else self.sure(text)

    def sure(self, text: str) -> str:
        """A figure of travel, in words already, with its error."""
        return travel.with_error(self.words, text, self.problem.travel)

    def heading(self, text: str, *, is_part: bool = False) -> str:
        """The heading of a table or a legend of travel figures, with their error."""
        return travel.heading(self.words, text, self.problem.travel, is_part=is_part)

    def travel_card(self, label: str, value: float | None, note: str = "") -> Card:
        """A card of a time of travel."""
        text, told = self.words.minutes(value), self.problem.travel
        error = "" if value is None else travel.error_beside(self.words, text, told)
        if error and not travel.is_measured(told):  # too long to stand beside a large figure
            return Card(label, text, "; ".join(filter(None, (note, error))))
        return Card(label, text, note, error=error)

    @property
    def travel_line(self) -> str:
        """How the travel shown is measured, from which sources, and how far off."""
        return travel.source_line(self.words, self.problem.travel, self.pack)

    @property
    def how_sure(self) -> str:
        """What the error of travel figures means; said once a page."""
        return travel.explanation(self.words, self.problem.travel, self.pack)

    def service_name(self, position: int) -> str:
        """The name of a service."""
        return self.words.name(self.pack.services[position])

    def shown(self, indicator: str, value: float | None) -> str:
        """A value of an indicator with its unit."""
        as_text: Mapping[str, Callable[[float | None], str]] = {
            "minutes": self.words.minutes,
            "km": self.words.km,
            "within": self.words.share,
            "visits": lambda v: self.words.count(v or 0),
        }
        return as_text[indicator](value)


def status_of(site: Site) -> Literal["existing", "proposed", "new"]:
    """How an opened site is drawn: a branch today, a proposed one, or a new one."""
    return "new" if site.status == "candidate" else site.status


def area_keys(view: View, areas: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of areas."""
    return keyed(code=(view.pack.areas[position].code for position in areas))


def site_keys(view: View, sites: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of branches."""
    return keyed(site=(view.pack.sites[position].id for position in sites))


def point_keys(view: View, points: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of demand points, each with its area."""
    told = [view.pack.demand_points[position] for position in points]
    return keyed(point=(point.id for point in told), code=(point.area for point in told))
