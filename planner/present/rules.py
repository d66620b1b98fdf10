"""The rules of the Plan page: form values to and from a scenario, hints, and early conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import Kpis
from planner.pack.types import Pack
from planner.present import travel
from planner.present.today import View
from planner.present.words import Words
from planner.problem import PlanningProblem
from planner.scenario import Scenario, scenario_from_dict
from planner.travel import default_model, kes_per_minute

MILLION = 1_000_000
Lock = Literal["open", "closed"]
OBJECTIVES = ("travel_time", "travel_distance", "travel_cost", "total_cost")
DUPLICATE_RULES = ("forbid", "cap", "price", "allow")
COUNT_RULES = ("most", "exactly", "any")
EXISTING = ("keep", "may_change", "may_close")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the form holds; money in millions, the gap in percent, as people type them."""

    name: str = ""
    objective: str = "travel_time"
    count_rule: str = "any"
    count: int = 24
    has_annual: bool = False
    annual_m: int = 450
    has_capital: bool = False
    capital_m: int = 900
    floor: int = 0
    duplicates: str = "price"
    cap: int = 0
    separation_km: int = 0  # 0: each service's own
    price_min: float = 0.1
    justified: bool = True
    existing: str = "keep"
    time_limit_s: int = 120
    gap_percent: float = 0.1
    locks: Mapping[str, Lock] = field(default_factory=dict)


FIELDS = tuple(each.name for each in fields(Rules) if each.name != "locks")


def from_scenario(scenario: Scenario) -> Rules:
    """The form as a scenario fills it."""
    rules, count = scenario.rules, scenario.rules.branches
    most = count.exactly if count.exactly is not None else count.max
    annual, capital = rules.annual_kes.max, rules.capital_kes.max
    plain = Rules()
    locks: dict[str, Lock] = dict.fromkeys(scenario.sites.open, "open")
    locks |= dict.fromkeys(scenario.sites.closed, "closed")
    return Rules(
        name=scenario.name,
        objective=scenario.objective.minimize,
        count_rule="exactly" if count.exactly is not None else "any" if most is None else "most",
        count=plain.count if most is None else most,
        has_annual=annual is not None,
        annual_m=plain.annual_m if annual is None else round(annual / MILLION),
        has_capital=capital is not None,
        capital_m=plain.capital_m if capital is None else round(capital / MILLION),
        floor=rules.branches_per_area.min,
        duplicates=scenario.duplicates.rule,
        cap=scenario.duplicates.max,
        separation_km=round(scenario.duplicates.separation_km or 0),
        price_min=scenario.duplicates.price_min_per_visit,
        justified=scenario.duplicates.justified_by_load,
        existing=rules.existing,
        time_limit_s=max(1, round(scenario.solve.time_limit_s)),
        gap_percent=scenario.solve.gap * 100,
        locks=locks,
    )


def to_scenario(rules: Rules, base: Scenario) -> Scenario:
    """The scenario that the form describes.

    What the form does not show stays as in `base`, and so does what nobody has changed: a budget
    that the form shows in whole millions keeps its shillings.

    Raises:
        InputError: A value is out of range.
    """
    data: dict[str, Any] = base.model_dump(mode="json", exclude_none=True, exclude={"origin"})
    data["name"] = rules.name.strip() or base.name
    shown = from_scenario(base)

    def is_changed(*names: str) -> bool:
        return any(getattr(rules, name) != getattr(shown, name) for name in names)

    if is_changed("objective"):
        data["objective"]["minimize"] = rules.objective
        data["travel"].pop("impedance", None)  # follows the objective
    if is_changed("count_rule") or (rules.count_rule != "any" and is_changed("count")):
        _set_count(data["rules"]["branches"], rules)
    for money in ("annual", "capital"):
        has, millions = getattr(rules, f"has_{money}"), getattr(rules, f"{money}_m")
        if is_changed(f"has_{money}") or (has and is_changed(f"{money}_m")):
            most = millions * MILLION if has else None
            _set_or_drop(data["rules"][f"{money}_kes"], "max", most)
    data["rules"]["existing"] = rules.existing
    data["rules"]["branches_per_area"]["min"] = rules.floor
    data["duplicates"] |= {
        "rule": rules.duplicates,
        "max": rules.cap,
        "price_min_per_visit": rules.price_min,
        "justified_by_load": rules.justified,
    }
    if is_changed("separation_km"):
        _set_separation(data["duplicates"], rules.separation_km)
    if is_changed("locks"):
        data["sites"] |= {
            "open": sorted(site for site, lock in rules.locks.items() if lock == "open"),
            "closed": sorted(site for site, lock in rules.locks.items() if lock == "closed"),
        }
    if is_changed("time_limit_s"):
        data["solve"]["time_limit_s"] = rules.time_limit_s
    if is_changed("gap_percent"):
        data["solve"]["gap"] = rules.gap_percent / 100
    return scenario_from_dict(data)


def _set_count(branches: dict[str, Any], rules: Rules) -> None:
    for key in ("max", "exactly"):
        branches.pop(key, None)
    if rules.count_rule == "exactly":
        branches.pop("min", None)
        branches["exactly"] = rules.count
    elif rules.count_rule == "most":
        branches["max"] = rules.count


def _set_separation(duplicates: dict[str, Any], km: int) -> None:
    _set_or_drop(duplicates, "separation_km", km or None)
    if km:  # one measure only
        for other in ("separation_min", "separation_dense_min"):
            duplicates.pop(other, None)
    else:
        duplicates.pop("separation_dense_km", None)


def _set_or_drop(section: dict[str, Any], key: str, value: float | None) -> None:
    section.pop(key, None)
    if value is not None:
        section[key] = value


_IN_FORM = frozenset(
    {"name", "pack", "description", "objective.minimize", "travel.impedance"}
    | {"rules.branches.max", "rules.branches.exactly", "rules.annual_kes.max"}
    | {"rules.capital_kes.max", "rules.existing", "rules.branches_per_area.min"}
    | {"duplicates.rule", "duplicates.max", "duplicates.separation_km"}
    | {"duplicates.price_min_per_visit", "duplicates.justified_by_load"}
    | {"sites.open", "sites.closed", "solve.time_limit_s", "solve.gap"}
)


def beyond_form(w: Words, pack: Pack, base: Scenario) -> list[str]:
    """The rules of a scenario that the form does not show; they stay.

    Travel in words, and only where it is not as in the pack; all others as `key = value`.
    """
    plain = dict(_flat(Scenario(name="x", pack="x").model_dump(mode="json", exclude_none=True)))
    plain["travel.model"] = default_model(pack)
    asked = _flat(base.model_dump(mode="json", exclude_none=True, exclude={"origin"}))
    return [
        _rule_words(w, pack, key, value)
        for key, value in asked
        if key not in _IN_FORM and value != plain.get(key) and value not in ([], {})
    ]


def _rule_words(w: Words, pack: Pack, key: str, value: object) -> str:
    if key == "travel.model":
        return w("travel.rule_model", model=travel.model_name(w, str(value)))
    if key == "travel.mode":
        return w("travel.rule_mode", mode=travel.mode_name(w, str(value), pack))
    return f"{key} = {value}"


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


# -- hints: simple arithmetic while the rules are being set -----------------------------------


def hints(view: View, rules: Rules, today: Kpis | None) -> list[str]:
    """What the rules mean in money and branches, one sentence each."""
    w = view.words
    said = []
    spent = today.annual_kes if today is not None and rules.existing == "keep" else 0
    if today is not None:
        said.append(w("hint.today", cost=w.money(today.annual_kes), n=today.branches))
    if rules.has_annual:
        left = rules.annual_m * MILLION - spent
        each = branch_annual_kes(view)
        if left >= 0:
            most = w.name(view.pack.visit_types[int(view.problem.visits.sum(axis=0).argmax())])
            n = int(left // each)
            said.append(w("hint.left", left=w.money(left), n=n, service=most, each=w.money(each)))
    else:
        said.append(w("hint.no_budget"))
    if rules.has_capital:
        each = branch_capital_kes(view)
        if each > 0:
            n = int(rules.capital_m * MILLION // each)
            said.append(w("hint.capital", n=n, each=w.money(each)))
    if rules.duplicates == "price":
        said.append(_price_hint(view, rules.price_min))
    return said


def branch_annual_kes(view: View) -> int:
    """The yearly cost of a typical new branch that serves the most frequent reason to travel."""
    problem = view.problem
    new = ~problem.existing
    most = int(problem.visits.sum(axis=0).argmax())
    services = problem.needs[most]
    cost = _least_annual_kes(problem) + problem.offering_annual_kes[:, services].sum(axis=1)
    return max(1, int(np.median(cost[new] if new.any() else cost)))


def branch_capital_kes(view: View) -> int:
    """The one-off cost of a typical new branch."""
    new = ~view.problem.existing
    return int(np.median(_least_capital_kes(view.problem)[new])) if new.any() else 0


def _least_annual_kes(problem: PlanningProblem) -> NDArray[np.int64]:
    """Yearly cost of each site in its cheapest format, shape (J,)."""
    return _least(problem, problem.branch_annual_kes)


def _least_capital_kes(problem: PlanningProblem) -> NDArray[np.int64]:
    return _least(problem, problem.capital_kes)


def _least(problem: PlanningProblem, cost: NDArray[np.int64]) -> NDArray[np.int64]:
    allowed = np.where(problem.format_allowed, cost, np.iinfo(np.int64).max)
    return np.asarray(allowed.min(axis=1), dtype=np.int64)


def _price_hint(view: View, price_min: float) -> str:
    w = view.words
    s = int(view.problem.service_visits.argmax())
    minutes = price_min * float(view.problem.service_visits[s])
    return w(
        "hint.price",
        service=view.service_name(s),
        hours=w.count(minutes / 60),
        money=w.money(minutes * kes_per_minute(view.pack.travel)),
    )


# -- conflicts that simple arithmetic sees before any solver ----------------------------------


def conflicts(view: View, rules: Rules, today: Kpis | None) -> list[str]:
    """Rules that cannot hold together, one sentence each with what to do."""
    closed = np.array([rules.locks.get(site) == "closed" for site in view.problem.site_ids])
    if today is None or rules.existing != "keep":
        return _count_conflicts(view, rules, kept=np.zeros_like(closed))
    said = _count_conflicts(view, rules, kept=view.problem.existing & ~closed)
    all_stay = not (view.problem.existing & closed).any()
    if all_stay and rules.has_annual and today.annual_kes > rules.annual_m * MILLION:
        said.append(view.words("conflict.annual", cost=view.words.money(today.annual_kes)))
    return said


def _count_conflicts(view: View, rules: Rules, *, kept: np.ndarray[Any, Any]) -> list[str]:
    w, problem = view.words, view.problem
    locked = np.array([rules.locks.get(site) == "open" for site in problem.site_ids])
    closed = np.array([rules.locks.get(site) == "closed" for site in problem.site_ids])
    must = kept | locked
    areas = len(problem.area_codes)
    in_area = np.bincount(problem.site_area[must], minlength=areas)
    room = np.bincount(problem.site_area[~closed], minlength=areas)
    least = int(np.maximum(in_area, rules.floor).sum())
    said = []
    if rules.count_rule != "any" and least > rules.count:
        said.append(w("conflict.count", least=least, count=rules.count))
    if (short := np.flatnonzero(room < rules.floor)).size:
        names = ", ".join(view.area_name(int(c)) for c in short[:5])
        said.append(w("conflict.no_site", areas=names, floor=rules.floor))
    new = max(0, least - int(kept.sum()))
    fresh = ~kept & ~closed
    if rules.has_annual and rules.floor and fresh.any():
        cheapest = int(
            (_least_annual_kes(problem)[:, None] + problem.offering_annual_kes)[fresh].min()
        )
        cost = cheapest * new + int(_least_annual_kes(problem)[kept].sum())
        if cost > rules.annual_m * MILLION:
            said.append(w("conflict.floor_annual", cost=w.money(cost)))
    if rules.has_capital and fresh.any():
        cost = int(_least_capital_kes(problem)[fresh].min()) * new
        if cost > rules.capital_m * MILLION:
            said.append(w("conflict.capital", n=new, cost=w.money(cost)))
    return said
