"""Scenarios: named rules in a TOML file, and the planning problem they make of a pack."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import tomli_w
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planner.demand import Visits, yearly_visits
from planner.errors import Fault, InputError, nearest
from planner.pack.types import Pack
from planner.problem import DuplicateRule, Objective, PlanningProblem, Rules
from planner.travel import TravelTimes, default_model, travel_times, trip_cost_kes
from planner.travel.model import kes_per_minute

Array = NDArray[np.float64]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Kes = Annotated[int, Field(ge=0, le=10**15, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Section(BaseModel):
    """A table of the scenario file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class ObjectiveSection(_Section):
    """What is made small."""

    minimize: Objective = "travel_time"
    tail_share: Share = 0.0
    tail_beta: Annotated[float, Field(gt=0, le=1)] = 0.10


class BranchCount(_Section):
    """How many branches, and how many of them may be new."""

    min: Count | None = None
    max: Count | None = None
    exactly: Count | None = None
    new_max: Count | None = None

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.exactly is not None and (self.min is not None or self.max is not None):
            raise ValueError("either exactly, or min and max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min at most max ({self.min} > {self.max})")
        return self


class Budget(_Section):
    """At most so much, in whole shillings."""

    max: Kes | None = None


class Floor(_Section):
    """Least branches in every area, and least branches that offer a service there."""

    min: Count = 0
    services: dict[str, Count] = Field(default_factory=dict)


class RulesSection(_Section):
    """Limits on the network."""

    branches: BranchCount = BranchCount()
    capital_kes: Budget = Budget()
    annual_kes: Budget = Budget()
    existing: Literal["keep", "may_close"] = "keep"
    mix: Literal["free", "as_listed"] = "free"
    branches_per_area: Floor = Floor()
    capacity: Literal["off", "soft", "hard"] = "off"
    assignment: Literal["split", "single"] = "split"


class DuplicatesSection(_Section):
    """What happens to the same service at two branches within its separation.

    `rule` left out is price, or allow where distances between sites are unknown (a pack without
    places). `separation_km`, when given, replaces the pack's separations of every service and
    area.
    """

    rule: Literal["forbid", "cap", "price", "allow"] = "price"
    max: Count = 0
    price_min_per_visit: Annotated[float, Field(ge=0, le=1e6)] = 0.1
    separation_km: Annotated[float, Field(ge=0, le=1e5)] | None = None
    justified_by_load: bool = True


class SitesSection(_Section):
    """Sites locked open or closed, by id."""

    open: Annotated[tuple[str, ...], Field(strict=False)] = ()
    closed: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _open_or_closed(self) -> Self:
        both = sorted({*self.open} & {*self.closed})
        if both:
            raise ValueError(f"each site locked open or closed, not both ({', '.join(both)})")
        return self


class TravelSection(_Section):
    """The travel model; left out, it is the one that suits the pack's coordinates."""

    model: Literal["great_circle", "roads", "matrix", "euclidean"] | None = None
    impedance: Literal["minutes", "km", "kes"] | None = None


class SolveSection(_Section):
    """How long, how exact, and with what."""

    time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    gap: Share = 0.001
    solver: Literal["highs", "cbc"] = "highs"
    threads: Annotated[int, Field(ge=1, le=64, strict=True)] = 1
    seed: Annotated[int, Field(ge=0, le=2_147_483_647, strict=True)] = 0


class Scenario(_Section):
    """Named rules on a pack. `pack` is a built-in id, or a path relative to the file."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    pack: Annotated[str, Field(min_length=1)]
    description: str = ""
    objective: ObjectiveSection = ObjectiveSection()
    rules: RulesSection = RulesSection()
    duplicates: DuplicatesSection = DuplicatesSection()
    standards: dict[str, Any] = Field(default_factory=dict)
    channels: dict[str, Any] = Field(default_factory=dict)
    sites: SitesSection = SitesSection()
    travel: TravelSection = TravelSection()
    solve: SolveSection = SolveSection()

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, data: Any) -> Any:
        return _floats_that_are_whole(data)


def _floats_that_are_whole(value: Any, key: str = "") -> Any:
    """`450e6` is a fair way to write whole shillings in TOML."""
    if isinstance(value, dict):
        return {name: _floats_that_are_whole(inner, name) for name, inner in value.items()}
    if isinstance(value, float) and key in {"min", "max", "exactly", "new_max"}:
        return int(value) if math.isfinite(value) and value == int(value) else value
    return value


# -- the file ------------------------------------------------------------------------------


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        InputError: With every fault: bad TOML, unknown keys (with the nearest known key),
            values out of range.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except PermissionError:
        message = "The scenario file cannot be read: no permission."
        raise InputError([Fault(path.name, None, None, "", "", message)]) from None
    except OSError:
        message = "The scenario file cannot be read; check the path."
        raise InputError([Fault(path.name, None, None, "no file", "", message)]) from None
    except UnicodeDecodeError:
        message = "Save the file as UTF-8 text."
        raise InputError([Fault(path.name, None, None, "not UTF-8", "UTF-8", message)]) from None
    return parse_scenario(text, path.name)


def parse_scenario(text: str, file: str = "scenario.toml") -> Scenario:
    """The scenario in a TOML text; `file` is the name that faults carry."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault(file, None, None, str(error), "valid TOML", "Correct the line and try again.")
        raise InputError([fault]) from None
    except (ValueError, RecursionError):
        found = "a number too long or tables too deep to read"
        raise InputError([Fault(file, None, None, found, "valid TOML", "Correct it.")]) from None
    return scenario_from_dict(data, file)


def scenario_from_dict(data: dict[str, Any], file: str = "scenario.toml") -> Scenario:
    """The scenario in plain values, as a TOML file or a page gives them."""
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise InputError([_fault(file, entry) for entry in error.errors()]) from None


def scenario_toml(scenario: Scenario, pack: Pack | None = None) -> str:
    """The scenario as a complete TOML text, every default filled in."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    if pack is not None:
        data["travel"]["model"] = scenario.travel.model or default_model(pack)
        data["duplicates"]["rule"] = _duplicate_rule(pack, scenario)
    data["travel"]["impedance"] = _IMPEDANCE[scenario.objective.minimize]
    return tomli_w.dumps(data)


_PLAIN_WORDS = {
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "text in quotes",
    "tuple": "list",
    "dictionary": "table",
}


def _as_written(value: Any) -> str:
    """A value as a TOML file writes it, near enough to be found again."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_as_written(entry)}" for key, entry in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_as_written(entry) for entry in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _fault(file: str, entry: Any) -> Fault:
    keys = [str(part) for part in entry["loc"]]
    column = ".".join(keys)
    found = "nothing" if entry["type"] == "missing" else _as_written(entry["input"])[:80]
    if entry["type"] == "extra_forbidden":
        known = _known_keys(keys[:-1])
        alike = nearest(keys[-1], known)
        hint = f"Did you mean {alike[0]}?" if alike else "Remove it."
        return Fault(file, None, column, f"unknown key {keys[-1]}", " | ".join(known), hint)
    if entry["type"] == "model_type":
        expected = f"a table with {' | '.join(_known_keys(keys))}"
        return Fault(file, None, column, found, expected, "Correct the value.")
    expected = str(entry["msg"]).replace("Input should be ", "")
    expected = expected.replace("Field required", "a value").replace("Value error, ", "")
    for technical, plain in _PLAIN_WORDS.items():
        expected = expected.replace(technical, plain)
    return Fault(file, None, column, found, expected, "Correct the value.")


def _known_keys(path: list[str]) -> list[str]:
    model: Any = Scenario
    for key in path:
        model = model.model_fields[key].annotation
    return list(model.model_fields)


# -- the problem ---------------------------------------------------------------------------

_IMPEDANCE = {
    "travel_time": "minutes",
    "travel_distance": "km",
    "travel_cost": "kes",
    "total_cost": "kes",
}


def build(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> PlanningProblem:
    """The planning problem that a scenario makes of a pack.

    Args:
        pack: A checked pack.
        scenario: The rules.
        visits: The pack's yearly visits, when already known.
        travel: The pack's travel for the scenario's model, when already known.

    Raises:
        InputError: With every rule that does not fit the pack or is not supported yet.
    """
    faults = [*_unsupported(scenario), *_unknown_names(pack, scenario)]
    if faults:
        raise InputError(faults)
    visits = visits or yearly_visits(pack)
    model = scenario.travel.model or default_model(pack)
    if model == "roads":  # refused above; narrows the type
        raise AssertionError
    travel = travel or travel_times(pack, model)
    service = {entry.id: s for s, entry in enumerate(pack.services)}
    area = {entry.code: c for c, entry in enumerate(pack.areas)}
    own = _today(pack)
    same = scenario.duplicates.separation_km
    separation = _separation(pack, same)
    if _duplicate_rule(pack, scenario) != "allow" and not _can_judge_duplicates(separation, travel):
        message = "Distances between sites are unknown: allow duplicates, or give places."
        fault = Fault("scenario", None, "duplicates.rule", scenario.duplicates.rule, "", message)
        raise InputError([fault])
    return PlanningProblem(
        point_ids=tuple(entry.id for entry in pack.demand_points),
        site_ids=tuple(entry.id for entry in pack.sites),
        service_ids=tuple(service),
        visit_type_ids=tuple(entry.id for entry in pack.visit_types),
        area_codes=tuple(area),
        area_names=tuple(entry.name for entry in pack.areas),
        point_area=np.array([area[entry.area] for entry in pack.demand_points], dtype=np.int64),
        site_area=np.array([area[entry.area] for entry in pack.sites], dtype=np.int64),
        visits=visits.mode,
        needs=_membership([entry.services for entry in pack.visit_types], service),
        does=_membership([entry.services_done for entry in pack.visit_types], service),
        minutes=travel.minutes,
        km=travel.km,
        impedance=_impedance(pack, scenario, travel),
        site_km=travel.site_km,
        separation_km=separation,
        near_km=_near(pack, same),
        standard_min=np.array([_or(entry.standard_min, np.inf) for entry in pack.services]),
        existing=np.array([entry.status == "existing" for entry in pack.sites], dtype=np.bool_),
        proposed=np.array([entry.status == "proposed" for entry in pack.sites], dtype=np.bool_),
        today=own,
        branch_annual_kes=np.array([[e.annual_cost_kes] for e in pack.sites], dtype=np.int64),
        offering_annual_kes=np.tile(
            np.array([entry.annual_cost_kes for entry in pack.services], dtype=np.int64),
            (len(pack.sites), 1),
        ),
        capital_kes=np.array(
            [[0 if e.status == "existing" else e.capital_kes] for e in pack.sites], dtype=np.int64
        ),
        capacity_visits=np.array(
            [[_or(entry.capacity_visits_per_year, np.inf)] for entry in pack.sites]
        ),
        rules=_rules(pack, scenario, service),
        format_ids=("",),
        format_allowed=np.ones((len(pack.sites), 1), dtype=np.bool_),
        format_services=np.ones((1, len(service)), dtype=np.bool_),
        today_format=np.array([0 if e.status == "existing" else -1 for e in pack.sites]),
        counters=np.full((len(pack.sites), 1), np.inf),
        counter_minutes_per_year=0.0,
        service_counter_min=np.array([_or(e.counter_min_per_visit, 0.0) for e in pack.services]),
        offering_capital_kes=np.zeros((len(pack.sites), len(service)), dtype=np.int64),
        closing_kes=np.zeros(len(pack.sites), dtype=np.int64),
        offering_closing_kes=np.zeros((len(pack.sites), len(service)), dtype=np.int64),
        site_min=np.full_like(travel.site_km, np.inf),
        separation_min=np.full_like(separation, -1.0),
        near_min=np.full((len(service), len(pack.demand_points)), -1.0),
        division_ids=(),
        service_division=np.full(len(service), -1),
    )


def _or(value: float | None, fallback: float) -> float:
    return fallback if value is None else value


def _membership(groups: list[tuple[str, ...]], position: dict[str, int]) -> NDArray[np.bool_]:
    table = np.zeros((len(groups), len(position)), dtype=np.bool_)
    for row, group in enumerate(groups):
        for name in group:
            table[row, position[name]] = True
    return table


def _today(pack: Pack) -> NDArray[np.bool_]:
    service = {entry.id: s for s, entry in enumerate(pack.services)}
    listed = [() if s.status == "candidate" else s.services_today for s in pack.sites]
    return _membership(listed, service)


def _impedance(pack: Pack, scenario: Scenario, travel: TravelTimes) -> Array:
    kind = _IMPEDANCE[scenario.objective.minimize]
    if kind == "minutes":
        return travel.minutes.copy()
    if kind == "km":
        return travel.km.copy()
    return trip_cost_kes(travel.minutes, travel.km, pack.travel)


def _separation(pack: Pack, same: float | None) -> Array:
    """D_s for each pair of sites: the dense value where both lie in dense areas."""
    dense = np.array([entry.area in pack.dense_areas for entry in pack.sites], dtype=np.bool_)
    return _by_density(pack, dense[:, None] & dense[None, :], same)


def _near(pack: Pack, same: float | None) -> Array:
    """How near a demand point's load counts towards a clique of sites."""
    dense = np.array([entry.area in pack.dense_areas for entry in pack.demand_points])
    return _by_density(pack, dense, same)


def _by_density(pack: Pack, dense: NDArray[np.bool_], same: float | None) -> Array:
    if same is not None:
        return np.full((len(pack.services), *dense.shape), same)
    layers = []
    for entry in pack.services:
        wide = _or(entry.separation_km, -1.0)
        layers.append(np.where(dense, _or(entry.separation_dense_km, wide), wide))
    return np.array(layers, dtype=np.float64).reshape(len(pack.services), *dense.shape)


def _duplicate_rule(pack: Pack, scenario: Scenario) -> DuplicateRule:
    """The scenario's rule; left out, allow where the pack gives its sites no places."""
    placed = all(site.lat is not None or site.x is not None for site in pack.sites)
    if placed or "rule" in scenario.duplicates.model_fields_set:
        return scenario.duplicates.rule
    return "allow"


def _can_judge_duplicates(separation: Array, travel: TravelTimes) -> bool:
    off_diagonal = ~np.eye(travel.site_km.shape[0], dtype=bool)
    return bool((separation < 0).all() or np.isfinite(travel.site_km[off_diagonal]).all())


def _rules(pack: Pack, scenario: Scenario, service: dict[str, int]) -> Rules:
    site = {entry.id: j for j, entry in enumerate(pack.sites)}
    count = scenario.rules.branches
    floor = scenario.rules.branches_per_area
    exactly = count.exactly
    return Rules(
        objective=scenario.objective.minimize,
        branches_min=exactly if exactly is not None else count.min,
        branches_max=exactly if exactly is not None else count.max,
        new_max=count.new_max,
        capital_max_kes=scenario.rules.capital_kes.max,
        annual_max_kes=scenario.rules.annual_kes.max,
        existing=scenario.rules.existing,
        mix=scenario.rules.mix,
        floor_branches=floor.min,
        floor_services={service[name]: least for name, least in floor.services.items()},
        duplicates=_duplicate_rule(pack, scenario),
        duplicates_max=scenario.duplicates.max,
        duplicates_price=price_in_objective(
            pack, scenario.objective.minimize, scenario.duplicates.price_min_per_visit
        ),
        justified_by_load=scenario.duplicates.justified_by_load,
        locked_open=frozenset(site[name] for name in scenario.sites.open),
        locked_closed=frozenset(site[name] for name in scenario.sites.closed),
    )


def price_in_objective(pack: Pack, objective: Objective, minutes: float) -> float:
    """A price in minutes a visit, in the objective's own unit.

    Kilometres at the pack's ordinary speed; shillings at what a minute of travel costs, there
    and back (fare and value of time).
    """
    if objective == "travel_time":
        return minutes
    if objective == "travel_distance":
        return minutes / 60 * pack.travel.speed_kmh.value
    return minutes * kes_per_minute(pack.travel)


_LATER = "This version does not have this rule yet; leave it at its default."


def _unsupported(scenario: Scenario) -> list[Fault]:
    """Rules that the file knows and this version cannot keep: refused, never ignored."""
    checks = [
        ("objective.tail_share", scenario.objective.tail_share, 0.0),
        ("rules.capacity", scenario.rules.capacity, "off"),
        ("standards", scenario.standards, {}),
        ("channels", scenario.channels, {}),
    ]
    faults = [
        Fault("scenario", None, key, repr(found), repr(default), _LATER)
        for key, found, default in checks
        if found != default
    ]
    if scenario.travel.model == "roads":
        faults.append(
            Fault("scenario", None, "travel.model", "roads", "great_circle | matrix", _LATER)
        )
    expected = _IMPEDANCE[scenario.objective.minimize]
    if scenario.travel.impedance not in (None, expected):
        message = f"objective.minimize = {scenario.objective.minimize} counts {expected}."
        found = str(scenario.travel.impedance)
        faults.append(Fault("scenario", None, "travel.impedance", found, expected, message))
    return faults


def _unknown_names(pack: Pack, scenario: Scenario) -> list[Fault]:
    sites = {entry.id for entry in pack.sites}
    services = {entry.id for entry in pack.services}
    named = [("sites.open", name, sites) for name in scenario.sites.open]
    named += [("sites.closed", name, sites) for name in scenario.sites.closed]
    wanted = scenario.rules.branches_per_area.services
    named += [("rules.branches_per_area.services", name, services) for name in wanted]
    faults = []
    for key, name, known in named:
        if name not in known:
            alike = nearest(name, sorted(known), count=3)
            hint = f"Did you mean {' or '.join(alike)}?" if alike else "It is not in the pack."
            faults.append(Fault("scenario", None, key, name, "an id of the pack", hint))
    return faults
