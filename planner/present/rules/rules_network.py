"""The fields of the network: its goal, how many and where, money, and what is too near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planner.pack.types import Pack
from planner.present.rules.rules_field import MILLION, Field, On, Value, fixed, plain
from planner.scenario.rules import duplicate_rule

_SEPARATIONS = ("separation_km", "separation_dense_km", "separation_min", "separation_dense_min")

# -- what is best --------------------------------------------------------------------------


def _set_objective(value: str, _: On) -> Mapping[str, object]:
    return {"objective.minimize": value, "travel.impedance": None}  # it follows the objective


_BEST = (
    Field(
        "objective",
        "best",
        "choice",
        ("objective.minimize", "travel.impedance"),
        lambda on: on.rules.objective.minimize,
        _set_objective,
        options=fixed("travel_time", "travel_distance", "travel_cost", "total_cost"),
        words="objective.",
        picture="travel",
    ),
    plain(
        "tail_share",
        "best",
        "share",
        "objective.tail_share",
        times=0.01,
        step=5,
        picture="fairness",
    ),
    plain(
        "tail_beta",
        "best",
        "share",
        "objective.tail_beta",
        times=0.01,
        least=1,
        is_open=lambda on: on.rules.objective.tail_share > 0,
        picture="fairness",
    ),
)


# -- how many, and where -------------------------------------------------------------------


def _count_rule(on: On) -> str:
    count = on.rules.rules.branches
    return "exactly" if count.exactly is not None else "any" if count.max is None else "most"


def _count(on: On) -> int:
    count = on.rules.rules.branches
    most = count.max if count.exactly is None else count.exactly
    return todays_count(on.pack) if most is None else most


def todays_count(pack: Pack) -> int:
    """Today's branches; of a pack without any, one."""
    return max(1, sum(site.status == "existing" for site in pack.sites))


def _set_count_rule(value: str, on: On) -> Mapping[str, object]:
    return _limits(value, _count(on), on)


def _set_count(value: int | None, on: On) -> Mapping[str, object]:
    return {} if value is None else _limits(_count_rule(on), value, on)


def _limits(rule: str, count: int, on: On) -> Mapping[str, object]:
    least = on.rules.rules.branches.min
    if rule == "exactly":
        least = None
    elif rule == "most" and least is not None:
        least = min(least, count)
    return {
        "rules.branches.exactly": count if rule == "exactly" else None,
        "rules.branches.max": count if rule == "most" else None,
        "rules.branches.min": least,
    }


_COUNT = ("rules.branches.max", "rules.branches.exactly", "rules.branches.min")
_MANY = (
    Field(
        "count_rule",
        "many",
        "choice",
        _COUNT,
        _count_rule,
        _set_count_rule,
        options=fixed("most", "exactly", "any"),
        words="plan.count_",
        picture="count",
    ),
    Field(
        "count",
        "many",
        "whole",
        _COUNT,
        _count,
        _set_count,
        is_open=lambda on: _count_rule(on) != "any",
        picture="count",
    ),
    plain(
        "count_min",
        "many",
        "whole",
        "rules.branches.min",
        is_open=lambda on: _count_rule(on) != "exactly",
        is_optional=True,
        picture="count",
    ),
    plain("new_max", "many", "whole", "rules.branches.new_max", is_optional=True, picture="new"),
    plain(
        "existing",
        "many",
        "choice",
        "rules.existing",
        options=fixed("keep", "may_change", "may_close"),
        words="plan.existing_",
        picture="existing",
    ),
    plain(
        "mix",
        "many",
        "choice",
        "rules.mix",
        options=fixed("free", "as_listed"),
        words="rules.mix_",
        picture="mix",
    ),
    plain("floor", "many", "whole", "rules.branches_per_area.min", most=20, picture="floor"),
)


# -- money ---------------------------------------------------------------------------------

_MONEY = (
    plain(
        "annual_m",
        "money",
        "number",
        "rules.annual_kes.max",
        times=MILLION,
        step=10,
        is_optional=True,
        picture="yearly",
    ),
    plain(
        "capital_m",
        "money",
        "number",
        "rules.capital_kes.max",
        times=MILLION,
        step=10,
        is_optional=True,
        picture="once",
    ),
)


# -- the same service close by -------------------------------------------------------------


def _measure(on: On) -> str:
    own = on.rules.duplicates
    return "km" if own.separation_km is not None else "min" if own.separation_min else "own"


def _set_measure(value: str, on: On) -> Mapping[str, object]:
    if value == _measure(on):
        return {}
    keys: dict[str, object] = {f"duplicates.{each}": None for each in _SEPARATIONS}
    if value == "km":
        given = [each.separation_km for each in on.pack.services if each.separation_km is not None]
        keys["duplicates.separation_km"] = min(given, default=10.0)
    elif value == "min":
        times = [each.separation_min for each in on.pack.services]
        keys["duplicates.separation_min"] = min(filter(None, times), default=60.0)
    return keys


def _has_separation(on: On) -> bool:
    return duplicate_rule(on.pack, on.rules) != "allow"


def _separation(dense: str) -> Callable[[On], Value]:
    return lambda on: (
        None
        if _measure(on) == "own"
        else getattr(on.rules.duplicates, f"separation_{dense}{_measure(on)}")
    )


def _set_separation(dense: str) -> Callable[[Any, On], Mapping[str, object]]:
    def write(value: float | None, on: On) -> Mapping[str, object]:
        if value is None and not dense:
            return _set_measure("own", on)
        return {f"duplicates.separation_{dense}{_measure(on)}": value}

    return write


def _is_rule(name: str) -> Callable[[On], bool]:
    return lambda on: duplicate_rule(on.pack, on.rules) == name


_CLOSE = (
    Field(
        "duplicates",
        "close",
        "choice",
        ("duplicates.rule",),
        lambda on: duplicate_rule(on.pack, on.rules),
        lambda value, _: {"duplicates.rule": value},
        options=fixed("forbid", "cap", "price", "allow"),
        words="plan.duplicates_",
        picture="near",
    ),
    plain("cap", "close", "whole", "duplicates.max", is_shown=_is_rule("cap"), picture="near"),
    plain(
        "price_min",
        "close",
        "number",
        "duplicates.price_min_per_visit",
        step=0.05,
        is_shown=_is_rule("price"),
        picture="price",
    ),
    Field(
        "separation_by",
        "close",
        "choice",
        tuple(f"duplicates.{each}" for each in _SEPARATIONS),
        _measure,
        _set_measure,
        options=fixed("own", "km", "min"),
        words="rules.separation_by_",
        is_shown=_has_separation,
        picture="near",
    ),
    Field(
        "separation",
        "close",
        "number",
        ("duplicates.separation_km", "duplicates.separation_min"),
        _separation(""),
        _set_separation(""),
        step=5,
        is_shown=lambda on: _has_separation(on) and _measure(on) != "own",
        picture="near",
    ),
    Field(
        "separation_dense",
        "close",
        "number",
        ("duplicates.separation_dense_km", "duplicates.separation_dense_min"),
        _separation("dense_"),
        _set_separation("dense_"),
        step=5,
        is_shown=lambda on: (
            _has_separation(on) and _measure(on) != "own" and bool(on.pack.dense_areas)
        ),
        is_optional=True,
        picture="near",
    ),
    plain(
        "justified",
        "close",
        "switch",
        "duplicates.justified_by_load",
        is_shown=_has_separation,
        picture="load",
    ),
)

NETWORK = (*_BEST, *_MANY, *_MONEY, *_CLOSE)
