"""What rules mean, in sentences: in branches and money while they are set, and where they clash."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.evaluate import Kpis
from planner.present.rules.rules_checks import Check, reachable, room_and_load
from planner.present.rules.rules_ground import Ground
from planner.present.rules.rules_problem import Asked
from planner.present.view import View
from planner.present.widgets import sentences
from planner.problem import PlanningProblem
from planner.scenario import Scenario
from planner.travel import kes_per_minute

_NAMED = 5  # areas or sites named in a sentence


def clashes(view: View, asked: Asked) -> list[str]:
    """What cannot hold together: no plan can be found for it."""
    w = view.words
    faults = [f"{each.column}: {each.found}. {each.message}" for each in asked.faults]
    return [*w.in_english(faults), *_said(view, asked, certain=True)]


def doubts(view: View, asked: Asked) -> list[str]:
    """What hardly holds together: there may be no plan, or a bad one."""
    return _said(view, asked, certain=False)


def show(view: View, asked: Asked) -> None:
    """What clashes for certain, and what may: told before any search."""
    w = view.words
    certain, likely = clashes(view, asked), doubts(view, asked)
    if certain:
        sentences([w("conflict.title"), *certain], kind="warning")
    if likely:
        sentences([w("check.maybe"), *likely], kind="note")


def _said(view: View, asked: Asked, *, certain: bool) -> list[str]:
    return [sentence(view, each) for each in asked.checks if each.is_certain == certain]


def sentence(view: View, check: Check) -> str:
    """A check in words, with what would help."""
    w = view.words
    told: dict[str, object] = {key: w.count(value) for key, value in check.counts.items()}
    told |= {key: w.money(value) for key, value in check.money.items()}
    told |= {key: w.share(value) for key, value in check.shares.items()}
    if "minutes" in check.counts:
        told["minutes"] = w.minutes(check.counts["minutes"])
    places = [view.area_name(c) for c in check.areas]
    told["areas"] = _named(view, places) or w("standards.everywhere")
    told["sites"] = _named(view, [view.site_name(j) for j in check.sites])
    told["services"] = _named(view, [view.service_name(s) for s in check.services])
    return w(f"check.{check.name}", **told)


def _named(view: View, names: list[str]) -> str:
    more = len(names) - _NAMED
    rest = [view.words("saved.more", n=more)] if more > 0 else []
    return ", ".join([*names[:_NAMED], *rest])


# -- hints: what a group of rules means ----------------------------------------------------


def of_group(
    view: View, group: str, rules: Scenario, problem: PlanningProblem | None, today: Kpis | None
) -> list[str]:
    """What a group of rules means, one sentence each.

    Args:
        view: The page's words and pack.
        group: Of the form.
        rules: As they are set.
        problem: That they make; None where they do not fit the pack, which has no hints.
        today: The figures of today's network; None where there is none.
    """
    if problem is None:
        return []
    ways = {
        "best": _best,
        "many": _many,
        "money": _money,
        "close": _close,
        "standards": _standards,
        "capacity": _capacity,
        "customers": _customers,
    }
    return list(ways[group](view, rules, problem, today)) if group in ways else []


def _best(view: View, rules: Scenario, problem: PlanningProblem, _: Kpis | None) -> Iterator[str]:
    del problem
    w, goal = view.words, rules.objective
    if goal.tail_share <= 0:
        yield w("hint.fair_none")
        return
    key = "hint.fair_all" if goal.tail_share >= 1 else "hint.fair"
    yield w(key, weight=w.share(goal.tail_share), worst=w.share(goal.tail_beta))


def _many(view: View, _: Scenario, problem: PlanningProblem, today: Kpis | None) -> Iterator[str]:
    w, ground = view.words, Ground(problem)
    if today is not None:
        yield w("hint.today_count", n=today.branches)
    yield w(
        "hint.sites",
        n=w.count(int(ground.could_open.sum())),
        least=w.count(ground.least),
        new=w.count(ground.least_new),
    )


def _money(
    view: View, rules: Scenario, problem: PlanningProblem, today: Kpis | None
) -> Iterator[str]:
    w = view.words
    annual, capital = rules.rules.annual_kes.max, rules.rules.capital_kes.max
    stay = today is not None and rules.rules.existing == "keep"
    if today is not None:
        yield w("hint.today", cost=w.money(today.annual_kes), n=today.branches)
    if annual is None:
        yield w("hint.no_budget")
    else:
        left = annual - (today.annual_kes if today is not None and stay else 0)
        each = branch_annual_kes(problem)
        if left >= 0:
            most = w.name(view.pack.visit_types[int(problem.visits.sum(axis=0).argmax())])
            n = int(left // each)
            yield w("hint.left", left=w.money(left), n=n, service=most, each=w.money(each))
    each = branch_capital_kes(problem)
    if capital is not None and each > 0:
        yield w("hint.capital", n=int(capital // each), each=w.money(each))


def branch_annual_kes(problem: PlanningProblem) -> int:
    """The yearly cost of a typical new branch that serves the most frequent reason to travel."""
    new = ~problem.existing
    most = int(problem.visits.sum(axis=0).argmax())
    least = Ground(problem).cheapest(problem.branch_annual_kes)
    cost = least + problem.offering_annual_kes[:, problem.needs[most]].sum(axis=1)
    return max(1, int(np.median(cost[new] if new.any() else cost)))


def branch_capital_kes(problem: PlanningProblem) -> int:
    """The one-off cost of a typical new branch."""
    new = ~problem.existing
    cost = Ground(problem).cheapest(problem.capital_kes)
    return int(np.median(cost[new])) if new.any() else 0


def _close(view: View, rules: Scenario, problem: PlanningProblem, _: Kpis | None) -> Iterator[str]:
    w = view.words
    if problem.rules.duplicates != "allow":
        yield w("hint.own_separations", what="; ".join(own_separations(view)))
    if problem.rules.duplicates == "price":
        s = int(problem.service_visits.argmax())
        visits = float(problem.service_visits[s])
        minutes = rules.duplicates.price_min_per_visit * visits
        yield w(
            "hint.price",
            service=view.service_name(s),
            hours=w.count(minutes / 60),
            money=w.money(minutes * kes_per_minute(view.pack.travel)),
        )


def own_separations(view: View) -> list[str]:
    """How near is too near by the pack: services that are alike in one line, the nearest first."""
    w = view.words
    alike: dict[tuple[float | None, ...], list[str]] = {}
    for each in view.pack.services:
        in_km = (each.separation_km, each.separation_dense_km)
        alike.setdefault((*in_km, each.separation_min, each.separation_dense_min), []).append(
            w.name(each)
        )
    lines = []
    for km, dense_km, minutes, dense_min in sorted(alike, key=_nearest_first):
        services = ", ".join(alike[km, dense_km, minutes, dense_min])
        pairs = ((km, dense_km, w.km), (minutes, dense_min, w.minutes))
        given = [(said(far), dense, said) for far, dense, said in pairs if far is not None]
        for far, dense, said in given:
            told = {"far": far, "services": services}
            if dense is None or not view.pack.dense_areas:
                lines.append(w("hint.separation", **told))
            else:
                lines.append(w("hint.separation_dense", dense=said(dense), **told))
        if not given:
            lines.append(w("hint.separation_never", services=services))
    return lines


def _nearest_first(apart: tuple[float | None, ...]) -> tuple[float, ...]:
    return tuple(np.inf if each is None else each for each in apart)


def _standards(view: View, _: Scenario, problem: PlanningProblem, __: Kpis | None) -> Iterator[str]:
    w, ground = view.words, Ground(problem)
    for standard in problem.rules.standards:
        best = reachable(ground, standard) if standard.area is None else None
        if best is not None:
            yield w(
                "hint.standard",
                service=view.service_name(standard.service),
                minutes=w.minutes(standard.within_min),
                share=w.share(best),
            )


def _capacity(view: View, _: Scenario, problem: PlanningProblem, __: Kpis | None) -> Iterator[str]:
    room, load = room_and_load(Ground(problem))
    if np.isfinite(room) and load > 0:
        share = view.words.number(round(room / load, 1))
        yield view.words("hint.capacity", times=share)
    else:
        yield view.words("hint.no_capacity")


def _customers(
    view: View, _: Scenario, problem: PlanningProblem, today: Kpis | None
) -> Iterator[str]:
    w = view.words
    now = w.count(float(problem.visits.sum()))
    if today is None:
        yield w("hint.visits_now", n=now)
    else:
        yield w("hint.visits", n=now, today=w.count(today.visits_per_year))
