"""The fields of branches, customers and the search: capacity, visits, levers, travel, time."""

from __future__ import annotations

from collections.abc import Mapping

from planner.demand.segments import dimension_of, dimensions
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.present.rules.rules_field import Field, On, fixed, plain
from planner.present.travel import mode_name
from planner.present.words import Words
from planner.scenario import Scenario
from planner.scenario.travel import model_of

_MODELS: tuple[TravelModel, ...] = ("great_circle", "network", "roads", "matrix", "euclidean")

# -- capacity and formats ------------------------------------------------------------------


def _formats(on: On) -> str:
    given = on.rules.rules.formats
    return "listed" if given is None else "off" if given == "off" else "these"


def _format_ids(pack: Pack) -> tuple[str, ...]:
    return tuple(each.id for each in pack.formats)


def _set_formats(value: str, on: On) -> Mapping[str, object]:
    if value == _formats(on):
        return {}
    given = {"listed": None, "off": "off", "these": list(_format_ids(on.pack))}
    return {"rules.formats": given[value]}


def _format_name(w: Words, pack: Pack, name: str) -> str:
    return next((w.name(each) for each in pack.formats if each.id == name), name)


_CAPACITY = (
    plain(
        "capacity",
        "capacity",
        "choice",
        "rules.capacity",
        options=fixed("off", "soft", "hard"),
        words="rules.capacity_",
        picture="counters",
    ),
    plain(
        "counters",
        "capacity",
        "choice",
        "rules.counters",
        options=fixed("pooled", "by_service"),
        words="rules.counters_",
        is_open=lambda on: on.rules.rules.capacity != "off",
        picture="counters",
    ),
    plain(
        "assignment",
        "capacity",
        "choice",
        "rules.assignment",
        options=fixed("split", "single"),
        words="rules.assignment_",
        picture="single",
    ),
    Field(
        "formats",
        "capacity",
        "choice",
        ("rules.formats",),
        _formats,
        _set_formats,
        options=fixed("listed", "these", "off"),
        words="rules.formats_",
        is_shown=lambda on: bool(on.pack.formats),
        picture="formats",
    ),
    Field(
        "format_list",
        "capacity",
        "many",
        ("rules.formats",),
        lambda on: list(on.rules.rules.formats or ()),
        lambda value, _: {"rules.formats": list(value) or "off"},
        options=lambda on: _format_ids(on.pack),
        named=_format_name,
        is_shown=lambda on: bool(on.pack.formats) and _formats(on) == "these",
        picture="formats",
    ),
)


# -- customers -----------------------------------------------------------------------------


def _dimension_name(w: Words, pack: Pack, name: str) -> str:
    return w.name(dimension_of(pack, name))


def _mode_name(w: Words, pack: Pack, mode: str) -> str:
    return mode_name(w, mode, pack) or w("rules.mode_own")


def _travel_models(on: On) -> tuple[str, ...]:
    return tuple(dict.fromkeys((model_of(on.pack, on.rules), *_MODELS)))


def _modes(on: On) -> tuple[str, ...]:
    mine = on.rules.travel.mode
    found = ("", "mixed", *(each.id for each in on.pack.modes)) if on.pack.modes else ("",)
    return found if mine is None or mine in found else (*found, mine)


def _lever(name: str, picture: str) -> Field:
    key = f"channels.{name}"
    return plain(name, "customers", "share", key, times=0.01, step=5, picture=picture)


_CUSTOMERS = (
    Field(
        "year",
        "customers",
        "whole",
        ("demand.year",),
        lambda on: on.rules.demand.year,
        lambda value, _: {"demand.year": value},
        least=1,
        most=9999,
        is_optional=True,
        picture="growth",
    ),
    plain(
        "level",
        "customers",
        "choice",
        "demand.level",
        options=fixed("low", "mode", "high"),
        words="rules.level_",
        picture="range",
    ),
    plain("records", "customers", "switch", "demand.records", picture="records"),
    plain(
        "need_weights",
        "customers",
        "many",
        "demand.need_weights",
        options=lambda on: dimensions(on.pack),
        named=_dimension_name,
        is_shown=lambda on: bool(dimensions(on.pack)),
        picture="need",
    ),
    plain(
        "choice",
        "customers",
        "choice",
        "demand.choice",
        options=fixed("nearest", "huff"),
        words="rules.choice_",
        picture="choice",
    ),
    _lever("online", "online"),
    _lever("assisted", "online"),
    _lever("information", "information"),
    plain(
        "minutes",
        "customers",
        "number",
        "channels.minutes",
        times=0.01,
        least=1,
        most=1000,
        step=5,
        picture="counters",
    ),
    Field(
        "model",
        "customers",
        "choice",
        ("travel.model",),
        lambda on: model_of(on.pack, on.rules),
        lambda value, on: {
            "travel.model": None
            if value == model_of(on.pack, Scenario(name="x", pack="x"))
            else value
        },
        options=_travel_models,
        words="travel.model_",
        picture="travel",
    ),
    Field(
        "mode",
        "customers",
        "choice",
        ("travel.mode",),
        lambda on: on.rules.travel.mode or "",
        lambda value, _: {"travel.mode": value or None},
        options=_modes,
        named=_mode_name,
        is_shown=lambda on: len(_modes(on)) > 1,
        picture="travel",
    ),
)


# -- the search ----------------------------------------------------------------------------

_SEARCH = (
    plain(
        "gap_percent",
        "search",
        "number",
        "solve.gap",
        times=0.01,
        most=100,
        step=0.05,
        picture="gap",
    ),
    plain(
        "time_limit_s",
        "search",
        "number",
        "solve.time_limit_s",
        least=0.1,
        most=86_400,
        step=10,
        picture="clock",
    ),
    plain(
        "solver",
        "search",
        "choice",
        "solve.solver",
        options=fixed("highs", "cbc"),
        words="rules.solver_",
        picture="gap",
    ),
    plain("threads", "search", "whole", "solve.threads", least=1, most=64, picture="clock"),
    plain("seed", "search", "whole", "solve.seed", most=2_147_483_647, picture="gap"),
)

CUSTOMERS = (*_CAPACITY, *_CUSTOMERS, *_SEARCH)
