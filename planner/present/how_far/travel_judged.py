"""What each travel model makes of a pack, worked out once: its error, its notes, its travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from planner.errors import InputError
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel import TravelError, TravelTimes, Ways, road_errors, travel_times, ways_of

MODELS: tuple[TravelModel, ...] = get_args(TravelModel)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A travel model on a pack.

    Attributes:
        model: Which.
        suits: Whether the pack gives what it needs.
        ways: The model made ready; None for a matrix, which knows its own pairs only.
        fault: What is wrong with the files that it needs, where they are there.
        error: What it makes of the roads of known length; None where none can be measured.
    """

    model: TravelModel
    suits: bool
    ways: Ways | None = None
    fault: str = ""
    error: TravelError | None = None


def judged_models(pack: Pack, key: str) -> tuple[Judged, ...]:
    """Every model on a pack; `key` names the pack as it is now."""
    found: tuple[Judged, ...] = _kept_models(key, pack)
    return found


def _judge_all(key: str, _pack: Pack) -> tuple[Judged, ...]:
    del key  # the name under which the answer is kept
    return tuple(judged(_pack, model) for model in MODELS)


def judged(pack: Pack, model: TravelModel) -> Judged:
    """A travel model on a pack, whether it can be used there or not."""
    if model == "matrix":
        return Judged(model, suits=pack.travel_matrix is not None)
    try:
        ways = ways_of(pack, model)
    except InputError as error:
        wrong = [each for each in error.faults if each.column != "travel.model"]
        return Judged(model, suits=False, fault=str(wrong[0]) if wrong else "")
    return Judged(model, suits=True, ways=ways, error=road_errors(pack, ways))


_kept_models = st.cache_resource(_judge_all, show_spinner=False, max_entries=4)


def times_of(pack: Pack, key: str, models: Sequence[Judged]) -> Mapping[TravelModel, TravelTimes]:
    """The travel of a pack by each model that suits it."""
    return {each.model: _kept_times(key, each.model, None, pack) for each in models if each.suits}


def times_by_mode(pack: Pack, key: str, model: TravelModel) -> Mapping[str, TravelTimes]:
    """The travel of a pack by one model and each of its modes, by the mode's id."""
    return {mode.id: _kept_times(key, model, mode.id, pack) for mode in pack.modes}


def _times(key: str, model: TravelModel, mode: str | None, _pack: Pack) -> TravelTimes:
    del key
    return travel_times(_pack, model, mode)


_kept_times = st.cache_resource(_times, show_spinner=False, max_entries=24)
