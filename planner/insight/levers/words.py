"""Levers and packages in short sentences, from their plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.percent import NOISE, percent_up

LISTED = 3
Told = Mapping[str, Any]
Names = Mapping[str, str]
BOUGHT = {
    "online": "online",
    "assisted": "assisted points",
    "information": "information",
    "counter": "counters",
    "branch": "branches and their services",
}
NAMES = {
    "online": "online",
    "assisted": "assisted points",
    "information": "information",
    "counter": "a counter",
    "minutes": "redesign of work",
    "branch": "a branch",
}
VERDICTS = {
    "always": "worth it, whichever end of its figures is true",
    "likely": "worth it as the figures stand, not at their worst",
    "unlikely": "not worth it as the figures stand, only at better ones",
    "never": "costs more than customers save, whichever end of its figures is true",
}
WHY = {
    "cost": "the pack does not say what it costs: add {keys}",
    "effect": "no visit could change, or the pack does not say so: see {keys}",
    "points": "no site is in the house of an assisted point: see {keys}",
    "branch": "no branch can be added under the rules, or none was found in the time",
}


def lever_lines(told: Told, names: Names) -> Iterator[str]:
    """The ranking: a line for what a step is, one for what it does, one for whether it pays."""
    currency, effects = told["currency"], told["levers"]
    if not effects:
        yield "No lever can be reckoned."
    else:
        yield f"For the next {currency} customers save most by {_best_words(told)}."
        yield (
            f"One step more of each lever, by what customers save ({currency}) for each "
            f"{currency} that it costs the public:"
        )
    for rank, each in enumerate(effects, 1):
        yield f"{rank}. {step_words(each, names)}: {_ratio_words(each)}"
        yield f"   {_does(each, told)}"
        yield f"   {VERDICTS[each['verdict']]}."
    rivals = told["best_may_be"]
    if rivals and len(rivals) == len(effects) - 1:
        yield "At the ends of the figures any of the others could be as good as the first."
    elif rivals:
        listed = "; ".join(step_words(each, names) for each in rivals)
        yield f"At the ends of the figures these could be as good as the first: {listed}."
    if not told["counters_known"]:
        yield (
            "How many counters branches have is not known for all: where it is not, as many as "
            "are needed are taken to be there, so one more saves little."
        )
    yield (
        "Waiting through the year is an approximation: between what it is if all days are alike "
        "and if all are peak days."
    )
    yield from _left_out(told["left_out"])


def _best_words(told: Told) -> str:
    """The best step of each lever with what it saves for the money, best first."""
    best: dict[str, Told] = {}
    for each in told["levers"]:
        best.setdefault(each["lever"], each)
    parts = [f"{NAMES[lever]} ({_middle(each)})" for lever, each in best.items()]
    return ", then ".join(parts)


def step_words(each: Told, names: Names) -> str:
    """What one step is."""
    kind, site = each["visit_type"], each["site"]
    what = "" if kind is None else f", {names.get(kind, kind)}"
    where = "" if site is None else f" at {names.get(site, site)}"
    return {
        "online": f"online, 10 points more{what}",
        "assisted": f"assisted points, 10 points more{what}",
        "information": "information, 10 points more",
        "counter": f"one counter more{where}",
        "minutes": "work redesigned at all branches",
        "branch": f"one branch more{where}",
    }[each["lever"]]


def _ratio_words(each: Told) -> str:
    low, high = each["saved_per_kes_low"], each["saved_per_kes_high"]
    least = "any" if low is None else f"{low:.2f}"
    most = "any" if high is None else f"{high:.2f}"
    return f"{_middle(each)} ({least} to {most})"


def _middle(each: Told) -> str:
    ratio = each["saved_per_kes"]
    return "costs nothing" if ratio is None else f"{ratio:.2f}"


def _does(each: Told, told: Told) -> str:
    likely, currency = each["likely"], told["currency"]
    parts = [f"{each['visits']:,.0f} visits a year ({each['visits_share']:.1%})"]
    parts.append(_hours(likely["travel_min"], "of travel"))
    parts.append(_hours(likely["wait_min"], "of waiting"))
    saved = _money(likely["customers_kes"], currency)
    parts.append(f"customers save {saved}, it costs {_money(likely['public_kes'], currency)}")
    if likely["first_step_kes"]:
        first = _money(likely["first_step_kes"], currency)
        parts.append(f"{first} of that is for the first step only")
    freed = likely["counter_min_freed"] / max(1.0, told["counter_minutes_per_year"])
    if freed >= 0.05:
        parts.append(f"the work of {freed:,.1f} counters is no longer needed")
    if each["known_kes"]:
        parts.append(
            f"customers save {_money(each['known_kes'], currency)} of that by knowing new branches"
        )
    return "; ".join(part for part in parts if part) + "."


def _hours(minutes: float, what: str) -> str:
    hours = minutes / 60
    if abs(hours) < 0.5:
        return ""
    return f"{abs(hours):,.0f} hours {what} {'less' if hours > 0 else 'more'}"


def _money(value: float, currency: str) -> str:
    if abs(value) >= 1e6:
        return f"{currency} {value / 1e6:,.1f} M"
    return f"{currency} {value:,.0f}"


def _left_out(entries: Any) -> Iterator[str]:
    for each in entries:
        why = WHY[each["why"]].format(keys=" and ".join(each["keys"]))
        yield f"Left out: {NAMES[each['lever']]}: {why}."


# -- packages ------------------------------------------------------------------------------


def package_lines(told: Told, packages: Told, names: Names) -> Iterator[str]:
    """The best package at each budget, and where the next money goes."""
    currency = told["currency"]
    for point in packages["budgets"]:
        yield ""
        yield from point_lines(point, currency, names, told["areas"])
    if packages["visits_not_compared"] > 0:
        count = packages["visits_not_compared"]
        yield (
            f"{count:,.0f} visits a year count in no package: some network cannot complete them."
        )
    if packages["levels"][-1] > 0:
        yield f"In packages levers go up to {packages['levels'][-1]:.0%}."
    yield (
        "Packages are chosen with the waiting of today's visits; what is told of them counts the "
        "visits that are left."
    )


def point_lines(point: Told, currency: str, names: Names, areas: int) -> Iterator[str]:
    """One budget."""
    yield (
        f"With {_money(point['budget'], currency)} a year above today's spending customers save "
        f"{_money(point['customers_kes'], currency)} a year{_proof(point)}:"
    )
    for lever, kes in point["spent"].items():
        if abs(kes) >= 0.5:
            detail = _detail(point, lever, names, areas)
            yield f"   {_money(kes, currency)} for {BOUGHT[lever]}{detail}"
    if not any(abs(kes) >= 0.5 for kes in point["spent"].values()):
        yield "   nothing is bought."
    following = point["next"]
    more = _money(following["more"], currency)
    if following["lever"] is None:
        yield f"   {more} more would save nothing more."
        return
    yield (
        f"   The next {more} go most to {BOUGHT[following['lever']]}: "
        f"customers save {following['saved_per_kes']:.2f} {currency} for each"
        f"{', less than it costs' if following['saved_per_kes'] < 1 else ''}."
    )


def _proof(point: Told) -> str:
    if point["gap"] is None:
        return ", the best found in the time; nothing is proved"
    if point["gap"] <= NOISE:
        return ", proved to be the best choice"
    return f"; another choice is proved to save at most {percent_up(point['gap'], 2)}% more"


def _detail(point: Told, lever: str, names: Names, areas: int) -> str:
    if lever == "branch":
        return f": {point['branches']:,} branches, {len(point['opens']):,} of them new"
    if lever == "counter":
        listed = [f"{count} at {names.get(j, j)}" for j, count in point["counters"].items()]
        return f": {', '.join(listed)}"
    found = [each for each in point["pulled"] if each["lever"] == lever]
    parts = []
    for each in found:
        kind = each["visit_type"]
        what = "" if kind is None else f"{names.get(kind, kind)} "
        here = each["areas"]
        where = ", ".join(names.get(code, code) for code in here)
        if len(here) > LISTED:
            where = f"{len(here)} of {areas} areas"
        parts.append(f"{what}{each['level']:.0%} in {where}")
    return f": {'; '.join(parts)}" if parts else ""
