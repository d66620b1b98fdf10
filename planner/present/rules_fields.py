"""The fields of the form: which keys of a scenario each stands for, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.demand.segments import dimension_of, dimensions
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.present.travel import mode_name
from planner.present.words import Words
from planner.scenario import Scenario
from planner.scenario.rules import duplicate_rule
from planner.scenario.travel import model_of

MILLION = 1_000_000
Kind = Literal["text", "choice", "switch", "whole", "number", "share", "many"]
Group = Literal[
    "name", "best", "many", "money", "close", "standards", "capacity", "customers", "search"
]
Value = str | bool | int | float | list[str] | None
_SEPARATIONS = ("separation_km", "separation_dense_km", "separation_min", "separation_dense_min")
_MODELS: tuple[TravelModel, ...] = ("great_circle", "network", "roads", "matrix", "euclidean")


@dataclass(frozen=True, slots=True)
class On:
    """What a field is shown on: the rules as they are set, and the pack."""

    rules: Scenario
    pack: Pack


def _always(_: On) -> bool:
    return True


def _none(_: On) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Field:
    """A rule as a person sets it.

    Attributes:
        name: Of its texts and its widget.
        group: Where it stands in the form.
        kind: Which widget; `whole` and `number` may be empty, which is no such rule. `share` is
            a slider in percent.
        keys: The keys of the scenario that it stands for.
        read: What the widget shows.
        write: The keys to set for what the widget says.
        options: Of a choice or of many: ids; the words stand under `words` + id.
        words: See `options`; with `named` the pack's own names.
        named: The name of an option as the pack tells it, in place of `words`.
        least: The least number; likewise `most` and `step`.
        is_open: Whether it can be set, as other rules are.
        is_shown: Whether it is shown at all.
        picture: The picture that its help shows.
    """

    name: str
    group: Group
    kind: Kind
    keys: tuple[str, ...]
    read: Callable[[On], Value]
    write: Callable[[Any, On], Mapping[str, object]]
    options: Callable[[On], tuple[str, ...]] = _none
    words: str = ""
    named: Callable[[Words, Pack, str], str] | None = None
    least: float = 0
    most: float | None = None
    step: float = 1
    is_open: Callable[[On], bool] = _always
    is_shown: Callable[[On], bool] = _always
    picture: str = ""


def at(rules: Scenario, key: str) -> Any:
    """The value of a plain dotted key; None where it is left out."""
    value: Any = rules
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part)
    return value


def _plain(
    name: str, group: Group, kind: Kind, key: str, *, times: float = 1, **more: Any
) -> Field:
    """A field of one key; what is shown is the value divided by `times`."""

    def read(on: On) -> Value:
        value = at(on.rules, key)
        if value is None or kind in ("text", "choice", "switch"):
            return value  # type: ignore[no-any-return]
        if kind == "many":
            return list(value)
        scaled = round(value / times, 6)
        return int(scaled) if kind == "whole" else float(scaled)

    def write(value: Any, _: On) -> Mapping[str, object]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return {key: value}
        scaled = round(value * times, 9)
        is_whole = kind == "whole" or times == MILLION
        return {key: round(scaled) if is_whole else float(scaled)}

    return Field(name, group, kind, (key,), read, write, **more)


def _fixed(*ids: str) -> Callable[[On], tuple[str, ...]]:
    return lambda _: ids


_NAME = Field(
    "name",
    "name",
    "text",
    ("name",),
    lambda on: on.rules.name,
    lambda value, on: {"name": value.strip() or on.rules.name},
    most=120,
)


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
        options=_fixed("travel_time", "travel_distance", "travel_cost", "total_cost"),
        words="objective.",
        picture="travel",
    ),
    _plain(
        "tail_share",
        "best",
        "share",
        "objective.tail_share",
        times=0.01,
        step=5,
        picture="fairness",
    ),
    _plain(
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
        options=_fixed("most", "exactly", "any"),
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
    _plain(
        "count_min",
        "many",
        "whole",
        "rules.branches.min",
        is_open=lambda on: _count_rule(on) != "exactly",
        picture="count",
    ),
    _plain("new_max", "many", "whole", "rules.branches.new_max", picture="new"),
    _plain(
        "existing",
        "many",
        "choice",
        "rules.existing",
        options=_fixed("keep", "may_change", "may_close"),
        words="plan.existing_",
        picture="existing",
    ),
    _plain(
        "mix",
        "many",
        "choice",
        "rules.mix",
        options=_fixed("free", "as_listed"),
        words="rules.mix_",
        picture="mix",
    ),
    _plain("floor", "many", "whole", "rules.branches_per_area.min", most=20, picture="floor"),
)


# -- money ---------------------------------------------------------------------------------

_MONEY = (
    _plain(
        "annual_m",
        "money",
        "number",
        "rules.annual_kes.max",
        times=MILLION,
        step=10,
        picture="yearly",
    ),
    _plain(
        "capital_m",
        "money",
        "number",
        "rules.capital_kes.max",
        times=MILLION,
        step=10,
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
        keys["duplicates.separation_km"] = max(given, default=10.0)
    elif value == "min":
        keys["duplicates.separation_min"] = 60.0
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
        options=_fixed("forbid", "cap", "price", "allow"),
        words="plan.duplicates_",
        picture="near",
    ),
    _plain("cap", "close", "whole", "duplicates.max", is_shown=_is_rule("cap"), picture="near"),
    _plain(
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
        options=_fixed("own", "km", "min"),
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
        picture="near",
    ),
    _plain(
        "justified",
        "close",
        "switch",
        "duplicates.justified_by_load",
        is_shown=_has_separation,
        picture="load",
    ),
)


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
    _plain(
        "capacity",
        "capacity",
        "choice",
        "rules.capacity",
        options=_fixed("off", "soft", "hard"),
        words="rules.capacity_",
        picture="counters",
    ),
    _plain(
        "counters",
        "capacity",
        "choice",
        "rules.counters",
        options=_fixed("pooled", "by_service"),
        words="rules.counters_",
        is_open=lambda on: on.rules.rules.capacity != "off",
        picture="counters",
    ),
    _plain(
        "assignment",
        "capacity",
        "choice",
        "rules.assignment",
        options=_fixed("split", "single"),
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
        options=_fixed("listed", "these", "off"),
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
    return _plain(name, "customers", "share", key, times=0.01, step=5, picture=picture)


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
        picture="growth",
    ),
    _plain(
        "level",
        "customers",
        "choice",
        "demand.level",
        options=_fixed("low", "mode", "high"),
        words="rules.level_",
        picture="range",
    ),
    _plain("records", "customers", "switch", "demand.records", picture="records"),
    _plain(
        "need_weights",
        "customers",
        "many",
        "demand.need_weights",
        options=lambda on: dimensions(on.pack),
        named=_dimension_name,
        is_shown=lambda on: bool(dimensions(on.pack)),
        picture="need",
    ),
    _plain(
        "choice",
        "customers",
        "choice",
        "demand.choice",
        options=_fixed("nearest", "huff"),
        words="rules.choice_",
        picture="choice",
    ),
    _lever("online", "online"),
    _lever("assisted", "online"),
    _lever("information", "information"),
    _plain(
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
    _plain(
        "gap_percent",
        "search",
        "number",
        "solve.gap",
        times=0.01,
        most=100,
        step=0.05,
        picture="gap",
    ),
    _plain(
        "time_limit_s",
        "search",
        "number",
        "solve.time_limit_s",
        least=0.1,
        most=86_400,
        step=10,
        picture="clock",
    ),
    _plain(
        "solver",
        "search",
        "choice",
        "solve.solver",
        options=_fixed("highs", "cbc"),
        words="rules.solver_",
        picture="gap",
    ),
    _plain("threads", "search", "whole", "solve.threads", least=1, most=64, picture="clock"),
    _plain("seed", "search", "whole", "solve.seed", most=2_147_483_647, picture="gap"),
)

FIELDS: Mapping[str, Field] = {
    each.name: each
    for each in (_NAME, *_BEST, *_MANY, *_MONEY, *_CLOSE, *_CAPACITY, *_CUSTOMERS, *_SEARCH)
}


def of_group(group: Group) -> tuple[Field, ...]:
    """The fields of a group, in their order."""
    return tuple(each for each in FIELDS.values() if each.group == group)


def back_to(rules: Scenario, keys: tuple[str, ...], base: Scenario) -> dict[str, object]:
    """The keys to set so that these rules are as in the base; none where they are."""
    mine, theirs = (each.model_dump(mode="json", exclude_none=True) for each in (rules, base))
    pairs = {key: (_dug(mine, key), _dug(theirs, key)) for key in keys}
    if all(one == other for one, other in pairs.values()):
        return {}
    return {key: other for key, (_, other) in pairs.items()}


def _dug(data: Mapping[str, Any], key: str) -> Any:
    value: Any = data
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
