"""Every travel model of a pack held against its known roads: which errs least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from planner.errors import InputError
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel.fits import Family, Fit, families, judge_family
from planner.travel.judged import TravelError, road_errors
from planner.travel.model import default_model, ways_of


@dataclass(frozen=True, slots=True)
class Tried:
    """A fit of some figures of a model, beside those in force."""

    family: Family
    fit: Fit


@dataclass(frozen=True, slots=True)
class ModelJudged:
    """A travel model on the known roads.

    Attributes:
        model: Which.
        error: With the figures in force.
        tried: Its fits; none where it has no figures to fit.
    """

    model: TravelModel
    error: TravelError
    tried: tuple[Tried, ...]

    @property
    def expected(self) -> float:
        """The median share of error to expect on a road that it does not know.

        By the best of its fits on roads of towns left out; where none could be left out, as found
        with the figures in force.
        """
        left = [each.fit.town.every.median for each in self.tried if each.fit.town is not None]
        return min(left, default=self.error.median)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the known roads say of the models.

    Attributes:
        models: Every model that suits the pack.
        least: The one that errs least on roads it does not know.
        default: The one that the pack uses where a scenario names none.
    """

    models: tuple[ModelJudged, ...]
    least: TravelModel
    default: TravelModel


def judge_models(pack: Pack) -> Verdict | None:
    """Holds every model of a pack against its known roads; None where it has none, or no model.

    Raises:
        InputError: A file of the pack cannot be read.
    """
    tried: dict[TravelModel, list[Tried]] = {}
    for family in families(pack):
        fit = judge_family(pack.known_roads, family.candidates, family.km)
        if fit is not None:
            tried.setdefault(family.model, []).append(Tried(family, fit))
    judged = []
    for model in get_args(TravelModel):
        try:
            error = road_errors(pack, ways_of(pack, model))
        except InputError as refused:
            if any(fault.column != "travel.model" for fault in refused.faults):
                raise
            continue  # the pack lacks what the model needs
        if error is not None:
            judged.append(ModelJudged(model, error, tuple(tried.get(model, ()))))
    if not judged:
        return None
    least = min(judged, key=lambda each: each.expected).model
    return Verdict(tuple(judged), least, default_model(pack))
